"""Messages in their order, as a person sees them in a conversation or in a thread beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from bot.playground.messages import Kind, Message
from bot.playground.render import Renderer, Standing
from bot.playground.slack import LocalSlack
from bot.playground.team import Channel, Person
from bot.playground.wire import SlackError

MOST_MESSAGES = 200
MOST_DRAWN = 2_000

Standings = dict[str, Standing]
Fragments = dict[str, Markup]


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, and at what: a channel with perhaps a thread beside it, or Home (`tab`)."""

    person: Person
    channel: Channel
    thread_ts: str | None = None
    tab: str = ""


class Timeline:
    """Draws the messages of conversations and threads."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self._drawn: dict[object, Markup] = {}

    def draw(
        self, renderer: Renderer, look: Look, thread_ts: str | None, known: Mapping[str, Standing]
    ) -> tuple[Standings, Fragments]:
        """How the messages of the channel or of a thread stand now, and the HTML of those that do not stand as is
        known."""
        envelopes, pressed = self._slack.waiting(look.person.id)
        standings: Standings = {}
        fragments: Fragments = {}
        before: Message | None = None
        for message in self._messages(look, thread_ts)[-MOST_MESSAGES:]:
            awaited = frozenset((block, action) for place, block, action in pressed if place == message.ts)
            day = "" if thread_ts else renderer.new_day(before, message)
            is_under_first = before is not None and before.ts == thread_ts  # a line with their number lies between
            follows = not day and not is_under_first and message.follows(before)
            is_waiting = message.envelope_id in envelopes
            standing = Standing(message.revision, is_waiting, awaited, self._gone(message), day, follows)
            before = message
            standings[message.ts] = standing
            if known.get(message.ts) != standing:
                fragments[message.ts] = self._fragment(renderer, look, thread_ts, message, standing)
        return standings, fragments

    def _fragment(
        self, renderer: Renderer, look: Look, thread_ts: str | None, message: Message, standing: Standing
    ) -> Markup:
        """The HTML of a message, which a page that opens wants twice: as it loads, and over its connection."""
        replies, held = self._replies(look, message), self._slack.held(look.person.id, message.ts)
        key = (look.person.id, message.channel_id, thread_ts, message.ts, standing, replies, repr(held))
        found = self._drawn.get(key)
        if found is None:
            if len(self._drawn) >= MOST_DRAWN:
                self._drawn.clear()
            found = self._drawn[key] = renderer.message(message, standing, replies, held, thread_ts)
        return found

    def _messages(self, look: Look, thread_ts: str | None) -> list[Message]:
        if thread_ts:
            return self._slack.thread(look.person.id, look.channel.id, thread_ts)
        return self._slack.conversation(look.person.id, look.channel.id)

    def _replies(self, look: Look, message: Message) -> int | None:
        """How many there are; None where there can be none."""
        if message.is_ephemeral or message.is_reply or message.kind is not Kind.POSTED:
            return None
        thread = self._slack.thread(look.person.id, message.channel_id, message.ts)
        return sum(one.is_reply and not one.is_ephemeral for one in thread)

    def _gone(self, message: Message) -> tuple[str, ...]:
        """Its files that are no longer there."""
        gone = []
        for file_id in message.files:
            try:
                self._slack.file(file_id)
            except SlackError:
                gone.append(file_id)
        return tuple(gone)

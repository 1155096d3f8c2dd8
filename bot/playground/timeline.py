"""Messages in their order, as a person sees them: in a conversation, in a thread beside it, or found by their words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup

from bot.playground.messages import Kind, Message
from bot.playground.render import Renderer, Standing
from bot.playground.slack import LocalSlack
from bot.playground.team import Channel, Person
from bot.playground.wire import SlackError
from bot.services.names import fold

MOST_MESSAGES = 200
MOST_DRAWN = 2_000

Standings = dict[str, Standing]
Fragments = dict[str, Markup]


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, and at what: a channel with perhaps a thread beside it, or (`tab`) Home, or what was searched for."""

    person: Person
    channel: Channel
    thread_ts: str | None = None
    tab: str = ""
    query: str = ""


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
            stands_alone = look.query or day or is_under_first
            follows = not stands_alone and message.follows(before)
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
        found_in = self._slack.channel(message.channel_id, look.person.id) if look.query else None
        said = None if replies is None else tuple(reply.ts for reply in replies)
        key = (look.person.id, found_in, message.channel_id, thread_ts, message.ts, standing, said, repr(held))
        found = self._drawn.get(key)
        if found is None:
            if len(self._drawn) >= MOST_DRAWN:
                self._drawn.clear()
            found = self._drawn[key] = renderer.message(message, standing, replies, held, thread_ts, found_in)
        return found

    def _messages(self, look: Look, thread_ts: str | None) -> list[Message]:
        if look.query:
            return self._found(look.person.id, fold(look.query).split())
        if thread_ts:
            return self._slack.thread(look.person.id, look.channel.id, thread_ts)
        return self._slack.conversation(look.person.id, look.channel.id)

    def _found(self, user_id: str, wanted: Sequence[str]) -> list[Message]:
        """What anybody has posted where the person is that has all these words, oldest first."""
        firsts = [
            first
            for channel in self._slack.channels_of(user_id)
            for first in self._slack.conversation(user_id, channel.id)
            if not first.is_reply
        ]
        posted = (one for first in firsts for one in self._slack.thread(user_id, first.channel_id, first.ts))
        found = []
        for message in posted:
            if message.kind is Kind.POSTED and not message.is_ephemeral:
                words = fold(unescape(" ".join((message.text, *_texts(message.blocks)))))
                if all(word in words for word in wanted):
                    found.append(message)
        return sorted(found, key=lambda message: float(message.ts))

    def _replies(self, look: Look, message: Message) -> tuple[Message, ...] | None:
        """Those of its thread; None where there can be none."""
        if message.is_ephemeral or message.is_reply or message.kind is not Kind.POSTED:
            return None
        thread = self._slack.thread(look.person.id, message.channel_id, message.ts)
        return tuple(one for one in thread if one.is_reply and not one.is_ephemeral)

    def _gone(self, message: Message) -> tuple[str, ...]:
        """Its files that are no longer there."""
        gone = []
        for file_id in message.files:
            try:
                self._slack.file(file_id)
            except SlackError:
                gone.append(file_id)
        return tuple(gone)


def _texts(part: object) -> Iterator[str]:
    """What can be read in blocks."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)

"""Messages and the rules of keeping them: timestamps, threads, who sees what, replacing and deleting."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count

from bot.playground.elements import elements, name_all
from bot.playground.wire import Json, SlackError

MICROSECOND = timedelta(microseconds=1)
KEPT = 20_000  # messages of a channel; the oldest go first
SOON = 300  # seconds within which somebody goes on speaking


class Kind(StrEnum):
    """`posted`: by a person or the app; `typed`: a slash command as its asker sees it; `notice`: from Slackbot."""

    POSTED = "posted"
    TYPED = "typed"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `visible_to` is the only person who sees it; `error` is the code that a notice tells of.

    `thread_ts` is the first message of its thread; a reply is not shown in the channel unless `is_broadcast`.
    `files` are ids. `reactions` are who reacted with each emoji, by its name.
    """

    ts: str
    channel_id: str
    user_id: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    visible_to: str | None = None
    kind: Kind = Kind.POSTED
    error: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    edited_ts: str | None = None
    envelope_id: str | None = None
    revision: int = 0
    files: tuple[str, ...] = ()
    is_broadcast: bool = False
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.visible_to is not None

    @property
    def is_reply(self) -> bool:
        """Whether it answers another message in a thread."""
        return self.thread_ts not in (None, self.ts)

    def follows(self, before: "Message | None") -> bool:
        """Whether it goes on where its author has just spoken, for the same people."""
        return (
            before is not None
            and self.kind is before.kind is Kind.POSTED
            and (self.user_id, self.visible_to) == (before.user_id, before.visible_to)
            and float(self.ts) - float(before.ts) < SOON
        )

    def seen_by(self, user_id: str) -> bool:
        """Whether the person sees it, in a conversation they are in."""
        return self.visible_to in (None, user_id)

    def is_news_to(self, user_id: str) -> bool:
        """Whether somebody else has said it in the channel, where the person sees it."""
        is_in_channel = self.is_broadcast or not self.is_reply
        return is_in_channel and self.kind is Kind.POSTED and self.user_id != user_id and self.seen_by(user_id)

    def buttons(self) -> Iterator[tuple[str, Json]]:
        """Each button with the id of its block."""
        for block, element in elements(self.blocks):
            if element["type"] == "button":
                yield block["block_id"], element


class Conversations:
    """All messages by channel, in the order of their timestamps. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=clock().tzinfo)
        self._revisions = count(1)
        self._names = (f"{number:05d}" for number in count(1))
        self._messages: dict[str, dict[str, Message]] = {}
        self._replies: dict[tuple[str, str], dict[str, None]] = {}  # by channel and first message, their timestamps

    def ts(self) -> str:
        """A new timestamp: the present instant, later than every one before."""
        self._last = max(self._clock(), self._last + MICROSECOND)
        return f"{int(self._last.timestamp())}.{self._last.microsecond:06d}"

    def post(self, message: Message) -> Message:
        """Keep a new message under a new timestamp; blocks and elements without an id get one."""
        message = replace(message, ts=self.ts(), blocks=self._with_ids(message.blocks), revision=next(self._revisions))
        kept = self._messages.setdefault(message.channel_id, {})
        kept[message.ts] = message
        if len(kept) > KEPT:
            self.delete(next(iter(kept.values())))
        if message.is_reply and message.thread_ts:
            self._replies.setdefault((message.channel_id, message.thread_ts), {})[message.ts] = None
        parent = kept.get(message.thread_ts or "")
        if parent and not message.is_ephemeral:  # its first message shows how many replies there are
            kept[parent.ts] = replace(parent, revision=next(self._revisions))
        return message

    def update(self, message: Message, text: str, blocks: list[Json], metadata: Json | None = None) -> Message:
        """Replace what a message says; without blocks it has none any more."""
        changed = replace(
            message,
            text=text,
            blocks=self._with_ids(blocks),
            metadata=metadata or message.metadata,
            edited_ts=None if message.is_ephemeral else self.ts(),
            revision=next(self._revisions),
        )
        self._messages[message.channel_id][message.ts] = changed
        return changed

    def react(self, message: Message, user_id: str, name: str) -> None:
        """Add somebody's reaction to a message, or take it away where they have reacted so."""
        users = message.reactions.get(name, ())
        now = tuple(one for one in users if one != user_id) if user_id in users else (*users, user_id)
        reactions = {one: who for one, who in {**message.reactions, name: now}.items() if who}
        changed = replace(message, reactions=reactions, revision=next(self._revisions))
        self._messages[message.channel_id][message.ts] = changed

    def delete(self, message: Message) -> None:
        """Forget a message; one that is gone already stays gone."""
        self._messages[message.channel_id].pop(message.ts, None)
        if replies := self._replies.get((message.channel_id, message.thread_ts or "")):
            replies.pop(message.ts, None)
            if not replies:
                del self._replies[(message.channel_id, message.thread_ts or "")]

    def find(self, channel_id: str, ts: str) -> Message:
        """The message with this timestamp; raises `message_not_found`."""
        try:
            return self._messages[channel_id][ts]
        except KeyError:
            raise SlackError("message_not_found") from None

    def find_anywhere(self, ts: str, user_id: str) -> Message | None:
        """The message with this timestamp in whichever channel, if the person sees it."""
        found = (messages[ts] for messages in self._messages.values() if ts in messages)
        return next((message for message in found if message.seen_by(user_id)), None)

    def latest(self, channel_id: str) -> str:
        """The timestamp of the latest message of a channel, replies too; empty where there is none."""
        return next(reversed(self._messages.get(channel_id, {})), "")

    def seen_by(self, user_id: str, channel_id: str) -> list[Message]:
        """What the person sees in a channel, oldest first: replies only where they were sent to it too."""
        return [
            message
            for message in self._messages.get(channel_id, {}).values()
            if message.seen_by(user_id) and (message.is_broadcast or not message.is_reply)
        ]

    def latest_news(self, user_id: str, channel_id: str) -> str:
        """The timestamp of the latest that others said in a channel to this person; empty where there is nothing."""
        newest_first = reversed(self._messages.get(channel_id, {}).values())
        return next((one.ts for one in newest_first if one.is_news_to(user_id)), "")

    def thread(self, channel_id: str, thread_ts: str, user_id: str | None = None) -> list[Message]:
        """A thread as the person sees it, oldest first; None: what Slack keeps of it."""
        kept = self._messages.get(channel_id, {})
        found = (kept[ts] for ts in (thread_ts, *self._replies.get((channel_id, thread_ts), ())) if ts in kept)
        return [
            message
            for message in found
            if (message.seen_by(user_id) if user_id else not message.is_ephemeral and message.kind is Kind.POSTED)
        ]

    def kept(self, channel_id: str) -> list[Message]:
        """What Slack keeps of a channel, oldest first, replies within threads left out."""
        return [
            message
            for message in self._messages.get(channel_id, {}).values()
            if not message.is_ephemeral
            and message.kind is Kind.POSTED
            and (message.is_broadcast or not message.is_reply)
        ]

    def _with_ids(self, blocks: list[Json]) -> list[Json]:
        blocks = deepcopy(blocks)
        name_all(blocks, self._names)
        return blocks

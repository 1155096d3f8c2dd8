"""Messages and the rules of keeping them: timestamps, who sees what, replacing and deleting."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count

from bot.playground.wire import Json, SlackError

MICROSECOND = timedelta(microseconds=1)


class Kind(StrEnum):
    """`posted`: by a person or the app; `typed`: a slash command as its asker sees it; `notice`: from Slackbot."""

    POSTED = "posted"
    TYPED = "typed"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `visible_to` is the only person who sees it; `error` is the code that a notice tells of."""

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

    @property
    def is_ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.visible_to is not None

    def seen_by(self, user_id: str) -> bool:
        """Whether the person sees it, in a conversation they are in."""
        return self.visible_to in (None, user_id)

    def buttons(self) -> Iterator[tuple[str, Json]]:
        """Each button with the id of its block."""
        for block in self.blocks:
            elements = [*block.get("elements", []), block.get("accessory") or {}]
            for element in elements:
                if element.get("type") == "button":
                    yield block["block_id"], element


class Conversations:
    """All messages by channel, in the order of their timestamps. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=clock().tzinfo)
        self._revisions = count(1)
        self._names = count(1)
        self._messages: dict[str, dict[str, Message]] = {}

    def ts(self) -> str:
        """A new timestamp: the present instant, later than every one before."""
        self._last = max(self._clock(), self._last + MICROSECOND)
        return f"{int(self._last.timestamp())}.{self._last.microsecond:06d}"

    def post(self, message: Message) -> Message:
        """Keep a new message under a new timestamp; blocks and buttons without an id get one."""
        message = replace(message, ts=self.ts(), blocks=self._with_ids(message.blocks), revision=next(self._revisions))
        self._messages.setdefault(message.channel_id, {})[message.ts] = message
        return message

    def update(self, message: Message, text: str, blocks: list[Json]) -> Message:
        """Replace what a message says; without blocks it has none any more."""
        changed = replace(
            message,
            text=text,
            blocks=self._with_ids(blocks),
            edited_ts=None if message.is_ephemeral else self.ts(),
            revision=next(self._revisions),
        )
        self._messages[message.channel_id][message.ts] = changed
        return changed

    def delete(self, message: Message) -> None:
        """Forget a message; one that is gone already stays gone."""
        self._messages[message.channel_id].pop(message.ts, None)

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

    def seen_by(self, user_id: str, channel_id: str) -> list[Message]:
        """What the person sees in a channel, oldest first."""
        return [message for message in self._messages.get(channel_id, {}).values() if message.seen_by(user_id)]

    def _with_ids(self, blocks: list[Json]) -> list[Json]:
        blocks = deepcopy(blocks)
        for block in blocks:
            block["block_id"] = block.get("block_id") or f"b{next(self._names):05d}"
            for element in [*block.get("elements", []), block.get("accessory")]:
                if isinstance(element, dict) and element.get("type") == "button":
                    element["action_id"] = element.get("action_id") or f"a{next(self._names):05d}"
        return blocks

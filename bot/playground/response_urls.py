"""`response_url`: five posts within 30 minutes of the command or the press that it came with."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playground.messages import Conversations, Message
from bot.playground.wire import Json, SlackError

POSTS = 5
LIFETIME = timedelta(minutes=30)
KEPT = 20_000


@dataclass(slots=True)
class ResponseUrl:
    """One address: where its posts go, what `replace_original` replaces, how often it was used."""

    channel_id: str
    user_id: str
    issued_at: datetime
    original_ts: str | None = None
    used: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What an app says by a `response_url` or an acknowledgement: checked, and told apart from what it only orders."""

    text: str
    blocks: list[Json]
    in_channel: bool
    replace_original: bool
    delete_original: bool
    thread_ts: str | None = None


class ResponseUrls:
    """Issues addresses and keeps their rules. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], datetime], conversations: Conversations, author: str) -> None:
        self._clock = clock
        self._conversations = conversations
        self._author = author
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, channel_id: str, user_id: str, original_ts: str | None = None) -> str:
        """A new address for one command or press: the path below `/response/`."""
        key = secrets.token_urlsafe(18)
        self._issued[key] = ResponseUrl(channel_id, user_id, self._clock(), original_ts)
        if len(self._issued) > KEPT:
            del self._issued[next(iter(self._issued))]
        return key

    def use(self, key: str) -> None:
        """Count one post; raises `invalid_url`, `expired_url` or `used_url`."""
        address = self._issued.get(key)
        if address is None:
            raise SlackError("invalid_url")
        if self._clock() - address.issued_at >= LIFETIME:
            raise SlackError("expired_url")
        if address.used >= POSTS:
            raise SlackError("used_url")
        address.used += 1

    def apply(self, key: str, said: Said) -> tuple[Message | None, Message | None]:
        """Post, replace or delete as the app says; gives the message as it was before and as it is after.

        What an address of a slash command posts first is from then on its original, as the pressed message is a
        button's; an original that is gone is posted anew.
        """
        address = self._issued[key]
        original = self._original(address)
        if said.delete_original:
            if original:
                self._conversations.delete(original)
            return original, None
        if said.replace_original and original:
            return original, self._conversations.update(original, said.text, said.blocks)
        posted = self._conversations.post(
            Message(
                ts="",
                channel_id=address.channel_id,
                user_id=self._author,
                text=said.text,
                blocks=said.blocks,
                visible_to=None if said.in_channel else address.user_id,
                thread_ts=said.thread_ts,
            )
        )
        address.original_ts = address.original_ts or posted.ts
        return None, posted

    def _original(self, address: ResponseUrl) -> Message | None:
        if address.original_ts is None:
            return None
        return self._conversations.find_anywhere(address.original_ts, address.user_id)

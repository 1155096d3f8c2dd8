"""`trigger_id`: opens one view within three seconds of what a person did."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playground.wire import SlackError

LIFETIME = timedelta(seconds=3)
FORM = re.compile(r"\d+\.\d+\.[0-9a-f]+")
KEPT = 1_000


@dataclass(slots=True)
class Trigger:
    """One trigger: whose, since when, and the modal that it came from, if any."""

    user_id: str
    issued_at: datetime
    view_id: str | None = None
    used: bool = False


class Triggers:
    """Issues triggers and keeps their rules. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._issued: dict[str, Trigger] = {}

    def issue(self, user_id: str, view_id: str | None = None) -> str:
        """A new trigger for what this person did, in a modal or elsewhere."""
        key = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._issued[key] = Trigger(user_id, self._clock(), view_id)
        if len(self._issued) > KEPT:
            del self._issued[next(iter(self._issued))]
        return key

    def exchange(self, key: str) -> Trigger:
        """Use it up; raises `invalid_trigger_id`, `expired_trigger_id` or `exchanged_trigger_id`."""
        if not FORM.fullmatch(key):
            raise SlackError("invalid_trigger_id")
        trigger = self._issued.get(key)
        if trigger is None or self._clock() - trigger.issued_at >= LIFETIME:
            raise SlackError("expired_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        trigger.used = True
        return trigger

"""When an account is synced again, by how its scheduled syncs went (sync.md, Invariants). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.schedule import DAY, next_daily

FIRST_PAUSE = timedelta(hours=1)
QUARANTINE = 5
"""After so many failures in a row only the daily sync is left."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a connection keeps of its scheduled syncs: how many have failed since the last that did not, and when the
    next one is due (UTC)."""

    failures: int
    next_at: datetime

    @property
    def is_quarantined(self) -> bool:
        return self.failures >= QUARANTINE


def succeeded(account_id: int, now: datetime) -> Standing:
    """After a sync that read its directory, whatever came of the pool."""
    return Standing(0, next_daily(account_id, now))


def failed(account_id: int, failures: int, now: datetime) -> Standing:
    """After a sync that failed when `failures` had failed before: pauses of 1 h, 2 h, 4 h, 8 h, then quarantine."""
    failures += 1
    if failures >= QUARANTINE:
        return Standing(failures, next_daily(account_id, now))
    return Standing(failures, now + FIRST_PAUSE * 2 ** (failures - 1))


def parked_until(due_at: datetime, now: datetime, retry_after: float) -> datetime | None:
    """When a sync that was due at `due_at` may go on whose directory wants to be left alone for `retry_after` seconds.

    None where that is a day after it was due: it has failed, and the next daily sync comes anyway.
    """
    until = now + timedelta(seconds=max(retry_after, 0))
    return until if until < due_at + DAY else None

"""When what comes daily is due: accounts are spread over the day, each at the same time every day. Pure."""

import hashlib
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)


def phase(account_id: int) -> timedelta:
    """How long after midnight UTC an account's day begins: whole seconds below 24 hours, the same everywhere."""
    digest = hashlib.sha256(str(account_id).encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % int(DAY.total_seconds()))


def next_daily(account_id: int, now: datetime) -> datetime:
    """The first instant (UTC) after `now` at which an account's day begins."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    today = midnight + phase(account_id)
    return today if today > now else today + DAY

"""When a warning is told: rules over plain figures. Pure.

Each gives what is to be told, if anything, what it must know of that next time, and the instant at which time alone may
make something due. Instants are aware UTC.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.services.billing.periods import DAY, Calendar, Period, midnight
from db.models import MICROSECOND, from_micros, to_micros

QUIET = timedelta(hours=1)
"""So long after a peak was told the next one waits: what happens meanwhile is told together."""

Told = Mapping[str, int]
"""What a rule knows of what was told before, in numbers by name; nothing of a warning that is new."""


@dataclass(frozen=True, slots=True)
class Series:
    """A count over time: what held at `start`, and each later instant from which another count held, ascending."""

    start: datetime
    opening: int
    steps: tuple[tuple[datetime, int], ...]

    def at(self, instant: datetime) -> int:
        """The count at an instant that is not before the start."""
        before = bisect_right(self.steps, instant, key=lambda step: step[0])
        return self.steps[before - 1][1] if before else self.opening

    def within(self, start: datetime, end: datetime) -> list[tuple[datetime, int]]:
        """The counts of `[start, end]`, that of its first instant first."""
        return [(start, self.at(start)), *(step for step in self.steps if start < step[0] <= end)]


@dataclass(frozen=True, slots=True)
class Rise:
    """A count rose, from what held at `since` for the last time to what held from `at` on."""

    since: datetime
    before: int
    at: datetime
    after: int


def jump(
    series: Series, threshold: int, told: Told, seen: datetime, last: datetime, now: datetime
) -> tuple[Rise | None, dict[str, int]]:
    """The largest rise within 24 hours that was complete after `seen`, where it is one of `threshold` or more; `last`
    is the ledger's last live instant: what is written later is later than that, whatever the clocks say.

    What rose before the last one was told is not told again. Where the past was corrected since, as by an import of
    older changes, the count before is taken as it was known then, so that the correction is a rise too.
    """
    floor = from_micros(told["at"]) if "at" in told else seen
    shift = series.at(seen) - told["known"] if "known" in told else 0
    points = [(at, count - shift) for at, count in series.within(max(floor, seen - DAY), seen)]
    later = [step for step in series.steps if seen < step[0] <= now]
    if shift and (not later or later[0][0] > seen + MICROSECOND):
        points.append((seen + MICROSECOND, series.at(seen)))
    points += later
    best: Rise | None = None
    low: deque[tuple[datetime, int]] = deque()
    """The counts that may be the lowest of a day: ascending, each with the last instant at which it held."""
    for (at, count), (until, _) in pairwise([*points, (now + MICROSECOND, 0)]):
        while low and low[0][0] < at - DAY:
            low.popleft()
        rise = count - low[0][1] if low else 0
        if at > max(seen, floor) and rise >= threshold and (best is None or rise > best.after - best.before):
            best = Rise(low[0][0], low[0][1], at, count)
        while low and low[-1][1] >= count:
            low.pop()
        low.append((until - MICROSECOND, count))
    return best, {"known": series.at(last), "at": to_micros(max(last, best.at) if best else floor)}


@dataclass(frozen=True, slots=True)
class NewPeak:
    """The peak of a period rose: from `before`, that was told or held when the period began, to what was reached at
    `at`. `since` is when the former was so."""

    period: Period
    since: datetime
    before: int
    at: datetime
    after: int


def peaks(
    series: Series, threshold: int, told: Told, calendar: Calendar, seen: datetime, now: datetime
) -> tuple[list[NewPeak], dict[str, int], datetime | None]:
    """The new peaks of the running period and of those that ended since `seen`: one of each at most, `threshold` or
    more above the last one told. In the running period an hour passes between two.

    What was told and then retracted counts no longer. By another calendar it begins anew from `seen` on, so that
    nothing is told of the past.
    """
    found: list[NewPeak] = []
    period = calendar.holding(from_micros(told["period"]) if "period" in told else seen)
    if told.get("period") != to_micros(period.start):
        told, period = {}, calendar.holding(seen)
    level, since, last = told.get("level"), None, None
    if level is None:
        level, since = highest(series, period.start, seen)
    else:
        since, last = from_micros(told["since"]), told.get("at")
    wakes: datetime | None = None
    while True:
        is_over = period.end <= now
        peak, at = highest(series, period.start, period.end - MICROSECOND if is_over else now)
        if peak < level:
            level, since = peak, at
        if peak >= level + threshold:
            quiet_until = None if last is None or is_over else from_micros(last) + QUIET
            if quiet_until is None or quiet_until <= now:
                found.append(NewPeak(period, since if since < at else period.start, level, at, peak))
                level, since, last = peak, at, to_micros(now)
            else:
                wakes = quiet_until
        if not is_over:
            break
        period = calendar.after(period)
        level, since, last = series.at(period.start), period.start, None
    kept = {"period": to_micros(period.start), "level": level, "since": to_micros(since)}
    return found, kept | ({"at": last} if last is not None else {}), wakes


def highest(series: Series, start: datetime, end: datetime) -> tuple[int, datetime]:
    """The highest count of `[start, end]` and the earliest instant at which it held."""
    at, count = max(series.within(start, end), key=lambda point: (point[1], -to_micros(point[0])))
    return count, at


@dataclass(frozen=True, slots=True)
class Trial:
    """An account on trial: when that ends, or is planned to be converted, and its active users, who are not counted
    yet."""

    id: int
    account: str
    ends: datetime
    active: int
    planned: bool = False


def trials(
    running: Sequence[Trial], threshold: int, told: Told, zone: ZoneInfo, seen: datetime, now: datetime
) -> tuple[list[Trial], dict[str, int], datetime | None]:
    """The trials that end within so many days of the zone and were not told, each once for each end; none that had
    ended before `seen`."""
    due = {one.id: days_before(one.ends, threshold, zone) for one in running}
    found = [
        one
        for one in running
        if due[one.id] <= now and one.ends > seen and told.get(str(one.id)) != to_micros(one.ends)
    ]
    ends = {str(one.id): to_micros(one.ends) for one in running}
    new = {str(one.id) for one in found}
    kept = {id_: end for id_, end in ends.items() if id_ in new or told.get(id_) == end}
    return found, kept, min((at for at in due.values() if at > now), default=None)


def days_before(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The instant so many days before another one, by the clocks of a zone."""
    return (instant.astimezone(zone) - days * DAY).astimezone(instant.tzinfo)


def period_end(
    threshold: int, told: Told, calendar: Calendar, now: datetime
) -> tuple[Period | None, dict[str, int], datetime]:
    """The running period, from so many local days before its end on, once; from its start on, where it is shorter."""
    period = calendar.holding(now)
    due = midnight(period.end_day - threshold * DAY, calendar.zone)
    if now < due:
        return None, dict(told), due
    following = calendar.after(period)
    wakes = max(following.start, midnight(following.end_day - threshold * DAY, calendar.zone))
    if told.get("period") == to_micros(period.start):
        return None, dict(told), wakes
    return period, {"period": to_micros(period.start)}, wakes


class Trouble(StrEnum):
    """What may be wrong with the syncs of an account, the worse later."""

    HELD = "held"
    FAILING = "failing"
    STALE = "stale"


TROUBLES = list(Trouble)


@dataclass(frozen=True, slots=True)
class SyncState:
    """How the syncs of an account go: when one last read its directory and was not held (without one, when it was
    connected), whether the latest one failed, and whether one waits for an admin."""

    id: int
    account: str
    good_at: datetime
    failing: bool = False
    held: bool = False

    def trouble(self, threshold: int, now: datetime) -> Trouble | None:
        """What is wrong, from so many days of 24 hours without a good one on."""
        if self.good_at + threshold * DAY <= now:
            return Trouble.STALE
        return Trouble.FAILING if self.failing else Trouble.HELD if self.held else None


def syncs(
    states: Sequence[SyncState], threshold: int, told: Told, now: datetime
) -> tuple[list[tuple[SyncState, Trouble | None]], dict[str, int], datetime | None]:
    """The accounts whose syncs are in another trouble than was told, and those whose trouble is over (None); that an
    admin settled a sync that was held is no news."""
    found: list[tuple[SyncState, Trouble | None]] = []
    kept: dict[str, int] = {}
    for state in states:
        trouble, before = state.trouble(threshold, now), told.get(str(state.id))
        number = None if trouble is None else TROUBLES.index(trouble)
        if number != before and (number is not None or before != TROUBLES.index(Trouble.HELD)):
            found.append((state, trouble))
        if number is not None:
            kept[str(state.id)] = number
    ends = [state.good_at + threshold * DAY for state in states]
    return found, kept, min((at for at in ends if at > now), default=None)

"""Billing periods and local days (domain.md, Periods and B5). Pure: no clock, no database."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.services import names
from bot.services.errors import FuturePeriod, UnknownPeriod

DAY = timedelta(days=1)
EARLIEST = "1969"
YEARLESS = re.compile(r"--(\d{2})")
MONTH = re.compile(r"(\d{4})-(\d{2})")
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """A billing period `[start, end)`: UTC instants of the local midnights of `first_day` and `end_day`."""

    start: datetime
    end: datetime
    first_day: date
    end_day: date

    @property
    def last_day(self) -> date:
        """The last local day that is of the period."""
        return self.end_day - DAY

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


@dataclass(frozen=True, slots=True)
class Day:
    """A local day `[start, end)`, in UTC."""

    date: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """The billing day (1 to 31) of a workspace and its time zone."""

    billing_day: int
    zone: ZoneInfo

    def starting_in(self, year: int, month: int) -> Period:
        """The period that starts in that month. Raises UnknownPeriod outside the years 1 to 9998."""
        try:
            first = self._billing_date(year, month)
            last = self._billing_date(year + month // 12, month % 12 + 1)
            return Period(midnight(first, self.zone), midnight(last, self.zone), first, last)
        except (ValueError, OverflowError):
            raise UnknownPeriod(asked=f"{year:04}-{month:02}") from None

    def holding(self, instant: datetime) -> Period:
        """The period that holds an instant."""
        local = instant.astimezone(self.zone)
        period = self.starting_in(local.year, local.month)
        while instant < period.start:
            period = self.before(period)
        while instant >= period.end:
            period = self.after(period)
        return period

    def before(self, period: Period) -> Period:
        """The period that ends where this one starts."""
        month = period.first_day.replace(day=1) - DAY
        return self.starting_in(month.year, month.month)

    def after(self, period: Period) -> Period:
        """The period that starts where this one ends."""
        return self.starting_in(period.end_day.year, period.end_day.month)

    def parse(self, words: str, now: datetime) -> Period:
        """What `current`, `last`, `YYYY-MM` (starts in that month) or `YYYY-MM-DD` (holds that day) means at `now`;
        also `--MM`, as ISO 8601 once wrote a month of no year: the latest period that starts in such a month.

        Raises UnknownPeriod for anything else, FuturePeriod for one that has not begun.
        """
        current = self.holding(now)
        period = self._parse(words.strip().lower(), current)
        if period is None:
            raise UnknownPeriod(asked=names.printable(words))
        if period.start > current.start:
            raise FuturePeriod(asked=names.printable(words))
        return period

    def _parse(self, words: str, current: Period) -> Period | None:
        if words == "current":
            return current
        if words == "last":
            return self.before(current)
        if found := YEARLESS.fullmatch(words):
            return self._latest_in(int(found[1]), current)
        if words < EARLIEST:  # nothing is older
            return None
        try:
            if found := MONTH.fullmatch(words):
                return self.starting_in(*map(int, found.groups()))
            if found := DATE.fullmatch(words):
                return self.holding(midnight(date(*map(int, found.groups())), self.zone))
        except (ValueError, OverflowError, UnknownPeriod):
            pass
        return None

    def day_of(self, instant: datetime) -> date:
        """The local date of an instant."""
        return instant.astimezone(self.zone).date()

    def days(self, first: date, end: date) -> Iterator[Day]:
        """The local days from `first` to before `end`; a date that the zone skipped has none."""
        start = midnight(first, self.zone)
        while first < end:
            after = midnight(first + DAY, self.zone)
            if start < after:
                yield Day(first, start, after)
            first, start = first + DAY, after

    def _latest_in(self, month: int, current: Period) -> Period | None:
        if not 1 <= month <= 12:
            return None
        year = current.first_day.year - (month > current.first_day.month)
        return self.starting_in(year, month)

    def _billing_date(self, year: int, month: int) -> date:
        return date(year, month, min(self.billing_day, calendar.monthrange(year, month)[1]))


@lru_cache(10_000)  # of a month's days every report asks for thirty
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a local day begins: 00:00, the earlier one of two, or the first instant after a gap."""
    return instant_of(day, time(), zone)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local day's time: the earlier one of two, or the first instant after a gap that holds it."""
    wall = datetime.combine(day, at, zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # The clock skipped that time: find the second at which it jumped.
    after = wall.replace(fold=1)
    low, high = after.astimezone(UTC), instant
    offset = after.utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high

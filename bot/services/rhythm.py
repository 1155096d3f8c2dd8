"""When a digest is due: its rhythm, its time of day and its time zone (contracts.md, `digest add`). Pure.

A time of day that the clock skips is that day's first instant after the gap, one that occurs twice is the earlier one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.services import names
from bot.services.billing.periods import DAY, Calendar, instant_of, midnight
from bot.services.errors import BadRhythm, BadTimeOfDay

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKEND = 5
"""The number of Saturday, as `date.weekday` counts."""
MOST_BEFORE = 27
"""A period has at least 28 days."""
TIME = re.compile(r"(\d{1,2}):(\d{2})")
EVERY = re.compile(rf"day|weekday|week:(?:{'|'.join(DAYS)})|period-end|before-end:(\d{{1,2}})")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What `every` says, such as `week:mon`; the time of day in minutes after midnight; the zone of both."""

    every: str
    minute: int
    zone: ZoneInfo

    @property
    def of_period(self) -> bool:
        """Whether it follows the billing period."""
        return self.every == "period-end" or self.before_end is not None

    @property
    def before_end(self) -> int | None:
        """So many days before a period's end; None for other rhythms."""
        kind, _, number = self.every.partition(":")
        return int(number) if kind == "before-end" else None

    @property
    def time(self) -> time:
        """The time of day."""
        return time(*divmod(self.minute, 60))

    def after(self, now: datetime, calendar: Calendar) -> datetime:
        """The first instant (UTC) after `now` at which it is due, in an MSP that is billed by that calendar."""
        return next(instant for instant in self._instants(now, calendar) if instant > now)

    def _instants(self, now: datetime, calendar: Calendar) -> Iterator[datetime]:
        if self.of_period:
            yield from self._by_period(now, calendar)
        first = now.astimezone(self.zone).date() - DAY
        for number in range(366):
            day = first + number * DAY
            if self._is_on(day) and midnight(day, self.zone) < midnight(day + DAY, self.zone):
                yield instant_of(day, self.time, self.zone)

    def _by_period(self, now: datetime, calendar: Calendar) -> Iterator[datetime]:
        period = calendar.before(calendar.before(calendar.holding(now)))
        while True:
            if self.before_end is not None:
                yield instant_of(period.end_day - self.before_end * DAY, self.time, self.zone)
            else:
                yield self._once_over(period.end)
            period = calendar.after(period)

    def _once_over(self, end: datetime) -> datetime:
        """The first time of day at which a period is over, wherever its end is another day."""
        day = end.astimezone(self.zone).date() - DAY
        while (instant := instant_of(day, self.time, self.zone)) < end:
            day += DAY
        return instant

    def _is_on(self, day: date) -> bool:
        kind, _, name = self.every.partition(":")
        if kind == "week":
            return DAYS[day.weekday()] == name
        return kind == "day" or day.weekday() < WEEKEND


def check_every(text: str) -> str:
    """A rhythm as it is kept. Raises BadRhythm."""
    asked = text.strip().lower()
    found = EVERY.fullmatch(asked)
    if found is None or (found[1] and not 1 <= int(found[1]) <= MOST_BEFORE):
        raise BadRhythm(asked=names.printable(text), most=MOST_BEFORE)
    return f"before-end:{int(found[1])}" if found[1] else asked


def check_time(text: str) -> int:
    """The minutes after midnight of a time such as 08:00. Raises BadTimeOfDay."""
    found = TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadTimeOfDay(asked=names.printable(text))
    return int(found[1]) * 60 + int(found[2])


def time_text(minute: int) -> str:
    """The time of day as it is written, such as 08:00."""
    return f"{minute // 60:02}:{minute % 60:02}"

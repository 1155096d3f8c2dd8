"""The months of a date picker, as the people of a country look at them."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale
from babel.dates import format_date, get_day_names

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Month:
    """`weeks` of seven days each, those of other months among them; `weekdays` as (letter, name), in their order."""

    at: date
    name: str
    weekdays: Sequence[tuple[str, str]]
    weeks: Sequence[Sequence[date]]


def month_of(at: date, locale: Locale) -> Month:
    """The month of a day."""
    first = locale.first_week_day
    order = [(first + number) % 7 for number in range(7)]
    letters, names = (get_day_names(width, context="stand-alone", locale=locale) for width in ("narrow", "wide"))
    weekdays = [(letters[number], names[number]) for number in order]
    weeks = Calendar(first).monthdatescalendar(at.year, at.month)
    return Month(at, format_date(at, "LLLL y", locale=locale), weekdays, weeks)


def moved(at: date, days: int, months: int) -> date:
    """So many months and days on, within 1900 to 2100; a month too short for the day has its last one."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    if not FIRST.year <= year <= LAST.year:
        return FIRST if year < FIRST.year else LAST
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    there = date(year, month + 1, min(at.day, (following - timedelta(days=1)).day))
    return min(max(there + timedelta(days=days), FIRST), LAST)

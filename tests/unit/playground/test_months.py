"""The months of a date picker."""

from datetime import date, timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.months import FIRST, LAST, month_of, moved

DAYS = st.dates(FIRST, LAST)


@given(DAYS)
def test_a_month_holds_each_of_its_days_once_in_whole_weeks(at: date) -> None:
    month = month_of(at, Locale("en", "GB"))
    days = [day for week in month.weeks for day in week]
    assert {len(week) for week in month.weeks} == {7}
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    own = [day for day in days if (day.year, day.month) == (at.year, at.month)]
    assert own[0].day == 1
    assert (own[-1] + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("locale", "first", "name"),
    [("en_GB", "Monday", "November 2026"), ("en_US", "Sunday", "November 2026"), ("fr_FR", "lundi", "novembre 2026")],
)
def test_weeks_begin_as_they_do_in_the_country(locale: str, first: str, name: str) -> None:
    month = month_of(date(2026, 11, 3), Locale.parse(locale))
    assert (month.weekdays[0][1], month.name) == (first, name)
    assert month.weeks[0][0].weekday() == (6 if first == "Sunday" else 0)


@given(DAYS, st.integers(-30, 30), st.integers(-14, 14))
def test_going_on_stays_in_range_and_keeps_the_day_where_the_month_has_it(at: date, days: int, months: int) -> None:
    there = moved(at, 0, months)
    assert FIRST <= there <= LAST
    if FIRST.year < at.year < LAST.year - 1 and at.year > FIRST.year + 1:
        assert (there.year * 12 + there.month) - (at.year * 12 + at.month) == months
        assert there.day == at.day or (there + timedelta(days=1)).day == 1
    assert moved(at, days, 0) == min(max(at + timedelta(days=days), FIRST), LAST)

"""Midnights and billing periods, against a search that tries every minute."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.billing.periods import DAY, Calendar, midnight
from bot.services.errors import FuturePeriod, UnknownPeriod

ZONES = [
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/Sao_Paulo",  # skipped midnights until 2018
    "Asia/Beirut",  # skips midnights
    "America/St_Johns",  # changed at 00:01 until 2011, so that midnight came twice
    "America/Havana",
    "Pacific/Apia",  # had no 30 December 2011
    "Pacific/Kwajalein",  # had no 21 August 1993
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # changes by half an hour
    "Africa/Monrovia",  # was 44 minutes and 30 seconds behind
    "America/Asuncion",
    "Asia/Amman",
    "Asia/Gaza",
    "Antarctica/Troll",
    "Pacific/Kiritimati",
]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
zones = st.sampled_from(ZONES).map(ZoneInfo)
dates = st.dates(date(1970, 1, 3), date(2037, 12, 30))
calendars = st.builds(Calendar, st.integers(1, 31), zones)


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """The first instant at which the clocks of a zone show the day or a later one: every minute, then every second."""
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=27)
    while instant.astimezone(zone).date() < day:
        instant += MINUTE
    while (instant - SECOND).astimezone(zone).date() >= day:
        instant -= SECOND
    return instant


def transitions(zone: ZoneInfo) -> list[date]:
    """The local days around which a zone changed its clocks: the days on which midnight is worth a look."""
    found = []
    instant, end = datetime(1971, 1, 1, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)
    while instant < end:
        if instant.astimezone(zone).utcoffset() != (instant + DAY).astimezone(zone).utcoffset():
            found += [instant.astimezone(zone).date() + timedelta(days=days) for days in range(3)]
        instant += DAY
    return found


@pytest.mark.parametrize("name", ZONES)
def test_a_day_begins_where_the_clocks_first_show_it(name: str) -> None:
    zone = ZoneInfo(name)
    days = transitions(zone)
    for day in days[:: max(1, len(days) // 60)]:
        assert midnight(day, zone) == first_instant(day, zone)


@given(dates, zones)
def test_any_day_begins_where_the_clocks_first_show_it(day: date, zone: ZoneInfo) -> None:
    assert midnight(day, zone) == first_instant(day, zone)


@pytest.mark.parametrize(
    ("name", "day", "begins"),
    [
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T01:00:00-02:00"),
        ("Asia/Beirut", date(2024, 3, 31), "2024-03-31T01:00:00+03:00"),
        ("America/St_Johns", date(2010, 11, 7), "2010-11-07T00:00:00-02:30"),  # and again an hour later
        ("America/St_Johns", date(2010, 3, 14), "2010-03-14T00:00:00-03:30"),
        ("America/Havana", date(2023, 11, 5), "2023-11-05T00:00:00-04:00"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-31T00:00:00+14:00"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-31T00:00:00+14:00"),
    ],
)
def test_midnights_that_are_known_to_be_strange(name: str, day: date, begins: str) -> None:
    zone = ZoneInfo(name)
    assert midnight(day, zone).astimezone(zone).isoformat() == begins


def test_a_day_that_a_zone_skipped_is_no_day() -> None:
    calendar = Calendar(1, ZoneInfo("Pacific/Apia"))
    days = [day.date.day for day in calendar.days(date(2011, 12, 28), date(2012, 1, 2))]
    assert days == [28, 29, 31, 1]


@given(calendars, dates, st.integers(1, 70))
def test_days_follow_each_other_without_a_gap(calendar: Calendar, first: date, count: int) -> None:
    days = list(calendar.days(first, first + count * DAY))
    assert days[0].start == midnight(first, calendar.zone)
    assert days[-1].end == midnight(first + count * DAY, calendar.zone)
    assert all(one.end == next_.start for one, next_ in pairwise(days))
    assert all(one.start < one.end for one in days)


def last_day_of(year: int, month: int) -> int:
    return (date(year + month // 12, month % 12 + 1, 1) - DAY).day


@given(calendars, st.integers(1971, 2036), st.integers(1, 12))
@settings(max_examples=60)
def test_a_period_lies_between_two_billing_days(calendar: Calendar, year: int, month: int) -> None:
    following = (year + month // 12, month % 12 + 1)
    period = calendar.starting_in(year, month)
    assert period.first_day == date(year, month, min(calendar.billing_day, last_day_of(year, month)))
    assert period.end_day == date(*following, min(calendar.billing_day, last_day_of(*following)))
    assert period.start == first_instant(period.first_day, calendar.zone)
    assert period.end == first_instant(period.end_day, calendar.zone)


@given(calendars, st.integers(1971, 2035), st.integers(1, 12))
@settings(max_examples=60)
def test_periods_follow_each_other_without_a_gap(calendar: Calendar, year: int, month: int) -> None:
    period = calendar.starting_in(year, month)
    for _ in range(14):
        after = calendar.after(period)
        assert (after.start, after.first_day) == (period.end, period.end_day)
        assert calendar.before(after) == period
        period = after


instants = st.datetimes(timezones=st.just(UTC)).map(
    lambda some: some.replace(year=1972 + some.year % 64, day=1 + some.day % 28)
)


@given(calendars, instants)
def test_the_period_that_holds_an_instant_is_the_only_one(calendar: Calendar, instant: datetime) -> None:
    found = calendar.holding(instant)
    around = [
        calendar.starting_in(instant.year + n // 12, n % 12 + 1) for n in range(instant.month - 4, instant.month + 3)
    ]
    assert [period for period in around if period.start <= instant < period.end] == [found]
    assert instant in found


@given(calendars, instants)
def test_the_bounds_of_a_period_belong_to_the_one_that_they_begin(calendar: Calendar, instant: datetime) -> None:
    period = calendar.holding(instant)
    assert calendar.holding(period.start) == period
    assert calendar.holding(period.end - timedelta(microseconds=1)) == period
    assert calendar.holding(period.end) == calendar.after(period)


@pytest.mark.parametrize("billing_day", [29, 30, 31])
def test_a_month_that_is_too_short_begins_on_its_last_day_and_the_next_one_on_the_billing_day(billing_day: int) -> None:
    calendar = Calendar(billing_day, ZoneInfo("UTC"))
    period = calendar.starting_in(2026, 1)
    starts = []
    for _ in range(5):
        starts.append(period.first_day)
        period = calendar.after(period)
    assert starts[1] == date(2026, 2, 28)
    assert [start.day for start in starts[2:]] == [billing_day, 30 if billing_day > 30 else billing_day, billing_day]


def test_a_leap_year_has_a_29_february() -> None:
    assert Calendar(31, ZoneInfo("UTC")).starting_in(2028, 2).first_day == date(2028, 2, 29)


@pytest.mark.parametrize(("month", "hours"), [(3, 743), (11, 721), (4, 720), (2, 672)])
def test_a_month_of_new_york_has_as_many_hours_as_its_clocks_ran(month: int, hours: int) -> None:
    period = Calendar(1, ZoneInfo("America/New_York")).starting_in(2026, month)
    assert (period.end - period.start) / timedelta(hours=1) == hours


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PARIS = Calendar(27, ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("current", date(2026, 10, 27)),
        (" Last ", date(2026, 9, 27)),
        ("2026-10", date(2026, 10, 27)),
        ("2026-11-26", date(2026, 10, 27)),
        ("2026-10-26", date(2026, 9, 27)),
        ("2026-01-01", date(2025, 12, 27)),
        ("1970-01", date(1970, 1, 27)),
    ],
)
def test_words_for_a_period(words: str, first: date) -> None:
    assert PARIS.parse(words, NOW).first_day == first


@pytest.mark.parametrize(
    "words", ["", "x", "2026", "2026-13", "2026-00", "2026-02-29", "2026-1", "1066-10", "9999-12", "0000-01"]
)
def test_words_that_are_no_period(words: str) -> None:
    with pytest.raises(UnknownPeriod, match="is no billing period"):
        PARIS.parse(words, NOW)


@given(st.text(max_size=12))
def test_whatever_else_somebody_says_is_a_period_or_refused(words: str) -> None:
    with suppress(UnknownPeriod):
        assert PARIS.parse(words, NOW).start <= NOW


@pytest.mark.parametrize("words", ["2026-11", "2026-11-27", "2027-01", "9000-01"])
def test_words_for_a_period_that_has_not_begun(words: str) -> None:
    with pytest.raises(FuturePeriod, match="has not begun"):
        PARIS.parse(words, NOW)

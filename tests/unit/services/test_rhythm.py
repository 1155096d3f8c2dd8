"""Rhythms of digests, against a walk over every minute, and around both changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services import rhythm
from bot.services.billing.periods import Calendar
from bot.services.errors import BadRhythm, BadTimeOfDay
from bot.services.rhythm import DAYS, Rhythm

PARIS, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
ZONES = [PARIS, NEW_YORK, LORD_HOWE, ZoneInfo("UTC"), ZoneInfo("Asia/Kolkata")]
CALENDAR = Calendar(27, PARIS)
MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(), timedelta(days=700)).map(lambda passed: BEGIN + passed)
EVERY = ["day", "weekday", *(f"week:{day}" for day in DAYS)]


def walked(every: str, minute: int, zone: ZoneInfo, now: datetime) -> datetime:
    """The same, by looking at every minute after `now`: a day is done at the first minute that is not before its
    time."""
    instant = now.replace(second=0, microsecond=0) - timedelta(days=2)
    done: set[date] = set()
    while True:
        local = instant.astimezone(zone)
        at = local.hour * 60 + local.minute
        if local.date() not in done and at >= minute:
            done.add(local.date())
            if instant > now and is_on(every, local.date()):
                return instant
        instant += MINUTE


def is_on(every: str, day: date) -> bool:
    if every.startswith("week:"):
        return DAYS[day.isoweekday() - 1] == every[5:]
    return every == "day" or day.isoweekday() < 6


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(EVERY),
    st.integers(0, 24 * 60 - 1),
    st.sampled_from(ZONES),
    INSTANTS,
)
def test_the_next_time_is_the_first_that_a_walk_over_all_minutes_finds(
    every: str, minute: int, zone: ZoneInfo, now: datetime
) -> None:
    assert Rhythm(every, minute, zone).after(now, CALENDAR) == walked(every, minute, zone, now)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["period-end", "before-end:1", "before-end:27"]),
    st.integers(0, 24 * 60 - 1),
    st.sampled_from(ZONES),
    st.integers(1, 31),
    INSTANTS,
)
def test_by_the_period_it_comes_once_a_period(every: str, minute: int, zone: ZoneInfo, day: int, now: datetime) -> None:
    calendar, found = Calendar(day, PARIS), []
    for _ in range(14):
        now = Rhythm(every, minute, zone).after(now, calendar)
        found.append(now)
    if every == "period-end":  # within a day of an end, and each end once
        ends = [calendar.holding(instant).start for instant in found]
        assert len(set(ends)) == len(found)
        assert all(end <= at < end + timedelta(hours=25) for at, end in zip(found, ends, strict=True))
    else:
        assert all(timedelta(days=27) < later - at < timedelta(days=32) for at, later in pairwise(found))


@pytest.mark.parametrize(
    ("zone", "after", "minute", "expected"),
    [
        (PARIS, "2026-03-28T12:00", 150, "2026-03-29T01:00"),  # 02:30 does not exist: 03:00 is the first after it
        (PARIS, "2026-10-24T12:00", 150, "2026-10-25T00:30"),  # 02:30 comes twice: the earlier
        (PARIS, "2026-10-25T00:30", 150, "2026-10-26T01:30"),  # and not again at the later
        (NEW_YORK, "2026-03-07T12:00", 150, "2026-03-08T07:00"),
        (NEW_YORK, "2026-10-31T12:00", 90, "2026-11-01T05:30"),
        (NEW_YORK, "2026-11-01T05:30", 90, "2026-11-02T06:30"),
    ],
)
def test_both_changes_of_the_clock(zone: ZoneInfo, after: str, minute: int, expected: str) -> None:
    at = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert Rhythm("day", minute, zone).after(at, CALENDAR) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_day_that_a_zone_skipped_has_none() -> None:
    apia = Rhythm("day", 8 * 60, ZoneInfo("Pacific/Apia"))
    at = apia.after(datetime(2011, 12, 28, 20, tzinfo=UTC), CALENDAR)
    assert [at.astimezone(apia.zone).day, apia.after(at, CALENDAR).astimezone(apia.zone).day] == [29, 31]


def test_after_a_period_means_once_it_is_over_wherever_the_reader_is() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    end = CALENDAR.holding(now).end
    tokyo = Rhythm("period-end", 6 * 60, ZoneInfo("Asia/Tokyo")).after(now, CALENDAR)
    assert end <= tokyo < end + timedelta(days=1)
    assert Rhythm("period-end", 0, PARIS).after(now, CALENDAR) == end


@pytest.mark.parametrize("text", ["month", "week:", "week:monday", "before-end:0", "before-end:28", "31 february", ""])
def test_what_is_no_rhythm_is_refused(text: str) -> None:
    with pytest.raises(BadRhythm):
        rhythm.check_every(text)


@pytest.mark.parametrize("text", ["24:00", "8", "08:60", "noon", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadTimeOfDay):
        rhythm.check_time(text)


def test_a_rhythm_and_a_time_are_kept_in_one_way() -> None:
    assert [rhythm.check_every(" Week:MON "), rhythm.check_every("before-end:05")] == ["week:mon", "before-end:5"]
    assert rhythm.time_text(rhythm.check_time("8:05")) == "08:05"

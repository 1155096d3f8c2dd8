"""The rules of warnings against a brute-force reading of what they say."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.services.billing.periods import DAY, Calendar
from bot.services.warnings import rules
from bot.services.warnings.rules import QUIET, Series, SyncState, Trial, Trouble
from db.models import MICROSECOND, to_micros

START = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar(27, PARIS)

counts = st.integers(0, 12)
steps = st.lists(st.tuples(st.integers(1, 120), counts), max_size=12, unique_by=lambda step: step[0])
"""Counts by the hour, from hour 1 on."""


hours = st.integers(0, 17_000).map(lambda hour: START + hour * HOUR)


def series_of(opening: int, hourly: list[tuple[int, int]]) -> Series:
    return Series(START, opening, tuple((START + hour * HOUR, count) for hour, count in sorted(hourly)))


def held(series: Series, hour: int) -> int:
    """The count at an hour, read step by step."""
    count = series.opening
    for at, n in series.steps:
        if at <= START + hour * HOUR:
            count = n
    return count


@given(counts, steps, st.integers(1, 8), st.integers(0, 100), st.integers(1, 60))
def test_a_jump_is_the_largest_rise_within_a_day(
    opening: int, hourly: list[tuple[int, int]], threshold: int, seen: int, later: int
) -> None:
    series, now = series_of(opening, hourly), seen + later
    known = {"at": to_micros(START), "known": held(series, seen)}
    rise, told = rules.jump(series, threshold, known, START + seen * HOUR, START + now * HOUR, START + now * HOUR)
    rises = [
        held(series, hour) - held(series, before)
        for hour, _ in hourly
        if seen < hour <= now
        for before in range(max(hour - 24, 0), hour)
    ]
    largest = max(rises, default=0)
    assert (rise.after - rise.before if rise else None) == (largest if largest >= threshold else None)
    assert told == {"known": held(series, now), "at": to_micros(START + now * HOUR) if rise else to_micros(START)}
    if rise:
        assert series.at(rise.since) == rise.before
        assert series.at(rise.at) == rise.after
        assert timedelta() < rise.at - rise.since <= DAY


@given(counts, steps, st.integers(1, 8), st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_of_one_rise_two_looks_tell_no_more_than_the_count_rose(
    opening: int, hourly: list[tuple[int, int]], threshold: int, pauses: list[int]
) -> None:
    """What was told once is not told again, however often somebody looks."""
    told: dict[str, int] = {}
    seen, rises = START, []
    for pause in pauses:
        now = seen + pause * HOUR
        upto = Series(START, opening, tuple(step for step in series_of(opening, hourly).steps if step[0] <= now))
        rise, told = rules.jump(upto, threshold, told, seen, now, now)
        rises += [rise] if rise else []
        assert rules.jump(upto, threshold, told, now, now, now)[0] is None
        seen = now
    for one, following in pairwise(rises):
        assert one.at <= following.since


def test_a_rise_of_exactly_the_threshold_is_told_and_one_less_is_not() -> None:
    series, seen, now = series_of(5, [(3, 15)]), START + HOUR, START + 4 * HOUR
    assert rules.jump(series, 10, {}, seen, now, now)[0] is not None
    assert rules.jump(series, 11, {}, seen, now, now)[0] is None


def test_a_day_ends_after_24_hours() -> None:
    for hour, is_told in ((25, True), (26, False)):  # five held from hour 1 to hour 2
        series = series_of(5, [(2, 10), (hour, 15)])
        rise, _ = rules.jump(
            series, 6, {"at": to_micros(START), "known": 5}, START + HOUR, START + 30 * HOUR, START + 30 * HOUR
        )
        assert (rise is not None) == is_told, hour


@given(counts, steps, st.integers(1, 6), st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_every_peak_is_told_in_the_end_and_none_within_an_hour_of_another(
    opening: int, hourly: list[tuple[int, int]], threshold: int, pauses: list[int]
) -> None:
    told: dict[str, int] = {}
    seen, levels = START, []
    at: datetime | None = None
    for pause in pauses:
        now = seen + pause * timedelta(minutes=20)
        upto = Series(START, opening, tuple(step for step in series_of(opening, hourly).steps if step[0] <= now))
        found, told, wakes = rules.peaks(upto, threshold, told, Calendar(1, ZoneInfo("UTC")), seen, now)
        for one in found:
            assert one.after >= one.before + threshold
            assert at is None or now - at >= QUIET
            at = now
            levels.append(one.after)
        assert wakes is None or (at is not None and wakes == at + QUIET > now)
        if wakes is None:
            level = levels[-1] if levels else opening
            highest = max([opening, *(count for _, count in upto.steps)])
            assert highest < level + threshold
        seen = now
    assert levels == sorted(set(levels))


def test_a_peak_of_exactly_the_threshold_is_told_and_one_less_is_not() -> None:
    series, month = series_of(5, [(3, 8)]), Calendar(1, ZoneInfo("UTC"))
    for threshold, is_told in ((3, True), (4, False)):
        found, _, _ = rules.peaks(series, threshold, {}, month, START, START + 4 * HOUR)
        assert bool(found) == is_told


@given(st.integers(1, 60), hours)
def test_a_trial_is_due_so_many_days_of_the_clock_before_its_end(days: int, ends: datetime) -> None:
    at = ends.astimezone(PARIS).replace(hour=12).astimezone(UTC)
    due = rules.days_before(at, days, PARIS)
    assert due.astimezone(PARIS).date() == at.astimezone(PARIS).date() - days * DAY
    assert due.astimezone(PARIS).time() == at.astimezone(PARIS).time()
    one = Trial(1, "Acme", at, 3)
    for now, is_told in ((due - MICROSECOND, False), (due, True), (at + DAY, True)):
        found, told, wakes = rules.trials([one], days, {}, PARIS, due - DAY, now)
        assert (found == [one]) == is_told
        assert rules.trials([one], days, told, PARIS, now, now)[0] == ([] if is_told else found)
        assert (wakes == due) == (not is_told)


@given(st.integers(1, 31), hours)
def test_a_period_is_told_once_from_so_many_local_days_before_its_end_on(days: int, now: datetime) -> None:
    found, told, wakes = rules.period_end(days, {}, CALENDAR, now)
    period = CALENDAR.holding(now)
    left = period.end_day - CALENDAR.day_of(now)
    assert (found is not None) == (left <= days * DAY)
    assert wakes > now
    assert rules.period_end(days, told, CALENDAR, wakes - MICROSECOND)[0] is None
    following = rules.period_end(days, told, CALENDAR, wakes)[0]
    assert following == (CALENDAR.after(period) if found else period)


def test_every_period_of_thirteen_months_is_told_once_in_two_zones() -> None:
    for zone in (PARIS, ZoneInfo("America/New_York")):
        calendar, told, seen = Calendar(31, zone), {}, []
        now = datetime(2026, 1, 1, tzinfo=UTC)
        while now < datetime(2027, 2, 1, tzinfo=UTC):
            found, told, _ = rules.period_end(3, told, calendar, now)
            seen += [found.end_day] if found else []
            now += HOUR
        assert len(seen) == len(set(seen)) == 13


def test_of_syncs_only_what_is_new_is_told() -> None:
    good = START
    fine, failing = SyncState(1, "Acme", good), SyncState(1, "Acme", good, failing=True)
    held_, back = SyncState(1, "Acme", good, held=True), SyncState(1, "Acme", good + 3 * DAY)
    story = [
        (fine, HOUR, []),
        (held_, HOUR, [Trouble.HELD]),
        (failing, HOUR, [Trouble.FAILING]),
        (failing, HOUR, []),
        (failing, 2 * DAY - MICROSECOND, []),
        (failing, 2 * DAY, [Trouble.STALE]),
        (failing, 3 * DAY, []),
        (back, 3 * DAY, [None]),
        (back, 3 * DAY, []),
        (held_, HOUR, [Trouble.HELD]),
        (fine, HOUR, []),
    ]
    told: dict[str, int] = {}
    for number, (state, since, expected) in enumerate(story):
        found, told, _ = rules.syncs([state], 2, told, good + since)
        assert [trouble for _, trouble in found] == expected, number

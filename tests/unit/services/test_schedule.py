"""When what comes daily is due."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.services.schedule import next_daily, phase

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds it
IDS = st.integers(1, 2**31 - 1)
DAY = timedelta(days=1)


def test_an_account_has_the_same_phase_in_every_process() -> None:
    assert [phase(account) for account in (1, 2, 3)] == [timedelta(seconds=n) for n in (9313, 33646, 79243)]


def test_accounts_are_spread_over_the_hours_of_the_day() -> None:
    hours = Counter(phase(account) // timedelta(hours=1) for account in range(1, 2401))
    assert set(hours) == set(range(24))
    assert max(hours.values()) < 2 * 100


@given(IDS, INSTANTS)
def test_the_next_one_comes_within_a_day_at_the_account_s_time(account: int, now: datetime) -> None:
    found = next_daily(account, now)
    assert now < found <= now + DAY
    assert found - found.replace(hour=0, minute=0, second=0, microsecond=0) == phase(account)


@given(IDS, INSTANTS)
def test_one_follows_the_other_by_a_day(account: int, now: datetime) -> None:
    first = next_daily(account, now)
    assert next_daily(account, first) == first + DAY
    assert next_daily(account, first - timedelta(microseconds=1)) == first


def test_it_is_in_utc_whatever_zone_it_is_asked_in() -> None:
    now = datetime(2026, 11, 24, 1, 0, tzinfo=timezone(timedelta(hours=9)))
    assert next_daily(7, now) == next_daily(7, now.astimezone(UTC))
    assert next_daily(7, now).tzinfo is UTC

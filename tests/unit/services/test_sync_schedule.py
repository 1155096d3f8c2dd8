"""When an account is synced again, by how its scheduled syncs went."""

from datetime import timedelta

from bot.services.schedule import next_daily
from bot.services.sync_schedule import Standing, failed, parked_until, succeeded
from tests.conftest import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_after_a_success_the_next_sync_is_the_daily_one() -> None:
    assert succeeded(7, NOW) == Standing(0, next_daily(7, NOW))


def test_failures_in_a_row_bring_longer_and_longer_pauses() -> None:
    pauses = [failed(7, before, NOW).next_at - NOW for before in range(4)]
    assert pauses == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR]
    assert [failed(7, before, NOW).failures for before in range(4)] == [1, 2, 3, 4]
    assert not failed(7, 3, NOW).is_quarantined


def test_from_the_fifth_failure_on_only_the_daily_sync_is_left() -> None:
    for before in (4, 5, 40):
        standing = failed(7, before, NOW)
        assert standing == Standing(before + 1, next_daily(7, NOW))
        assert standing.is_quarantined


def test_whoever_is_throttled_goes_on_when_the_directory_says_so() -> None:
    assert parked_until(NOW, NOW + HOUR, 90.5) == NOW + HOUR + timedelta(seconds=90.5)
    assert parked_until(NOW, NOW + HOUR, -1) == NOW + HOUR


def test_a_throttled_sync_has_failed_once_the_next_daily_one_is_due() -> None:
    assert parked_until(NOW, NOW + DAY - HOUR, 3600) is None
    assert parked_until(NOW, NOW + DAY - HOUR, 3599) == NOW + DAY - timedelta(seconds=1)

"""A month of no year is the latest that has begun."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.services.billing.periods import Calendar
from bot.services.errors import UnknownPeriod

CALENDAR = Calendar(27, ZoneInfo("Europe/Paris"))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)  # in the period that began on 27 October


@pytest.mark.parametrize(
    ("asked", "first_day"),
    [("--10", "2026-10-27"), ("--11", "2025-11-27"), ("--12", "2025-12-27"), ("--01", "2026-01-27")],
)
def test_the_latest_period_that_starts_in_a_month(asked: str, first_day: str) -> None:
    assert CALENDAR.parse(asked, NOW).first_day.isoformat() == first_day


@pytest.mark.parametrize("asked", ["--00", "--13", "--1", "-10"])
def test_what_is_no_month_is_refused(asked: str) -> None:
    with pytest.raises(UnknownPeriod):
        CALENDAR.parse(asked, NOW)

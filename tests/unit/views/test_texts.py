"""Figures and dates are written as Babel writes them, only quicker; the first of a French month is “1er”."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from bot.views.texts import Texts

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("locale", ["en", "fr"])
@given(number=st.integers(-(10**9), 10**9))
def test_a_number_is_written_as_babel_writes_it(locale: str, number: int) -> None:
    assert Texts(locale, PARIS).number(number) == format_decimal(number, locale=locale)


@pytest.mark.parametrize("locale", ["en", "fr"])
@given(minutes=st.integers(0, 60 * 24 * 365 * 60))
def test_an_instant_is_written_as_babel_writes_it(locale: str, minutes: int) -> None:
    instant = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    texts = Texts(locale, PARIS)
    here, there = (
        "d'er'" if locale == "fr" and one.day == 1 else "d" for one in (instant.astimezone(PARIS), instant.date())
    )
    assert texts.instant(instant) == format_datetime(instant, f"{here} MMM y HH:mm", tzinfo=PARIS, locale=locale)
    assert texts.day(instant.date()) == format_date(instant.date(), f"{there} MMM y", locale=locale)
    assert texts.short_day(instant.date()) == format_date(instant.date(), f"{there} MMM", locale=locale)

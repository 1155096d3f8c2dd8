"""Figures and dates are written as Babel writes them, only quicker; the first of a French month is “1er”."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from bot.views.texts import Texts
from bot.views.words import difference

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


@pytest.mark.parametrize("locale", ["en", "fr"])
@given(number=st.integers(), minutes=st.integers(0, 60 * 24 * 365 * 60), cents=st.integers())
def test_in_a_file_figures_are_for_programs(locale: str, number: int, minutes: int, cents: int) -> None:
    texts = Texts(locale, PARIS, filed=True)
    instant = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert int(texts.number(number)) == int(difference(texts, number)) == number
    assert texts.number(number).lstrip("-").isdecimal()
    assert date.fromisoformat(texts.day(instant.date())) == instant.date()
    assert datetime.fromisoformat(texts.within(ZoneInfo("Asia/Tokyo")).instant(instant)) == instant
    assert datetime.fromisoformat(texts.beginning(instant)) == instant.replace(
        tzinfo=None if not minutes % 1440 else UTC
    )
    assert Decimal(texts.money(Decimal(cents).scaleb(-2), "EUR")) == Decimal(cents).scaleb(-2)
    assert texts.say("Peak") == Texts(locale, PARIS).say("Peak")


def test_in_french_a_time_in_a_sentence_has_a_before_it() -> None:
    instant = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
    french, english = Texts("fr", PARIS), Texts("en", PARIS)
    assert french.say("Next: {at}.", at=instant) == "Prochain\u00a0: 3 mars 2026 à 14:05."
    assert french.beginning(instant.astimezone(PARIS)) == french.moment(instant) == "3 mars 2026 à 14:05"
    assert french.instant(instant) == "3 mars 2026 14:05", "in a table"
    assert english.moment(instant) == english.instant(instant) == "3 Mar 2026 14:05"
    assert Texts("fr", PARIS, filed=True).moment(instant) == "2026-03-03T14:05:00+01:00"

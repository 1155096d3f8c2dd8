"""Prices: how amounts are read, which tier holds, and that shares add up to the bill."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.billing import prices
from bot.services.billing.prices import Price, Tier
from bot.services.errors import (
    AmbiguousAmount,
    BadAmount,
    BadCurrency,
    FineAmount,
    NegativeAmount,
    OtherCurrency,
    Refusal,
)

SPACE, THIN = "\u00a0", "\u202f"
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "USD"])
UNITS = st.decimals(0, 1000, places=4)


@st.composite
def some_prices(draw: st.DrawFn) -> Price:
    starts = sorted({1, *draw(st.lists(st.integers(2, 300), max_size=4))})
    return Price(draw(CURRENCIES), tuple(Tier(start, draw(UNITS)) for start in starts))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4.50", "4.50"),
        (" 4,5 ", "4.50"),
        ("4", "4.00"),
        ("0", "0.00"),
        ("+3", "3.00"),
        ("EUR 4.50", "4.50"),
        ("4.50 eur", "4.50"),
        ("€4", "4.00"),
        (f"4,50{SPACE}€", "4.50"),
        (f"1{THIN}234{THIN}567,80{SPACE}€", "1234567.80"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234,567", "1234567.00"),
        ("1'234.50", "1234.50"),
        ("0,120", "0.12"),
        ("-0", "0.00"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: str) -> None:
    assert str(prices.parse(text, "EUR")) == amount


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("four", BadAmount),
        ("", BadAmount),
        ("1e5", BadAmount),
        ("NaN", BadAmount),
        ("4.", BadAmount),
        ("4 apples", BadAmount),
        ("1.2.3", BadAmount),
        ("12,34,567", BadAmount),
        ("9" * 13, BadAmount),
        ("-4", NegativeAmount),
        ("−4,50 €", NegativeAmount),
        ("€-4", NegativeAmount),
        ("4 USD", OtherCurrency),
        ("$4", OtherCurrency),
        ("4 chf", OtherCurrency),
        ("£4.50", OtherCurrency),
        ("1,234", AmbiguousAmount),
        ("4.505", FineAmount),
    ],
)
def test_what_is_no_amount_is_refused_for_its_own_reason(text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as raised:
        prices.parse(text, "EUR")
    assert type(raised.value) is refusal


def test_the_price_of_one_user_may_have_parts_of_a_cent_and_a_thousand_is_never_meant_by_it() -> None:
    assert prices.parse("1,125", "EUR", prices.FINEST) == Decimal("1.125")
    with pytest.raises(FineAmount):
        prices.parse("1.12345", "EUR", prices.FINEST)


def test_a_dollar_is_that_of_the_currency_in_use() -> None:
    assert prices.parse("$4", "CAD") == 4
    assert prices.parse("CA$4", "CAD") == 4
    assert prices.parse("4,50 $US", "USD") == Decimal("4.5")


def test_a_currency_is_known_by_its_code() -> None:
    assert prices.check_currency(" eur ") == "EUR"
    for text in ("EURO", "€", "", "ZZZ"):
        with pytest.raises(BadCurrency):
            prices.check_currency(text)


@pytest.mark.parametrize(
    ("seats", "unit", "amount"),
    [(0, "5", "0.00"), (1, "5", "5.00"), (99, "5", "495.00"), (100, "4.125", "412.50"), (101, "4.125", "416.63")],
)
def test_the_tier_that_holds_the_peak_gives_the_price_of_every_user(seats: int, unit: str, amount: str) -> None:
    price = Price("EUR", (Tier(1, Decimal(5)), Tier(100, Decimal("4.125"))))
    assert price.unit(seats) == Decimal(unit)
    assert str(price.amount(seats)) == amount


def test_half_a_unit_is_rounded_up_and_a_yen_has_no_parts() -> None:
    assert prices.flat(Decimal("0.125"), "EUR").amount(1) == Decimal("0.13")
    assert prices.flat(Decimal("0.125"), "JPY").amount(12) == 2


@given(some_prices(), st.lists(st.integers(0, 200), max_size=12))
def test_shares_add_up_to_the_bill_and_none_is_a_whole_unit_off(price: Price, shares: list[int]) -> None:
    parts = price.split(shares)
    assert sum(parts) == price.amount(sum(shares))
    unit, smallest = price.unit(sum(shares)), prices.smallest(price.currency)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - share * unit) < smallest
        assert part == part.quantize(smallest)


@given(some_prices())
def test_a_price_comes_back_from_its_text_as_it_was(price: Price) -> None:
    assert prices.load(price.dump()) == price

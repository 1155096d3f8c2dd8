"""Prices: what a user costs, by how many users are billed (domain.md, B4 and B8). Pure: no clock, no database.

A bill's amount is its peak times the price of one user. With tiers the one that holds the peak gives the price of every
user (a bulk discount). Amounts are rounded to the currency's smallest unit, halves up, as invoices are.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

from bot.services import names
from bot.services.errors import (
    AmbiguousAmount,
    BadAmount,
    BadCurrency,
    FineAmount,
    NegativeAmount,
    OtherCurrency,
)

FINEST = 4
"""So many decimals the price of one user may have."""
LONGEST = 12
"""No amount has more digits before its decimals."""
WRITTEN = re.compile(r"([^\d.,+−-]*)([+−-]?)([^\d.,+−-]*)(\d[\d.,'’\s]*?)(\D*)")
PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")
SPACES = re.compile(r"['’\s]")
READERS = ("en", "fr")
"""A currency's symbols are known as these languages write them."""


@dataclass(frozen=True, slots=True)
class Tier:
    """From `start` users on a user costs so much."""

    start: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """What a user costs in a period, in a currency by its ISO code; tiers are in order, the first from 1 user on."""

    currency: str
    tiers: tuple[Tier, ...]

    def unit(self, seats: int) -> Decimal:
        """What one user costs where so many are billed."""
        return next((tier.amount for tier in reversed(self.tiers) if tier.start <= seats), self.tiers[0].amount)

    def amount(self, seats: int) -> Decimal:
        """What so many users cost, rounded."""
        return rounded(seats * self.unit(seats), self.currency)

    def split(self, shares: Sequence[int]) -> list[Decimal]:
        """What each share of a bill costs, so that they add up to the amount of their sum: each is its own amount
        rounded down, and the smallest units that are left go to those that lost most."""
        total, unit = sum(shares), self.unit(sum(shares))
        exact = [share * unit for share in shares]
        parts = [rounded(part, self.currency, ROUND_DOWN) for part in exact]
        left = int((self.amount(total) - sum(parts)) / smallest(self.currency))
        for at in sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])[:left]:
            parts[at] += smallest(self.currency)
        return parts

    def dump(self) -> str:
        """The price as JSON text, its amounts as text."""
        return json.dumps({"currency": self.currency, "tiers": [[tier.start, str(tier.amount)] for tier in self.tiers]})


def load(text: str) -> Price:
    """The price of a text made by `Price.dump`."""
    kept = json.loads(text)
    return Price(kept["currency"], tuple(Tier(start, Decimal(amount)) for start, amount in kept["tiers"]))


def flat(amount: Decimal, currency: str) -> Price:
    """The same price for any number of users."""
    return Price(currency, (Tier(1, amount),))


@cache
def smallest(currency: str) -> Decimal:
    """The smallest unit of a currency."""
    from babel.numbers import get_currency_precision

    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, currency: str, how: str = ROUND_HALF_UP) -> Decimal:
    """An amount in whole smallest units of its currency."""
    return amount.quantize(smallest(currency), rounding=how)


def check_currency(code: str) -> str:
    """The ISO code of a currency. Raises BadCurrency."""
    from babel.numbers import list_currencies

    wanted = code.strip().upper()
    if wanted not in list_currencies():
        raise BadCurrency(value=names.printable(code))
    return wanted


def parse(text: str, currency: str, finest: int | None = None) -> Decimal:
    """The amount that somebody wrote, such as 4.50, 1,234.50, « 4,50 € » or EUR 4.50; `finest` is how many decimals the
    price of one user may have, an amount has as many as its currency.

    Raises BadAmount, AmbiguousAmount for an amount such as 1,234, NegativeAmount, OtherCurrency, FineAmount.
    """
    shown = names.printable(text)
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise BadAmount(value=shown)
    before, sign, between, number, after = found.groups()
    for written in filter(None, (part.strip() for part in (before, between, after))):
        if not is_of(written, currency):
            raise OtherCurrency(value=shown, currency=currency) if is_money(written) else BadAmount(value=shown)
    amount = decimal(number, shown, is_unit=finest is not None)
    if sign in ("-", "−") and amount:
        raise NegativeAmount(value=shown)
    most = -int(smallest(currency).as_tuple().exponent) if finest is None else finest
    if amount != round(amount, most):
        raise FineAmount(value=shown, most=most)
    coarse = rounded(amount, currency)
    return coarse if amount == coarse else amount


def decimal(number: str, shown: str, *, is_unit: bool) -> Decimal:
    """The number that digits and separators mean; 1,234 is no thousand where it is the price of one user. Raises
    BadAmount, AmbiguousAmount."""
    plain = SPACES.sub("", number)
    if PLAIN.fullmatch(plain):
        whole, _, decimals = plain.replace(",", ".").partition(".")
        if not is_unit and "," in plain and len(decimals) == 3 and 0 < len(whole) <= 3 and whole != "0":
            raise AmbiguousAmount(value=shown)
        plain = plain.replace(",", ".")
    elif found := GROUPED.fullmatch(plain):
        plain = plain.replace(found[1], "").replace(",", ".")
        whole = plain.partition(".")[0]
    else:
        raise BadAmount(value=shown)
    if len(whole) > LONGEST:
        raise BadAmount(value=shown)
    return Decimal(plain)


def is_of(written: str, currency: str) -> bool:
    """Whether what stands beside an amount is the currency's code or symbol."""
    from babel.numbers import get_currency_symbol

    known = {currency, *(get_currency_symbol(currency, locale) for locale in READERS)}
    return written.upper() in known or (written == "$" and any("$" in symbol for symbol in known))


def is_money(written: str) -> bool:
    """Whether what stands beside an amount is the code or the symbol of any currency."""
    from babel.numbers import list_currencies

    return written.upper() in list_currencies() or any(is_of(written, code) for code in list_currencies())

"""What people read, in their language: messages of the gettext catalogues, numbers, dates, lists, refusals."""

import gettext
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot.services.errors import BadLine, Faults, Refusal

LOCALES = Path(__file__).parent.parent / "locales"
BIDI = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Marks that turn the direction of writing: a name must not turn the sentence around it."""
NOTHING: Mapping[type[Refusal], str] = MappingProxyType({})
LONGEST_NAME = 80
longest_name = ContextVar("longest_name", default=LONGEST_NAME)
LONGEST_LIST = 20
BEFORE_TIME = {"fr": " à "}
"""What stands between a day and a time in a sentence, where that is more than in a table; Babel has none of it."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one reader: language (`en` or `fr`) and time zone. `filed` says that they are for a file that
    programs read: words are the reader's, numbers plain digits with a point, dates ISO 8601."""

    locale: str
    zone: ZoneInfo
    filed: bool = False

    def within(self, zone: ZoneInfo) -> "Texts":
        """The same in another time zone."""
        return replace(self, zone=zone)

    def say(self, message: str, **fields: Any) -> str:
        """A message of the catalogue with its braces filled; numbers and lists are written as the reader does."""
        return self._fill(catalogue(self.locale).gettext(message), fields)

    def plural(self, one: str, many: str, n: int, **fields: Any) -> str:
        """A message that depends on the count `n`, which also fills `{n}`."""
        return self._fill(catalogue(self.locale).ngettext(one, many, n), {"n": n, **fields})

    def refusal(
        self, refusal: Refusal, instead: Mapping[type[Refusal], str] = NOTHING, *, within: bool = False, **also: Any
    ) -> str:
        """What a refusal says, one line a fault. `instead` has messages for some kinds of them that suit where they are
        read, with the fields `also`."""
        if isinstance(refusal, Faults):
            return "\n".join(self.refusal(fault, instead, **also) for fault in refusal.faults)
        fields = refusal.fields
        if isinstance(refusal, BadLine):
            fields = fields | {"fault": self.refusal(fields["fault"], instead, within=True, **also)}
        message = instead.get(type(refusal), refusal.text)
        said = self.say(message, **also | {name: shortened(self.term(value)) for name, value in fields.items()})
        # What follows “Line 3:” in a file's faults begins small.
        return said[:1].upper() + said[1:] if message[:1].islower() and not within else said

    def term(self, value: Any) -> Any:
        """A status or the kind of a change or a warning by its word; anything else as it is."""
        from bot.views.words import KINDS, STATUSES, WARNINGS

        return self.say((WARNINGS | STATUSES | KINDS)[value]) if isinstance(value, StrEnum) else value

    def number(self, number: int) -> str:
        """A count, with the reader's separators."""
        if self.filed:
            return str(number)
        return f"{number:,}".replace(",", group_symbol(self.locale))

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency; it has at least the currency's decimals, and as many as it needs. In a file it
        is the bare number."""
        if self.filed:
            return f"{amount:f}"
        from babel.numbers import format_currency

        return format_currency(amount, currency, locale=self.locale, decimal_quantization=False)

    def day(self, day: date) -> str:
        """A date such as 27 Oct 2026, 27 oct. 2026 or 1er oct. 2026."""
        return f"{day:%Y-%m-%d}" if self.filed else f"{self.short_day(day)} {day.year}"

    def short_day(self, day: date) -> str:
        """A date without its year, for the axis of a chart."""
        number = "1er" if self.locale == "fr" and day.day == 1 else str(day.day)
        return f"{number} {month_names(self.locale)[day.month]}"

    def instant(self, instant: datetime) -> str:
        """Date and time of an instant in the reader's time zone."""
        return self._moment(instant.astimezone(self.zone))

    def moment(self, instant: datetime) -> str:
        """As `instant`, in a sentence, which in French has “à” before the time."""
        return self._moment(instant.astimezone(self.zone), BEFORE_TIME.get(self.locale, " "))

    def beginning(self, instant: datetime) -> str:
        """An instant in its own time zone: the day that it begins or, of any other, as `moment`."""
        return (
            self.day(instant) if instant.time() == time() else self._moment(instant, BEFORE_TIME.get(self.locale, " "))
        )

    def _moment(self, local: datetime, between: str = " ") -> str:
        return local.isoformat() if self.filed else f"{self.day(local)}{between}{local:%H:%M}"

    def listing(self, items: Iterable[str]) -> str:
        """Items in a row: a, b and c."""
        from babel.lists import format_list

        return format_list([shown(item) for item in items], locale=self.locale)

    def either(self, items: Iterable[str]) -> str:
        """Items to choose from: a, b or c."""
        from babel.lists import format_list

        return format_list(list(items), style="or", locale=self.locale)

    def together(self, items: Iterable[str]) -> str:
        """Items as they are: a, b and c."""
        from babel.lists import format_list

        return format_list(list(items), locale=self.locale)

    def _fill(self, message: str, fields: dict[str, Any]) -> str:
        return message.format_map({name: self._write(value) for name, value in fields.items()})

    def _write(self, value: Any) -> str:
        if isinstance(value, bool | str):
            return str(value) if isinstance(value, bool) else value
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, list | tuple):
            return self.listing(value)
        return str(value)


# A report has thousands of figures and dates: Babel tells once what is in them, since its own formatting is slow.


@cache
def group_symbol(locale: str) -> str:
    from babel.numbers import get_group_symbol

    return get_group_symbol(locale)


@cache
def month_names(locale: str) -> Mapping[int, str]:
    from babel.dates import get_month_names

    return get_month_names("abbreviated", locale=locale)


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    return gettext.translation("messages", LOCALES, [locale], fallback=locale == "en")


def shortened(value: Any) -> Any:
    """A list as it may stand in a sentence: the first twenty of it."""
    return [*value[:LONGEST_LIST], "…"] if isinstance(value, list | tuple) and len(value) > LONGEST_LIST else value


@contextmanager
def whole_names() -> Iterator[None]:
    """Within, names are not shortened: what a program reads from a pipe must be whole."""
    token = longest_name.set(sys.maxsize)
    try:
        yield
    finally:
        longest_name.reset(token)


def shown(name: str, longest: int | None = None) -> str:
    """Somebody's name as it may stand in a line: not endless, and without marks that turn the direction of writing."""
    name = name.translate(BIDI)
    longest = longest or longest_name.get()
    return name if len(name) <= longest else name[: longest - 1] + "…"

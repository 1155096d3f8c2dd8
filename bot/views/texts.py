"""What people read, in their language: messages of the gettext catalogues, numbers, dates, lists, refusals."""

import gettext
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.services.errors import BadLine, Faults, Refusal

LOCALES = Path(__file__).parent.parent / "locales"
BIDI = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Marks that turn the direction of writing: a name must not turn the sentence around it."""
LONGEST_NAME = 80
LONGEST_LIST = 20


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one reader: language (`en` or `fr`) and time zone."""

    locale: str
    zone: ZoneInfo

    def say(self, message: str, **fields: Any) -> str:
        """A message of the catalogue with its braces filled; numbers and lists are written as the reader does."""
        return self._fill(catalogue(self.locale).gettext(message), fields)

    def plural(self, one: str, many: str, n: int, **fields: Any) -> str:
        """A message that depends on the count `n`, which also fills `{n}`."""
        return self._fill(catalogue(self.locale).ngettext(one, many, n), {"n": n, **fields})

    def refusal(self, refusal: Refusal) -> str:
        """What a refusal says, one line a fault."""
        if isinstance(refusal, Faults):
            return "\n".join(map(self.refusal, refusal.faults))
        fields = refusal.fields
        if isinstance(refusal, BadLine):
            fields = {"line": fields["line"], "fault": self.refusal(fields["fault"])}
        return self.say(refusal.text, **{name: shortened(value) for name, value in fields.items()})

    def number(self, number: int) -> str:
        """A count, with the reader's separators."""
        return f"{number:,}".replace(",", group_symbol(self.locale))

    def day(self, day: date) -> str:
        """A date such as 27 Oct 2026 or 27 oct. 2026."""
        return f"{day.day} {month_names(self.locale)[day.month]} {day.year}"

    def short_day(self, day: date) -> str:
        """A date without its year, for the axis of a chart."""
        return f"{day.day} {month_names(self.locale)[day.month]}"

    def instant(self, instant: datetime) -> str:
        """Date and time of an instant in the reader's time zone."""
        local = instant.astimezone(self.zone)
        return f"{self.day(local)} {local:%H:%M}"

    def listing(self, items: Iterable[str]) -> str:
        """Items in a row: a, b and c."""
        from babel.lists import format_list

        return format_list([shown(item) for item in items], locale=self.locale)

    def _fill(self, message: str, fields: dict[str, Any]) -> str:
        return message.format_map({name: self._write(value) for name, value in fields.items()})

    def _write(self, value: Any) -> str:
        if isinstance(value, bool | str):
            return str(value) if isinstance(value, bool) else value
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, datetime):
            return self.instant(value)
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


def shown(name: str, longest: int = LONGEST_NAME) -> str:
    """Somebody's name as it may stand in a line: not endless, and without marks that turn the direction of writing."""
    name = name.translate(BIDI)
    return name if len(name) <= longest else name[: longest - 1] + "…"

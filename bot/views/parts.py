"""What an answer is made of, whoever shows it: Slack makes blocks of it, the command line lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, Literal, TypeVar, overload

T = TypeVar("T")
Cell = str | int | Decimal | date | datetime | None
"""What a spreadsheet counts with, rather than what a reader sees."""


@dataclass(frozen=True, slots=True)
class Part:
    """One sentence or several. `id` names the block that Slack shows it in; parts of one id stand together.

    `people` are the Slack user ids in the text, which Slack shows as names.
    """

    id: str
    text: str
    tone: Literal["plain", "strong", "warning", "small"] = "plain"
    people: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under titles, as the reader sees them; the columns `numbers` stand to the right."""

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()
    total: Sequence[str] = ()
    """A last row about all the others, where people read the table; a file has none."""

    def only(self, places: Sequence[int]) -> "Table":
        """The same with these of its columns, in that order."""

        def pick(row: Sequence[str]) -> list[str]:
            return [row[place] for place in places]

        numbers = [at for at, place in enumerate(places) if place in self.numbers]
        return Table(pick(self.titles), Rows(self.rows, pick), numbers, pick(self.total) if self.total else ())


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table for a spreadsheet: counts stay numbers, dates stay dates; instants are local to the zone that they are
    meant in. `name` is also that of its file, `made_at` when what it shows was made."""

    name: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    made_at: datetime


class Rows(Sequence[Sequence[str]], Generic[T]):
    """Rows that are made when they are read: of a long list people look at one page."""

    def __init__(self, items: Sequence[T], make: Callable[[T], Sequence[str]]) -> None:
        self._items: Sequence[T] = items
        self._make = make

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, at: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, at: slice) -> "Rows[T]": ...
    def __getitem__(self, at: int | slice) -> "Sequence[str] | Rows[T]":
        return Rows(self._items[at], self._make) if isinstance(at, slice) else self._make(self._items[at])

"""Reading CSV files that people made: header names in two languages, any order, one clear fault a line (contracts.md,
CSV)."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BufferedReader
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from bot.services import names
from bot.services.billing.periods import midnight
from bot.services.errors import (
    AncientInstant,
    BadInstant,
    BadLine,
    BadStatus,
    DistantInstant,
    DoubledColumn,
    EmptyFile,
    Faults,
    LongLine,
    MisplacedQuote,
    MissingColumns,
    MissingFile,
    NotText,
    Refusal,
    SkippedInstant,
    WrongCells,
)
from db.models import EPOCH, Status

Progress = Callable[[int, int], None]
"""Told now and then how many bytes of how many have been read."""

LONGEST_CELL = 100_000
EVERY = 5_000
LAST_YEAR = 9000
SEPARATOR = re.compile(r"\"?sep=([,;|\t])\"?", re.IGNORECASE)
"""By such a first line a spreadsheet is told the delimiter."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what else people call it (without accents and case), and whether it must be there."""

    name: str
    also: tuple[str, ...] = ()
    required: bool = True


STATUSES = {
    "active": Status.ACTIVE,
    "actif": Status.ACTIVE,
    "inactive": Status.INACTIVE,
    "inactif": Status.INACTIVE,
    "trial": Status.TRIAL,
    "essai": Status.TRIAL,
    "closed": Status.CLOSED,
    "ferme": Status.CLOSED,
}


Line = tuple[int, tuple[str, ...] | Refusal]


def read(path: Path, columns: Sequence[Column], progress: Progress | None = None) -> Iterator[Line]:
    """The lines of a file, each with its number and the cells of `columns` in that order, or what is wrong with it.

    A cell is '' where its column is not there; blank lines are passed over, and so are what spreadsheets add: a first
    line `sep=;` and empty cells at the ends of lines; nothing follows a line that is no CSV. A pipe is read too, but
    tells of no progress. Raises MissingFile, NotText, EmptyFile, MissingColumns, DoubledColumn.
    """
    try:
        size = path.stat().st_size
        file = path.open(encoding="utf-8-sig", newline="")
    except (OSError, ValueError):
        raise MissingFile(path=names.printable(str(path))) from None
    with file:
        csv.field_size_limit(LONGEST_CELL)
        try:
            before, delimiter, header = first_line(file)
            if "\0" in header or (len(header) == LONGEST_CELL and not header.endswith("\n")):
                raise NotText(path=path.name)
            if not header.strip():
                raise EmptyFile(path=path.name, columns=[column.name for column in columns if column.required])
            if delimiter is None:
                delimiter = ";" if header.count(";") > header.count(",") else ","
            width, pick = places(path, next(csv.reader([header], delimiter=delimiter)), columns)
            lines = csv.reader(file, delimiter=delimiter, strict=True)
            buffer: BufferedReader = file.buffer  # type: ignore[assignment]
            tell = progress if file.seekable() else None
            yield from checked(lines, before, width, pick, lambda: tell(buffer.tell(), size) if tell else None)
        except UnicodeDecodeError:
            raise NotText(path=path.name) from None
        except OSError:
            raise MissingFile(path=names.printable(str(path))) from None


def first_line(file: TextIO) -> tuple[int, str | None, str]:
    """The line that names the columns, how many lines came before it, and the delimiter if one of them told it."""
    before, delimiter = 0, None
    while line := file.readline(LONGEST_CELL):
        told = SEPARATOR.fullmatch(line.strip(" \r\n"))
        if told and delimiter is None:
            delimiter = told[1]
        elif line.strip(" \t\r\n,;"):
            return before, delimiter, line
        before += 1
    return before, delimiter, ""


def places(
    path: Path, header: list[str], columns: Sequence[Column]
) -> tuple[int, Callable[[list[str]], tuple[str, ...]]]:
    """How many cells a line has, and how to pick the columns from it."""
    while header and not header[-1].strip():
        header.pop()
    found: dict[str, int] = {}
    for place, title in enumerate(map(folded, header)):
        for column in columns:
            if title == column.name or title in column.also:
                if column.name in found:
                    raise DoubledColumn(path=path.name, column=column.name)
                found[column.name] = place
    missing = [column.name for column in columns if column.required and column.name not in found]
    if missing:
        needed = [column.name for column in columns if column.required]
        raise MissingColumns(path=path.name, missing=missing, columns=needed)
    absent = len(header)  # of the empty cell that every line gets at its end
    wanted = [found.get(column.name, absent) for column in columns]
    getter = itemgetter(*wanted)
    return len(header), (lambda cells: (getter(cells),)) if len(wanted) == 1 else getter


def checked(
    lines: Any, before: int, width: int, pick: Callable[[list[str]], tuple[str, ...]], progress: Callable[[], None]
) -> Iterator[Line]:
    """The lines of a csv.reader; `before` lines stand before the header, which was read."""
    skipped = before + 1
    number = skipped
    try:
        for cells in lines:
            number = lines.line_num + skipped
            if not number % EVERY:
                progress()
            if not any(cells):
                continue
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if len(cells) == width:
                cells.append("")
                yield number, pick(cells)
            else:
                yield number, WrongCells(found=len(cells), expected=width)
    except csv.Error as error:
        yield lines.line_num + skipped, LongLine() if "field limit" in str(error) else MisplacedQuote()
    progress()


def folded(title: str) -> str:
    """A header cell without case, accents and punctuation: `Fin d'essai` is `fin_d_essai`."""
    letters = (letter for letter in unicodedata.normalize("NFKD", title) if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", "".join(letters).casefold()).strip("_")


def status(value: str, allowed: Sequence[Status]) -> Status:
    """The status that a cell names, in English or French. Raises BadStatus."""
    found = STATUSES.get(folded(value))
    if found is None or found not in allowed:
        raise BadStatus(value=names.printable(value), known=[status.value for status in allowed])
    return found


def instant(value: str, zone: ZoneInfo) -> datetime:
    """The UTC instant that a cell names in ISO 8601; local to `zone` without an offset, a bare date is its midnight.

    A local time that occurs twice is the earlier one. Raises BadInstant, SkippedInstant for a local time that the clock
    skipped, AncientInstant before 1970, DistantInstant after the year 9000.
    """
    shown = names.printable(value)
    try:
        day = date_of(value)
        if day is not None:
            found = midnight(day, zone)
        else:
            wall = datetime.fromisoformat(value)
            found = (wall if wall.tzinfo else wall.replace(tzinfo=zone, fold=0)).astimezone(UTC)
            if not wall.tzinfo and found.astimezone(zone).replace(tzinfo=None) != wall:
                raise SkippedInstant(value=shown, timezone=zone.key)
    except (ValueError, OverflowError):
        raise BadInstant(value=shown) from None
    if found < EPOCH:
        raise AncientInstant(value=shown)
    if found.year > LAST_YEAR:
        raise DistantInstant(value=shown)
    return found


def date_of(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


class FaultList:
    """Collects the faults of a file's lines, so that all are told at once."""

    def __init__(self) -> None:
        self.found: list[BadLine] = []

    def add(self, number: int, fault: Refusal) -> None:
        self.found.append(BadLine(number, fault))

    def check(self) -> None:
        """Raises Faults if there are any, in the order of lines."""
        if self.found:
            raise Faults(sorted(self.found, key=lambda fault: int(fault.fields["line"])))

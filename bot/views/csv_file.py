"""CSV for spreadsheets: a cell that a spreadsheet would run is written so that it does not (contracts.md, CSV)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from bot.views.parts import Table

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(out: TextIO, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write the columns of the rows, with a header."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe(row[column]) for column in columns] for row in rows)


def as_csv(table: Table) -> str:
    """A whole table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.titles)
    writer.writerows([safe(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def safe(value: Any) -> str:
    """A cell as text; what would be a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RUN_BY_SPREADSHEETS) else text

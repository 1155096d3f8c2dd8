"""CSV for spreadsheets: a cell that a spreadsheet would run is written so that it does not (contracts.md, CSV)."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from bot.views.parts import Table

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def write_csv(out: TextIO, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write the columns of the rows, with a header."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe(row[column]) for column in columns] for row in rows)


def as_csv(table: Table) -> str:
    """A whole table as CSV, of texts that are `filed`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.titles)
    for row in table.rows:
        writer.writerow(
            cell if at in table.numbers and NUMBER.fullmatch(cell) else safe(cell) for at, cell in enumerate(row)
        )
    return out.getvalue()


def safe(value: Any) -> str:
    """A cell as text; what would be a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RUN_BY_SPREADSHEETS) else text

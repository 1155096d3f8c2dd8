"""CSV for spreadsheets: a cell that a spreadsheet would run is written so that it does not (contracts.md, CSV)."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(out: TextIO, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write the columns of the rows, with a header."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe(row[column]) for column in columns] for row in rows)


def safe(value: Any) -> str:
    """A cell as text; what would be a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(RUN_BY_SPREADSHEETS) else text

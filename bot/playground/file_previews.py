"""What a message shows of a file: how large it is, and the first lines of a table."""

import csv
from dataclasses import dataclass
from io import StringIO
from itertools import islice

MOST_LINES = 6
MOST_COLUMNS = 8
READ = 20_000  # bytes that are looked at
TABLES = {"csv": ",", "tsv": "\t"}


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a table, its header first; `more` counts the lines below them, as far as one can tell."""

    rows: list[list[str]]
    more: int


def preview(filetype: str, content: bytes) -> Preview | None:
    """The first lines of a CSV or TSV file in UTF-8; None for everything else, and for what is no text."""
    if filetype not in TABLES or b"\0" in content[:READ]:
        return None
    try:
        text = content[:READ].decode("utf-8-sig", errors="ignore" if len(content) > READ else "strict")
    except UnicodeDecodeError:
        return None
    first = text.partition("\n")[0]
    delimiter = max(";,\t" if filetype == "csv" else "\t", key=first.count)
    try:
        rows = list(islice(csv.reader(StringIO(text), delimiter=delimiter), MOST_LINES))
    except csv.Error:
        return None
    lines = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    return Preview([row[:MOST_COLUMNS] for row in rows], max(0, lines - len(rows))) if rows else None


def size(length: int) -> tuple[float, str]:
    """A number of bytes as people say it: a figure and its unit, `B`, `kB` or `MB`."""
    if length < 1000:
        return length, "B"
    return (round(length / 1000, 1), "kB") if length < 1_000_000 else (round(length / 1_000_000, 1), "MB")

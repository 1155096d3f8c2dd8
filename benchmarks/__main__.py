"""`python -m benchmarks`: the table on standard output, what is being done on standard error."""

import argparse
import platform
import sqlite3
import sys
import tempfile
from pathlib import Path

from benchmarks import jobs, stores
from benchmarks.table import Line, markdown

ENGINES = ("sqlite", "postgresql")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="ledger rows of the history (default: 1,000,000)")
    parser.add_argument("--engine", choices=ENGINES, help="only this one (default: both)")
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {asked.rows:,} rows", file=sys.stderr)
    for engine in [asked.engine] if asked.engine else ENGINES:
        print(f"\n## {engine}\n")
        if engine == "postgresql" and not stores.postgres_answers():
            print("Not measured: no PostgreSQL answers (SEATBOT_TEST_POSTGRES gives another address).")
        else:
            print(markdown(measured(engine, asked.rows)), flush=True)


def measured(engine: str, rows: int) -> list[Line]:
    found = []
    with tempfile.TemporaryDirectory() as folder, stores.place(engine, Path(folder)) as place:
        for line in jobs.lines(place, rows):
            print(f"{engine}: {line.job}: {line.figure} {line.ratio} {line.met}", file=sys.stderr, flush=True)
            found.append(line)
    return found


if __name__ == "__main__":
    main()

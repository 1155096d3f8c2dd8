"""`python -m benchmarks`: the table on standard output, what is being done on standard error."""

import argparse
import gc
import logging
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import structlog

from benchmarks import digests, directories, faq, jobs, pickers, reports, slack, stores, sync, workers
from benchmarks.table import Line, markdown
from bot.cli import NEW_OBJECTS, SWITCH_SECONDS

ENGINES = ("sqlite", "postgresql")
PARTS = ("billing", "reports", "digests", "slack", "pickers", "sync", "workers")
WITHOUT_STORE = {"faq": faq.lines, "directories": directories.lines}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="ledger rows of the history (default: 1,000,000)")
    parser.add_argument("--engine", choices=ENGINES, help="only this one (default: both)")
    parser.add_argument("--part", choices=[*PARTS, *WITHOUT_STORE], help="only this one (default: all)")
    parser.add_argument("--pace", type=float, default=120, help="seconds with 50 commands a second (default: 120)")
    asked = parser.parse_args()
    gc.set_threshold(NEW_OBJECTS)  # as the console script does
    sys.setswitchinterval(SWITCH_SECONDS)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {asked.rows:,} rows", file=sys.stderr)
    for part, lines in WITHOUT_STORE.items():
        if asked.part in (None, part):
            print(f"\n## {part}\n\n{markdown(shown(part, lines()))}", flush=True)
    for engine in [asked.engine] if asked.engine else ENGINES if asked.part not in WITHOUT_STORE else ():
        print(f"\n## {engine}\n")
        if engine == "postgresql" and not stores.postgres_answers():
            print("Not measured: no PostgreSQL answers (SEATBOT_TEST_POSTGRES gives another address).")
        else:
            parts = [asked.part] if asked.part else PARTS
            print(markdown(measured(engine, parts, asked.rows, asked.pace)), flush=True)


def measured(engine: str, parts: Sequence[str], rows: int, pace: float) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder, stores.place(engine, Path(folder)) as place:
        wanted = {
            "billing": lambda: jobs.lines(place, rows),
            "reports": lambda: reports.lines(place),
            "slack": lambda: slack.lines(place, pace),
            "pickers": lambda: pickers.lines(place),
            "sync": lambda: sync.lines(place),
            "workers": lambda: workers.lines(place),
            "digests": lambda: digests.lines(place, rows),
        }
        return shown(engine, (line for part in parts for line in wanted[part]()))


def shown(about: str, lines: Iterable[Line]) -> list[Line]:
    """The lines, each told on standard error when it is measured."""
    found = []
    for line in lines:
        print(f"{about}: {line.job}: {line.figure} {line.ratio} {line.met}", file=sys.stderr, flush=True)
        found.append(line)
    return found


if __name__ == "__main__":
    main()

"""The import of a large CSV file, in a process of its own, so that its memory is its own too.

`python -m benchmarks.imports DATABASE_URL FILE.csv` prints how long the import took and the most memory it held.
"""

import csv
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlmodel import Session

from benchmarks.history import ACTIVE, DAY, INACTIVE, NOW, SECOND, SEED, STATUSES, account_name, email
from bot.services import workspaces
from bot.services.imports.accounts import import_accounts
from bot.services.imports.users import import_users
from db.models import from_micros, to_micros
from db.session import open_engine

LINES_A_PERSON = 20
ACCOUNTS = 3_000
DAYS = 1_095


@dataclass(frozen=True, slots=True)
class Run:
    """How long an import took, in seconds, and the most memory that its process held, in bytes."""

    seconds: float
    memory: int


def write_accounts(path: Path) -> None:
    """A file of accounts that are all billable from the first day on."""
    first = from_micros(to_micros(NOW) - DAYS * DAY).isoformat()
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["account", "status", "at"])
        lines.writerows([account_name(number), "active", first] for number in range(1, ACCOUNTS + 1))


def write_users(path: Path, lines: int) -> None:
    """A file of people who join, leave and come back, 20 lines each, in the order of time."""
    rng = np.random.default_rng(SEED)
    people = lines // LINES_A_PERSON
    days = np.sort(rng.random((people, LINES_A_PERSON)).argsort(axis=0) % DAYS, axis=1)
    seconds = np.sort(days * 86_400 + rng.integers(0, 86_400, days.shape), axis=1) + np.arange(LINES_A_PERSON)
    at = to_micros(NOW) - DAYS * DAY + seconds.ravel() * SECOND
    person = np.repeat(np.arange(1, people + 1), LINES_A_PERSON)
    status = np.tile([ACTIVE, INACTIVE], len(at) // 2)
    order = np.argsort(at, kind="stable")
    order = order[at[order] < to_micros(NOW)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["account", "email", "status", "at", "name"])
        for number, kind, instant in zip(
            person[order].tolist(), status[order].tolist(), at[order].tolist(), strict=True
        ):
            account = number % ACCOUNTS + 1
            when = from_micros(instant).isoformat()
            writer.writerow(
                [account_name(account), email(number, account), STATUSES[kind].value, when, f"Person {number}"]
            )


def import_file(url: str, path: Path) -> float:
    """Import a file of users into a store that has their accounts; gives the seconds it took."""
    with Session(open_engine(url)) as session:
        workspace = workspaces.find(session)
        begun = time.perf_counter()
        import_users(session, workspace, path, actor="cli:anna", clock=lambda: NOW)
        return time.perf_counter() - begun


def import_accounts_file(url: str, path: Path) -> None:
    with Session(open_engine(url)) as session:
        import_accounts(session, workspaces.find(session), path, actor="cli:anna", clock=lambda: NOW)


def most_memory() -> int:
    """The most memory that this process held, in bytes.

    Linux counts what the parent held into `ru_maxrss` of a child, so that it is asked elsewhere there.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def in_process_of_its_own(url: str, path: Path) -> Run:
    command = [sys.executable, "-m", "benchmarks.imports", url, str(path)]
    return Run(**json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


if __name__ == "__main__":
    print(json.dumps({"seconds": import_file(sys.argv[1], Path(sys.argv[2])), "memory": most_memory()}))

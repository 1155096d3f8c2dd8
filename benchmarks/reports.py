"""What comes of a month by itself: closing it, and the list of who was billed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from sqlalchemy import delete

from benchmarks import baselines
from benchmarks.history import Shape
from benchmarks.jobs import LARGE, filled
from benchmarks.stores import PEOPLE, Place, Store
from benchmarks.table import MEGABYTE, Line, memory, plain, slower
from benchmarks.timing import seconds, typical
from bot.services.billing import billed, freezing, statements
from db.bulk import insert_rows
from db.models import STATEMENT, STATEMENT_ACCOUNT, USER
from db.session import begin_writing

MOST = 150 * MEGABYTE
MEASURED = """
import sys
from benchmarks.imports import most_memory
from bot.cli import main
sys.argv = ["seatbot", "statement", "--people"]
try:
    main()
finally:
    print(most_memory(), file=sys.stderr)
"""


def lines(place: Place) -> Iterator[Line]:
    """All lines of an engine's table; one client has 50,000 people."""
    store = filled(place, "reports", Shape(LARGE * 5, months=12, in_largest=LARGE))
    bare = place.make("reports_bare")
    people = baselines.stored_rows(store, USER, PEOPLE)[:LARGE]
    closing = typical(partial(close, store), 5)
    inserted = seconds(partial(insert, bare, people))
    yield slower(f"closing a period with {LARGE:,} people", closing, inserted, f"a bare insert of {LARGE:,} people", 3)
    yield plain(f"who was billed, of {LARGE:,} and more", typical(partial(read_people, store), 3))
    yield memory("most memory of `seatbot statement --people`", memory_of_people(store), MOST)


def close(store: Store) -> None:
    """Close the last period that is over, as if nobody had."""
    with store.session() as session:
        begin_writing(session)
        session.execute(delete(STATEMENT_ACCOUNT))
        session.execute(delete(STATEMENT))
        session.commit()
        calendar = store.workspace.calendar
        period = calendar.before(calendar.holding(store.clock()))
        assert freezing.freeze(session, store.workspace, period, store.clock)


def insert(store: Store, people: list[tuple[object, ...]]) -> None:
    """Insert so many people of one account with nothing around it."""
    with store.session() as session:
        begin_writing(session)
        insert_rows(session, "account", ("id", "workspace_id", "name", "name_key"), [(1, store.workspace.id, "A", "a")])
        account = PEOPLE.index("account_id")
        insert_rows(session, USER.name, PEOPLE, [(*row[:account], 1, *row[account + 1 :]) for row in people])
        session.commit()


def read_people(store: Store) -> None:
    with store.session() as session:
        found = statements.statement(session, store.workspace, None, store.clock)
        assert sum(1 for _ in billed.people(session, found)) == found.peak >= LARGE / 2


def memory_of_people(store: Store) -> int:
    """The most memory that the command held as a process of its own, in bytes."""
    command = [sys.executable, "-c", MEASURED]
    environment = os.environ | {"DATABASE_URL": store.url}
    done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    return int(done.stderr.splitlines()[-1])

"""Crash points: every place at which one operation could be cut off, and a process that is killed there.

A point lies before each SQL statement, around each commit, around and within each bulk insert, around each send that a
test names (a function that does one HTTP request), and at the end, when everything is done and nobody was told. Random
kills would find a fraction of what this finds, and not twice.
"""

import gc
import multiprocessing
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache, wraps
from typing import Any

from sqlalchemy import Engine, Select, event, func, insert, select
from sqlmodel import Session, SQLModel

from db import bulk
from db.models import (
    ACCOUNT,
    ACCOUNT_PERIOD,
    CHANGE,
    CONNECTION,
    DENY_ENTRY,
    DIGEST,
    FAQ_QUESTION,
    FAQ_TOPIC,
    HELD_MEMBER,
    LEDGER,
    LOG_ENTRY,
    OFFER,
    RECONCILIATION,
    STATEMENT,
    STATEMENT_ACCOUNT,
    SYNC_RUN,
    USER,
    WARNING,
    WARNING_WATCH,
    WORKSPACE,
    WORKSPACE_DAY,
)
from db.session import begin_writing

FORK = multiprocessing.get_context("fork")
LONGEST = 60
"""Seconds after which a child that hangs is ended."""

Operation = Callable[[Engine], Any]
"""What is cut off."""

Chosen = Callable[[list[str]], list[int]]
"""Gives the numbers of those of an operation's points that are tried, as `chosen`."""

Sends = Sequence[tuple[Any, str]]
"""Functions whose every call is one HTTP request: each as what holds it, and its name there."""


class Points:
    """The points that a process has reached, by name; it dies at the one with the number `fatal`."""

    def __init__(self, fatal: int | None = None) -> None:
        self.fatal = fatal
        self.reached: list[str] = []

    def reach(self, name: str) -> None:
        self.reached.append(" ".join(name.split())[:100])
        if len(self.reached) - 1 == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str, shown: str) -> None:
        """Points before and after each call of a function; for the rest of this process."""
        called = getattr(owner, name)

        @wraps(called)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.reach(f"before {shown}")
            result = called(*args, **kwargs)
            self.reach(f"after {shown}")
            return result

        setattr(owner, name, counted)

    def watch(self, engine: Engine, sends: Sends = ()) -> None:
        """Find the points of what this process does from here on, and until it ends."""
        last = ""

        def statement(*args: Any) -> None:
            nonlocal last
            # A read that is repeated, as often as something takes that is waited for, leaves all as it was.
            if not (args[2] == last and last.startswith("SELECT")):
                self.reach(args[2])
            last = args[2]

        event.listen(engine, "before_cursor_execute", statement)
        self.around(engine.dialect, "do_commit", "commit")
        self.watch_bulk_inserts()
        for owner, name in sends:
            self.around(owner, name, name)

    def watch_bulk_inserts(self) -> None:
        """They go past SQLAlchemy, through the driver's own cursor."""
        insert_rows = bulk.insert_rows

        def within(rows: Any) -> Iterator[Any]:
            for number, row in enumerate(rows):
                if number == 1:
                    self.reach("within a bulk insert")
                yield row

        def counted(session: Session, table: str, columns: Sequence[str], rows: Any) -> None:
            self.reach(f"before a bulk insert into {table}")
            insert_rows(session, table, columns, within(rows))
            self.reach(f"after a bulk insert into {table}")

        for module in list(sys.modules.values()):
            if getattr(module, "insert_rows", None) is insert_rows:
                module.insert_rows = counted  # type: ignore[attr-defined]


class ChildFailedError(Exception):
    """What a child raised, as it was told there."""


class Child:
    """A forked process at work."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.receiver, sender = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=answer, args=(work, sender))
        with warnings.catch_warnings():
            # Newer Pythons warn that other threads' locks stay locked in the child: it needs none of them.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.process.start()
        sender.close()

    def result(self) -> Any:
        """What the work gave; None where the child was killed. Raises ChildFailedError."""
        with self.receiver:
            try:
                failure, result = self.receiver.recv()
            except EOFError:
                failure = result = None
        self.process.join()
        code = self.process.exitcode
        self.process.close()
        if failure or code not in (0, -signal.SIGKILL):
            raise ChildFailedError(failure or f"exit code {code}")
        return result


def answer(work: Callable[[], Any], sender: Any) -> None:
    signal.alarm(LONGEST)
    gc.disable()  # it would copy the parent's memory
    try:
        sender.send((None, work()))
    except BaseException:
        sender.send((traceback.format_exc(), None))


READS = ("SELECT", "PRAGMA", "BEGIN", "SET")
OFTEN = 8
"""Of the statements before each of which an operation could be killed, every eighth is taken by default."""


def chosen(points: Sequence[str], *, every: bool) -> list[int]:
    """The numbers of the points to be killed at: of `every` one, or around commits of what was written, around sends,
    within bulk inserts, at the end and before some of the statements. Between two commits a store forgets the same,
    wherever it is cut off."""
    found, is_written = [], False
    for number, point in enumerate(points):
        is_statement = not point.startswith(("before", "after", "within", "the end"))
        is_idle_commit = point.endswith("commit") and not is_written
        if every or number % OFTEN == 0 or not (is_statement or is_idle_commit):
            found.append(number)
        if is_statement or "bulk" in point:
            is_written = is_written or not point.startswith(READS)
        elif point == "after commit":
            is_written = False
    return found


def points_of(engine: Engine, operation: Operation, sends: Sends = ()) -> list[str]:
    """Let an operation run to its end; gives the names of its points."""
    return uncrashed(engine, lambda engine: operation(engine) and None, sends)[0]


def uncrashed(engine: Engine, operation: Operation, sends: Sends = ()) -> tuple[list[str], Any]:
    """Let an operation run to its end in a process of its own; gives the names of its points, and what it gave."""
    found = forked(engine, lambda: run(engine, operation, Points(), sends)).result()
    assert found is not None, "the operation was killed"
    points, result = found
    return list(points), result


def crash(engine: Engine, operation: Operation, fatal: int, sends: Sends = ()) -> None:
    """Let an operation run in a process that is killed at the point with that number."""
    reached = forked(engine, lambda: run(engine, operation, Points(fatal), sends)).result()
    assert reached is None, f"only {len(reached[0])} points were reached: {reached[0]}"


def forked(engine: Engine, work: Callable[[], Any]) -> Child:
    """A child with a copy of an engine that has no connections, and knows the statements that the parent compiled.

    SQLite's connections do not bear a fork: the parent closes them, and opens the store anew when it reads on.
    """
    if engine.dialect.name == "sqlite":
        engine.dispose()

    def anew() -> Any:
        engine.dispose(close=False)
        return work()

    return Child(anew)


def run(engine: Engine, operation: Operation, points: Points, sends: Sends) -> tuple[list[str], Any]:
    points.watch(engine, sends)
    result = operation(engine)
    points.reach("the end")
    return points.reached, result


# What a store holds

Saved = list[list[dict[str, Any]]]


def save(engine: Engine) -> Saved:
    """Every row of every table."""
    with engine.connect() as connection:
        return [
            [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in SQLModel.metadata.sorted_tables
        ]


def restore(engine: Engine, saved: Saved) -> None:
    """Make a store hold again what was saved, and nothing else; PostgreSQL goes on counting its ids."""
    with Session(engine) as session:
        begin_writing(session)
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.execute(table.delete())
        for table, rows in zip(SQLModel.metadata.sorted_tables, saved, strict=True):
            if rows:
                session.execute(insert(table), rows)
        session.commit()


def recount(engine: Engine) -> None:
    """Let PostgreSQL give ids on from the highest that there is, whatever was rolled back or taken away since."""
    if engine.dialect.name == "sqlite":
        return
    with engine.begin() as connection:
        for table in SQLModel.metadata.sorted_tables:
            if table.autoincrement_column is not None:
                id_ = table.autoincrement_column
                sequence = func.pg_get_serial_sequence(table.name, id_.name)
                following = select(func.coalesce(func.max(id_), 0) + 1).scalar_subquery()
                connection.execute(select(func.setval(sequence, following, False)).where(sequence.is_not(None)))


IDS = ("id", "account_id", "workspace_id", "run_id", "change_id")


def contents(session: Session) -> dict[str, list[Any]]:
    """What people could ever find in a store of one workspace, in an order and with no ids; nothing that is derived.

    A change is named by its instant, of which it is the only one.
    """
    return rows_of(session, **content_queries())


@cache
def content_queries() -> dict[str, Select[Any]]:
    """The queries of `contents`, which is asked after each point."""
    a, u, c, d, t = ACCOUNT.c, USER.c, CHANGE.c, DENY_ENTRY.c, FAQ_TOPIC.c
    row, old, gone = LEDGER.c, CHANGE.alias(), CHANGE.alias()
    return {
        "ledger": select(a.name, u.email, row.status, row.at, row.cause, c.recorded_at)
        .join_from(LEDGER, ACCOUNT, a.id == row.account_id)
        .join(CHANGE, c.id == row.change_id)
        .outerjoin(USER, u.id == row.user_id),
        "changes": select(
            c.recorded_at,
            c.kind,
            c.actor,
            c.reason,
            c.source,
            c.trial_before,
            c.trial_after,
            old.c.recorded_at.label("takes_back"),
        ).outerjoin(old, old.c.id == c.takes_back),
        "accounts": select(a.name, a.name_key, a.domain, a.trial_ends),
        "users": select(a.name.label("account"), u.email, u.email_key, u.name, u.external_id, u.synced).join(
            ACCOUNT, a.id == u.account_id
        ),
        "deny_entries": select(a.name, d.pattern, d.pattern_key, c.recorded_at, gone.c.recorded_at.label("removed"))
        .join_from(DENY_ENTRY, ACCOUNT, a.id == d.account_id)
        .join(CHANGE, c.id == d.added_by)
        .outerjoin(gone, gone.c.id == d.removed_by),
        "connections": select(a.name, *(column for column in CONNECTION.c if column.name not in IDS)).join(
            ACCOUNT, a.id == CONNECTION.c.account_id
        ),
        "syncs": select(a.name, *(column for column in SYNC_RUN.c if column.name not in IDS)).join(
            ACCOUNT, a.id == SYNC_RUN.c.account_id
        ),
        "held": select(*(column for column in HELD_MEMBER.c if column.name not in IDS)),
        "topics": select(
            t.topic, t.locale, t.question, t.answer, t.details, c.recorded_at, gone.c.recorded_at.label("removed")
        )
        .join(CHANGE, c.id == t.added_by)
        .outerjoin(gone, gone.c.id == t.removed_by),
        "questions": select(FAQ_QUESTION),
        "warnings": select(
            *(WARNING.c[name] for name in ("kind", "recipient", "threshold", "told", "seen", "muted_until")),
            c.recorded_at,
            gone.c.recorded_at.label("removed"),
        )
        .join(CHANGE, c.id == WARNING.c.added_by)
        .outerjoin(gone, gone.c.id == WARNING.c.removed_by),
        "digests": select(
            *(DIGEST.c[name] for name in ("channel", "every", "at_minute", "timezone", "locale", "next_at", "told_to")),
            c.recorded_at,
            gone.c.recorded_at.label("removed"),
            DIGEST.c.paused_by.is_not(None).label("paused"),
        )
        .join(CHANGE, c.id == DIGEST.c.added_by)
        .outerjoin(gone, gone.c.id == DIGEST.c.removed_by),
        "statements": select(
            *(STATEMENT.c[name] for name in ("month", "revision", "created_at", "peak", "peak_at", "price")),
            *(STATEMENT_ACCOUNT.c[name] for name in ("share", "resale")),
            STATEMENT_ACCOUNT.c.peak.label("own_peak"),
            a.name.label("account"),
        )
        .outerjoin(STATEMENT_ACCOUNT, STATEMENT_ACCOUNT.c.statement_id == STATEMENT.c.id)
        .outerjoin(ACCOUNT, a.id == STATEMENT_ACCOUNT.c.account_id),
        "reconciliations": select(*(RECONCILIATION.c[name] for name in ("at", "actor", "verdict"))),
        "prices": select(*(WORKSPACE.c[name] for name in ("currency", "price", "resale"))),
        "watches": select(*(column for column in WARNING_WATCH.c if column.name != "workspace_id")),
        "log": select(*(column for column in LOG_ENTRY.c if column.name != "id")),
        "offers": select(OFFER),
    }


def derived(session: Session) -> dict[str, list[Any]]:
    """The rest of what a store of one workspace holds: the rollups and how far they go, with no ids."""
    figures = [column for column in ACCOUNT_PERIOD.c if column.name != "account_id"]
    named = select(ACCOUNT.c.name, *figures).join(ACCOUNT, ACCOUNT.c.id == ACCOUNT_PERIOD.c.account_id)
    return rows_of(session, workspaces=select(WORKSPACE), account_periods=named, workspace_days=select(WORKSPACE_DAY))


def rows_of(session: Session, **queries: Select[Any]) -> dict[str, list[Any]]:
    return {name: sorted(map(tuple, session.execute(query)), key=str) for name, query in queries.items()}

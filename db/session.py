"""Engines and transactions. A session reads one snapshot until it ends; `begin_writing` starts one that may write."""

import selectors
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.orm import SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

WRITING = "seatbot_writing"
REMEMBERED = "seatbot_remembered"
"""Where a session keeps the snapshot that it reads, and what was read of it."""
MASK = "***"
BUSY_SECONDS = 15
"""How long a writer waits for another one before it gives up."""
FILE = "seatbot_file"
IDLE_SINCE = "seatbot_idle_since"
IDLE_SECONDS = 30
"""A connection that nobody used for so long is asked for whether it is still one."""
TURN = Lock()
POOL_SIZE = 6
"""So many connections are kept open, and so many requests are answered at once."""

T = TypeVar("T")


class MissingDatabase(Exception):
    """There is no database at that place yet."""


def open_engine(url: str, *, create: bool = False) -> Engine:
    """The engine of a `sqlite:///…` or `postgresql+psycopg://…` address; it connects when it is first used.

    With `create` the file of SQLite is made where there is none, readable by its owner alone; without, raises
    MissingDatabase.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # A report must see one moment, whatever commits between its queries.
        engine = create_engine(parsed, isolation_level="REPEATABLE READ", pool_size=POOL_SIZE, hide_parameters=True)
        event.listen(engine, "connect", configure_postgres)
        event.listen(engine, "checkin", given_back)
        event.listen(engine, "checkout", partial(check_alive, engine.dialect))
        return engine
    if parsed.database and not parsed.database.startswith((":memory:", "file:")):
        prepare_file(Path(parsed.database), create=create)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, pool_size=POOL_SIZE, hide_parameters=True)
    event.listen(engine, "connect", configure_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def shown_url(url: str) -> str:
    """A database's address as anybody may read it; of one that is none, nothing is shown."""
    try:
        parsed = make_url(url)
        secret = {name: MASK for name in parsed.query if "pass" in name}
        return parsed.set(query={**parsed.query, **secret}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return MASK


def prepare_file(path: Path, *, create: bool) -> None:
    if path.exists():
        return
    if not create:
        raise MissingDatabase(str(path))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)


def configure_sqlite(connection: DBAPIConnection, record: Any) -> None:
    assert isinstance(connection, sqlite3.Connection)
    record.info[FILE] = file_of(connection)
    connection.isolation_level = None  # the driver would begin too late and never for DDL: see begin_sqlite
    if not connection.execute("PRAGMA query_only").fetchone()[0]:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves no trace in the file
    connection.execute("PRAGMA cache_size = -65536")  # 64 MiB


def file_of(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """What the file at the place of a database is told from others by; None where there is none."""
    _, _, path = connection.execute("PRAGMA database_list").fetchone()  # others are temporary
    try:
        found = Path(path).stat() if path else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def is_lost(connection: Connection) -> bool:
    """Whether the file that SQLite reads here was deleted, or another one took its place: it can still be read and
    written by whoever opened it, and is gone with them."""
    driver = connection.connection.driver_connection
    return isinstance(driver, sqlite3.Connection) and connection.info[FILE] != file_of(driver)


def configure_postgres(connection: DBAPIConnection, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()  # or closing the transaction would take it back
    cursor.close()


def given_back(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info[IDLE_SINCE] = monotonic()


def check_alive(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
    """Have all connections of the pool opened anew where this one is dead.

    To ask the server each time would cost a statement in every transaction. One that ended the connection has said so,
    and only one that is out of reach for a while, as behind a firewall, has not.
    """
    since = record.info.get(IDLE_SINCE)
    if since is None:  # it has just been opened
        return
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            if selector.select(0) or monotonic() - since > IDLE_SECONDS:
                dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError() from error


def begin_sqlite(connection: Connection) -> None:
    # A writer that first reads and then asks for the lock could find its snapshot outdated: it takes the lock at once.
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def in_turn() -> Iterator[None]:
    """One writer of this process at a time, so that few wait at the database: with many, PostgreSQL gets slower
    (docs/decisions/0017), and SQLite is asked again and again, ever more seldom. Who waits too long asks the database
    all the same, which refuses where another process writes."""
    is_mine = TURN.acquire(timeout=BUSY_SECONDS)
    try:
        yield
    finally:
        if is_mine:
            TURN.release()


def begin_writing(session: Session) -> None:
    """End what the session was reading and begin a transaction that may write.

    On SQLite it holds the only write lock from here on; on PostgreSQL it reads what others have committed, so that
    it is the row of the workspace that must be locked.
    """
    session.rollback()
    options: dict[str, Any] = {WRITING: True}
    if not is_sqlite(session):
        options["isolation_level"] = "READ COMMITTED"
    session.connection(execution_options=options)


def is_writing(session: Session) -> bool:
    """Whether the session is in a transaction of `begin_writing`."""
    return session.in_transaction() and bool(session.connection().get_execution_options().get(WRITING))


def remembered(session: Session, key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, read once in a snapshot; a transaction that writes sees what it wrote, and reads each time."""
    if is_writing(session):
        return read()
    session.connection()  # begins the snapshot, if none has begun
    snapshot = session.get_transaction()
    known: tuple[SessionTransaction | None, dict[Hashable, Any]] = session.info.get(REMEMBERED, (None, {}))
    if known[0] is not snapshot:
        known = session.info[REMEMBERED] = (snapshot, {})
    if key not in known[1]:
        known[1][key] = read()
    value: T = known[1][key]
    return value


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"

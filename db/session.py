"""Engines and transactions. A session reads one snapshot until it ends; `begin_writing` starts one that may write."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

WRITING = "seatbot_writing"
MASK = "***"
BUSY_SECONDS = 15
"""How long a writer waits for another one before it gives up."""
POOL_SIZE = 10
"""So many connections are kept open, and so many requests are answered at once."""


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
        engine = create_engine(
            parsed, isolation_level="REPEATABLE READ", pool_pre_ping=True, pool_size=POOL_SIZE, hide_parameters=True
        )
        event.listen(engine, "connect", configure_postgres)
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
    connection.isolation_level = None  # the driver would begin too late and never for DDL: see begin_sqlite
    if not connection.execute("PRAGMA query_only").fetchone()[0]:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves no trace in the file
    connection.execute("PRAGMA cache_size = -65536")  # 64 MiB


def configure_postgres(connection: DBAPIConnection, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()  # or closing the transaction would take it back
    cursor.close()


def begin_sqlite(connection: Connection) -> None:
    # A writer that first reads and then asks for the lock could find its snapshot outdated: it takes the lock at once.
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


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


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"

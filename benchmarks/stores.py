"""Databases to measure in, on either engine: made for the run, dropped after it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from benchmarks.history import NOW, History
from bot.services import workspaces
from bot.services.workspaces import Workspace
from db import migrations
from db.bulk import insert_rows
from db.models import LEDGER, WORKSPACE
from db.session import begin_writing, is_sqlite, open_engine

POSTGRES = os.environ.get("SEATBOT_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
NAMES = ("workspace_id", "name", "name_key")
PEOPLE = ("workspace_id", "account_id", "email", "email_key", "name")
CHANGES = ("workspace_id", "kind", "actor", "recorded_at")
LEDGER_COLUMNS = ("workspace_id", "account_id", "user_id", "status", "at", "cause", "change_id")


@dataclass
class Clock:
    """A clock that is a second later each time it is read."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Store:
    """A migrated database with one workspace."""

    url: str
    engine: Engine
    workspace: Workspace
    clock: Clock = field(default_factory=Clock)

    def session(self) -> Session:
        return Session(self.engine)


@dataclass
class Place:
    """Where an engine keeps its databases."""

    engine: str
    folder: Path
    engines: list[Engine] = field(default_factory=list)

    def make(self, name: str) -> Store:
        """A new, empty store."""
        engine = open_engine(self.address(name), create=True)
        self.engines.append(engine)
        migrations.upgrade(engine)
        with Session(engine) as session:
            wanted = workspaces.check("Northwind MSP", billing_day=27, timezone="Europe/Paris")
            workspace = workspaces.create(session, wanted)
        return Store(engine.url.render_as_string(hide_password=False), engine, workspace)

    def address(self, name: str) -> str:
        if self.engine == "sqlite":
            return f"sqlite:///{self.folder / name}.sqlite3"
        server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
        database = f"seatbot_bench_{os.getpid()}_{name}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {database}"))
        server.dispose()
        return server.url.set(database=database).render_as_string(hide_password=False)

    def close(self) -> None:
        for engine in self.engines:
            engine.dispose()
        if self.engine == "postgresql":
            server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
            with server.connect() as connection:
                for engine in self.engines:
                    connection.execute(text(f"DROP DATABASE {engine.url.database} WITH (FORCE)"))
            server.dispose()


@contextmanager
def place(engine: str, folder: Path) -> Iterator[Place]:
    here = Place(engine, folder)
    try:
        yield here
    finally:
        here.close()


def postgres_answers() -> bool:
    engine = create_engine(POSTGRES, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


def load(store: Store, history: History) -> None:
    """Fill an empty store with a history; the rollups are not there yet."""
    workspace = store.workspace
    with store.session() as session:
        begin_writing(session)
        insert_rows(session, "account", NAMES, history.account_rows(workspace))
        insert_rows(session, "account_user", PEOPLE, history.user_rows(workspace))
        insert_rows(session, "change", CHANGES, history.change_rows(workspace))
        insert_rows(session, "ledger", LEDGER_COLUMNS, history.ledger_rows(workspace))
        last = session.execute(select(func.max(LEDGER.c.at))).scalar_one()
        session.execute(update(WORKSPACE).values(last_instant=last))
        session.commit()
    settle(store)


def settle(store: Store) -> None:
    """What the server's autovacuum does a minute after rows came; SQLite does nothing of the kind by itself."""
    with store.session() as session:
        sqlite = is_sqlite(session)
    if not sqlite:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))

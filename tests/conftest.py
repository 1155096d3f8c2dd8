"""Stores on both engines, a clock that tests drive, and small things to fill a store with."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

from bot.services import workspaces
from bot.services.workspaces import Workspace
from db import migrations
from db.session import open_engine

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
POSTGRES = os.environ.get("SEATBOT_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
NO_POSTGRES = (
    "The tests on PostgreSQL did not run: none answers at 127.0.0.1:5432 as postgres. "
    "Install one (on Debian: apt-get install postgresql) or set SEATBOT_TEST_POSTGRES to its address."
)


@dataclass
class DrivenClock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


@dataclass
class Store:
    """A migrated, empty database."""

    url: str
    engine: Engine
    sessions: list[Session] = field(default_factory=list, repr=False)

    def session(self) -> Session:
        session = Session(self.engine, expire_on_commit=False)
        self.sessions.append(session)
        return session

    def close(self) -> None:
        for session in self.sessions:
            session.close()
        self.engine.dispose()


def postgres_answers() -> bool:
    engine = create_engine(POSTGRES, connect_args={"connect_timeout": 2})
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[HAS_POSTGRES] = postgres_answers()
    else:
        config.stash[HAS_POSTGRES] = config.workerinput["has_postgres"]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    node.workerinput["has_postgres"] = node.config.stash[HAS_POSTGRES]  # type: ignore[attr-defined]


HAS_POSTGRES = pytest.StashKey[bool]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not terminalreporter.config.stash[HAS_POSTGRES]:
        terminalreporter.write_line(NO_POSTGRES)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.sqlite3"
    engine = open_engine(f"sqlite:///{path}", create=True)
    migrations.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest, worker_id: str) -> Iterator[Engine]:
    """A migrated database of this test process's own."""
    if not request.config.stash[HAS_POSTGRES]:
        if os.environ.get("CI"):
            pytest.fail(NO_POSTGRES)
        pytest.skip(NO_POSTGRES)
    name = f"seatbot_test_{os.getpid()}_{worker_id}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(server.url.set(database=name).render_as_string(hide_password=False))
    migrations.upgrade(engine)
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def sqlite_store(template: Path, folder: Path) -> Store:
    path = folder / "seatbot.sqlite3"
    shutil.copyfile(template, path)
    url = f"sqlite:///{path}"
    return Store(url, open_engine(url))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once on each engine."""
    if request.param == "sqlite":
        store = sqlite_store(request.getfixturevalue("template"), tmp_path)
    else:
        engine = request.getfixturevalue("postgres")
        with engine.begin() as connection:
            tables = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        store = Store(engine.url.render_as_string(hide_password=False), engine)
    yield store
    store.close()


@pytest.fixture
def session(store: Store) -> Session:
    return store.session()


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
def workspace(session: Session) -> Workspace:
    """Northwind MSP, billed from the 27th in Paris."""
    return workspaces.create(session, workspaces.check("Northwind MSP", billing_day=27, timezone="Europe/Paris"))

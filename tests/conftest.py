"""Stores on both engines, a clock that tests drive, and small things to fill a store with."""

import asyncio
import gc
import os
import shutil
import sys
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import uvicorn.server
from sqlalchemy import URL, Dialect, Engine, QueuePool, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import LRUCache
from sqlmodel import Session, SQLModel

from bot.cli import NEW_OBJECTS, SWITCH_SECONDS
from bot.services import workspaces
from bot.services.workspaces import Workspace
from db import migrations
from db.session import open_engine
from tests.seeds import Seeds

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
POSTGRES = os.environ.get("SEATBOT_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
NO_POSTGRES = (
    "The tests on PostgreSQL did not run: none answers at 127.0.0.1:5432 as postgres. "
    "Install one (on Debian: apt-get install postgresql) or set SEATBOT_TEST_POSTGRES to its address."
)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = (
    "The tests in a browser did not run: there is no Chromium. Install one "
    "(on Debian: apt-get install chromium) or let Playwright do it: .venv/bin/playwright install chromium"
)


class Impatient:
    """asyncio as uvicorn has it here, whose servers look ten times as often whether they are to stop: tests start and
    stop thousands."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    def sleep(self, seconds: float) -> Coroutine[Any, Any, None]:
        return asyncio.sleep(seconds / 10)


uvicorn.server.asyncio = Impatient()  # type: ignore[assignment]

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
ENOUGH = 4 * 1024**3
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    # SQLite waits for the disk at every commit, which takes half of the time of the tests that kill processes.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


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
        """Raises where a thread of the test still has a connection, which would bother some later test."""
        for session in self.sessions:
            session.close()
        pool, patience = self.engine.pool, time.monotonic() + 30
        assert isinstance(pool, QueuePool)
        while pool.checkedout() and time.monotonic() < patience:
            time.sleep(0.01)
        assert not pool.checkedout(), f"{pool.checkedout()} connections were not given back"
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


def browser_path() -> str | None:
    """The machine's Chromium; empty for the one that Playwright has loaded, None where there is neither."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    loaded = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return found or ("" if any(loaded.glob("chromium*")) else None)


def require_browser(config: pytest.Config) -> None:
    """Skip where there is no browser, fail in CI."""
    if config.stash[HAS_BROWSER] is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[HAS_BROWSER] = browser_path()
    if not hasattr(config, "workerinput"):
        config.stash[HAS_POSTGRES] = postgres_answers()
    else:
        config.stash[HAS_POSTGRES] = config.workerinput["has_postgres"]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    node.workerinput["has_postgres"] = node.config.stash[HAS_POSTGRES]  # type: ignore[attr-defined]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Twice the cores: half the time a test waits, for a disk, a socket or a process."""
    return 2 * (os.cpu_count() or 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-engine", action="store_true", help="run what people meet on both engines, too")
    parser.addoption(
        "--every-hand",
        action="store_true",
        help="go every path in the browser by mouse and by keyboard in each language",
    )
    parser.addoption("--every-point", action="store_true", help="kill what is killed at any point at each of them")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each test of the command line and of Slack's commands run on one of the engines, half of them on either.

    What differs between the engines is tested on both below them, in the services; running all of it twice would take
    longer than anybody waits.
    """
    if config.getoption("every_engine") or not config.stash[HAS_POSTGRES]:
        return
    known = {item.nodeid for item in items}
    out = []
    for item in items:
        if item.path.is_relative_to(HERE / "e2e") or item.path.is_relative_to(HERE / "integration" / "commands"):
            mine, other = ("sqlite", "postgresql") if "sqlite" in item.nodeid else ("postgresql", "sqlite")
            twin = item.nodeid.replace(mine, other)
            turn = crc32("".join(sorted((item.nodeid, twin))).encode()) % 2
            if mine in item.nodeid and twin in known and (turn == 0) == (mine == "sqlite"):
                out.append(item)
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in set(out)]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays to the end, and come as seldom as in the product: at Python's own
    threshold it takes a fifth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    sys.setswitchinterval(SWITCH_SECONDS)


HAS_POSTGRES = pytest.StashKey[bool]()
HAS_BROWSER = pytest.StashKey[str | None]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not terminalreporter.config.stash[HAS_POSTGRES]:
        terminalreporter.write_line(NO_POSTGRES)
    if terminalreporter.config.stash[HAS_BROWSER] is None:
        terminalreporter.write_line(NO_BROWSER)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Let engines share what was compiled: each test and command opens its own, and would compile every statement anew.

    What is compiled is kept by its dialect, so the first engine of a kind that connects gives its own to the later.
    """
    dialects: dict[str, Dialect] = {}
    compiled: LRUCache[Any, Any] = LRUCache(5000)

    def create(url: URL, **options: Any) -> Engine:
        engine = create_engine(url, execution_options={"compiled_cache": compiled}, **options)
        own = engine.dialect
        engine.dialect = dialects.get(own.name, own)
        event.listen(engine, "connect", lambda connection, record: dialects.setdefault(own.name, own))
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("db.session.create_engine", create)
        yield


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
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
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
        with engine.begin() as connection:  # a TRUNCATE takes ten times as long where the tables are small
            for table in reversed(SQLModel.metadata.sorted_tables):
                connection.execute(table.delete())
            connection.execute(text("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"))
        store = Store(engine.url.render_as_string(hide_password=False), engine)
    yield store
    store.close()


@pytest.fixture(scope="session")
def seeds() -> Seeds:
    """What stores were filled with before."""
    return Seeds()


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


@pytest.fixture(autouse=True)
def patient_forgetting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgetting waits for older transactions of the whole server, which the tests beside this one have too."""
    monkeypatch.setattr("bot.services.privacy.BUSY_SECONDS", 120)

"""The database itself: how it is made, migrated and guarded, and what its troubles are called."""

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlmodel import Session, SQLModel

from bot.services import workspaces
from bot.services.errors import (
    BadDatabaseUrl,
    StoreFull,
    StoreLocked,
    StoreMissing,
    StoreNewer,
    StoreOutdated,
    StoreReadOnly,
    StoreUnreachable,
)
from bot.services.faq import own
from bot.services.store import create_store, open_store, trouble
from db import migrations
from db.session import open_engine
from tests.conftest import Store


@pytest.fixture
def empty(store: Store, tmp_path: Path) -> Iterator[str]:
    """The address of a database that nothing was ever migrated to."""
    if store.engine.dialect.name == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    url = store.engine.url.set(database=f"{store.engine.url.database}_empty")
    server = create_engine(store.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {url.database}"))
        yield url.render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {url.database} WITH (FORCE)"))
    server.dispose()


def test_the_known_revisions_are_those_of_the_files() -> None:
    found = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert tuple(script.revision for script in reversed(list(found.walk_revisions()))) == migrations.KNOWN
    assert found.get_heads() == [migrations.HEAD]


# SQLAlchemy does not read indexes of expressions back from SQLite.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_an_empty_database_is_migrated_to_the_tables_of_the_models(empty: str) -> None:
    engine = create_store(empty)
    with engine.connect() as connection:
        assert migrations.revision_of(connection) == migrations.HEAD
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_a_store_of_before_keeps_what_it_holds_when_it_gets_the_tables_of_the_faq(empty: str) -> None:
    engine = open_engine(empty, create=True)
    migrations.upgrade(engine, "0002")
    with engine.begin() as connection:
        values = "'N', 'n', 27, 'UTC', 'en', 5, 0"
        columns = "name, name_key, billing_day, timezone, locale, last_instant, rolled_to"
        connection.execute(text(f"INSERT INTO workspace ({columns}) VALUES ({values})"))  # noqa: S608 - our own names
    with pytest.raises(StoreOutdated, match="seatbot init"):
        open_store(empty)
    migrations.upgrade(engine)
    with Session(engine) as session:
        workspace = workspaces.find(session)
        assert (workspace.name, own.standing(session, workspace)) == ("N", ())
    engine.dispose()


# SQLAlchemy does not read indexes of expressions back from SQLite.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_migrating_twice_changes_nothing(store: Store) -> None:
    before = schema(store.engine)
    migrations.upgrade(store.engine)
    create_store(store.url).dispose()
    assert schema(store.engine) == before


# SQLAlchemy does not read indexes of expressions back from SQLite.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_both_engines_have_the_same_schema(template: Path, postgres: Engine) -> None:
    sqlite = create_engine(f"sqlite:///{template}")
    assert schema(sqlite) == schema(postgres)
    sqlite.dispose()


def schema(engine: Engine) -> dict[str, Any]:
    """Tables with their columns, keys and indexes, as far as both engines have a word for them."""
    found = inspect(engine)
    return {
        table: {
            "columns": [
                (column["name"], kind(column["type"]), column["nullable"]) for column in found.get_columns(table)
            ],
            "primary": found.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(
                (key["constrained_columns"], key["referred_table"], key["referred_columns"])
                for key in found.get_foreign_keys(table)
            ),
            "unique": sorted(unique["column_names"] for unique in found.get_unique_constraints(table)),
            "indexes": sorted(
                (str(index["name"]), index["column_names"], bool(index["unique"]))
                for index in found.get_indexes(table)
                if not index.get("duplicates_constraint") and not index.get("expressions")
            ),
            "checks": sorted(str(check["name"]) for check in found.get_check_constraints(table)),
        }
        for table in sorted(found.get_table_names())
    }


def kind(type_: Any) -> str:
    name = type_.__visit_name__.upper()
    return {"BIGINT": "INTEGER", "VARCHAR": "TEXT", "STRING": "TEXT"}.get(name, name)


def test_a_file_of_sqlite_is_made_for_its_owner_alone_and_logs_its_writes(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "s.sqlite3"
    engine = create_store(f"sqlite:///{path}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "secure_delete", "busy_timeout")
        }
        assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 15_000}
        files = [file for file in path.parent.iterdir() if file.is_file()]
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    engine.dispose()


def test_a_row_that_points_nowhere_is_refused(store: Store) -> None:
    with store.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("INSERT INTO account (workspace_id, name, name_key) VALUES (99, 'x', 'x')"))


def test_a_user_has_no_status_of_accounts_and_an_account_none_of_users(store: Store) -> None:
    for user, status in ((None, "inactive"), (1, "trial"), (1, "closed"), (None, "nonsense"), (1, "nonsense")):
        with store.engine.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(
                text(
                    "INSERT INTO ledger (workspace_id, account_id, user_id, status, at, cause, change_id)"
                    " VALUES (1, 1, :user, :status, 0, 'manual', 1)"
                ),
                {"user": user, "status": status},
            )


def test_a_store_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        open_store(f"sqlite:///{tmp_path}/none.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_was_never_migrated_is_missing(empty: str) -> None:
    open_engine(empty, create=True).dispose()
    with pytest.raises(StoreMissing):
        open_store(empty)


def test_a_store_of_a_newer_program_is_left_alone(store: Store) -> None:
    set_revision(store, "9999")
    try:
        for open_ in (open_store, create_store):
            with pytest.raises(StoreNewer):
                open_(store.url)
    finally:
        set_revision(store, migrations.HEAD)


def test_a_store_of_an_older_program_says_how_to_bring_it_up_to_date(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "KNOWN", ("0000", migrations.HEAD))
    set_revision(store, "0000")
    try:
        with pytest.raises(StoreOutdated, match="seatbot init"):
            open_store(store.url)
    finally:
        set_revision(store, migrations.HEAD)


def set_revision(store: Store, revision: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


@pytest.mark.parametrize("url", ["", "x", "mysql://h/x", "sqlite+aiosqlite:///x", "postgresql+psycopg2://h/x", "://"])
def test_an_address_of_another_kind_of_database_is_bad(url: str) -> None:
    with pytest.raises(BadDatabaseUrl):
        open_store(url)


def failing(original: Exception, statement: str | None = "SELECT 1") -> DBAPIError:
    return OperationalError(statement, {}, original)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("SQLITE_BUSY", StoreLocked),
        ("SQLITE_BUSY_SNAPSHOT", StoreLocked),
        ("SQLITE_LOCKED_SHAREDCACHE", StoreLocked),
        ("SQLITE_READONLY_DIRECTORY", StoreReadOnly),
        ("SQLITE_FULL", StoreFull),
        ("SQLITE_CANTOPEN_ISDIR", StoreUnreachable),
        ("SQLITE_IOERR_READ", StoreUnreachable),
        ("SQLITE_NOTADB", StoreUnreachable),
        ("SQLITE_CORRUPT_INDEX", StoreUnreachable),
        ("SQLITE_ERROR", None),
    ],
)
def test_what_sqlite_says_in_words_for_a_person(name: str, refusal: type | None) -> None:
    original = sqlite3.OperationalError("…")
    original.sqlite_errorname = name
    assert type(trouble(failing(original))) is (refusal or type(None))


@pytest.mark.parametrize(
    ("original", "refusal"),
    [
        (psycopg.errors.LockNotAvailable(), StoreLocked),
        (psycopg.errors.DeadlockDetected(), StoreLocked),
        (psycopg.errors.ReadOnlySqlTransaction(), StoreReadOnly),
        (psycopg.errors.InsufficientPrivilege(), StoreReadOnly),
        (psycopg.errors.DiskFull(), StoreFull),
        (psycopg.OperationalError("the number of query parameters must be between 0 and 65535"), None),
        (psycopg.errors.UndefinedTable(), None),
    ],
)
def test_what_postgresql_says_in_words_for_a_person(original: Exception, refusal: type | None) -> None:
    assert type(trouble(failing(original))) is (refusal or type(None))


def test_a_database_error_does_not_tell_whose_address_it_was_about(store: Store) -> None:
    with store.engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(text("SELECT no_such_column FROM account WHERE name = :name"), {"name": "ana@acme.test"})
    assert "ana@acme.test" not in str(raised.value)


@pytest.mark.parametrize("text", ["connection failed: …", "failed to resolve host"])
def test_a_connection_that_cannot_be_made_is_a_server_that_cannot_be_reached(text: str) -> None:
    assert type(trouble(failing(psycopg.OperationalError(text), None))) is StoreUnreachable


def test_a_connection_that_was_lost_is_a_server_that_cannot_be_reached() -> None:
    error = failing(psycopg.errors.AdminShutdown())
    assert trouble(error) is None
    error.connection_invalidated = True
    assert type(trouble(error)) is StoreUnreachable

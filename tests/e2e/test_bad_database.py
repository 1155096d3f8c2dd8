"""A database that cannot be used: one clear line, and nothing changed or made."""

import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

import db.session
from db.migrations import HEAD
from tests.conftest import Store
from tests.e2e.conftest import Seatbot, process, run

sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
postgres_only = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
WRITERS = (
    ("deactivate", "bob@acme.test"),
    ("activate", "cid@acme.test"),
    ("deny", "add", "Acme", "x@acme.test"),
    ("forget", "cid@acme.test"),
    ("set", "--locale", "fr"),
    ("init", "Other"),
)
READERS = (("report",), ("users", "Acme"), ("accounts",), ("log",), ("why", "bob@acme.test"), ("deny", "list", "Acme"))


def on_connect(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Every connection that a command opens runs this first, as if the database were so."""
    configure: Callable[..., None] = db.session.configure_sqlite

    def more(connection: Any, record: Any) -> None:
        configure(connection, record)
        connection.execute(statement)

    monkeypatch.setattr(db.session, "configure_sqlite", more)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a lock."""
    monkeypatch.setattr(db.session, "BUSY_SECONDS", 0.05)


def test_a_database_that_is_locked(acme: Seatbot) -> None:
    acme("report")
    line = "Another program is writing to the database. Try again in a moment."
    with acme.store.engine.connect().execution_options(**{db.session.WRITING: True}) as other:
        other.execute(text("UPDATE workspace SET locale = locale"))
        for words in WRITERS[:5]:
            assert acme.refusal(*words) == line
        file = acme.file("account,email,status\nAcme,new@acme.test,active\n")
        assert acme.refusal("import", "users", file) == line
        assert acme.refusal("import", "users", file, "--dry-run") == line
        assert acme.refusal("undo", "2") == line
        for words in READERS:
            acme(*words)
        other.rollback()


@sqlite_only
def test_a_database_that_is_locked_for_reading_too(acme: Seatbot) -> None:
    path = acme.store.engine.url.database
    with sqlite3.connect(str(path), isolation_level=None) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE workspace SET locale = locale")
        other.execute("COMMIT")
        for words in (*WRITERS, *READERS):
            result = acme.run(*words)
            assert (result.exit_code, result.stdout) == (1, "")
            assert result.stderr == "Another program is writing to the database. Try again in a moment.\n"
    other.close()


@sqlite_only
def test_a_database_that_is_read_only(acme: Seatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    acme("report")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///file:{acme.store.engine.url.database}?mode=ro&uri=true")
    for words in WRITERS:
        assert acme.refusal(*words) == "The database cannot be written. Check who owns the file and its folder."
    for words in READERS:
        acme(*words)


@postgres_only
def test_a_server_that_takes_no_writes(acme: Seatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    acme("report")
    monkeypatch.setenv("DATABASE_URL", acme.store.url + "?options=-c%20default_transaction_read_only%3Don")
    for words in WRITERS:
        assert acme.refusal(*words) == "The database cannot be written. Check who owns the file and its folder."
    for words in READERS:
        acme(*words)


@sqlite_only
def test_a_database_that_is_full(acme: Seatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    on_connect(monkeypatch, "PRAGMA max_page_count = 1")  # as many as there are
    rows = "".join(f"Acme,somebody-{n}@acme.test,active\n" for n in range(2000))
    line = "The disk is full, so nothing was changed. Make room and try again."
    assert acme.refusal("import", "users", acme.file("account,email,status\n" + rows)) == line
    monkeypatch.undo()
    monkeypatch.setenv("DATABASE_URL", acme.store.url)
    monkeypatch.setattr("bot.clock.system_clock", acme.clock)
    acme("verify")


def test_a_database_that_is_newer_than_the_program(acme: Seatbot) -> None:
    with acme.store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        for words in (*WRITERS, *READERS, ("verify",), ("undo",), ("import", "retract", "1")):
            assert acme.refusal(*words) == "The database was made by a newer Seatbot. Update this program."
    finally:
        with acme.store.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})


@sqlite_only
def test_a_database_that_is_not_there(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "none.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    for words in (*WRITERS[:5], *READERS, ("verify",)):
        for more in ((), ("--json",)):
            result = run(*words, *more)
            assert (result.exit_code, result.stdout) == (1, "")
            assert result.stderr == f"There is no database at {path}. Create it: seatbot init NAME\n"
    assert not path.parent.exists()


@sqlite_only
@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"\0" * 84])
def test_a_database_that_is_an_empty_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    path = tmp_path / "empty.sqlite3"
    path.write_bytes(content)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    result = run("report")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)


@sqlite_only
def test_a_database_that_is_none_at_all(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "picture.sqlite3"
    content = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100
    path.write_bytes(content)
    for url in (f"sqlite:///{path}", f"sqlite:///{tmp_path}"):
        monkeypatch.setenv("DATABASE_URL", url)
        for words in (*WRITERS, *READERS):
            result = run(*words)
            assert (result.exit_code, result.stdout) == (1, "")
            line = "The database cannot be reached. Check DATABASE_URL and whether the server runs."
            assert result.stderr == line + "\n"
    assert path.read_bytes() == content


@sqlite_only
def test_a_database_of_another_program(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "other.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE songs (title)")
    other.close()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    result = run("report")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]
    other.close()


@sqlite_only
def test_a_server_that_is_not_reachable(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for host in (f"127.0.0.1:{port}", "nowhere.invalid"):
        monkeypatch.setenv("DATABASE_URL", f"postgresql://someone:secret@{host}/seatbot")
        for words in (("init", "X"), ("report",), ("deactivate", "bob@acme.test")):
            result = run(*words)
            assert (result.exit_code, result.stdout) == (1, "")
            line = "The database cannot be reached. Check DATABASE_URL and whether the server runs."
            assert result.stderr == line + "\n"


@postgres_only
def test_a_database_that_the_server_does_not_have(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", create_engine(store.url).url.set(database="not_there").render_as_string(False))
    for words in (("init", "X"), ("report",)):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("The database cannot be reached.")
        assert result.stderr.count("\n") == 1


@sqlite_only
@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "seatbot.sqlite3",
        "mysql://root@localhost/seatbot",
        "oracle://localhost/x",
        "sqlite+aiosqlite:///x.sqlite3",
        "postgresql+psycopg2://localhost/x",
        "postgresql+asyncpg://localhost/x",
        "postgresql://localhost:port/x",
        "://",
        "\x1b[31m",
    ],
)
def test_a_bad_database_url(store: Store, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    for words in (("init", "X"), ("report",), ("deactivate", "bob@acme.test", "--json")):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        line = "DATABASE_URL is no database address. Use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME."
        assert result.stderr == line + "\n"


@sqlite_only
def test_a_place_where_no_file_can_be_made(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in ("/proc/none/seatbot.sqlite3", f"{tmp_path}/file/seatbot.sqlite3"):
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
        result = run("init", "X")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "The database cannot be written. Check who owns the file and its folder.\n"


@sqlite_only
def test_the_password_of_a_database_is_never_shown(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for url in ("postgresql://me:hush-hush@127.0.0.1:1/x", "mysql://me:hush-hush@127.0.0.1:1/x"):
        result = process("report", url=url, folder=tmp_path)
        assert result.returncode == 1
        assert "hush" not in result.stdout + result.stderr
        assert result.stderr.count("\n") == 1


@sqlite_only
def test_settings_that_are_no_settings(acme: Seatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "verse")
    monkeypatch.setenv("SEATBOT_COMMAND", "seats please")
    lines = acme.refused("report")
    assert [line.split(":")[0] for line in lines] == ["SEATBOT_COMMAND", "LOG_FORMAT"]


@sqlite_only
def test_a_settings_file_that_is_not_utf_8(acme: Seatbot) -> None:
    (acme.folder / ".env").write_bytes("# réglages\nLOG_FORMAT=json\n".encode("latin-1"))
    assert acme.refusal("report") == ".env: it is no text in UTF-8."

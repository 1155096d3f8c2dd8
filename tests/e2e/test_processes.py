"""What only processes of their own can show: start-up, exit, pipes, and several at once."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import Store
from tests.e2e.conftest import PROGRAM, Seatbot, environment, process

sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.mark.parametrize("words", [("--help",), ("report", "--help"), ()])
def test_help_imports_nothing_heavy(words: tuple[str, ...], tmp_path: Path) -> None:
    program = "import sys; from bot.cli import main\ntry: main()\nfinally: print(*sorted(sys.modules), file=sys.stderr)"
    result = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=environment(None),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Usage: " in result.stdout + result.stderr
    loaded = set(result.stderr.split())
    heavy = {"sqlmodel", "sqlalchemy", "numpy", "slack_bolt", "slack_sdk", "babel", "psycopg", "alembic", "apscheduler"}
    assert "bot.cli" in loaded
    assert not heavy & loaded


def test_what_is_done_refused_or_misused_has_its_exit_status(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite3"
    done = process("init", "Northwind", "--json", url=url, folder=tmp_path)
    assert (done.returncode, done.stderr, json.loads(done.stdout)["created"]) == (0, "", True)
    done = process("users", "Acme", "--json", url=url, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    done = process("report", "--csv", "--json", url=url, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_without_a_setting_the_store_lies_in_the_users_data_directory(tmp_path: Path) -> None:
    done = process(
        "init", "Northwind", url=None, folder=tmp_path, HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path / "d")
    )
    assert done.returncode == 0
    (path,) = tmp_path.rglob("seatbot.sqlite3")
    assert path.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_pipe_that_is_closed_early_is_no_error(acme: Seatbot) -> None:
    if acme.store.url.startswith("sqlite"):
        acme.users(*(f"Acme,u{n}@acme.test,inactive," for n in range(3000)))
        with subprocess.Popen(
            [PROGRAM, "users", "Acme"],
            env=environment(acme.store.url),
            cwd=acme.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            first = process.stdout.readline()
            process.stdout.close()
            assert (first, process.stderr.read()) == ("Address\tName\tStatus\tSince\tCause\n", "")


@sqlite_only
def test_a_file_gets_any_name_in_utf_8_whatever_the_terminal_can_write(acme: Seatbot) -> None:
    acme.accounts("Café 👩,active,2026-09-01")
    environ = environment(acme.store.url, PYTHONIOENCODING="ascii")
    outputs = [
        subprocess.run([PROGRAM, *words], env=environ, cwd=acme.folder, capture_output=True, check=True).stdout.decode()
        for words in (("accounts", "--json"), ("report", "--csv"))
    ]
    assert json.loads(outputs[0])[2]["account"] == "Café 👩"
    assert "Café 👩,active" in outputs[1]
    refused = subprocess.run([PROGRAM, "users", "Kafè"], env=environ, cwd=acme.folder, capture_output=True, check=False)
    assert (refused.returncode, refused.stderr.count(b"\n")) == (1, 1)


@pytest.fixture
def fresh(store: Store, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is yet; on SQLite there is not even the file."""
    if store.engine.dialect.name == "sqlite":
        yield f"sqlite:///{tmp_path}/fresh.sqlite3"
        return
    url = store.engine.url.set(database=f"{store.engine.url.database}_fresh")
    server = create_engine(store.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {url.database}"))
        yield url.render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {url.database} WITH (FORCE)"))
    server.dispose()


def test_processes_that_set_up_one_store_at_once(fresh: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda name: process("init", name, url=fresh, folder=tmp_path), ("One", "Two", "Two")))
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 3
    assert sorted(one.stdout.split()[1] for one in done if "Created" in one.stdout) == ["One.", "Two."]
    asked = process("report", "--json", url=fresh, folder=tmp_path)
    assert asked.stderr == "There are several workspaces: One and Two. Say which: --workspace NAME\n"


def test_several_processes_that_write_at_once_all_get_their_turn(acme: Seatbot) -> None:
    acme.users(*(f"Acme,u{n}@acme.test,active,2026-09-10" for n in range(4)))
    with ThreadPoolExecutor(3) as pool:
        done = list(
            pool.map(
                lambda n: process("deactivate", f"u{n}@acme.test", "--json", url=acme.store.url, folder=acme.folder),
                range(4),
            )
        )
    assert [one.stderr for one in done] == [""] * 4
    assert len({json.loads(one.stdout)["change"] for one in done}) == 4
    report = json.loads(process("report", "--json", url=acme.store.url, folder=acme.folder).stdout)
    assert (report["peak"], report["current"]) == (6, 2)
    assert process("verify", url=acme.store.url, folder=acme.folder).returncode == 0

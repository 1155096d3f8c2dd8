"""The command line where the machine is not as one hopes."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.cli import call
from bot.views.parts import Table
from bot.views.terminal import columns_that_fit
from tests.conftest import Store
from tests.e2e.conftest import PROGRAM, Seatbot, environment, process, run

sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def in_shell(acme: Seatbot, words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", "-c", f"{PROGRAM} {words}"],
        env=environment(acme.store.url),
        cwd=acme.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@sqlite_only
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", ["accounts", "report --json", "report --csv"])
def test_an_answer_that_cannot_be_written_is_one_line(acme: Seatbot, words: str) -> None:
    full = in_shell(acme, f"{words} > /dev/full")
    assert (full.returncode, full.stderr.count("\n")) == (1, 1)
    assert full.stderr.startswith("seatbot: the answer cannot be written: ")
    closed = in_shell(acme, f"{words} >&-")
    assert (closed.returncode, closed.stderr.count("\n")) == (1, 1)


@sqlite_only
def test_names_in_a_pipe_are_whole(acme: Seatbot) -> None:
    long = "n" * 200
    acme.accounts(f"{long},active,2026-09-01")
    assert long in acme("accounts")
    assert long in process("accounts", url=acme.store.url, folder=acme.folder).stdout


def test_a_user_without_a_name_is_called_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert call.actor() == f"cli:uid{os.getuid()}"


def test_the_version_is_told() -> None:
    assert run("--version").stdout.startswith("seatbot 0.")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///x.sqlite3?mode=ro",
        "sqlite:///x.sqlite3?bogus=1",
        "postgresql+psycopg://postgres@127.0.0.1/postgres?bogus=1",
        "postgresql+psycopg://postgres@127.0.0.1/postgres?connect_timeout=x",
    ],
)
def test_parameters_of_an_address_that_nobody_heeds_are_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    for words in (["report"], ["init", "N"]):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("DATABASE_URL is no database address.")


def test_a_settings_file_that_cannot_be_read_is_told_of(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", ".env")

    monkeypatch.setattr("bot.settings.Settings.__init__", denied)
    result = run("report")
    assert (result.exit_code, result.stderr) == (1, ".env: it cannot be read: Permission denied.\n")


@sqlite_only
def test_the_address_of_the_playground_is_told_at_once_in_a_pipe(store: Store, tmp_path: Path) -> None:
    child = subprocess.Popen(
        [PROGRAM, "playground", "--port", "0"], stdout=subprocess.PIPE, env=environment(None), cwd=tmp_path, text=True
    )
    try:
        assert child.stdout is not None
        assert "http://127.0.0.1:" in child.stdout.readline()
    finally:
        child.terminate()
        child.communicate(timeout=30)


def test_a_narrow_terminal_loses_columns_before_words() -> None:
    table = Table(["Account", "Status", "Active users"], [["A client of ours", "active", "3"]], numbers=(2,))
    assert columns_that_fit(table, 60) == [0, 1, 2]
    assert columns_that_fit(table, 20) == [0, 1]
    assert columns_that_fit(table, 3) == [0, 1]

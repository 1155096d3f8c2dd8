"""The command line as a person meets it: in this process where that is equal, else as a process of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import Session, SQLModel
from typer.main import get_command

from bot.cli import app
from db.models import USER
from tests.conftest import DrivenClock, Store
from tests.seeds import Seeds

Dump = dict[str, list[tuple[Any, ...]]]
PROGRAM = Path(sys.executable).with_name("seatbot")
COMMAND = get_command(app)


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str


def run(*words: str) -> Result:
    """Run a command in this process; whatever it raises but an exit is raised here."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors) for errors in ("strict", "backslashreplace"))
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        COMMAND.main(list(words), prog_name="seatbot")
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return Result(int(ended.value.code or 0), *texts)


def dump(engine: Engine) -> Dump:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }


@dataclass
class Seatbot:
    """The command line on one store, at the time of the test's clock."""

    store: Store
    folder: Path
    clock: DrivenClock

    def run(self, *words: str) -> Result:
        return run(*words)

    def __call__(self, *words: str) -> str:
        """What a command prints that does what it is asked."""
        result = self.run(*words)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def json(self, *words: str) -> Any:
        result = self.run(*words, "--json")
        assert (result.exit_code, result.stderr) == (0, "")
        return json.loads(result.stdout)

    def refused(self, *words: str, status: int = 1) -> list[str]:
        """The lines on standard error of a command that is refused; it prints nothing else and changes nothing."""
        before = dump(self.store.engine)
        for more in ([], ["--json"]):
            result = self.run(*words, *more)
            assert (result.exit_code, result.stdout) == (status, "")
            assert "Traceback" not in result.stderr
            assert dump(self.store.engine) == before
        return result.stderr.splitlines()

    def refusal(self, *words: str) -> str:
        """The one line of a command that is refused for one reason."""
        (line,) = self.refused(*words)
        return line

    def file(self, content: str | bytes, name: str = "file.csv") -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def accounts(self, *lines: str, columns: str = "account,status,at") -> Any:
        """Import accounts."""
        return self.json("import", "accounts", self.file("\n".join([columns, *lines]) + "\n", "accounts.csv"))

    def users(self, *lines: str, columns: str = "account,email,status,at", options: Sequence[str] = ()) -> Any:
        """Import users."""
        file = self.file("\n".join([columns, *lines]) + "\n", "users.csv")
        return self.json("import", "users", file, *options)

    def dump(self) -> Dump:
        return dump(self.store.engine)

    def recorded(self) -> Dump:
        """The rows that somebody's doing left; not what is derived, nor the workspace's last instant."""
        kept = ("account", "account_user", "change", "ledger", "deny_entry", "log_entry", "faq_topic")
        return {table: rows for table, rows in self.dump().items() if table in kept}

    def sync(self, *emails: str) -> None:
        """Mark users as if a sync had brought them."""
        with self.store.engine.begin() as connection:
            connection.execute(update(USER).where(USER.c.email_key.in_(emails)).values(synced=True))


def environment(url: str | None, **more: str) -> dict[str, str]:
    """What a process of its own gets."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "VIRTUAL_ENV") if name in os.environ}
    return kept | ({"DATABASE_URL": url} if url else {}) | more


def process(*words: str, url: str | None, folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as a process of its own."""
    return subprocess.run(
        [PROGRAM, *words],
        env=environment(url, **more),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own settings reaches a test."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "DATABASE_URL", "LOG_FORMAT", "SEATBOT_ADMINS", "SEATBOT_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bare(store: Store, tmp_path: Path, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch) -> Seatbot:
    """The command line on a store without a workspace."""
    monkeypatch.setenv("DATABASE_URL", store.url)
    monkeypatch.setattr("bot.clock.system_clock", clock)
    return Seatbot(store, tmp_path, clock)


@pytest.fixture
def seatbot(bare: Seatbot) -> Seatbot:
    """The command line on the store of Northwind MSP, billed from the 27th in Paris."""
    bare("init", "Northwind MSP", "--billing-day", "27", "--timezone", "Europe/Paris")
    return bare


@pytest.fixture
def acme(bare: Seatbot, session: Session, seeds: Seeds) -> Seatbot:
    """Northwind with two clients: Acme (active, Ann and Bob active, Cid inactive) and Blue (on trial, Ann active)."""

    def make() -> None:
        bare("init", "Northwind MSP", "--billing-day", "27", "--timezone", "Europe/Paris")
        bare.accounts("Acme,active,2026-09-01", "Blue,trial,2026-09-01")
        bare.users(
            "Acme,ann@acme.test,active,2026-09-10",
            "Acme,bob@acme.test,active,2026-09-10",
            "Acme,cid@acme.test,inactive,2026-09-10",
            "Blue,ann@acme.test,active,2026-09-10",
        )

    seeds.fill(session, ("acme", bare.clock()), make)
    session.close()
    bare.store.engine.dispose()  # only the commands have the file open
    return bare

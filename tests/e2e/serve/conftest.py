"""`seatbot serve` as a process of its own, with the local Slack on the other side."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from bot.clock import system_clock
from bot.playground import payloads
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, NORTHWIND, Person
from bot.services import workspaces
from bot.services.imports.accounts import import_accounts
from bot.services.imports.users import import_users
from bot.surfaces.signature import sign
from db.models import CHANGE, LEDGER
from tests.conftest import Store
from tests.e2e.conftest import PROGRAM, environment

Json = dict[str, Any]
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's documentation
PATIENCE = 20


@dataclass
class Serving:
    """A process of `seatbot serve`: what it logs, and what it is asked by HTTP."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)
    heard: Condition = field(default_factory=Condition)

    def listen(self) -> None:
        """Read what the process logs, until it ends."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self.heard:
                self.lines.append(line)
                self.heard.notify_all()
        with self.heard:
            self.lines.append("")
            self.heard.notify_all()

    def entries(self) -> list[Json]:
        with self.heard:
            return [json.loads(line) for line in self.lines if line.startswith("{")]

    def logged(self, event: str, times: int = 1) -> Json:
        """Wait until the process has logged that so many times; gives the latest such entry."""

        def found() -> list[Json]:
            return [entry for entry in self.entries() if entry["event"] == event]

        with self.heard:
            self.heard.wait_for(lambda: len(found()) >= times or "" in self.lines, PATIENCE)
            assert len(found()) >= times, (event, self.lines)
            return found()[-1]

    def tell(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Its exit status."""
        return self.process.wait(PATIENCE)

    def url(self, path: str) -> str:
        return str(self.logged("listening")["address"]) + path

    def get(self, path: str) -> tuple[int, str]:
        return answer_to(urllib.request.Request(self.url(path)))  # noqa: S310

    def post(self, body: bytes, *, secret: str = SECRET, **headers: str) -> tuple[int, str]:
        """Post to the address for Slack, signed now."""
        at = str(int(system_clock().timestamp()))
        signed = {"x-slack-request-timestamp": at, "x-slack-signature": sign(secret.encode(), at, body)}
        return answer_to(urllib.request.Request(self.url("/slack/events"), body, signed | headers))  # noqa: S310

    def command(self, person: Person, text: str, trigger: str = "1.1.a", response_url: str = "") -> Json:
        """What a signed slash command is answered."""
        payload = payloads.slash_command(NORTHWIND, person, BILLING, text, response_url, trigger)
        status, said = self.post(urlencode(payload).encode())
        assert status == 200, said
        answer: Json = json.loads(said)
        return answer


def answer_to(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with DIRECT.open(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@dataclass
class Scene:
    """Northwind MSP in a store, the local Slack, and a way to start what serves them."""

    store: Store
    slack: LocalSlack
    folder: Path

    @contextmanager
    def serving(self, *words: str, program: list[str] | None = None, **more: str) -> Iterator[Serving]:
        """`seatbot serve` with these words; by Socket Mode, where `more` says nothing else."""
        given = {
            "SLACK_API_URL": f"{self.slack.url}/api/",
            "SLACK_BOT_TOKEN": NORTHWIND.bot_token,
            "SLACK_APP_TOKEN": NORTHWIND.app_token,
        }
        environ = environment(self.store.url, **(given | more))
        with subprocess.Popen(
            [*(program or [str(PROGRAM), "serve"]), *words],
            env={name: value for name, value in environ.items() if value},
            cwd=self.folder,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        ) as process:
            serving = Serving(process)
            listener = Thread(target=serving.listen)
            listener.start()
            try:
                yield serving
            finally:
                process.kill()
                process.wait()
                listener.join()

    def by_http(self, *words: str, **more: str) -> AbstractContextManager[Serving]:
        """`seatbot serve` by HTTP at a free port."""
        given = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET} | more
        return self.serving("--http", "127.0.0.1:0", *words, **given)

    def changes(self) -> list[str]:
        """The kinds of changes that were made in Slack, oldest first."""
        c = CHANGE.c
        with self.store.engine.connect() as connection:
            return list(connection.execute(select(c.kind).where(c.actor.like("U%")).order_by(c.id)).scalars())

    def rows(self) -> int:
        """How many rows the ledger has."""
        with self.store.engine.connect() as connection:
            return len(connection.execute(select(LEDGER.c.id)).all())

    @contextmanager
    def writing(self) -> Iterator[Callable[[], None]]:
        """Hold the lock that every change needs, until what this gives is called."""
        with self.store.engine.connect() as connection:
            if self.store.engine.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
                release = connection.connection.driver_connection.rollback  # type: ignore[union-attr]
            else:
                connection.exec_driver_sql("SELECT id FROM workspace FOR UPDATE")
                release = connection.rollback
            yield release
            release()

    def wait_until_asked_about(self, person: Person) -> None:
        """Wait until the bot works on something that this person asked: it asks Slack who that is."""
        self.slack.wait_for(
            lambda: any(entry.kind == "users.info" and person.id in str(entry.body) for entry in self.slack.journal()),
            "the bot to look the asker up",
            PATIENCE,
        )


@pytest.fixture
def scene(store: Store, tmp_path: Path) -> Iterator[Scene]:
    """Northwind MSP, with Acme and Ann, Bob and Cid in it, not yet bound to a Slack team."""
    os.chdir(tmp_path)
    with store.session() as session:
        wanted = workspaces.check("Northwind MSP", billing_day=27, timezone="Europe/Paris")
        workspace = workspaces.create(session, wanted)
        people = "".join(f"Acme,{name}@acme.example,active,2026-02-01\n" for name in ("ann", "bob", "cid"))
        for name, content, bring_in in (
            ("a.csv", "account,status,at\nAcme,active,2026-01-01\n", import_accounts),
            ("u.csv", f"account,email,status,at\n{people}", import_users),
        ):
            (tmp_path / name).write_text(content)
            bring_in(session, workspace, tmp_path / name, actor="cli:test", clock=system_clock)
    slack = LocalSlack(system_clock)
    with running(slack):
        yield Scene(store, slack, tmp_path)

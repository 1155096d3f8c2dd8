"""The app on a store, the local Slack beside it, and the way that a test takes between the two."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App
from sqlalchemy import select

from bot.app import create_app
from bot.playground import payloads
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, NORTHWIND, Person
from bot.serve import database_fault
from bot.services import workspaces
from bot.services.imports.accounts import import_accounts
from bot.services.imports.users import import_users
from bot.services.workspaces import Workspace
from bot.settings import Settings
from bot.surfaces.http import Http, Server, listen
from bot.surfaces.metrics import Metrics
from bot.surfaces.signature import sign
from db.models import CHANGE
from tests.conftest import DrivenClock, Store
from tests.e2e.conftest import Dump, dump

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's documentation
Json = dict[str, Any]


@dataclass
class Scene:
    """The app, not yet connected to anything."""

    store: Store
    slack: LocalSlack
    clock: DrivenClock
    settings: Settings
    app: App

    def changes(self) -> list[str]:
        """The kinds of changes that were made in Slack, oldest first."""
        c = CHANGE.c
        with self.store.engine.connect() as connection:
            return list(connection.execute(select(c.kind).where(c.actor.like("U%")).order_by(c.id)).scalars())

    def dump(self) -> Dump:
        return dump(self.store.engine)


@dataclass
class Caller:
    """Whoever sends requests to the port."""

    port: int
    clock: DrivenClock

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Json | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, str]:
        return self.ask("GET", path)

    def signed(self, body: bytes, secret: str = SECRET, **headers: str) -> Json:
        """The headers of a body that is signed now."""
        at = str(int(self.clock().timestamp()))
        return {"x-slack-request-timestamp": at, "x-slack-signature": sign(secret.encode(), at, body)} | headers

    def post(self, body: bytes, headers: Json | None = None) -> tuple[int, str]:
        """Post to the address for Slack, signed now if not told otherwise."""
        return self.ask("POST", "/slack/events", body, self.signed(body) if headers is None else headers)

    def command(self, person: Person, text: str, trigger: str = "1.1.a") -> str:
        """What a signed slash command is answered."""
        status, said = self.post(slash_command(person, text, trigger))
        assert status == 200, said
        return str(json.loads(said)["text"])


def slash_command(person: Person, text: str, trigger: str = "1.1.a") -> bytes:
    return urlencode(payloads.slash_command(NORTHWIND, person, BILLING, text, "", trigger)).encode()


@contextmanager
def serving(scene: Scene, secret: str | None = SECRET, metrics: Metrics | None = None) -> Iterator[Caller]:
    """The app behind HTTP."""
    http = Http(scene.app, secret, scene.clock, lambda: database_fault(scene.store.engine), metrics or Metrics())
    server = Server(http, listener := listen("127.0.0.1", 0))
    server.start(lambda: None)
    try:
        yield Caller(listener.getsockname()[1], scene.clock)
    finally:
        server.close(5)


@pytest.fixture
def scene(store: Store, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Scene]:
    """Northwind MSP, bound to the local Slack's team, with Ann and Bob in Acme."""
    with store.session() as session:
        bound = workspaces.bind_team(session, workspace, NORTHWIND.id)
        people = "".join(f"Acme,{name}@acme.example,active,2026-02-01\n" for name in ("ann", "bob"))
        for name, content, bring_in in (
            ("a.csv", "account,status,at\nAcme,active,2026-01-01\n", import_accounts),
            ("u.csv", f"account,email,status,at\n{people}", import_users),
        ):
            (tmp_path / name).write_text(content)
            bring_in(session, bound, tmp_path / name, actor="cli:test", clock=clock)
    slack = LocalSlack(clock)
    with running(slack) as server:
        settings = Settings(
            _env_file=None,
            SLACK_API_URL=f"{server.url}/api/",
            SLACK_BOT_TOKEN=NORTHWIND.bot_token,
            SLACK_APP_TOKEN=NORTHWIND.app_token,
        )
        yield Scene(store, slack, clock, settings, create_app(settings, store.engine, clock))


@pytest.fixture
def http_(scene: Scene) -> Iterator[Caller]:
    with serving(scene) as caller:
        yield caller

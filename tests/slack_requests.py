"""Requests of Slack's to the app without a connection between the two: made by the local Slack, handed to an app."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, update
from sqlmodel import Session

from bot.app import create_app
from bot.playground.delivery import Envelope
from bot.playground.messages import Message
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, GRACE, NORTHWIND, Person
from bot.services import workspaces
from bot.services.imports.accounts import import_accounts
from bot.services.imports.users import import_users
from bot.services.workspaces import Workspace
from bot.settings import Settings
from bot.surfaces.dispatch import dispatch
from bot.surfaces.metrics import Metrics
from db.models import USER
from tests.conftest import NOW, DrivenClock, Store

Json = dict[str, Any]
Told = tuple[int, Any]
"""How a request was answered: status and body."""

PEOPLE = [f"u{number:02}@acme.example" for number in range(12)]
SYNCED = PEOPLE[:2]


@dataclass
class Desk:
    """The local Slack, a store, and the way between them that a test takes by hand."""

    slack: LocalSlack
    store: Store
    workspace: Workspace
    clock: DrivenClock
    settings: Settings

    def answered(self, engine: Engine, payload: Json) -> Told:
        """What an app that has just started answers."""
        return App(self, engine).told(payload)

    def command(self, text: str, person: Person = GRACE) -> Json:
        """The request of `/seats text`."""
        return self.slack.command(person.id, BILLING.id, text).payload

    def direct(self, text: str, person: Person = GRACE) -> Json:
        """The request of a message in the direct message with the app."""
        self.slack.say(person.id, self.direct_message(person), text)
        return self.slack.redeliver_last().payload

    def ask(self, text: str, person: Person = GRACE) -> Json:
        """Give a command to an app that has just started, and show its answer; gives the answer."""
        return App(self, self.store.engine).ask(text, person)

    def show(self, answer: Json, person: Person = GRACE) -> Message:
        """Show an answer once more, as a message of its own."""
        self.acknowledge(self.slack.command(person.id, BILLING.id, "again"), answer)
        return self.slack.messages_seen_by(person.id, BILLING.id)[-1]

    def acknowledge(self, envelope: Envelope, answer: Json) -> None:
        self.slack.receive(json.dumps({"envelope_id": envelope.id, "payload": answer}))

    def press(self, message: Message, action: str, person: Person = GRACE) -> Json:
        """The request of the first button of that action on a message."""
        [name, *_] = [button["action_id"] for _, button in message.buttons() if button["action_id"].startswith(action)]
        return self.slack.press(person.id, message.ts, name).payload

    def direct_message(self, person: Person = GRACE) -> str:
        channel = self.slack.direct_message(person.id)
        assert channel is not None
        return channel.id

    def refused(self) -> list[Any]:
        """What the local Slack refused of what the app sent."""
        return [entry.refused for entry in self.slack.journal() if entry.refused]


class App:
    """One app that goes on, whatever goes wrong."""

    def __init__(self, at: Desk, engine: Engine) -> None:
        self.at = at
        self.app = create_app(at.settings, engine, at.clock)

    def told(self, payload: Json) -> Told:
        """What a request is answered."""
        response = dispatch(self.app, Metrics(), "socket", payload, {})
        return response.status, json.loads(response.body) if response.body else None

    def gets(self, payload: Json) -> int:
        """Deliver a request; gives the status."""
        return self.told(payload)[0]

    def ask(self, text: str, person: Person = GRACE) -> Json:
        """Give a command, and show its answer; gives the answer."""
        envelope = self.at.slack.command(person.id, BILLING.id, text)
        status, answer = self.told(envelope.payload)
        assert status == 200
        self.at.acknowledge(envelope, answer)
        return dict(answer)


@contextmanager
def desk(
    store: Store,
    session: Session,
    workspace: Workspace,
    clock: DrivenClock,
    folder: Path,
    *,
    accounts: bool = True,
) -> Iterator[Desk]:
    """Acme with twelve people, two of whom a sync brought, and Globex with one; without `accounts`, nothing."""
    bound = workspaces.bind_team(session, workspace, NORTHWIND.id)
    workspaces.keep_native(session, bound, ["table", "data_visualization"], NOW)
    (folder / "a.csv").write_text("account,status,at\nAcme,active,2026-01-01\nGlobex,active,2026-01-01\n")
    lines = "".join(f"Acme,{email},active,2026-02-01\n" for email in PEOPLE)
    (folder / "u.csv").write_text(f"account,email,status,at\n{lines}Globex,zoe@globex.example,active,2026-02-01\n")
    if accounts:
        import_accounts(session, bound, folder / "a.csv", actor="cli:test", clock=clock)
        import_users(session, bound, folder / "u.csv", actor="cli:test", clock=clock)
    session.execute(update(USER).where(USER.c.email.in_(SYNCED)).values(synced=True))
    session.commit()
    store.close()
    slack = LocalSlack(clock)
    with running(slack) as server:
        settings = Settings(
            _env_file=None,
            SLACK_API_URL=f"{server.url}/api/",
            SLACK_BOT_TOKEN=NORTHWIND.bot_token,
            SLACK_APP_TOKEN=NORTHWIND.app_token,
            SEATBOT_COMMAND=NORTHWIND.command,
            SEATBOT_ADMINS="",
        )
        yield Desk(slack, store, bound, clock, settings)

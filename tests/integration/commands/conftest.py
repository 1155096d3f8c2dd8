"""The whole way: a person in the local Slack, Socket Mode, the app, the store, and back."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import Session

from bot.app import connect, create_app
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.socket_mode import Envelope
from bot.playground.team import BILLING, NORTHWIND, PEOPLE, Person
from bot.services import workspaces
from bot.services.billing import peaks
from bot.services.faq import matching
from bot.services.imports.accounts import import_accounts
from bot.services.imports.users import import_users
from bot.services.workspaces import Workspace
from bot.settings import Settings
from db.models import CHANGE, LEDGER, USER
from tests.conftest import DrivenClock, Store
from tests.seeds import Seeds

Json = dict[str, Any]


class Guest(Person):
    """A guest of the team."""

    def as_user(self, *args: Any) -> Json:
        return super().as_user(*args) | {"is_restricted": True}


class Stranger(Person):
    """Somebody of another organisation, met in a shared channel."""

    def as_user(self, *args: Any) -> Json:
        return super().as_user(*args) | {"team_id": "T0ELSEWHERE"}


GUEST = Guest("U0GUEST001", "gus", "Gus Guest", "en-GB", "Europe/London")
STRANGER = Stranger("U0STRANGE1", "sam", "Sam Stranger", "fr-FR", "Europe/Paris")


@dataclass
class Team:
    """The local Slack with the bot in it, and the store behind."""

    slack: LocalSlack
    session: Session
    workspace: Workspace
    clock: DrivenClock
    folder: Path

    def seed(self, accounts: str, users: str = "") -> None:
        """Import accounts and users from lines of CSV."""
        for name, header, lines, run in (
            ("accounts.csv", "account,status,at", accounts, import_accounts),
            ("users.csv", "account,email,status,at", users, import_users),
        ):
            path = self.folder / name
            path.write_text(f"{header}\n{lines}\n", encoding="utf-8")
            if lines:
                run(self.session, self.workspace, path, actor="cli:test", clock=self.clock)

    def synced(self, *emails: str) -> None:
        """Mark users as brought by a sync."""
        self.session.execute(update(USER).where(USER.c.email.in_(emails)).values(synced=True))
        self.session.commit()

    def say(self, person: Person, text: str) -> Json:
        """Send `/seats text`; gives the answer."""
        return self.answer(self.send(person, text))

    def send(self, person: Person, text: str) -> Envelope:
        """Send `/seats text` as typed in the composer, and wait for the answer."""
        envelope = self.slack.say(person.id, BILLING.id, f"/seats {text}")
        assert isinstance(envelope, Envelope)
        self.slack.wait_until_answered()
        return envelope

    def answer(self, envelope: Envelope) -> Json:
        """The answer of a slash command, which only the asker sees."""
        answer = self.slack.answers(envelope)[0]
        assert answer is not None
        assert answer["response_type"] == "ephemeral"
        assert answer["text"]
        assert self.refused() == []
        return answer

    def press(self, person: Person, action: str, label: str | None = None) -> str:
        """Press a button on the latest message that has it; gives the text of the latest message then."""
        self.slack.press(person.id, *self.button(person, action, label))
        self.slack.wait_until_answered()
        assert self.refused() == []
        return self.latest(person)

    def button(self, person: Person, action: str, label: str | None = None) -> tuple[str, str, str]:
        """The latest button of that action (and label): message, action and value."""
        for message in reversed(self.slack.messages_seen_by(person.id, BILLING.id)):
            for _, button in message.buttons():
                if button["action_id"].startswith(action) and label in (None, button["text"]["text"]):
                    return message.ts, button["action_id"], button["value"]
        raise AssertionError(f"no button {action}")

    def latest(self, person: Person) -> str:
        """The text of the latest message that a person sees."""
        return self.slack.messages_seen_by(person.id, BILLING.id)[-1].text

    def buttons(self, person: Person) -> list[str]:
        """The labels of the buttons of the latest message, but those that every answer has."""
        message = self.slack.messages_seen_by(person.id, BILLING.id)[-1]
        return [button["text"]["text"] for block, button in message.buttons() if block != "more"]

    def refused(self) -> list[object]:
        """What the local Slack refused of the bot's answers."""
        journal = self.slack.journal()
        return [entry.refused for entry in journal if entry.refused and not entry.kind.startswith("users.")]

    def counted(self) -> int:
        """How many users the bill counts now."""
        self.session.rollback()
        return peaks.bill(self.session, self.workspace, self.clock()).current

    def changes(self) -> list[str]:
        """The kinds of changes that were made in Slack, oldest first."""
        self.session.rollback()
        c = CHANGE.c
        return list(self.session.execute(select(c.kind).where(c.actor.like("U%")).order_by(c.id)).scalars())

    def rows(self) -> int:
        """How many rows the ledger has."""
        self.session.rollback()
        return len(self.session.execute(select(LEDGER.c.id)).all())


@pytest.fixture(scope="session", autouse=True)
def matcher() -> None:
    """Load the FAQ's matcher as `seatbot serve` does: on a busy machine that takes longer than Slack waits."""
    matching.matcher()


@pytest.fixture
def settings() -> Settings:
    return Settings(
        _env_file=None,
        SLACK_BOT_TOKEN=NORTHWIND.bot_token,
        SLACK_APP_TOKEN=NORTHWIND.app_token,
        SEATBOT_COMMAND=NORTHWIND.command,
        SEATBOT_ADMINS="",
    )


@pytest.fixture
def members() -> list[Person]:
    """Everybody in the Slack workspace."""
    return [*PEOPLE, GUEST, STRANGER]


@pytest.fixture
def team(
    store: Store,
    session: Session,
    workspace: Workspace,
    clock: DrivenClock,
    tmp_path: Path,
    settings: Settings,
    members: list[Person],
    seeds: Seeds,
) -> Iterator[Team]:
    """Northwind MSP with the bot connected: Acme and Globex, three people and two, one of them in both."""
    slack = LocalSlack(clock, people=members)

    def make() -> Workspace:
        bound = workspaces.bind_team(session, workspace, NORTHWIND.id)
        workspaces.keep_native(session, bound, ["table", "data_visualization"], clock())
        Team(slack, session, bound, clock, tmp_path).seed(
            "Acme,active,2026-01-01\nGlobex,active,2026-01-01",
            "Acme,ann@acme.example,active,2026-02-01\nAcme,bob@acme.example,active,2026-02-01\n"
            "Acme,both@shared.example,active,2026-02-01\nGlobex,both@shared.example,active,2026-02-01\n"
            "Globex,zoe@globex.example,active,2026-02-01",
        )
        return bound

    bound = seeds.fill(session, ("team", workspace, clock()), make)
    team = Team(slack, session, bound, clock, tmp_path)
    with running(slack) as server:
        settings = settings.model_copy(update={"slack_api_url": f"{server.url}/api/"})
        connection = connect(create_app(settings, store.engine, clock), settings)
        try:
            slack.wait_until_connected()
            yield team
        finally:
            connection.close()

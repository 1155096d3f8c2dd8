"""Whatever a command answers, with three thousand accounts or with none, in both languages: Slack takes it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.commands import registry
from bot.playground.messages import Kind, Message
from bot.playground.team import BILLING, CAMILLE, GRACE, TOM, Person
from bot.services import workspaces
from bot.services.imports.accounts import import_accounts
from bot.services.imports.users import import_users
from bot.services.workspaces import Workspace
from tests.conftest import NOW, DrivenClock, Store
from tests.slack_requests import App, Desk, desk

MANY = 3_000
MOST_PRESSES = 60
"""So many buttons are pressed for each language and size; what they lead to among them."""
AWKWARD = ["<!channel> & Söhne", "x" * 300, "🦄 :unicorn: *bold*", "=1+1", "L’Hôtel d'Or"]
FORGED = ("<!", "<http", "<mailto")
PEOPLE = [f"u{number:02}@many.example" for number in range(60)]
ASKED = {
    "report": ["", "Awkward 0", "last", "2026-02", "2031-01", "nowhere"],
    "statement": ["", "2026-02", "current", "2031-01", "2020-01", "nowhere"],
    "accounts": ["", "many", "zzz"],
    "users": ["Many", "Many active", "Many denied", "Many zzz", "nowhere"],
    "why": [PEOPLE[0], "both@x.example", "nobody@x.example"],
    "deactivate": [" ".join(PEOPLE[:3]), " ".join(PEOPLE[3:55]), "both@x.example", "nobody@x.example", "nonsense"],
    "activate": [" ".join(PEOPLE[:2]), " ".join(PEOPLE), "both@x.example", "nobody@x.example"],
    "deny add": [f"{PEOPLE[4]} in Many", "*@many.example in Many", f"{' '.join(PEOPLE)} in Many"],
    "deny remove": [f"{PEOPLE[4]} in Many", "zzz@many.example in Many"],
    "deny list": ["Many", "nowhere"],
    "account add": ["New & <Shiny>", "Many"],
    "account trial": ["Fresh", "Fresh 14"],
    "account activate": ["Fresh"],
    "account close": ["Fresh", "nowhere"],
    "admins add": [f"<@{TOM.id}>"],
    "admins remove": [f"<@{TOM.id}>"],
    "log": ["", "Many", PEOPLE[0]],
    "what-if": [f"deactivate {' '.join(PEOPLE)}", "activate both@x.example", "fermer Many", "convert nowhere"],
    "reconcile": ["last 5", "2026-02 4 061", "5 EUR", "last -1", "current 5", "last 3 < 4"],
    "undo": ["", "1", "999999"],
}
"""What each command is asked beside nothing and its help."""


@pytest.fixture
def at(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Desk]:
    with desk(store, session, workspace, clock, tmp_path) as made:
        yield made


@pytest.fixture
def crowded(at: Desk, tmp_path: Path) -> Desk:
    """Three thousand accounts and more, of every kind of name; one with 60 people, and somebody in 40 of them."""
    names = [*AWKWARD, "Many", *(f"Client {number:04} {'ü' * 60}" for number in range(MANY))]
    names[10] = "Awkward 0"
    quoted = [name.replace('"', '""') for name in names]
    lines = "".join(f'"{name}",active,2026-01-01\n' for name in quoted)
    people = "".join(f'"{name}",u@{number}.example,active,2026-01-02\n' for number, name in enumerate(quoted))
    people += "".join(f'"{name}",both@x.example,active,2026-01-02\n' for name in quoted[:40])
    people += "".join(f"Many,{email},active,2026-01-02\n" for email in PEOPLE)
    (tmp_path / "many.csv").write_text(f"account,status,at\n{lines}")
    (tmp_path / "people.csv").write_text(f"account,email,status,at\n{people}")
    with Session(at.store.engine) as session:
        import_accounts(session, at.workspace, tmp_path / "many.csv", actor="cli:test", clock=at.clock)
        import_users(session, at.workspace, tmp_path / "people.csv", actor="cli:test", clock=at.clock)
    return at


@pytest.fixture
def empty(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Desk]:
    """A workspace in which nothing was ever recorded."""
    with desk(store, session, workspace, clock, tmp_path, accounts=False) as made:
        yield made


def ask_everything(at: Desk, person: Person) -> None:
    """Everything that can be typed; then what the buttons of all these answers do."""
    app = App(at, at.store.engine)
    for words in ("", "nonsense", "reprot", "rapprot", 'report "', "😀", "x" * 4_000):
        app.ask(words, person)
    for one in registry.TYPED:
        name = one.name("fr" if person == CAMILLE else "en")
        for words in ("", "help", *ASKED.get(one.en, ())):
            app.ask(f"{name} {words}".strip(), person)
    press_everything(at, app, person)


def press_everything(at: Desk, app: App, person: Person) -> None:
    pressed: set[tuple[str, str, str]] = set()

    def waiting() -> Iterator[tuple[Message, dict[str, Any]]]:
        """Buttons of every kind first, then the others of their kinds."""
        for message in at.slack.messages_seen_by(person.id, BILLING.id):
            for _, button in message.buttons():
                if (message.text, button["action_id"], button["text"]["text"]) not in pressed:
                    yield message, button

    for _ in range(MOST_PRESSES):
        found = next(islice(waiting(), 1), None)
        if found is None:
            return
        message, button = found
        pressed.add((message.text, button["action_id"], button["text"]["text"]))
        payload = at.slack.press(person.id, message.ts, button["action_id"], button["value"]).payload
        assert app.gets(payload) == 200


def assert_taken(at: Desk, person: Person) -> None:
    """Slack refused nothing, and no name became a mention or a link."""
    assert at.refused() == []
    seen = [one for one in at.slack.messages_seen_by(person.id, BILLING.id) if one.kind == Kind.POSTED]
    assert len(seen) > 2 * len(registry.TYPED)
    for message in seen:
        for text in (message.text, *marked(message.blocks)):
            assert not any(forged in text for forged in FORGED), message


def marked(part: Any) -> Iterator[str]:
    """The texts in which Slack reads markup."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from marked(one)


BOTH = ("table", "data_visualization")
pytestmark = [
    pytest.mark.parametrize("store", ["sqlite"], indirect=True),
    # Each language and each form; the four pairs would take as long again.
    pytest.mark.parametrize(
        ("person", "native"), [(GRACE, BOTH), (CAMILLE, ())], ids=["English, native", "French, plain"]
    ),
]


def answer_all(at: Desk, person: Person, native: tuple[str, ...]) -> None:
    with Session(at.store.engine) as session:
        workspaces.keep_native(session, at.workspace, native, NOW)
    at.slack.take_no(*({*BOTH} - {*native}))
    ask_everything(at, person)
    assert_taken(at, person)


def test_with_three_thousand_accounts(crowded: Desk, person: Person, native: tuple[str, ...]) -> None:
    answer_all(crowded, person, native)


def test_with_no_account_at_all(empty: Desk, person: Person, native: tuple[str, ...]) -> None:
    answer_all(empty, person, native)

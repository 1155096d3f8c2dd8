"""Exactly once: whatever Slack delivers again, however often, whenever and to whichever process, is done once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import func, select

from bot.app import create_app
from bot.playground.delivery import Envelope
from bot.playground.messages import Message
from bot.playground.team import BILLING, CAMILLE, GRACE, TOM
from bot.services import offers, requests, sweeping, workspaces
from bot.settings import Settings
from db.models import CHANGE, OFFER, SLACK_REQUEST
from tests.conftest import Store
from tests.integration.commands.conftest import Team

ELEVEN = [f"u{number}@acme.example" for number in range(11)]
AT_ONCE = 8
TOM_NAMED = f"<@{TOM.id}|tom>"
COMMANDS = [
    ("deactivate ann@acme.example", "deactivate"),
    ("activate off@acme.example", "activate"),
    ("deny add ann@acme.example in Acme", "deny_add"),
    ("deny remove old@acme.example in Acme", "deny_remove"),
    ("account add Initech trial until 2026-12-31", "account_status"),
    ("account trial Globex until 2026-12-31", "account_status"),
    ("account activate Blue from 2026-12-31", "account_status"),
    ("account close Globex", "account_status"),
    (f"admins add <@{CAMILLE.id}>", "admin_add"),
    (f"admins remove {TOM_NAMED}", "admin_remove"),
    ("undo", "undo"),
]
BUTTONS = [
    ("deactivate " + " ".join(ELEVEN), "confirm", "deactivate"),
    ("deactivate " + " ".join(ELEVEN), "confirm_deny", "deactivate"),
    ("deactivate ann@acme.example", "also_0", "deny_add"),
    ("deny add zoe@globex.example in Globex", "also_0", "deactivate"),
    ("deactivate both@shared.example", "pick_1", "deactivate"),
    ("activate old@acme.example", "open_lift", "deny_remove"),
    ("account close Acme", "confirm", "account_status"),
    ("deactivate bob@acme.example", "undo", "undo"),
]


@pytest.fixture
def busy(team: Team) -> Team:
    """The team with something for every command to change; Grace and Tom are its admins."""
    team.seed("Blue,trial,2026-01-01", "\n".join(f"Acme,{email},active,2026-03-01" for email in ELEVEN))
    team.seed("", "Acme,off@acme.example,inactive,2026-03-01\nAcme,old@acme.example,active,2026-03-01")
    team.synced("ann@acme.example", "old@acme.example", *ELEVEN)
    typed(team, "deny add old@acme.example in Acme")
    typed(team, f"admins add {TOM_NAMED}")
    return team


def typed(team: Team, words: str) -> Envelope:
    """A command just so, answered."""
    envelope = team.slack.command(GRACE.id, BILLING.id, words)
    team.slack.wait_until_answered()
    return envelope


def another_app(team: Team, store: Store, settings: Settings) -> App:
    """A process that was started anew, on the same store."""
    workspace = team.workspace
    workspaces.keep_native(store.session(), workspace, ["table", "data_visualization"], team.clock())
    there = settings.model_copy(update={"slack_api_url": f"{team.slack.url}/api/"})
    return create_app(there, store.engine, team.clock)


def deliver(app: App, envelope: Envelope) -> dict[str, Any]:
    """The envelope as a signed request by HTTP; gives the answer."""
    payload = envelope.payload
    body = urlencode(payload if envelope.type == "slash_commands" else {"payload": json.dumps(payload)})
    stamp = str(int(time.time()))
    signature = SignatureVerifier(app._signing_secret).generate_signature(timestamp=stamp, body=body)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature or "",
    }
    response = app.dispatch(BoltRequest(body=body, headers=headers))
    assert response.status == 200
    return json.loads(response.body) if response.body else {}


def by_socket(team: Team, envelope: Envelope) -> None:
    """Deliver an envelope that often once more, all at once."""
    before = len(envelope.answers)
    with team.slack.changed:
        for _ in range(AT_ONCE):
            team.slack.redeliver(envelope)
    team.slack.wait_for(lambda: len(envelope.answers) == before + AT_ONCE, "every answer", 20)


def by_http(app: App, envelope: Envelope) -> list[dict[str, Any]]:
    """Deliver an envelope that often by HTTP, all at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: deliver(app, envelope), range(AT_ONCE)))


@pytest.mark.parametrize(("words", "kind"), COMMANDS)
def test_a_command_is_done_once_and_always_gets_the_same_answer(
    busy: Team, store: Store, settings: Settings, words: str, kind: str
) -> None:
    before = busy.changes()
    envelope = typed(busy, words)
    [first] = busy.slack.answers(envelope)
    assert first is not None
    rows = busy.rows()
    by_socket(busy, envelope)
    assert all(answer == first for answer in busy.slack.answers(envelope))
    app = another_app(busy, store, settings)
    assert all(answer == first for answer in by_http(app, envelope))
    busy.clock.advance(days=1, hours=1)
    restarted = another_app(busy, store, settings)
    assert deliver(restarted, envelope) == first
    assert (busy.changes(), busy.rows()) == ([*before, kind], rows)


@pytest.mark.parametrize(("words", "kind"), COMMANDS[:5])
def test_a_command_that_comes_eight_times_before_its_first_answer_is_done_once(
    busy: Team, store: Store, settings: Settings, words: str, kind: str
) -> None:
    before = busy.changes()
    cut_off(busy)
    envelope = busy.slack.command(GRACE.id, BILLING.id, words)  # nobody is there to take it yet
    answers = by_http(another_app(busy, store, settings), envelope)
    assert all(answer == answers[0] for answer in answers)
    assert "text" in answers[0]
    assert busy.changes() == [*before, kind]


def message(team: Team, ts: str) -> Message:
    return next(one for one in team.slack.messages_seen_by(GRACE.id, BILLING.id) if one.ts == ts)


def seen(team: Team) -> list[tuple[str, Any]]:
    return [(one.text, one.blocks) for one in team.slack.messages_seen_by(GRACE.id, BILLING.id)]


@pytest.mark.parametrize(("words", "action", "kind"), BUTTONS, ids=lambda value: str(value)[:30])
def test_a_button_does_its_work_once_and_always_shows_the_same(
    busy: Team, store: Store, settings: Settings, words: str, action: str, kind: str
) -> None:
    typed(busy, words)
    before = busy.changes()
    button = busy.button(GRACE, action)
    envelope = busy.slack.press(GRACE.id, *button)
    busy.slack.wait_until_answered()
    shown, rows = seen(busy), busy.rows()
    by_socket(busy, envelope)
    assert seen(busy) == shown
    by_http(another_app(busy, store, settings), envelope)
    busy.clock.advance(days=1, hours=1)
    deliver(another_app(busy, store, settings), envelope)
    assert seen(busy) == shown
    assert (busy.changes(), busy.rows()) == ([*before, kind], rows)


@pytest.mark.parametrize(("words", "action", "kind"), BUTTONS, ids=lambda value: str(value)[:30])
def test_a_button_pressed_eight_times_at_once_does_its_work_once(
    busy: Team, words: str, action: str, kind: str
) -> None:
    typed(busy, words)
    before = busy.changes()
    button = busy.button(GRACE, action)
    with busy.slack.changed:
        for _ in range(AT_ONCE):
            busy.slack.press(GRACE.id, *button)
    busy.slack.wait_until_answered()
    assert busy.changes() == [*before, kind]


@pytest.mark.parametrize(("words", "action", "kind"), BUTTONS, ids=lambda value: str(value)[:30])
def test_a_button_that_is_a_month_old_changes_nothing_unasked(busy: Team, words: str, action: str, kind: str) -> None:
    typed(busy, words)
    before = busy.changes()
    busy.clock.advance(days=30)
    said = busy.press(GRACE, action)
    expected = "Take back change" if action == "undo" else "This button no longer stands for anything."
    assert expected in said
    assert busy.changes() == before


@pytest.mark.parametrize(("words", "action", "kind"), BUTTONS[:-1], ids=lambda value: str(value)[:30])
def test_a_button_that_somebody_else_presses_changes_nothing(
    busy: Team, store: Store, settings: Settings, words: str, action: str, kind: str
) -> None:
    typed(busy, words)
    before = busy.changes()
    button = busy.button(GRACE, action)
    envelope = busy.slack.press(GRACE.id, *button)
    busy.slack.wait_until_answered()
    done = busy.changes()
    stolen = Envelope(
        "stolen", envelope.type, envelope.payload | {"user": {"id": TOM.id}, "trigger_id": "1.2.3"}, busy.clock()
    )
    deliver(another_app(busy, store, settings), stolen)
    assert done == [*before, kind]
    assert busy.changes() == done
    said = [one.text for one in busy.slack.messages_seen_by(GRACE.id, BILLING.id)]
    assert any("This button no longer stands for anything." in text for text in said)


def cut_off(busy: Team) -> None:
    """The bot loses its connection and finds no other, so that Slack's own deliveries do not reach it."""
    busy.slack.fault("apps.connections.open", "internal_error", times=None)
    busy.slack.cut_connections()


@pytest.mark.parametrize("missing", ["trigger_id", "user", "team", "actions", "response_url"])
def test_a_press_with_missing_fields_changes_nothing(
    busy: Team, store: Store, settings: Settings, missing: str
) -> None:
    typed(busy, "deactivate " + " ".join(ELEVEN))
    before = busy.changes()
    cut_off(busy)
    envelope = busy.slack.press(GRACE.id, *busy.button(GRACE, "confirm"))
    payload = {field: value for field, value in envelope.payload.items() if field != missing}
    if missing == "team":
        payload["user"] = {"id": GRACE.id}
    app = another_app(busy, store, settings)
    with suppress(AssertionError):  # Bolt answers 404 to what it knows no listener for
        deliver(app, Envelope("short", envelope.type, payload, busy.clock()))
    assert busy.changes() == ([*before, "deactivate"] if missing == "response_url" else before)


@pytest.mark.parametrize("action", ["undo", "confirm", "also_0", "choose_account"])
@pytest.mark.parametrize("value", [None, "", "x", "1 2", "-1", "9" * 40, "' OR 1=1 --"])
def test_a_press_with_a_forged_value_changes_nothing(
    busy: Team, store: Store, settings: Settings, action: str, value: str | None
) -> None:
    typed(busy, "deactivate bob@acme.example")
    before = busy.changes()
    envelope = busy.slack.press(GRACE.id, *busy.button(GRACE, "share"))
    busy.slack.wait_until_answered()
    forged = envelope.payload["actions"][0] | {"action_id": action, "value": value}
    payload = envelope.payload | {"actions": [forged], "trigger_id": "3.2.1"}
    deliver(another_app(busy, store, settings), Envelope("forged", envelope.type, payload, busy.clock()))
    assert busy.changes() == before


def test_a_command_with_missing_fields_is_told_with_an_id_and_changes_nothing(
    busy: Team, store: Store, settings: Settings
) -> None:
    before = busy.changes()
    payload = typed(busy, "help").payload | {"text": "deactivate ann@acme.example"}
    del payload["trigger_id"]
    answer = deliver(another_app(busy, store, settings), Envelope("short", "slash_commands", payload, busy.clock()))
    assert "it is in the log as" in answer["text"]
    assert busy.changes() == before


def test_requests_are_kept_for_a_week_and_offers_for_a_day(busy: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "EVERY", 1)
    typed(busy, "deactivate " + " ".join(ELEVEN))
    kept = select(func.count()).select_from(SLACK_REQUEST).where(SLACK_REQUEST.c.change_id.is_not(None))
    offered = select(func.count()).select_from(OFFER)

    def count(query: Any) -> int:
        busy.session.rollback()
        found: int = busy.session.execute(query).scalar_one()
        return found

    first_requests, first_offers = count(kept), count(offered)
    assert first_requests == 2
    assert first_offers > 0
    busy.clock.advance(days=1, seconds=1)
    typed(busy, "report")
    assert count(offered) < first_offers + 10
    offers.keep(busy.session, busy.workspace, {"sweeps": ""}, actor="U1", now=busy.clock())
    ids = set(busy.session.execute(select(OFFER.c.offered_at)).scalars())
    assert all(busy.clock() - at <= offers.GOOD_FOR for at in ids)
    busy.clock.advance(days=6)
    typed(busy, "deactivate ann@acme.example")
    busy.session.rollback()
    ages = [busy.clock() - at for at in busy.session.execute(select(SLACK_REQUEST.c.at)).scalars()]
    assert all(age <= requests.KEPT_FOR for age in ages)
    assert count(select(func.count()).select_from(CHANGE)) > count(kept)

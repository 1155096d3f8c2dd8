"""What Slack delivers again, at once, eight times, a day later, to an app that came back: done and told once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from slack_bolt import App
from sqlmodel import Session

from bot.app import create_app
from bot.playground.delivery import Envelope
from bot.playground.messages import Kind
from bot.playground.team import BILLING, GRACE, NADIA
from bot.services.workspaces import Workspace
from bot.surfaces.http import Http, Server, listen
from bot.surfaces.metrics import Metrics
from bot.surfaces.socket_mode import Connection
from bot.surfaces.web import web_client
from tests.conftest import DrivenClock, Store
from tests.crash_points import contents
from tests.slack_requests import PEOPLE, Desk, desk

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's documentation
SYNCED, ALONE = PEOPLE[0], PEOPLE[2]
HERE = f"<#{BILLING.id}|billing>"
DIGEST, WARNING = f"digest add {HERE} every day at 8:00", f"warn add peak {HERE}"
KINDS: dict[str, tuple[str, str]] = {
    "deactivate": ("", f"command deactivate {SYNCED} {ALONE} because gone"),
    "confirm": (f"deactivate {' '.join(PEOPLE[:11])}", "press confirm"),
    "deny add": ("", f"command deny add {SYNCED} in Acme"),
    "also on the deny list": (f"deactivate {SYNCED}", "press also"),
    "undo": (f"deactivate {ALONE}", "command undo"),
    "undo button": (f"deactivate {ALONE}", "press undo"),
    "refusal": ("", "command deactivate nobody@acme.example"),
    "share": ("report", "press share"),
    "CSV file": ("report", "press csv"),
    "direct message": ("", f"direct deactivate {ALONE}"),
    "digest add": ("", f"command {DIGEST}"),
    "digest pause": (DIGEST, "command digest pause 1"),
    "digest resume": (f"{DIGEST}\ndigest pause 1", "command digest resume 1"),
    "digest run": (DIGEST, "command digest run 1"),
    "digest remove": (DIGEST, "command digest remove 1"),
    "digest undo": (f"{DIGEST}\ndigest remove 1", "press undo"),
    "warn add": ("", f"command {WARNING}"),
    "warn mute": (WARNING, "command warn mute 1 3"),
    "warn remove": (WARNING, "command warn remove 1"),
    "warn undo": (f"{WARNING}\nwarn remove 1", "press undo"),
    "statement": ("", "command statement"),
    "reconcile": ("", "command reconcile last 5"),
    "what-if": ("", f"command what-if deactivate {ALONE}"),
}
"""For each kind of request: the commands before it, a line each, and the request."""
CHANGELESS = {"refusal", "share", "CSV file", "statement", "reconcile", "what-if"}
"""The requests that make no change."""


@pytest.fixture
def at(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Desk]:
    with desk(store, session, workspace, clock, tmp_path) as made:
        yield made


@contextmanager
def connected(at: Desk, prepare: Callable[[App], None] = lambda _: None) -> Iterator[Metrics]:
    """An app, connected by Socket Mode; gives its figures."""
    metrics, app = Metrics(), create_app(at.settings, at.store.engine, at.clock)
    prepare(app)
    token = at.settings.slack_app_token
    assert token is not None
    connection = Connection(app, token.get_secret_value(), web_client(at.settings), metrics)
    connection.open()
    try:
        at.slack.wait_until_connected()
        yield metrics
    finally:
        connection.close()
        at.slack.wait_for(lambda: at.slack.connections == 0)


@contextmanager
def served(at: Desk) -> Iterator[Metrics]:
    """An app to which everything comes by HTTP; gives its figures."""
    metrics, app = Metrics(), create_app(at.settings, at.store.engine, at.clock)
    server = Server(Http(app, SECRET, at.clock, lambda: None, metrics), listener := listen("127.0.0.1", 0))
    server.start(lambda: None)
    try:
        at.slack.deliver_to(f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events", SECRET, verify=False)
        yield metrics
    finally:
        server.close(5)


WAYS = {"socket": connected, "http": served}


def act(at: Desk, before: str, how: str) -> Envelope:
    """Do what makes Slack send the request; for a press, its message is there already."""
    kind, words = how.split(" ", 1)
    if kind == "command":
        return at.slack.command(GRACE.id, BILLING.id, words)
    if kind == "direct":
        at.slack.say(GRACE.id, at.direct_message(), words)
        return at.slack.redeliver_last()
    message = at.slack.messages_seen_by(GRACE.id, BILLING.id)[-1]
    [name, *_] = [button["action_id"] for _, button in message.buttons() if button["action_id"].startswith(words)]
    return at.slack.press(GRACE.id, message.ts, name)


def dealt_with(metrics: Metrics) -> int:
    """How many requests the app has dealt with."""
    lines = metrics.exposition().decode().splitlines()
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("seatbot_requests_total{")))


def outcome(at: Desk) -> tuple[Any, ...]:
    """What the store holds, and what people see in the channel and in the direct message."""
    with Session(at.store.engine) as session:
        stored = contents(session)
    shown = [one for one in at.slack.messages_seen_by(GRACE.id, BILLING.id) if one.kind == Kind.POSTED]
    channel = [(one.text, str(one.blocks)) for one in shown]
    public = [one.text for one in at.slack.messages_seen_by(NADIA.id, BILLING.id)]
    bot = at.slack.team.bot_user_id
    seen = at.slack.messages_seen_by(GRACE.id, at.direct_message())
    direct = [(one.text, len(one.files)) for one in seen if one.user_id == bot]
    return stored, channel, public, direct


def settled(at: Desk, metrics: Metrics, requests: int) -> tuple[Any, ...]:
    """The outcome once so many requests were dealt with."""
    at.slack.wait_until_answered()
    at.slack.wait_for(lambda: dealt_with(metrics) >= requests, f"{requests} requests", 10)
    return outcome(at)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_eight_deliveries_at_once_and_others_later_do_and_tell_it_once(at: Desk, kind: str, way: str) -> None:
    (before, how), connected = KINDS[kind], WAYS[way]
    for words in before.splitlines():
        at.ask(words)
    seen_before = outcome(at)
    with connected(at) as metrics:
        with at.slack.changed:
            envelope = act(at, before, how)
            for _ in range(8 - envelope.deliveries):
                at.slack.redeliver(envelope)
                envelope.deliveries = 1
        once = settled(at, metrics, 8)
        assert once != seen_before or kind in ("refusal", "what-if")
        assert len(once[2]) - len(seen_before[2]) == (kind == "share")
        assert len(once[3]) - len(seen_before[3]) == (kind in ("CSV file", "direct message"))
        at.slack.redeliver(envelope)
        assert settled(at, metrics, 9) == once
    with connected(at) as metrics:
        at.slack.redeliver(envelope)
        assert settled(at, metrics, 1) == once
    at.clock.advance(days=1, minutes=-1)
    with connected(at) as metrics:
        at.slack.redeliver(envelope)
        assert settled(at, metrics, 1) == once
    answers = [answer for answer in at.slack.answers(envelope) if answer]
    assert all(answer == answers[0] for answer in answers)
    assert bool(answers) == how.startswith("command")


@pytest.mark.parametrize("kind", KINDS)
def test_a_socket_that_is_cut_in_the_middle_loses_and_doubles_nothing(at: Desk, kind: str) -> None:
    before, how = KINDS[kind]
    for words in before.splitlines():
        at.ask(words)
    started, go_on = Event(), Event()

    def hold(app: App) -> None:
        @app.use
        def wait(next):  # type: ignore[no-untyped-def]  # noqa: A002 - Bolt's name
            started.set()
            go_on.wait(5)
            next()

    with connected(at, hold) as metrics:
        envelope = act(at, before, how)
        assert started.wait(5)
        at.slack.cut_connections()
        at.slack.wait_until_connected()
        go_on.set()
        cut = settled(at, metrics, 2)
    with connected(at) as metrics:
        at.slack.redeliver(envelope)
        assert settled(at, metrics, 1) == cut
    prepared = 0 if kind == "confirm" else sum(words != "report" for words in before.splitlines())
    assert len(cut[0]["changes"]) == 2 + prepared + (kind not in CHANGELESS)
    assert len(cut[2]) == (kind == "share")
    assert len(cut[3]) == (kind in ("CSV file", "direct message"))
    assert at.refused() == []

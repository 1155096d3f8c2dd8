"""HTTP: whose requests reach the app, how they are answered, and what else the port tells."""

import json
import shutil
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from urllib.parse import quote, urlencode

import pytest
from slack_bolt import Ack, BoltContext
from sqlalchemy import make_url, text
from structlog.testing import capture_logs

from bot.playground.team import BILLING, CAMILLE, GRACE, NORTHWIND
from bot.services.errors import CannotListen
from bot.surfaces import http
from bot.surfaces.http import Http, Server, listen
from bot.surfaces.metrics import Metrics
from bot.surfaces.signature import sign
from db.session import POOL_SIZE
from tests.integration.surfaces.conftest import SECRET, Caller, Json, Scene, serving, slash_command

sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
DEACTIVATE = slash_command(GRACE, "deactivate ann@acme.example")


def test_a_signed_command_is_answered_in_the_askers_language(scene: Scene, http_: Caller) -> None:
    assert "ann@acme.example" in http_.command(GRACE, "deactivate ann@acme.example")
    assert "Ce que vous pouvez demander" in http_.command(CAMILLE, "aide", "1.1.b")
    assert scene.changes() == ["deactivate"]


def test_the_same_request_again_gets_the_same_answer_and_is_done_once(scene: Scene, http_: Caller) -> None:
    headers = http_.signed(DEACTIVATE)
    first = http_.post(DEACTIVATE, headers)
    scene.clock.advance(minutes=4, seconds=59)
    again = http_.post(DEACTIVATE, headers | {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"})
    assert first == again
    assert first[0] == 200
    assert scene.changes() == ["deactivate"]


def test_the_same_request_eight_times_at_once_is_done_once(scene: Scene, http_: Caller) -> None:
    headers = http_.signed(DEACTIVATE)
    with ThreadPoolExecutor(8) as slack:
        said = list(slack.map(lambda _: http_.post(DEACTIVATE, headers), range(8)))
    assert {status for status, _ in said} == {200}
    assert all("ann@acme.example" in answer for _, answer in said)
    assert scene.changes() == ["deactivate"]


def altered(**changed: str) -> Callable[[Json], Json]:
    return lambda headers: headers | changed


REFUSED: dict[str, Callable[[Json], Json]] = {
    "no headers": lambda headers: {},
    "no signature": lambda headers: {"x-slack-request-timestamp": headers["x-slack-request-timestamp"]},
    "no timestamp": lambda headers: {"x-slack-signature": headers["x-slack-signature"]},
    "another signature": altered(**{"x-slack-signature": "v0=" + "0" * 64}),
    "no scheme": lambda headers: headers | {"x-slack-signature": headers["x-slack-signature"][3:]},
    "an empty signature": altered(**{"x-slack-signature": ""}),
    "a signature that is not ASCII": altered(**{"x-slack-signature": "v0=é"}),
    "another timestamp": lambda headers: (
        headers | {"x-slack-request-timestamp": str(int(headers["x-slack-request-timestamp"]) + 1)}
    ),
    "a timestamp that is no number": altered(**{"x-slack-request-timestamp": "yesterday"}),
    "a timestamp of another script": altered(**{"x-slack-request-timestamp": "²³"}),
    "an endless timestamp": altered(**{"x-slack-request-timestamp": "9" * 5000}),
    "a negative timestamp": altered(**{"x-slack-request-timestamp": "-1"}),
}


@pytest.mark.parametrize("alter", REFUSED.values(), ids=REFUSED.keys())
@sqlite_only
def test_what_slack_did_not_sign_gets_401_and_touches_nothing(
    scene: Scene, http_: Caller, alter: Callable[[Json], Json]
) -> None:
    before = scene.dump()
    for body in (
        DEACTIVATE,
        b"",
        b"\xff\xfe\x00",
        b"ssl_check=1&token=x",
        b'{"type":"url_verification","challenge":"x"}',
    ):
        assert http_.post(body, alter(http_.signed(body)))[0] == 401
    assert scene.dump() == before
    assert scene.slack.journal() == [], "nobody was even looked up"


def test_with_another_secret_or_none_nothing_is_let_in(scene: Scene, http_: Caller) -> None:
    before = scene.dump()
    assert http_.post(DEACTIVATE, http_.signed(DEACTIVATE, "another"))[0] == 401
    with serving(scene, secret=None) as unable:
        for secret in (SECRET, "", "None"):
            assert unable.post(DEACTIVATE, unable.signed(DEACTIVATE, secret))[0] == 401
    assert scene.dump() == before


@pytest.mark.parametrize("minutes", [-5, 5])
@sqlite_only
def test_a_request_counts_for_five_minutes(scene: Scene, http_: Caller, minutes: int) -> None:
    headers = http_.signed(DEACTIVATE)
    before = scene.dump()
    scene.clock.advance(minutes=minutes, seconds=1 if minutes > 0 else -1)
    assert http_.post(DEACTIVATE, headers) == (401, "unsigned\n")
    assert scene.dump() == before
    scene.clock.advance(seconds=-1 if minutes > 0 else 1)
    assert http_.post(DEACTIVATE, headers)[0] == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"{", b"[1]", b"payload=", b"payload=%5B1%5D", b"payload=no", b"{}", b'{"a":' * 100_000],
    ids=["empty", "not UTF-8", "half", "a list", "nothing", "a list in a form", "no JSON", "no fields", "deep"],
)
@sqlite_only
def test_a_signed_body_that_is_nothing_of_slacks_gets_400(scene: Scene, http_: Caller, body: bytes) -> None:
    before = scene.dump()
    assert http_.post(body)[0] == 400
    assert scene.dump() == before


@pytest.mark.parametrize("payload", [{"type": ["x"]}, {"user": 1, "team": []}, {"command": 7}, {"actions": None}])
@sqlite_only
def test_a_signed_payload_that_makes_no_sense_changes_nothing(scene: Scene, http_: Caller, payload: Json) -> None:
    before = scene.dump()
    for body in (json.dumps(payload).encode(), f"payload={quote(json.dumps(payload))}".encode()):
        assert http_.post(body)[0] in (200, 400, 404)
    assert scene.dump() == before
    assert http_.get("/healthz")[0] == 200


@pytest.mark.parametrize("signed", [True, False])
@sqlite_only
def test_a_huge_body_is_refused_and_not_kept(scene: Scene, http_: Caller, signed: bool) -> None:
    body = b"text=" + b"x" * (8 << 20)
    assert http_.post(body, http_.signed(body) if signed else {}) == (413, "too large\n")


@sqlite_only
def test_a_body_that_does_not_come_is_waited_for_a_while(
    scene: Scene, http_: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", http_.port), 10) as half:
        half.sendall(b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc")
        assert half.recv(100).startswith(b"HTTP/1.1 413")


@sqlite_only
def test_slack_verifies_the_address(http_: Caller) -> None:
    body = json.dumps({"type": "url_verification", "token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV"}).encode()
    status, said = http_.post(body, http_.signed(body, **{"content-type": "application/json"}))
    assert (status, json.loads(said)) == (200, {"challenge": "3eZbrw1aBm2rZgRNFdxV"})


@sqlite_only
def test_slacks_own_check_of_the_certificate_is_answered_when_it_is_signed(http_: Caller) -> None:
    assert http_.post(b"ssl_check=1&token=x") == (200, "")


def test_a_button_comes_the_same_way(scene: Scene, http_: Caller) -> None:
    http_.command(GRACE, "deactivate ann@acme.example")
    payload = {
        "type": "block_actions",
        "user": {"id": GRACE.id, "team_id": NORTHWIND.id},
        "team": {"id": NORTHWIND.id},
        "channel": {"id": BILLING.id},
        "trigger_id": "2.2.b",
        "response_url": f"{scene.slack.url}/response/actions/T/unknown",
        "actions": [{"type": "button", "block_id": "b", "action_id": "undo", "value": ""}],
        "container": {"type": "message", "is_ephemeral": True},
    }
    with scene.store.engine.connect() as connection:
        payload["actions"][0]["value"] = str(connection.execute(text("SELECT max(id) FROM change")).scalar())  # type: ignore[index]
    for _ in range(2):
        status, _said = http_.post(urlencode({"payload": json.dumps(payload)}).encode())
        assert status == 200
    assert scene.changes() == ["deactivate", "undo"]


@sqlite_only
def test_the_app_hears_that_slack_asks_again(scene: Scene, http_: Caller) -> None:
    heard: list[str] = []

    @scene.app.event("team_join")
    def opened(request: object, ack: Ack) -> None:
        heard.extend(request.headers["x-slack-retry-num"])  # type: ignore[attr-defined]

    event = {"type": "event_callback", "team_id": NORTHWIND.id, "event": {"type": "team_join", "user": GRACE.id}}
    body = json.dumps(event).encode()
    headers = {"content-type": "application/json", "x-slack-retry-num": "2", "x-slack-retry-reason": "timeout"}
    assert http_.post(body, http_.signed(body, **headers)) == (200, "")
    assert heard == ["2"]


def test_so_many_requests_are_answered_at_once_as_the_database_has_connections(scene: Scene, http_: Caller) -> None:
    together = Barrier(POOL_SIZE)

    @scene.app.use
    def wait(next):  # type: ignore[no-untyped-def]  # noqa: A002 - Bolt's name
        together.wait(20)
        next()

    with ThreadPoolExecutor(POOL_SIZE) as slack:
        said = list(slack.map(lambda n: http_.command(GRACE, "help", f"1.1.{n}"), range(POOL_SIZE)))
    assert all("What you can ask" in one for one in said)


@sqlite_only
def test_while_the_app_is_busy_the_port_still_says_that_it_lives(scene: Scene, http_: Caller) -> None:
    go_on, begun = Event(), Barrier(POOL_SIZE + 1)

    @scene.app.use
    def wait(next):  # type: ignore[no-untyped-def]  # noqa: A002 - Bolt's name
        begun.wait(20)
        go_on.wait(20)
        next()

    with ThreadPoolExecutor(POOL_SIZE) as slack:
        asked = [slack.submit(http_.command, GRACE, "help", f"1.1.{n}") for n in range(POOL_SIZE)]
        begun.wait(20)
        assert http_.get("/healthz") == (200, "ok\n")
        assert http_.get("/readyz") == (200, "ready\n")
        assert http_.post(b"{}", {})[0] == 401
        go_on.set()
        assert all("What you can ask" in one.result() for one in asked)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "The database was made by a newer Seatbot."),
        ("DELETE FROM alembic_version", "The database is older than this program."),
        ("ALTER TABLE alembic_version RENAME TO gone", "The database is older than this program."),
    ],
)
def test_it_is_not_ready_where_the_tables_are_not_this_programs(
    scene: Scene, http_: Caller, statement: str, fault: str
) -> None:
    with scene.store.engine.begin() as connection:
        [revision] = connection.execute(text("SELECT version_num FROM alembic_version")).one()
        connection.execute(text(statement))
    try:
        status, said = http_.get("/readyz")
        assert http_.get("/healthz")[0] == 200
    finally:
        with scene.store.engine.begin() as connection:
            if "RENAME" in statement:
                connection.execute(text("ALTER TABLE gone RENAME TO alembic_version"))
            connection.execute(text("DELETE FROM alembic_version"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    assert status == 503
    assert said.startswith(fault)
    assert said.count("\n") == 1


@sqlite_only
def test_it_is_not_ready_without_the_file_that_it_has_open(scene: Scene, http_: Caller) -> None:
    assert http_.get("/readyz")[0] == 200
    path = Path(str(make_url(scene.store.url).database))
    kept = path.rename(path.with_name("kept.db"))
    try:
        for replaced in (False, True):
            if replaced:
                shutil.copyfile(kept, path)
            status, said = http_.get("/readyz")
            assert (status, said.startswith("The database cannot be reached.")) == (503, True)
            assert http_.get("/healthz")[0] == 200
    finally:
        kept.rename(path)
    assert http_.get("/readyz")[0] == 200


@sqlite_only
def test_it_is_not_ready_while_the_database_keeps_silent(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READY_SECONDS", 0.2)
    go_on, asked = Event(), []

    def silent() -> None:
        asked.append(1)
        go_on.wait(20)

    server = Server(Http(scene.app, SECRET, scene.clock, silent, Metrics()), listener := listen("127.0.0.1", 0))
    server.start(lambda: None)
    caller = Caller(listener.getsockname()[1], scene.clock)
    try:
        for _ in range(3):
            assert caller.get("/readyz") == (503, "The database does not answer.\n")
        assert asked == [1], "only one asks, however many want to know"
    finally:
        go_on.set()
        server.close(5)


@sqlite_only
def test_nothing_else_is_there(http_: Caller) -> None:
    assert http_.get("/slack/events")[0] == 405
    assert http_.get("/")[0] == 404
    assert http_.ask("POST", "/healthz", b"")[0] == 405
    assert http_.ask("HEAD", "/healthz") == (200, "")


@sqlite_only
def test_requests_are_counted_by_kind_and_outcome(scene: Scene) -> None:
    @scene.app.event("team_join")
    def broken(context: BoltContext) -> None:
        raise ValueError("no such luck")

    event = {"type": "event_callback", "team_id": NORTHWIND.id, "event": {"type": "team_join", "user": GRACE.id}}
    unknown = {"type": "view_submission", "team": {"id": NORTHWIND.id}, "user": {"id": GRACE.id}, "view": {}}
    with serving(scene) as caller:
        caller.command(GRACE, "help")
        caller.post(json.dumps(unknown).encode())
        caller.post(json.dumps(event).encode())
        caller.post(b"{}", {})
        caller.post(b"{")
        status, said = caller.get("/metrics")
    assert status == 200
    for kind, outcome in (
        ("command", "answered"),
        ("event", "failed"),
        ("unknown", "unreadable"),
        ("unknown", "unsigned"),
        ("view", "unhandled"),
    ):
        assert f'seatbot_requests_total{{kind="{kind}",outcome="{outcome}",way="http"}} 1.0\n' in said
    assert 'seatbot_request_seconds_count{kind="command"} 1.0' in said
    assert 'seatbot_build_info{python="3.' in said
    assert "process_resident_memory_bytes" in said


def is_open(caller: Caller) -> bool:
    try:
        return caller.get("/healthz")[0] == 200
    except ConnectionError:
        return False


def test_closing_finishes_what_is_under_way_and_takes_nothing_new(scene: Scene) -> None:
    go_on, begun = Event(), Event()

    @scene.app.use
    def wait(next):  # type: ignore[no-untyped-def]  # noqa: A002 - Bolt's name
        begun.set()
        go_on.wait(20)
        next()

    server = Server(Http(scene.app, SECRET, scene.clock, lambda: None, Metrics()), listener := listen("127.0.0.1", 0))
    broken = Event()
    server.start(broken.set)
    caller = Caller(listener.getsockname()[1], scene.clock)
    with ThreadPoolExecutor(2) as threads:
        asked = threads.submit(caller.command, GRACE, "deactivate ann@acme.example")
        assert begun.wait(20)
        closing = threads.submit(server.close, 20)
        while is_open(caller):  # it takes a moment until the port is closed
            pass
        assert not closing.done()
        go_on.set()
        assert "ann@acme.example" in asked.result(20)
        closing.result(20)
    assert not broken.is_set()
    assert scene.changes() == ["deactivate"]


@sqlite_only
def test_a_server_that_ends_by_itself_says_so(scene: Scene) -> None:
    broken = Event()
    with socket.socket(type=socket.SOCK_DGRAM) as unfit, capture_logs() as log:
        server = Server(Http(scene.app, SECRET, scene.clock, lambda: None, Metrics()), unfit)
        server.start(broken.set)
        assert broken.wait(20)
        server.close(1)
    assert [entry["event"] for entry in log] == ["listening", "no longer listening"]


@sqlite_only
def test_where_nothing_can_listen_it_is_said(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"at 127.0.0.1:{port}: Address already in use"):
            listen("127.0.0.1", port)
    with pytest.raises(CannotListen, match=r"at no\.such\.host\.invalid:1: "):
        listen("no.such.host.invalid", 1)


def test_a_signature_is_slacks_own() -> None:
    """The example of https://docs.slack.dev/authentication/verifying-requests-from-slack/"""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sign(SECRET.encode(), "1531420618", body) == expected

"""`seatbot serve` from start to end: what it needs, what it answers, and how it stops."""

import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.playground.team import BILLING, GRACE, NORTHWIND, TOM
from tests.e2e.conftest import run
from tests.e2e.serve.conftest import SECRET, Scene

sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
FREE = ("--http", "127.0.0.1:0")
CHECK = "“seatbot check” tells step by step what is missing."
ANOTHER = "Choose another address: --http HOST:PORT"
NOWHERE = "http://127.0.0.1:1/api/"
HURRIED = """
import sys
from bot.clock import system_clock
from bot.serve import serve
from bot.settings import Settings
serve(Settings(), system_clock, stop_within=0.5)
"""


def test_by_socket_mode_it_answers_and_binds_the_team(scene: Scene) -> None:
    with scene.serving() as serving:
        serving.logged("connected")
        envelope = scene.slack.command(GRACE.id, BILLING.id, "deactivate ann@acme.example")
        scene.slack.wait_until_answered(20)
        [answer] = scene.slack.answers(envelope)
        serving.tell()
        assert serving.ended() == 0
    assert answer is not None
    assert "ann@acme.example" in answer["text"]
    assert scene.changes() == ["deactivate"]
    assert [entry["event"] for entry in serving.entries()] == [
        "workspace bound",
        "connected",
        "stopping",
        "disconnected",
        "stopped",
    ]


def test_without_an_app_token_it_answers_by_http(scene: Scene) -> None:
    with scene.by_http() as serving:
        assert "ann@acme.example" in serving.command(GRACE, "deactivate ann@acme.example")["text"]
        assert serving.get("/healthz") == (200, "ok\n")
        assert serving.get("/readyz") == (200, "ready\n")
        assert 'seatbot_requests_total{kind="command",outcome="answered",way="http"} 1.0' in serving.get("/metrics")[1]
        assert serving.post(b"{}", secret="another")[0] == 401
        serving.tell()
        assert serving.ended() == 0
    assert scene.changes() == ["deactivate"]
    assert scene.slack.connections == 0


def test_the_port_is_opened_beside_socket_mode(scene: Scene) -> None:
    with scene.serving(*FREE) as serving:
        serving.logged("connected")
        assert serving.get("/healthz")[0] == 200
        assert "seatbot_socket_mode_connected 1.0" in serving.get("/metrics")[1]
        assert serving.post(b"{}", secret="")[0] == 401, "nobody can sign where there is no secret"
        scene.slack.command(GRACE.id, BILLING.id, "help")
        scene.slack.wait_until_answered(20)
        assert 'kind="command",outcome="answered",way="socket"} 1.0' in serving.get("/metrics")[1]


def test_told_to_stop_by_socket_mode_it_finishes_and_acknowledges_what_is_under_way(scene: Scene) -> None:
    with scene.serving() as serving:
        serving.logged("connected")
        with scene.writing() as release:
            envelope = scene.slack.command(GRACE.id, BILLING.id, "deactivate ann@acme.example")
            scene.wait_until_asked_about(GRACE)
            serving.tell(signal.SIGTERM)
            serving.logged("stopping")
            late = scene.slack.command(GRACE.id, BILLING.id, "deactivate bob@acme.example")
            release()
            assert serving.ended() == 0
    [answer] = scene.slack.answers(envelope)
    assert answer is not None
    assert "ann@acme.example" in answer["text"]
    done = 1 + len(scene.slack.answers(late))  # what comes at the very moment is done and answered, or neither
    assert scene.changes() == ["deactivate"] * done
    assert scene.slack.connections == 0


def test_told_to_stop_by_http_it_finishes_and_answers_what_is_under_way(scene: Scene) -> None:
    with scene.by_http() as serving, ThreadPoolExecutor(1) as slack:
        host, port = serving.url("").removeprefix("http://").split(":")
        with scene.writing() as release:
            asked = slack.submit(serving.command, GRACE, "deactivate ann@acme.example")
            scene.wait_until_asked_about(GRACE)
            serving.tell(signal.SIGINT)
            serving.logged("stopping")
            release()
            assert "ann@acme.example" in asked.result(20)["text"]
            assert serving.ended() == 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), 5)
    assert scene.changes() == ["deactivate"]


def test_what_is_not_finished_in_time_is_given_up_and_not_half_done(scene: Scene) -> None:
    before = scene.rows()
    with scene.serving(program=[sys.executable, "-c", HURRIED]) as serving:
        serving.logged("connected")
        with scene.writing():
            scene.slack.command(GRACE.id, BILLING.id, "deactivate ann@acme.example")
            scene.wait_until_asked_about(GRACE)
            serving.tell()
            assert serving.ended() == 1
    assert serving.entries()[-1]["event"] == "stopped before everything was finished"
    assert (scene.changes(), scene.rows()) == ([], before)


@sqlite_only
def test_a_second_signal_ends_it_at_once(scene: Scene) -> None:
    with scene.serving() as serving:
        serving.logged("connected")
        with scene.writing():
            scene.slack.command(GRACE.id, BILLING.id, "deactivate ann@acme.example")
            scene.wait_until_asked_about(GRACE)
            serving.tell()
            serving.logged("stopping")
            serving.tell()
            assert serving.ended() == -signal.SIGTERM
    assert scene.changes() == []


def test_a_killed_one_leaves_the_command_to_the_next(scene: Scene) -> None:
    with scene.serving() as serving:
        serving.logged("connected")
        with scene.writing() as release:
            envelope = scene.slack.command(GRACE.id, BILLING.id, "deactivate ann@acme.example")
            scene.wait_until_asked_about(GRACE)
            serving.tell(signal.SIGKILL)
            assert serving.ended() == -signal.SIGKILL
            release()
    with scene.serving() as serving:
        serving.logged("connected")
        scene.slack.wait_for(lambda: scene.slack.answers(envelope), "the answer to the redelivery", 20)
        serving.tell()
        assert serving.ended() == 0
    assert scene.changes() == ["deactivate"]


@pytest.mark.parametrize(
    ("words", "variables", "line"),
    [
        ((), {"SLACK_BOT_TOKEN": ""}, f"SLACK_BOT_TOKEN is not set. {CHECK}"),
        ((), {"SLACK_APP_TOKEN": ""}, f"SLACK_SIGNING_SECRET is not set. {CHECK}"),
        (FREE, {"SLACK_APP_TOKEN": ""}, f"SLACK_SIGNING_SECRET is not set. {CHECK}"),
        ((), {"SLACK_APP_TOKEN": "xapp-wrong"}, f"Slack does not take SLACK_APP_TOKEN: invalid_auth. {CHECK}"),
        ((), {"SLACK_BOT_TOKEN": "xoxb-wrong"}, f"Slack does not take SLACK_BOT_TOKEN: invalid_auth. {CHECK}"),
        ((), {"SLACK_API_URL": NOWHERE}, f"{NOWHERE} cannot be reached: [Errno 111] Connection refused."),
        (
            ("--http", "192.0.2.1:3000"),
            {},
            f"Nothing can listen at 192.0.2.1:3000: Cannot assign requested address. {ANOTHER}",
        ),
    ],
)
@sqlite_only
def test_what_is_missing_is_one_line_and_nothing_starts(
    scene: Scene, words: tuple[str, ...], variables: dict[str, str], line: str
) -> None:
    with scene.serving(*words, **variables) as serving:
        assert serving.ended() == 1
    said = [one.strip() for one in serving.lines if one.strip() and not one.startswith("{")]
    assert said == [line]
    assert scene.slack.connections == 0


@sqlite_only
def test_a_port_in_use_is_one_line(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with scene.serving("--http", address) as serving:
            assert serving.ended() == 1
    assert serving.lines == [f"Nothing can listen at {address}: Address already in use. {ANOTHER}\n", ""]


@pytest.mark.parametrize(
    "address", ["3000", ":3000", "localhost", "localhost:", "localhost:65536", "::1:80", "[a]:1", ""]
)
def test_an_address_that_is_none_is_wrong_usage(address: str) -> None:
    result = run("serve", "--http", address)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "HOST:PORT" in result.stderr


@sqlite_only
def test_a_second_process_on_a_sqlite_file_is_refused_and_one_after_the_other_is_not(scene: Scene) -> None:
    with scene.by_http() as first:
        first.logged("listening")
        with scene.by_http() as second:
            assert second.ended() == 1
        line = "Another “seatbot serve” works on this database already. SQLite takes one; PostgreSQL takes many.\n"
        assert second.lines == [line, ""]
        first.tell(signal.SIGKILL)
        first.ended()
    with scene.by_http() as third:
        assert third.get("/readyz")[0] == 200


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_two_processes_on_postgresql_share_the_work(scene: Scene) -> None:
    with scene.by_http() as one, scene.by_http() as other:
        assert "ann@acme.example" in one.command(GRACE, "deactivate ann@acme.example", "1.1.a")["text"]
        assert "Ann" not in other.command(TOM, "report", "1.1.b")["text"]
        one.tell()
        assert one.ended() == 0
        assert other.get("/readyz")[0] == 200
    assert scene.changes() == ["deactivate"]
    assert NORTHWIND.bot_token not in "".join(one.lines + other.lines)
    assert SECRET not in "".join(one.lines + other.lines)


@sqlite_only
def test_a_second_process_is_refused_however_the_file_is_written(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with scene.by_http() as first:
        first.logged("listening")
        scene.store.url = scene.store.url.replace("sqlite:", "sqlite+pysqlite:")
        with scene.by_http() as second:
            assert second.ended() == 1
        assert "works on this database already" in second.lines[0]

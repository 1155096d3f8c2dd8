"""Socket Mode: it comes back by itself, says so in the log, and loses no answer on the way."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from bot.playground.serving import HOST
from bot.playground.team import BILLING, GRACE, NORTHWIND
from bot.surfaces import socket_mode
from bot.surfaces.metrics import Metrics
from bot.surfaces.socket_mode import Connection
from bot.surfaces.web import web_client
from tests.integration.surfaces.conftest import Json, Scene

sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
CONNECTED = "seatbot_socket_mode_connected 1.0"


class Wire:
    """A network between the app and Slack: it can be cut, mended, and cut again."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._slack = (host, int(port))
        self._listener = socket.create_server((HOST, 0))
        self._ends: list[socket.socket] = []
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        self._whole = True
        Thread(target=self._accept, daemon=True).start()

    def cut(self, *, stays_cut: bool = False) -> None:
        """End every connection without a goodbye."""
        self._whole = not stays_cut
        for end in list(self._ends):  # and none that comes meanwhile, by which the app is back
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.cut(stays_cut=True)
        self._listener.shutdown(socket.SHUT_RDWR)
        for end in [self._listener, *self._ends]:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                end, _ = self._listener.accept()
                if not self._whole:
                    end.close()
                    continue
                other = socket.create_connection(self._slack)
                self._ends += [end, other]
                for source, target in ((end, other), (other, end)):
                    Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@contextmanager
def connected(scene: Scene, url: str | None = None, metrics: Metrics | None = None) -> Iterator[Connection]:
    settings = scene.settings.model_copy(update={"slack_api_url": f"{url or scene.slack.url}/api/"})
    connection = Connection(scene.app, NORTHWIND.app_token, web_client(settings), metrics)
    connection.open()
    try:
        scene.slack.wait_until_connected()
        yield connection
    finally:
        connection.close()


@pytest.fixture
def wire(scene: Scene) -> Iterator[Wire]:
    wire = Wire(scene.slack.url)
    scene.slack.url = wire.url  # where the app is told to open its sessions
    yield wire
    wire.close()


@pytest.fixture
def log() -> Iterator[list[Json]]:
    with capture_logs() as entries:
        yield entries  # type: ignore[misc]


def told(log: list[Json]) -> list[tuple[str, str | None]]:
    return [(entry["event"], entry.get("reason")) for entry in log if entry.get("way") == "Socket Mode"]


def ask(scene: Scene, words: str = "help") -> str:
    envelope = scene.slack.command(GRACE.id, BILLING.id, words)
    scene.slack.wait_until_answered(20)
    [answer] = scene.slack.answers(envelope)
    assert answer is not None
    return str(answer["text"])


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "link_disabled"])
@sqlite_only
def test_a_session_that_slack_ends_is_followed_by_another(scene: Scene, log: list[Json], reason: str) -> None:
    metrics = Metrics()
    with connected(scene, metrics=metrics):
        scene.slack.disconnect(reason)
        scene.slack.wait_until_connected(timeout=20)
        assert "What you can ask" in ask(scene)
        assert CONNECTED in metrics.exposition().decode()
    assert told(log) == [
        ("connected", None),
        ("disconnected", reason),
        ("reconnected", None),
        ("disconnected", "stopping"),
    ]
    assert CONNECTED not in metrics.exposition().decode()


@sqlite_only
def test_a_session_that_slack_only_announces_to_end_is_replaced_at_once(scene: Scene, log: list[Json]) -> None:
    with connected(scene):
        [link] = scene.slack._socket._links
        link.send(json.dumps({"type": "disconnect", "reason": "warning", "debug_info": {"host": "local"}}))
        scene.slack.wait_for(lambda: link not in scene.slack._socket._links, "the old session to end", 5)
        scene.slack.wait_until_connected(timeout=5)
        assert scene.slack.connections == 1
        assert "What you can ask" in ask(scene)
    assert told(log)[1:3] == [("disconnected", "warning"), ("reconnected", None)]


@sqlite_only
def test_what_slack_said_of_a_session_does_not_end_the_next(scene: Scene) -> None:
    with connected(scene) as connection:
        scene.slack.disconnect()
        scene.slack.wait_until_connected(timeout=20)
        links = list(scene.slack._socket._links)
        connection._client.connect_to_new_endpoint(force=True)  # the SDK reads it from a queue, perhaps that late
        assert "What you can ask" in ask(scene)
        assert scene.slack._socket._links == links


@sqlite_only
def test_a_network_that_breaks_is_no_end(scene: Scene, wire: Wire, log: list[Json]) -> None:
    with connected(scene, wire.url) as connection:
        for _ in range(2):
            wire.cut()
            scene.slack.wait_for(lambda: scene.slack.connections == 0, "the session to end", 20)
            scene.slack.wait_until_connected(timeout=20)
            assert connection._sessions.is_open.wait(20), "the app knows it a moment later"
        assert "What you can ask" in ask(scene)
    events = told(log)
    assert [event for event, _ in events] == [
        "connected",
        *["disconnected", "reconnected"] * 2,
        "disconnected",
    ]
    assert all(reason for event, reason in events if event == "disconnected")


@sqlite_only
def test_while_slack_is_away_it_tries_again(
    scene: Scene, wire: Wire, log: list[Json], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "LOOK_SECONDS", 0.2)
    failed = Event()
    warning = socket_mode.log.warning
    with connected(scene, wire.url):
        monkeypatch.setattr(socket_mode.log, "warning", lambda *words, **more: (failed.set(), warning(*words, **more)))
        wire.cut(stays_cut=True)
        assert failed.wait(20)
        wire.mend()
        scene.slack.wait_until_connected(timeout=20)
        assert "What you can ask" in ask(scene)
    events = [event for event, _ in told(log)]
    assert events[:3] == ["connected", "disconnected", "reconnecting failed"]
    assert events[-2:] == ["reconnected", "disconnected"]


@pytest.mark.parametrize("how", ["Slack ends it", "the network breaks"])
def test_an_answer_whose_session_is_over_goes_by_the_next_and_is_done_once(
    scene: Scene, wire: Wire, log: list[Json], how: str
) -> None:
    begun, go_on = Event(), Event()

    @scene.app.use
    def wait(next):  # type: ignore[no-untyped-def]  # noqa: A002 - Bolt's name
        begun.set()
        go_on.wait(20)
        next()

    with connected(scene, wire.url):
        envelope = scene.slack.command(GRACE.id, BILLING.id, "deactivate ann@acme.example")
        assert begun.wait(20)
        if how == "Slack ends it":
            scene.slack.disconnect()
        else:
            wire.cut()
        go_on.set()
        scene.slack.wait_for(lambda: scene.slack.answers(envelope), "the answer", 20)
        assert "What you can ask" in ask(scene)
    assert all("ann@acme.example" in answer["text"] for answer in scene.slack.answers(envelope) if answer)
    assert scene.changes() == ["deactivate"]
    assert not [entry for entry in log if entry["log_level"] == "error"]


@sqlite_only
def test_closing_twice_and_before_anything_came_is_fine(scene: Scene) -> None:
    with connected(scene) as connection:
        connection.close()
    scene.slack.wait_for(lambda: scene.slack.connections == 0, "the session to end", 5)

"""A local Slack that runs, and an app on the real SDK: its Web API client and its Socket Mode client."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import websocket
from slack_sdk import WebClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.socket_mode.websocket_client import SocketModeClient

from bot.playground.server import running
from bot.playground.slack import LocalSlack

Json = dict[str, Any]
HINTS = {"en": ["/seats report", "/seats help"], "fr": ["/seats rapport"]}
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Time:
    """A clock that stands still until it is moved."""

    now: datetime = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class App:
    """An app whose answers a test gives: for each envelope a payload to acknowledge with, or None for silence."""

    def __init__(self, slack: LocalSlack) -> None:
        self.slack = slack
        self.web = WebClient(slack.team.bot_token, base_url=f"{slack.url}/api/")
        self.got: list[SocketModeRequest] = []
        self.answer: Callable[[SocketModeRequest], Json | str | None] = lambda _: {}
        self._clients: list[SocketModeClient] = []
        self._sockets: list[websocket.WebSocket] = []

    def connect(self, times: int = 1) -> None:
        for _ in range(times):
            client = SocketModeClient(self.slack.team.app_token, web_client=self.web, on_open_listeners=[self._opened])
            client.socket_mode_request_listeners.append(self._handle)
            self._clients.append(client)
            # Its watchman sees no socket yet when it first looks and would open a second connection.
            client.current_app_monitor_started = True
            client.connect()
        self.slack.wait_until_connected(len(self._clients))

    def close(self) -> None:
        for client in self._clients:
            client.closed = True
            client.auto_reconnect_enabled = False
            client.message_queue.put(None)  # wakes its processor, which would go on a thousand times a second
            client.message_processor.shutdown()
            client.message_workers.shutdown()
            # A close frame first: the server's answer ends the reading at once, else it takes up to 10 seconds.
            with suppress(websocket.WebSocketException):
                client.current_session.send(b"", websocket.ABNF.OPCODE_CLOSE)
            client.current_session_runner.shutdown()
        for opened in self._sockets:  # the library forgets to close a socket whose other end closed first
            opened.shutdown()

    def wait_for_requests(self, number: int) -> None:
        self.slack.wait_for(lambda: len(self.got) >= number, f"{number} envelope(s) at the app")

    def acknowledge(self, request: SocketModeRequest, payload: Json | None = None) -> None:
        self._clients[0].send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    def respond(self, request: SocketModeRequest, **body: Any) -> tuple[int, str]:
        return Http(self.slack.url).post(request.payload["response_url"], body)

    def _opened(self, session: websocket.WebSocketApp) -> None:
        self._sockets.append(session.sock)

    def _handle(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        with self.slack.changed:
            self.got.append(request)
            self.slack.changed.notify_all()
        answer = self.answer(request)
        if answer is not None:
            payload = answer if isinstance(answer, dict) and answer else None
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))


class Http:
    """Plain HTTP with the local Slack, whatever proxy the environment names."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self.send(path, None, headers)

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, str]:
        """Post JSON, or bytes as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(path, data, {"content-type": "application/json"} | headers)

    def send(self, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        url = path if path.startswith("http") else f"{self.url}{path}"
        try:
            with DIRECT.open(urllib.request.Request(url, data, headers), timeout=10) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def slack(time: Time) -> Iterator[LocalSlack]:
    slack = LocalSlack(time)
    with running(slack, hints=HINTS):
        yield slack


@pytest.fixture
def app(slack: LocalSlack) -> Iterator[App]:
    app = App(slack)
    yield app
    app.close()


@pytest.fixture
def web(app: App) -> WebClient:
    return app.web


@pytest.fixture
def http(slack: LocalSlack) -> Http:
    return Http(slack.url)

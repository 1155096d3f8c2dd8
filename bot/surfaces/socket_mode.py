"""Socket Mode: the connection that brings what people do in Slack, without a public address."""

import json
import logging
import socket
from contextlib import suppress
from threading import Event, Lock, Timer
from time import monotonic

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import send_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.interval_runner import IntervalRunner
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.websocket_client import SocketModeClient
from websocket import WebSocketApp, WebSocketException

from bot.surfaces.dispatch import dispatch
from bot.surfaces.metrics import Metrics
from db.session import POOL_SIZE

HELLO_SECONDS = 10
"""So long the first session may take to open before it counts as lost and another is tried."""
GOODBYE_SECONDS = 2
"""So long the other side may take to answer our goodbye."""
BEGIN_SECONDS = 0.02
"""So soon a new session is begun; the SDK takes half a second, in which nobody is answered."""
LOOK_SECONDS = 10
"""So often it is looked whether a session is open, and tried to open one if not."""
ACKNOWLEDGE_SECONDS = 3
"""So long an answer waits for the next session where its own has ended; then Slack has given it up."""

log = structlog.get_logger(__name__)


class Sessions:
    """What is known of the sessions, one after the other: whether one is open, and what the log was told."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._lock = Lock()
        self._current: WebSocketApp | None = None
        self._count = 0
        self.is_open = Event()

    def opened(self, session: WebSocketApp) -> None:
        """A session is open now; told where none was before."""
        with self._lock:
            is_news, self._current = self._current is None, session
            self._count += 1
            self.is_open.set()
        self._metrics.connected(True)
        if is_news:
            log.info("reconnected" if self._count > 1 else "connected", way="Socket Mode")

    def lost(self, session: WebSocketApp | None, reason: str) -> None:
        """A session is over, or soon will be; told once of each."""
        with self._lock:
            if self._current is None or session is not self._current:
                return
            self._current = None
            self.is_open.clear()
        self._metrics.connected(False)
        log.info("disconnected", way="Socket Mode", reason=reason)

    @property
    def current(self) -> WebSocketApp | None:
        """The session that is open."""
        with self._lock:
            return self._current


class Client(SocketModeClient):
    """The SDK's client, but an answer waits for the next session where its own has ended, and Slack being away while
    reconnecting is one line in the log."""

    sessions: Sessions

    def send_message(self, message: str) -> None:
        """Send a frame. Raises WebSocketException where no session opens in time."""
        until = monotonic() + ACKNOWLEDGE_SECONDS
        while self.sessions.is_open.wait(max(0, until - monotonic())):
            session = self.sessions.current
            try:
                if session is not None:
                    return session.send(message)
            except (OSError, WebSocketException) as error:
                self.sessions.lost(session, reason_of(error))
        raise WebSocketException("no session is open")

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Begin another session; where that fails, the monitor tries again every ten seconds.

        `force` is how the SDK ends a session that Slack wants to end. It asks for that from a queue, so that it would
        end the next one where that is open already: the one that heard of it has ended itself.
        """
        if force:
            return
        try:
            super().connect_to_new_endpoint()
        except (SlackApiError, OSError) as error:
            log.warning("reconnecting failed", way="Socket Mode", reason=reason_of(error))


class Connection:
    """One app's connection. It comes back by itself when Slack or the network ends it."""

    def __init__(self, app: App, app_token: str, client: WebClient, metrics: Metrics | None = None) -> None:
        self._app, self._metrics = app, metrics or Metrics()
        self._sessions = Sessions(self._metrics)
        self._socket: socket.socket | None = None
        self._client = Client(
            app_token,
            sdk_logger(),
            client,
            ping_interval=LOOK_SECONDS,
            concurrency=POOL_SIZE,
            on_open_listeners=[self._opened],
            on_message_listeners=[self._heard],
            on_error_listeners=[lambda session, error: self._sessions.lost(session, reason_of(error))],
        )
        self._client.sessions = self._sessions
        begins = self._client.current_session_runner
        begins.shutdown()  # type: ignore[no-untyped-call]
        self._client.current_session_runner = IntervalRunner(begins.target, BEGIN_SECONDS).start()
        self._client.socket_mode_request_listeners.append(self._answer)

    def open(self) -> None:
        """Connect; what comes is answered by other threads.

        Raises SlackApiError for a wrong token, URLError where Slack cannot be reached.
        """
        # Started by connect(), the monitor would take the session about to open for a lost one and open another.
        self._client.current_app_monitor_started = True
        self._client.connect()
        if not self._sessions.is_open.wait(HELLO_SECONDS):
            log.warning("not connected yet", way="Socket Mode")
        self._client.current_app_monitor.start()

    def close(self) -> None:
        """Finish and acknowledge what is under way, then disconnect.

        What came in meanwhile goes unacknowledged, so that Slack sends it to another connection.
        """
        client = self._client
        client.closed = True  # takes no more messages; the client's own close() would drop the socket at once
        client.message_queue.put(None)  # wakes whoever waits for one
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]
        client.message_workers.shutdown(wait=True)
        self._sessions.lost(self._sessions.current, "stopping")
        say_goodbye(client)
        client.close()
        self._let_go()

    def _answer(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        headers = {
            name: str(value)
            for name, value in (
                ("x-slack-retry-num", request.retry_attempt),
                ("x-slack-retry-reason", request.retry_reason),
            )
            if value is not None
        }
        answer = dispatch(self._app, self._metrics, "socket", request.payload, headers)
        try:
            send_response(client, request, answer, 0)
        except (OSError, WebSocketException) as error:
            log.warning("Slack took no answer", envelope=request.envelope_id, reason=reason_of(error))

    def _heard(self, session: WebSocketApp, message: str) -> None:
        """Slack says before it ends a session why it does; we end it first, and the next one begins."""
        if '"disconnect"' in message[:500]:
            with suppress(ValueError):
                told = json.loads(message)
                if told.get("type") == "disconnect":
                    self._sessions.lost(session, str(told.get("reason")))
                    end(session)

    def _opened(self, session: WebSocketApp) -> None:
        """A session begins when the one before is over, whose socket websocket-client leaves open if the other side
        said goodbye first."""
        self._let_go()
        self._socket = session.sock.sock if session.sock else None
        self._sessions.opened(session)

    def _let_go(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None


def say_goodbye(client: SocketModeClient) -> None:
    """End the session so that its reader sees the end: a reader whose socket is closed under it waits ten seconds."""
    client.auto_reconnect_enabled = False
    client.current_session_runner.event.set()  # its end begins no other
    if client.current_session:
        end(client.current_session)
    client.current_session_runner.shutdown()  # type: ignore[no-untyped-call]


def end(session: WebSocketApp) -> None:
    """Say goodbye on a session, and end it where the other side does not."""
    link = session.sock
    if link is None or link.sock is None:
        return
    with suppress(OSError, WebSocketException):
        link.send_close()
    patience = Timer(GOODBYE_SECONDS, cut, [link.sock])
    patience.daemon = True
    patience.start()


def cut(link: socket.socket | None) -> None:
    """Let the reader of a socket see its end."""
    if link:
        with suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)


def sdk_logger() -> logging.Logger:
    """The SDK's logger, without what we tell ourselves."""
    logger = logging.getLogger("slack_sdk.socket_mode")
    logger.setLevel(logging.WARNING)
    for noisy in (logger, logging.getLogger("websocket")):
        noisy.addFilter(is_worth_telling)
    return logger


def is_worth_telling(record: logging.LogRecord) -> bool:
    """Both libraries call the end of a session an error, which happens about once an hour; we tell it in one line."""
    message = record.getMessage()
    return not (message.startswith("on_error invoked") or message.endswith(" - goodbye"))


def reason_of(error: BaseException) -> str:
    """An error in a few words."""
    if isinstance(error, SlackApiError):
        return str(error.response["error"])
    return str(getattr(error, "reason", None) or error) or type(error).__name__

"""Socket Mode: the connection that brings what people do in Slack, without a public address."""

import logging
import socket
from contextlib import suppress
from threading import Event

from slack_bolt import App
from slack_bolt.adapter.socket_mode.websocket_client import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode.websocket_client import SocketModeClient
from websocket import WebSocketApp, WebSocketException

CONCURRENCY = 10
"""So many requests are answered at once; the database's pool is of that size too."""
HELLO_SECONDS = 10
"""So long the first session may take to open before it counts as lost and another is tried."""
GOODBYE_SECONDS = 2
"""So long the other side may take to answer our goodbye."""


def is_worth_telling(record: logging.LogRecord) -> bool:
    """Both libraries call it an error when Slack or we ourselves say goodbye, which happens about once an hour."""
    return "closed normally" not in record.getMessage()


class Connection:
    """One app's connection. It comes back by itself when Slack or the network ends it."""

    def __init__(self, app: App, app_token: str, client: WebClient) -> None:
        logger = logging.getLogger(__name__)
        for noisy in (logger, logging.getLogger("websocket")):
            noisy.addFilter(is_worth_telling)
        self._handler = SocketModeHandler(app, app_token, logger, client, concurrency=CONCURRENCY)
        self._handler.client.on_open_listeners.append(self._opened)
        self._socket: socket.socket | None = None
        self._is_open = Event()

    def open(self) -> None:
        """Connect; what comes is answered by other threads.

        Raises SlackApiError for a wrong token, URLError where Slack cannot be reached.
        """
        client = self._handler.client
        # Started by connect(), the monitor would take the session about to open for a lost one and open another.
        client.current_app_monitor_started = True
        self._handler.connect()  # type: ignore[no-untyped-call]
        self._is_open.wait(HELLO_SECONDS)
        client.current_app_monitor.start()

    def close(self) -> None:
        """Finish and acknowledge what is under way, then disconnect.

        What came in meanwhile goes unacknowledged, so that Slack sends it to another connection.
        """
        client = self._handler.client
        client.closed = True  # takes no more messages; the handler's own close() would drop the socket at once
        client.message_queue.put(None)  # wakes whoever waits for one
        client.message_processor.shutdown()  # type: ignore[no-untyped-call]
        client.message_workers.shutdown(wait=True)
        say_goodbye(client)
        client.close()
        self._let_go()

    def _opened(self, session: WebSocketApp) -> None:
        """A session begins when the one before is over, whose socket websocket-client leaves open if the other side
        said goodbye first."""
        self._let_go()
        self._socket = session.sock.sock if session.sock else None
        self._is_open.set()

    def _let_go(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None


def say_goodbye(client: SocketModeClient) -> None:
    """End the session so that its reader sees the end: a reader whose socket is closed under it waits ten seconds."""
    client.auto_reconnect_enabled = False
    runner, session = client.current_session_runner, client.current_session
    runner.event.set()  # starts no other session
    link = session.sock if session else None
    if link is None or link.sock is None:
        return
    with suppress(OSError, WebSocketException):
        link.send_close()
    runner.thread.join(GOODBYE_SECONDS)
    if runner.thread.is_alive() and link.sock:
        with suppress(OSError):
            link.sock.shutdown(socket.SHUT_RDWR)

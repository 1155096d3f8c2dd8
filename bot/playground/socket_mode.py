"""Socket Mode without sockets: tickets, connections, and which of them an envelope goes to.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import json
import secrets
from typing import Protocol

from bot.playground.delivery import Envelope
from bot.playground.journal import Journal
from bot.playground.wire import Json, SlackError

__all__ = ["Envelope", "Link", "SocketMode"]

MOST_CONNECTIONS = 10
MOST_TICKETS = 100


class Link(Protocol):
    """One open connection of the app; none of its methods may block."""

    def send(self, text: str) -> None:
        """Queue one text frame."""

    def close(self) -> None:
        """Close the socket after what is queued."""

    def cut(self) -> None:
        """End the connection without a goodbye."""


class SocketMode:
    """The connections of one app. Its owner holds the lock."""

    def __init__(self, journal: Journal, app_id: str) -> None:
        self._journal = journal
        self._app_id = app_id
        self._tickets: dict[str, None] = {}
        self._links: list[Link] = []

    @property
    def connections(self) -> int:
        """How many connections take envelopes now."""
        return len(self._links)

    def ticket(self) -> str:
        """A ticket for one connection; raises `too_many_websockets`."""
        if len(self._links) >= MOST_CONNECTIONS:
            raise SlackError("too_many_websockets")
        ticket = secrets.token_urlsafe(18)
        self._tickets[ticket] = None
        if len(self._tickets) > MOST_TICKETS:
            del self._tickets[next(iter(self._tickets))]
        return ticket

    def connect(self, ticket: str, link: Link) -> bool:
        """Take a connection that shows an unused ticket; it gets `hello`."""
        if ticket not in self._tickets:
            return False
        del self._tickets[ticket]
        self._links.append(link)
        hello = {
            "type": "hello",
            "num_connections": len(self._links),
            "debug_info": {"host": "local", "approximate_connection_time": 3600},
            "connection_info": {"app_id": self._app_id},
        }
        self._journal.received("hello", hello)
        link.send(json.dumps(hello))
        return True

    def drop(self, link: Link) -> None:
        """A connection is gone."""
        if link in self._links:
            self._links.remove(link)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to come back, and close it: an app that only reads would stay half open for ever."""
        message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}
        for link in self._links:
            self._journal.received("disconnect", message)
            link.send(json.dumps(message))
            link.close()
        self._links = []

    def cut(self) -> None:
        """End every connection without a goodbye, as a broken network does."""
        for link in self._links:
            link.cut()
        self._links = []

    def send(self, envelope: Envelope) -> bool:
        """Send an envelope to one connection; False where there is none."""
        if not self._links:
            return False
        link = self._links.pop(0)
        self._links.append(link)  # in turn, so that the connections share the load
        envelope.way = link
        envelope.deliveries += 1
        link.send(json.dumps(envelope.as_frame()))
        return True


def acknowledgement(text: str) -> tuple[str, Json | None] | None:
    """Read one frame of the app: which envelope it acknowledges, with what answer. None: it is no such frame."""
    try:
        frame = json.loads(text)
    except ValueError:
        return None
    if not isinstance(frame, dict):
        return None
    answer = frame.get("payload")
    return str(frame.get("envelope_id")), answer if isinstance(answer, dict) and answer else None

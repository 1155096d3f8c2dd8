"""Socket Mode without sockets: connections, envelopes, acknowledgements, redelivery and the three seconds.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from bot.playground.journal import Journal
from bot.playground.wire import Json, SlackError

ANSWER_WITHIN = timedelta(seconds=3)
DELIVERIES = 4  # the first, and three more where a connection dropped before the acknowledgement
MOST_CONNECTIONS = 10


class Link(Protocol):
    """One open connection of the app; neither method may block."""

    def send(self, text: str) -> None:
        """Queue one text frame."""

    def close(self) -> None:
        """Close the socket after what is queued."""


@dataclass(slots=True)
class Envelope:
    """What Slack sends the app, and how far it got.

    `late`: not acknowledged within the three seconds; the person was told, so an answer shows nothing any more.
    """

    id: str
    type: str
    payload: Json
    sent_at: datetime
    accepts_response_payload: bool = True
    link: Link | None = None
    deliveries: int = 0
    late: bool = False
    answers: list[Json | None] = field(default_factory=list)

    def as_frame(self) -> Json:
        """The envelope on the wire."""
        return {
            "envelope_id": self.id,
            "type": self.type,
            "accepts_response_payload": self.accepts_response_payload,
            "payload": self.payload,
        }


class SocketMode:
    """The connections of one app and what was sent over them. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], datetime], journal: Journal, app_id: str) -> None:
        self._clock = clock
        self._journal = journal
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._links: list[Link] = []
        self._envelopes: dict[str, Envelope] = {}
        self._open: dict[str, Envelope] = {}  # those not acknowledged yet

    @property
    def connections(self) -> int:
        """How many connections take envelopes now."""
        return len(self._links)

    def ticket(self) -> str:
        """A ticket for one connection; raises `too_many_websockets`."""
        if len(self._links) >= MOST_CONNECTIONS:
            raise SlackError("too_many_websockets")
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return ticket

    def connect(self, ticket: str, link: Link) -> bool:
        """Take a connection that shows an unused ticket; it gets `hello`, then what waited for one."""
        if ticket not in self._tickets:
            return False
        self._tickets.remove(ticket)
        self._links.append(link)
        hello = {
            "type": "hello",
            "num_connections": len(self._links),
            "debug_info": {"host": "local", "approximate_connection_time": 3600},
            "connection_info": {"app_id": self._app_id},
        }
        self._journal.received("hello", hello)
        link.send(json.dumps(hello))
        for envelope in self._open.values():
            if envelope.link is None:
                self._deliver(envelope)
        return True

    def drop(self, link: Link) -> None:
        """A connection is gone: what it did not acknowledge goes to another, or to the next one that comes."""
        if link in self._links:
            self._links.remove(link)
        for envelope in self._open.values():
            if envelope.link is link:
                envelope.link = None
                self._deliver(envelope)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to come back, and close it: an app that only reads would stay half open for ever."""
        message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}
        for link in self._links:
            self._journal.received("disconnect", message)
            link.send(json.dumps(message))
            link.close()
        self._links = []

    def send(self, kind: str, payload: Json) -> Envelope:
        """Send an envelope to one connection, or keep it for the next that opens within the three seconds."""
        envelope = Envelope(str(uuid4()), kind, payload, self._clock())
        self._envelopes[envelope.id] = self._open[envelope.id] = envelope
        self._deliver(envelope)
        return envelope

    def redeliver_last(self) -> Envelope:
        """Send the last envelope once more, as Slack does when an acknowledgement was lost on the way."""
        if not self._envelopes:
            raise LookupError("nothing was sent to the app yet")
        envelope = next(reversed(self._envelopes.values()))
        self._open[envelope.id] = envelope
        envelope.deliveries = min(envelope.deliveries, DELIVERIES - 1)
        self._deliver(envelope)
        return envelope

    def acknowledge(self, text: str) -> tuple[Envelope, Json | None] | None:
        """Read one frame of the app: which envelope it acknowledges, with what answer. None: not for any of ours."""
        try:
            frame = json.loads(text)
        except ValueError:
            return None
        envelope = self._envelopes.get(str(frame.get("envelope_id"))) if isinstance(frame, dict) else None
        if envelope is None:
            return None
        self._open.pop(envelope.id, None)
        answer = frame.get("payload")
        answer = answer if isinstance(answer, dict) and answer else None
        envelope.answers.append(answer)
        return envelope, answer

    def expire(self) -> list[Envelope]:
        """Those that are over the three seconds now and were not before."""
        due = self._clock() - ANSWER_WITHIN
        expired = [envelope for envelope in self.awaited() if envelope.sent_at <= due]
        for envelope in expired:
            envelope.late = True
            if not envelope.deliveries:  # Slack keeps no command for an app that was not there to take it
                del self._open[envelope.id]
        return expired

    def find(self, envelope_id: str | None) -> Envelope | None:
        """The envelope of that id."""
        return self._envelopes.get(envelope_id) if envelope_id else None

    def awaited(self) -> list[Envelope]:
        """Those whose person still waits: not acknowledged, and within the three seconds."""
        return [envelope for envelope in self._open.values() if not envelope.late]

    def _deliver(self, envelope: Envelope) -> None:
        if not self._links or envelope.deliveries >= DELIVERIES:
            return
        link = self._links.pop(0)
        self._links.append(link)  # in turn, so that the connections share the load
        envelope.link = link
        envelope.deliveries += 1
        frame = envelope.as_frame()
        self._journal.received(envelope.type, frame)
        link.send(json.dumps(frame))

"""What Slack sends an app, whichever way: acknowledgements, the three seconds, retries of events, redelivery.

https://docs.slack.dev/apis/events-api/#retries, https://docs.slack.dev/interactivity/handling-user-interaction
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from bot.playground.journal import Journal
from bot.playground.wire import Json

ANSWER_WITHIN = timedelta(seconds=3)
DELIVERIES = 4  # the first, and three more
RETRY_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))
KEPT = 10_000  # envelopes that were answered, for redelivery
EVENTS = "events_api"


@dataclass(slots=True)
class Envelope:
    """What Slack sends the app, and how far it got.

    `late`: not acknowledged within the three seconds; the person was told, so an answer shows nothing any more.
    `way` is the connection that it went over; `failed` why a delivery of an event did not count.
    """

    id: str
    type: str
    payload: Json
    sent_at: datetime
    accepts_response_payload: bool = True
    way: object = None
    deliveries: int = 0
    late: bool = False
    answers: list[Json | None] = field(default_factory=list)
    retry_at: datetime | None = None
    failed: str = ""

    @property
    def is_event(self) -> bool:
        """Whether it is an event: nobody waits for an answer, and it is tried again."""
        return self.type == EVENTS

    @property
    def retries(self) -> int:
        """How often it was sent again."""
        return max(self.deliveries - 1, 0)

    def as_frame(self) -> Json:
        """The envelope on the wire of Socket Mode."""
        frame: Json = {
            "envelope_id": self.id,
            "type": self.type,
            "accepts_response_payload": self.accepts_response_payload,
            "payload": self.payload,
        }
        if self.is_event:
            frame |= {"retry_attempt": self.retries, "retry_reason": self.failed}
        return frame


class Way(Protocol):
    """How envelopes reach the app; must not block."""

    def send(self, envelope: Envelope) -> bool:
        """Send it; False where there is nobody to take it now."""


class Deliveries:
    """What was sent to the app. Its owner holds the lock and says over which `way` it goes."""

    def __init__(self, clock: Callable[[], datetime], journal: Journal, way: Way) -> None:
        self.way = way
        self._clock = clock
        self._journal = journal
        self._envelopes: dict[str, Envelope] = {}
        self._open: dict[str, Envelope] = {}  # those not acknowledged yet

    def send(self, kind: str, payload: Json) -> Envelope:
        """Send an envelope, or keep it for a connection that opens within the three seconds."""
        envelope = Envelope(str(uuid4()), kind, payload, self._clock(), accepts_response_payload=kind != EVENTS)
        self._envelopes[envelope.id] = self._open[envelope.id] = envelope
        while len(self._envelopes) > KEPT:
            oldest = next(iter(self._envelopes))
            self._open.pop(oldest, None)
            del self._envelopes[oldest]
        self._deliver(envelope)
        return envelope

    def redeliver(self, envelope: Envelope) -> Envelope:
        """Send it once more, as Slack does when an acknowledgement was lost on the way, hours or days later too."""
        self._open[envelope.id] = envelope
        envelope.sent_at, envelope.late = self._clock(), False
        envelope.deliveries = min(envelope.deliveries, DELIVERIES - 1)
        envelope.failed = "timeout"
        self._deliver(envelope)
        return envelope

    def last(self) -> Envelope:
        """The envelope that was sent last; raises LookupError."""
        if not self._envelopes:
            raise LookupError("nothing was sent to the app yet")
        return next(reversed(self._envelopes.values()))

    def way_opened(self) -> None:
        """There is somebody to take what waits."""
        for envelope in list(self._open.values()):
            if envelope.way is None:
                self._deliver(envelope)

    def way_closed(self, way: object) -> None:
        """A connection is gone: what it did not acknowledge goes to another, or to the next one that comes."""
        for envelope in list(self._open.values()):
            if envelope.way is way:
                envelope.way = None
                self._deliver(envelope)

    def acknowledge(self, envelope: Envelope, answer: Json | None) -> None:
        """The app has it, and perhaps answers."""
        self._open.pop(envelope.id, None)
        envelope.retry_at = None
        envelope.answers.append(answer)

    def fail(self, envelope: Envelope, reason: str, *, retry: bool = True) -> None:
        """A delivery came to nothing: an event is tried again, anything else is over."""
        envelope.failed = reason
        if envelope.is_event and retry and envelope.deliveries < DELIVERIES:
            envelope.retry_at = self._clock() + RETRY_AFTER[envelope.retries]
        else:
            self._open.pop(envelope.id, None)

    def expire(self) -> list[Envelope]:
        """Those that are over the three seconds now and were not before; events that are due go out again."""
        now = self._clock()
        expired = [envelope for envelope in self.awaited() if envelope.sent_at + ANSWER_WITHIN <= now]
        for envelope in expired:
            envelope.late = True
            if envelope.is_event:
                self.fail(envelope, "timeout")
            elif not envelope.deliveries:  # Slack keeps no command for an app that was not there to take it
                self._open.pop(envelope.id, None)
        for envelope in [one for one in self._open.values() if one.retry_at and one.retry_at <= now]:
            envelope.retry_at, envelope.sent_at, envelope.late = None, now, False
            self._deliver(envelope)
        return [envelope for envelope in expired if not envelope.is_event and not envelope.answers]

    def find(self, envelope_id: str | None) -> Envelope | None:
        """The envelope of that id."""
        return self._envelopes.get(envelope_id) if envelope_id else None

    def awaited(self) -> list[Envelope]:
        """Those whose person still waits: not acknowledged, and within the three seconds."""
        return [one for one in self._open.values() if not one.late and not one.retry_at]

    def _deliver(self, envelope: Envelope) -> None:
        if envelope.deliveries >= DELIVERIES:
            return
        if self.way.send(envelope):
            self._journal.received(envelope.type, envelope.as_frame())
        elif envelope.is_event:
            envelope.deliveries += 1  # an attempt all the same: Slack does not try for ever

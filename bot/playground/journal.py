"""What the bot received and sent, kept as JSON for tests and for the panel of the page."""

from collections import deque
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count
from typing import Any

JOURNAL_SIZE = 20_000


class Direction(StrEnum):
    """Seen from the bot."""

    RECEIVED = "received"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the bot received or sent.

    `kind` is the envelope's type, the Web API method, `response_url` or `acknowledgement`; `answer` is what a request
    of the bot was answered; `refused` says why it was, or why an acknowledgement was not shown.
    """

    number: int
    at: datetime
    direction: Direction
    kind: str
    body: Any
    answer: Any = None
    refused: tuple[str, ...] = ()


class Journal:
    """The latest entries, oldest first. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._entries: deque[Entry] = deque(maxlen=JOURNAL_SIZE)

    def received(self, kind: str, body: Any) -> None:
        """Note what went to the bot."""
        self._note(Direction.RECEIVED, kind, body)

    def sent(self, kind: str, body: Any, answer: Any = None, refused: tuple[str, ...] = ()) -> None:
        """Note what came from the bot, and what it was answered."""
        self._note(Direction.SENT, kind, body, answer, refused)

    def entries(self) -> list[Entry]:
        """A copy of the entries, oldest first."""
        return list(self._entries)

    def _note(
        self, direction: Direction, kind: str, body: Any, answer: Any = None, refused: tuple[str, ...] = ()
    ) -> None:
        entry = Entry(next(self._numbers), self._clock(), direction, kind, deepcopy(body), deepcopy(answer), refused)
        self._entries.append(entry)

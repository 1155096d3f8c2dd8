"""A line to a host: requests that are repeated with patience, and whose faults have names (sync.md)."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from math import ceil
from random import SystemRandom
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import requests
import structlog

from bot.services.directories.failures import (
    DirectoryAway,
    DirectoryBusy,
    DirectoryFailure,
    DirectoryTroubled,
    ForeignLink,
    StrangeAnswer,
    Untrusted,
)

Wait = Callable[[float], None]
"""Waits for so many seconds."""
Json = dict[str, Any]

MOST_TRIES = 5
LONGEST_WAIT = 120.0
"""Seconds that a line waits in all: whoever is sent away for longer comes back later and holds no worker."""
SILENCE = 60.0
"""Seconds without a byte after which an answer is given up."""
JITTER = SystemRandom()
SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")
REQUEST_ID = re.compile(r"[0-9A-Za-z-]{1,64}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of an answer, and none of the connection it came by: an exception's frames would hold that open."""

    url: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def ok(self) -> bool:
        return self.status_code < 400

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


class Line:
    """HTTP with a bounded number of tries and a bounded time of waiting. Follows no redirect, reads no environment."""

    def __init__(self, ca: str | None, *, wait: Wait = time.sleep, silence: float = SILENCE) -> None:
        """`ca` is the file of the authorities to trust instead of the usual ones."""
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = ca or True
        self._wait = wait
        self._patience = LONGEST_WAIT
        self._silence = silence

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()

    def get(self, url: str, headers: dict[str, str] | None = None, params: Json | None = None) -> Answer:
        """The answer to a GET at this address, as it is written: done, or refused. Raises DirectoryFailure."""
        request = self._session.prepare_request(requests.Request("GET", url, headers, params=params))
        if not params:
            request.url = url  # requests would write a link's percent signs its own way
        return self._send(request)

    def post(self, url: str, headers: dict[str, str], data: Json) -> Answer:
        """The answer to a form: done, or refused. Raises DirectoryFailure."""
        return self._send(self._session.prepare_request(requests.Request("POST", url, headers, data=data)))

    def _send(self, request: requests.PreparedRequest) -> Answer:
        """The first answer that repeating would not better."""
        host = host_of(request.url or "")
        tries = 0
        while True:
            tries += 1
            request.headers["client-request-id"] = str(uuid4())
            found = self._try(request, host)
            if isinstance(found, Answer):
                return found
            pause = pause_after(tries, found.retry_after)
            is_final = isinstance(found, Untrusted | ForeignLink | StrangeAnswer)
            if is_final or tries == MOST_TRIES or pause > self._patience:
                raise found
            self._patience -= pause
            self._wait(pause)

    def _try(self, request: requests.PreparedRequest, host: str) -> Answer | DirectoryFailure:
        try:
            got = self._session.send(request, timeout=self._silence, allow_redirects=False)
        except OSError as error:  # its words may hold addresses with tokens in them
            # What is not requests' own is a file of authorities that cannot be read.
            is_untrusted = not isinstance(error, requests.RequestException) or "VERIFY_FAILED" in str(error)
            log.warning("no answer", host=host, why=type(error).__name__)
            return Untrusted(host=host) if is_untrusted else DirectoryAway(host=host)
        answer = Answer(request.url or "", got.status_code, got.headers, got.content)
        note(answer, host, request.headers["client-request-id"])
        return failure_of(answer, host) or answer


def failure_of(answer: Answer, host: str) -> DirectoryFailure | None:
    """What an answer says of the host rather than of what was asked."""
    status = answer.status_code
    if status == 429 or status >= 500:
        asked = asked_wait(answer)
        if status == 429 or asked is not None:
            return DirectoryBusy(retry_after=asked, host=host, minutes=max(1, ceil((asked or 0) / 60)))
        return DirectoryTroubled(host=host, code=status)
    if 300 <= status < 400:
        to = host_of(answer.headers.get("Location", ""))
        return ForeignLink(host=host) if to not in ("", host) else StrangeAnswer(host=host)
    return None


def note(answer: Answer, host: str, client_request_id: str | bytes) -> None:
    """Keep what Microsoft's support asks for."""
    theirs = answer.headers.get("request-id") or answer.headers.get("x-ms-request-id") or ""
    tell = log.debug if answer.ok else log.warning
    tell(
        "answered",
        host=host,
        status=answer.status_code,
        request_id=theirs if REQUEST_ID.fullmatch(theirs) else None,
        client_request_id=client_request_id,
    )


def json_of(answer: Answer) -> Json:
    """The JSON object of an answer. Raises StrangeAnswer."""
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise StrangeAnswer(host=host_of(answer.url))
    return found


def host_of(url: str) -> str:
    """Host and port of an address; empty where it has none."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def asked_wait(answer: Answer) -> float | None:
    """The seconds for which `Retry-After` asks: a number, or a date, which is compared with the answer's own since
    clocks differ."""
    said = answer.headers.get("Retry-After", "").strip()
    if SECONDS.fullmatch(said):
        return float(said)
    try:
        until, now = (parsedate_to_datetime(text) for text in (said, answer.headers.get("Date", "")))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):  # no dates, or only one of them with a zone
        return None


def pause_after(tries: int, asked: float | None) -> float:
    """The seconds to wait before the next try: not less than was asked, else twice as long each time; and a little
    by chance, since others wait for the same."""
    if asked is not None:
        return asked + JITTER.uniform(0, 1)
    return JITTER.uniform(0.5, 1) * (1 << tries)

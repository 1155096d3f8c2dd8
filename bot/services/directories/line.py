"""A line to a host of Microsoft's: what is asked is repeated with patience, and faults have names (sync.md)."""

import re
import time
from collections.abc import Mapping
from math import ceil
from types import TracebackType
from typing import Self
from uuid import uuid4

import structlog

from bot.services.directories.failures import (
    DirectoryBusy,
    DirectoryFailure,
    DirectoryTroubled,
    ForeignLink,
    StrangeAnswer,
    Untrusted,
)
from bot.services.directories.http import (
    LONGEST_WAIT,
    MOST_TRIES,
    Answer,
    Http,
    Json,
    Wait,
    as_object,
    asked_wait,
    host_of,
    pause_after,
)

SILENCE = 60.0
"""Seconds without a byte after which an answer is given up."""
REQUEST_ID = re.compile(r"[0-9A-Za-z-]{1,64}")

log = structlog.get_logger(__name__)


class Line:
    """HTTP with a bounded number of tries and a bounded time of waiting."""

    def __init__(self, ca: str | None, *, wait: Wait = time.sleep, silence: float = SILENCE) -> None:
        """`ca` is the file of the authorities to trust instead of the usual ones."""
        self._http = Http(ca, silence)
        self._wait = wait
        self._patience = LONGEST_WAIT

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None, params: Json | None = None) -> Answer:
        """The answer to a GET at this address, as it is written: done, or refused. Raises DirectoryFailure."""
        return self._ask("GET", url, headers or {}, params=params)

    def post(self, url: str, headers: Mapping[str, str], data: Json) -> Answer:
        """The answer to a form: done, or refused. Raises DirectoryFailure."""
        return self._ask("POST", url, headers, data=data)

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], *, params: Json | None = None, data: Json | None = None
    ) -> Answer:
        """The first answer that repeating would not better."""
        tries = 0
        while True:
            tries += 1
            id_ = str(uuid4())
            found = self._http.ask(method, url, {**headers, "client-request-id": id_}, params=params, data=data)
            if isinstance(found, Answer):
                note(found, id_)
                found = failure_of(found) or found
            if isinstance(found, Answer):
                return found
            pause = pause_after(tries, found.retry_after)
            is_final = isinstance(found, Untrusted | ForeignLink | StrangeAnswer)
            if is_final or tries == MOST_TRIES or pause > self._patience:
                raise found
            self._patience -= pause
            self._wait(pause)


def failure_of(answer: Answer) -> DirectoryFailure | None:
    """What an answer says of the host rather than of what was asked."""
    status, host = answer.status_code, host_of(answer.url)
    if status == 429 or status >= 500:
        asked = asked_wait(answer.headers)
        if status == 429 or asked is not None:
            return DirectoryBusy(retry_after=asked, host=host, minutes=max(1, ceil((asked or 0) / 60)))
        return DirectoryTroubled(host=host, code=status)
    if 300 <= status < 400:
        to = host_of(answer.headers.get("Location", ""))
        return ForeignLink(host=host) if to not in ("", host) else StrangeAnswer(host=host)
    return None


def note(answer: Answer, client_request_id: str) -> None:
    """Keep what Microsoft's support asks for."""
    theirs = answer.headers.get("request-id") or answer.headers.get("x-ms-request-id") or ""
    tell = log.debug if answer.ok else log.warning
    tell(
        "answered",
        host=host_of(answer.url),
        status=answer.status_code,
        request_id=theirs if REQUEST_ID.fullmatch(theirs) else None,
        client_request_id=client_request_id,
    )


def json_of(answer: Answer) -> Json:
    """The JSON object of an answer. Raises StrangeAnswer."""
    found = as_object(answer.content)
    if found is None:
        raise StrangeAnswer(host=host_of(answer.url))
    return found

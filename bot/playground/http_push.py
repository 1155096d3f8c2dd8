"""Delivery by HTTP: what Slack posts to an app's request URL, signed, and how it reads the answer.

https://docs.slack.dev/authentication/verifying-requests-from-slack, https://docs.slack.dev/apis/events-api
"""

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.playground.delivery import ANSWER_WITHIN, Envelope
from bot.playground.wire import Json

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
PATIENCE = ANSWER_WITHIN.total_seconds()
Answered = Callable[[Envelope, "Reply"], None]


class UrlNotVerifiedError(Exception):
    """The request URL does not answer Slack's challenge."""


class Reply:
    """What came back: a status (0: nothing did), a body, and why it failed as Slack words it."""

    def __init__(self, status: int, body: bytes = b"", reason: str = "", *, retry: bool = True) -> None:
        self.status, self.body, self.reason, self.retry = status, body, reason, retry

    @property
    def is_good(self) -> bool:
        """Whether the app has taken it."""
        return 200 <= self.status < 300

    def answer(self) -> Json | None:
        """The body as an answer: JSON, or plain text that is the message."""
        text = self.body.decode(errors="replace")
        try:
            found = json.loads(text)
        except ValueError:
            return {"text": text} if text.strip() else None
        return found if isinstance(found, dict) and found else None


class HttpPush:
    """Posts envelopes to one URL. `signed_at` is the clock of the signatures, `patience` seconds of real time."""

    def __init__(
        self,
        url: str,
        secret: str,
        signed_at: Callable[[], datetime],
        answered: Answered,
        patience: float = PATIENCE,
    ) -> None:
        self._url, self._secret, self._signed_at = urlsplit(url), secret, signed_at
        self._answered, self._patience = answered, patience

    def send(self, envelope: Envelope) -> bool:
        """Post it from a thread of its own; the answer comes by `answered`."""
        envelope.way = self
        envelope.deliveries += 1
        kind, body = written(envelope)
        headers = {"Content-Type": kind}
        if envelope.is_event and envelope.retries:
            headers |= {"X-Slack-Retry-Num": str(envelope.retries), "X-Slack-Retry-Reason": envelope.failed}

        def post() -> None:
            self._answered(envelope, self.post(body, headers))

        Thread(target=post, name="slack-push", daemon=True).start()
        return True

    def verify(self, token: str, challenge: str) -> None:
        """Ask the URL for the challenge, as Slack does when one is entered; raises UrlNotVerifiedError."""
        body = json.dumps({"token": token, "challenge": challenge, "type": "url_verification"}).encode()
        reply = self.post(body, {"Content-Type": JSON})
        text = reply.body.decode(errors="replace")
        given = (reply.answer() or {}).get("challenge") or parse_qs(text).get("challenge", [text])[0]
        if not reply.is_good or given != challenge:
            raise UrlNotVerifiedError(f"status {reply.status}, {text[:200]!r}")

    def post(self, body: bytes, headers: dict[str, str]) -> Reply:
        """One signed post."""
        to = self._url
        connect = HTTPSConnection if to.scheme == "https" else HTTPConnection
        connection = connect(to.hostname or "", to.port, timeout=self._patience)
        path = f"{to.path or '/'}{'?' if to.query else ''}{to.query}"
        try:
            connection.request("POST", path, body, headers | self.signature(body))
            response = connection.getresponse()
            no_retry = response.headers.get("x-slack-no-retry") == "1"
            content = response.read()
        except TimeoutError:
            return Reply(0, reason="http_timeout")
        except (OSError, HTTPException):
            return Reply(0, reason="connection_failed")
        finally:
            connection.close()
        return Reply(response.status, content, "http_error", retry=not no_retry)

    def signature(self, body: bytes) -> dict[str, str]:
        """The headers that prove that it is Slack who posts."""
        timestamp = str(int(self._signed_at().timestamp()))
        signed = hmac.digest(self._secret.encode(), b":".join((b"v0", timestamp.encode(), body)), "sha256")
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": f"v0={signed.hex()}",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }


def written(envelope: Envelope) -> tuple[str, bytes]:
    """An envelope as Slack posts it: commands as a form, interactions as JSON within one, events as JSON."""
    if envelope.is_event:
        return JSON, json.dumps(envelope.payload).encode()
    if envelope.type == "slash_commands":
        return FORM, urlencode(envelope.payload).encode()
    return FORM, urlencode({"payload": json.dumps(envelope.payload)}).encode()

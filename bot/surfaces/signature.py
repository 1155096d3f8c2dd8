"""Slack's signature under a request: https://docs.slack.dev/authentication/verifying-requests-from-slack/

The SDK's own check reads the machine's clock, fails on an odd timestamp or body, and Bolt's writes the body of a wrong
request into the log.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

STALE_AFTER = timedelta(minutes=5)


def is_signed(secret: bytes, timestamp: str, signature: str, body: bytes, now: datetime) -> bool:
    """Whether Slack signed this body at most five minutes ago. Pure; takes both headers as they came, "" for none."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now.timestamp() - int(timestamp)) > STALE_AFTER.total_seconds():
        return False
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode("utf-8", "replace"))


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The signature of a body."""
    return "v0=" + hmac.new(secret, b"v0:%s:%s" % (timestamp.encode(), body), hashlib.sha256).hexdigest()

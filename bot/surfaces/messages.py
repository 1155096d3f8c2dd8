"""Messages to people: answers to a `response_url`, answers in the direct message and in channels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Any

import structlog
from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import default_retry_handlers
from slack_sdk.webhook import WebhookClient

from bot.views.slack.answer import Answer

KEY = "seatbot_answer"
"""The type of the metadata by which an answer in a direct message is found again."""
LOOKED_THROUGH = 50
"""An answer is looked for among so many messages, or so many at a time."""
LATER_CODES = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
TOKEN_CODES = ("invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed", "missing_scope")
"""Nothing is wrong with the channel, so the post is tried until somebody sets that right."""
TOO_MANY, FAULT = 429, 500

log = structlog.get_logger(__name__)


class Sent(Enum):
    """What became of a message."""

    TAKEN = auto()
    REFUSED = auto()
    """Slack does not take it, now or later."""
    LATER = auto()
    """Slack does not take it now."""
    UNKNOWN = auto()
    """The connection ended before Slack said anything: it may have taken it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a post: Slack's word for why it was not taken, and how long it wants to be left alone."""

    sent: Sent
    error: str | None = None
    wait: timedelta = timedelta()


def respond_with(
    respond: Respond, answer: Answer, *, in_place: bool = False, to_all: bool = False, thread_ts: str | None = None
) -> Sent:
    """Post to a `response_url`, in a thread where one is given. What cannot be told must not undo what was done, so
    that goes to the log only."""
    message = answer.as_message() | {"replace_original": in_place}
    if to_all:
        message["response_type"] = "in_channel"
    if thread_ts and not in_place:
        message["thread_ts"] = thread_ts
    if not respond.response_url:
        return Sent.REFUSED
    # In place it may be posted twice; a message of its own would stand there twice.
    again = default_retry_handlers() if in_place else []
    client = WebhookClient(respond.response_url, proxy=respond.proxy, ssl=respond.ssl, retry_handlers=again)
    try:
        sent = client.send_dict(message)
    except (SlackClientError, OSError) as error:
        log.warning("Slack took no answer", error=type(error).__name__)
        return Sent.UNKNOWN
    if sent.status_code == 200:
        return Sent.TAKEN
    log.warning("Slack took no answer", status=sent.status_code, body=sent.body)
    return Sent.LATER if sent.status_code == TOO_MANY or sent.status_code >= FAULT else Sent.REFUSED


def post(client: WebClient, channel: str, answer: Answer, key: str = "", thread_ts: str | None = None) -> Sent:
    """Post an answer where somebody wrote to the app; by the key it is found again. A failure goes to the log."""
    metadata = {"event_type": KEY, "event_payload": {"key": key}} if key else None
    return sent(
        lambda: client.chat_postMessage(
            channel=channel, text=answer.text, blocks=answer.blocks, metadata=metadata, thread_ts=thread_ts
        )
    )


def deliver(client: WebClient, channel: str, answer: Answer, key: str) -> Delivery:
    """Post an answer in a channel; by the key it is found again. A failure goes to the log."""
    try:
        client.chat_postMessage(
            channel=channel,
            text=answer.text,
            blocks=answer.blocks,
            metadata={"event_type": KEY, "event_payload": {"key": key}},
            unfurl_links=False,
        )
    except SlackApiError as error:
        code = str(error.response["error"])
        log.warning("Slack took no post", error=code, channel=channel)
        if passes(error) or code in TOKEN_CODES:
            return Delivery(Sent.LATER, code, timedelta(seconds=wait_of(error)))
        return Delivery(Sent.REFUSED, code)
    except (SlackClientError, OSError) as error:
        log.warning("Slack took no post", error=type(error).__name__, channel=channel)
        return Delivery(Sent.UNKNOWN)
    return Delivery(Sent.TAKEN)


def passes(error: SlackApiError) -> bool:
    """Whether Slack may say otherwise in a while."""
    return error.response.status_code >= TOO_MANY or error.response["error"] in LATER_CODES


def wait_of(error: SlackApiError) -> float:
    """The seconds for which Slack wants to be left alone; 0 where it says none."""
    return float(error.response.headers.get("Retry-After") or error.response.headers.get("retry-after") or 0)


def whisper(client: WebClient, channel: str, person: str, answer: Answer, thread_ts: str | None = None) -> Sent:
    """Show an answer to one person of a channel; nobody finds it again. A failure goes to the log."""
    return sent(
        lambda: client.chat_postEphemeral(
            channel=channel, user=person, text=answer.text, blocks=answer.blocks, thread_ts=thread_ts
        )
    )


def sent(post: Callable[[], object]) -> Sent:
    """What became of a message."""
    try:
        post()
    except SlackApiError as error:
        log.warning("Slack took no answer", error=error.response["error"])
        is_later = error.response.status_code == TOO_MANY or error.response["error"] in LATER_CODES
        return Sent.LATER if is_later else Sent.REFUSED
    except (SlackClientError, OSError) as error:
        log.warning("Slack took no answer", error=type(error).__name__)
        return Sent.UNKNOWN
    return Sent.TAKEN


def direct(client: WebClient, person: str) -> str:
    """The id of somebody's direct message with the app; empty where Slack does not tell."""
    try:
        return str(client.conversations_open(users=person)["channel"]["id"])
    except (SlackClientError, OSError) as error:
        log.warning("Slack does not tell of a direct message", error=type(error).__name__)
        return ""


def is_there(client: WebClient, channel: str, key: str, thread_ts: str | None = None, since: str | None = None) -> bool:
    """As `whether_there`; False also where Slack does not tell."""
    return bool(whether_there(client, channel, key, thread_ts, since))


def whether_there(
    client: WebClient, channel: str, key: str, thread_ts: str | None = None, since: str | None = None
) -> bool | None:
    """As `look`; None where Slack does not tell."""
    try:
        return look(client, channel, key, thread_ts, since)
    except (SlackClientError, OSError) as error:
        log.warning("Slack does not tell what was posted", error=type(error).__name__)
        return None


def look(client: WebClient, channel: str, key: str, thread_ts: str | None = None, since: str | None = None) -> bool:
    """Whether an answer with this key is among all messages `since` a time, among the latest ones without, or, of a
    thread, among the first ones `since` a message. Raises SlackClientError, OSError."""
    where: dict[str, Any] = {
        "channel": channel,
        "oldest": since,
        "limit": LOOKED_THROUGH,
        "include_all_metadata": True,
    }
    cursor: str | None = None
    while True:
        if thread_ts:
            found = client.conversations_replies(ts=thread_ts, **where)
        else:
            found = client.conversations_history(cursor=cursor, **where)
        if any(key_of(message) == key for message in found["messages"]):
            return True
        cursor = (found.get("response_metadata") or {}).get("next_cursor")
        if thread_ts or not since or not cursor:
            return False


def key_of(message: Mapping[str, Any]) -> object:
    """The key of a message that has one."""
    return (message.get("metadata") or {}).get("event_payload", {}).get("key")

"""Mentions of the app in channels: what is asked, and who sees the answer.

https://docs.slack.dev/reference/events/app_mention
"""

import re
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient

from bot.surfaces import messages
from bot.surfaces.messages import Sent
from bot.views.slack.answer import Answer

FIRST_MENTION = re.compile(r"\s*<@[A-Z0-9]+(?:\|[^<>]*)?>")


def is_new(event: Mapping[str, Any]) -> bool:
    """Whether a person wrote it just now: not a bot, which might answer for ever, and not by an edit."""
    return bool(event.get("user")) and not any(event.get(sign) for sign in ("bot_id", "subtype", "edited"))


def question(body: Mapping[str, Any], text: str) -> str:
    """What was written beside the mention of the app; where Slack does not say who that is, beside one at the very
    beginning."""
    app = next((one.get("user_id") for one in body.get("authorizations") or [] if one.get("is_bot")), None)
    if app is None:
        return FIRST_MENTION.sub("", text, count=1).strip() if FIRST_MENTION.match(text) else text.strip()
    return re.sub(rf"<@{re.escape(app)}(?:\|[^<>]*)?>", " ", text).strip()


def is_shared(body: Mapping[str, Any]) -> bool:
    """Whether people of other organisations are in the channel."""
    return bool(body.get("is_ext_shared_channel"))


def thread(event: Mapping[str, Any]) -> str:
    """The thread in which it is answered: its own, or the one that it begins."""
    return str(event.get("thread_ts") or event["ts"])


def reply(client: WebClient, event: Mapping[str, Any], answer: Answer, key: str, *, to_all: bool) -> Sent:
    """Answer in the thread before all; or to the asker alone, where the mention stands: in a thread that has not begun
    yet, Slack shows no message for one person (https://docs.slack.dev/reference/methods/chat.postEphemeral)."""
    if to_all:
        return messages.post(client, event["channel"], answer, key, thread(event))
    return messages.whisper(client, event["channel"], event["user"], answer, event.get("thread_ts"))

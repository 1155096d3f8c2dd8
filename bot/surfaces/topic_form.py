"""The form for a topic of an MSP's own: opened by a button, and read when it comes back.

https://docs.slack.dev/surfaces/modals
"""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.services.faq.drafts import Draft
from bot.views.slack.topic_form import ANSWER, LOCALE, PHRASINGS, QUESTION, VALUE, View

SPACES = re.compile(r"[ \t]+")

log = structlog.get_logger(__name__)


def show(client: WebClient, trigger: str, form: View) -> bool:
    """Open the form; whether Slack did. It opens one for a trigger, within three seconds."""
    try:
        client.views_open(trigger_id=trigger, view=form)
    except SlackApiError as error:
        log.warning("Slack opened no form", error=error.response["error"])
        return False
    except (SlackClientError, OSError) as error:  # it may be open all the same
        log.warning("Slack did not say whether it opened a form", error=type(error).__name__)
    return True


def read(submitted: Mapping[str, Any]) -> Draft:
    """What was filled in, from a submitted view."""
    values = submitted["state"]["values"]

    def text(block_id: str) -> str:
        return SPACES.sub(" ", (values[block_id][VALUE].get("value") or "").replace("\r\n", "\n")).strip()

    lines = (line.strip() for line in text(PHRASINGS).split("\n"))
    return Draft(
        submitted.get("private_metadata") or "",
        (values[LOCALE][VALUE].get("selected_option") or {}).get("value") or "",
        " ".join(text(QUESTION).split()),
        text(ANSWER),
        tuple(dict.fromkeys(line for line in lines if line)),
    )

"""Modals and Home at Slack: opened, put over others, updated, published.

A trigger opens one view within three seconds; a hash says which version of a view somebody saw.
https://docs.slack.dev/surfaces/modals
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.surfaces.messages import Sent
from bot.views.slack.modal import View

FULL = "push_limit_reached"
CONFLICT = "hash_conflict"
"""Somebody, or another process, put something else there since."""

log = structlog.get_logger(__name__)


def over(client: WebClient, trigger: str, below: Mapping[str, Any] | None, view: View) -> Sent:
    """Show a view over what somebody sees: over the modal `below`, in its place where three lie over each other, or as
    the first one."""
    if below is None or below["type"] != "modal":
        return shown(lambda: client.views_open(trigger_id=trigger, view=view))
    pushed = code(lambda: client.views_push(trigger_id=trigger, view=view))
    return in_place(client, below, view) if pushed == FULL else sent(pushed)


def in_place(client: WebClient, seen: Mapping[str, Any], view: View) -> Sent:
    """Put a view in the place of a modal as it was seen; where another one took that place already, that stays."""
    told = code(lambda: client.views_update(view_id=seen["id"], hash=seen["hash"], view=view))
    return Sent.TAKEN if told == CONFLICT else sent(told)


def publish(client: WebClient, person: str, view: View, hash_: str | None) -> str:
    """Put somebody's Home in the place of the one of that hash; gives the code of Slack's refusal, empty where it took
    it."""
    return code(lambda: client.views_publish(user_id=person, view=view, hash=hash_)) or ""


def shown(show: Callable[[], object]) -> Sent:
    """What became of a view."""
    return sent(code(show))


def sent(told: str | None) -> Sent:
    """A refusal's code as what became of a view."""
    return Sent.TAKEN if not told else Sent.UNKNOWN if told == UNTOLD else Sent.REFUSED


UNTOLD = "untold"
"""The connection ended before Slack said anything: the view may be there."""


def code(show: Callable[[], object]) -> str | None:
    """Why Slack does not show a view; None where it does."""
    try:
        show()
    except SlackApiError as error:
        told = str(error.response["error"])
        log.warning("Slack showed no view", error=told)
        return told
    except (SlackClientError, OSError) as error:
        log.warning("Slack did not say whether it showed a view", error=type(error).__name__)
        return UNTOLD
    return None

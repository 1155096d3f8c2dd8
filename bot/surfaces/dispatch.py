"""A request's way into the Bolt app, the same whether it came by HTTP or by Socket Mode."""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import structlog
from slack_bolt import App, BoltRequest, BoltResponse

from bot.surfaces.metrics import Metrics

KINDS = {
    "block_actions": "action",
    "block_suggestion": "options",
    "event_callback": "event",
    "message_action": "shortcut",
    "shortcut": "shortcut",
    "url_verification": "url_verification",
    "view_closed": "view",
    "view_submission": "view",
}

log = structlog.get_logger(__name__)
Payload = dict[str, Any]


def dispatch(app: App, metrics: Metrics, way: str, payload: Payload, headers: Mapping[str, str]) -> BoltResponse:
    """Let the app answer a request that is known to be Slack's. Blocks; never raises.

    An app that answered something else than was asked says so in `context["outcome"]`.
    """
    started, outcome = perf_counter(), "failed"
    try:
        # Bolt asks no signature of a request in this mode, and refuses all others: whoever forgets to check is safe.
        request = BoltRequest(mode="socket_mode", body=payload, headers=dict(headers))
        response = app.dispatch(request)
        outcome = request.context.get("outcome") or ("answered" if response.status == 200 else "failed")
    except Exception:
        log.exception("request not understood")
        response = BoltResponse(status=400, body="")
    metrics.answered(way, kind(payload), outcome, perf_counter() - started)
    return response


def kind(payload: Payload) -> str:
    """What a request is, in one of a few words."""
    if "command" in payload:
        return "command"
    type_ = payload.get("type")
    return KINDS.get(type_, "other") if isinstance(type_, str) else "other"

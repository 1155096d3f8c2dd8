"""One call of the Web API: token, scopes, faults on demand, the method, the journal.

The methods are in methods/; a new one is one function there and one line in its table.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.playground.faults import LOST, RATELIMITED, SLOW, Fault
from bot.playground.methods import assistant, auth, chat, conversations, files, users, views
from bot.playground.methods.calls import Arguments, Method, require
from bot.playground.slack import LocalSlack
from bot.playground.wire import Json, RateLimitedError, SlackError

__all__ = ["METHODS", "Answer", "Arguments", "call", "granted"]

METHODS: Mapping[str, Method] = (
    auth.METHODS
    | users.METHODS
    | conversations.METHODS
    | chat.METHODS
    | files.METHODS
    | views.METHODS
    | assistant.METHODS
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a body, a status, `Retry-After` where it is 429. `lost`: nothing goes back; `delay` seconds."""

    body: Json
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False
    delay: float = 0


def call(slack: LocalSlack, name: str, token: str, arguments: Arguments) -> Answer:
    """The answer of a method, `{"ok": …}`; the call and its answer are kept in the journal."""
    shown = {key: value for key, value in arguments.values.items() if key != "token"}
    with slack.changed:  # one call at a time: what a method has found is still so when it changes it
        fault = slack.faults.take(name)
        retry_after = 0
        refused: tuple[str, ...] = ()
        try:
            method = _method(slack, name, token)
            refuse(fault)
            require(slack, *method.scopes)
            body: Json = {"ok": True, **method.run(slack, arguments)}
        except SlackError as error:
            body = error.as_answer()
            refused = (error.code, *error.details)
            retry_after = error.retry_after if isinstance(error, RateLimitedError) else 0
        if fault and fault.what == LOST:
            refused = (*refused, LOST)
        slack.note_request(name, _readable(shown), body, refused)
    return answered(slack, body, fault, retry_after)


def answered(slack: LocalSlack, body: Json, fault: Fault | None, retry_after: int = 0) -> Answer:
    """The answer with what the fault makes of it."""
    headers = {"x-oauth-scopes": ",".join(sorted(slack.scopes))}
    if retry_after:
        return Answer(body, 429, headers | {"retry-after": str(retry_after)})
    lost = bool(fault and fault.what == LOST)
    return Answer(body, headers=headers, lost=lost, delay=fault.delay if fault and fault.what == SLOW else 0)


def refuse(fault: Fault | None) -> None:
    """Raise the refusal that was ordered, if one was."""
    if fault is None or not fault.is_refusal:
        return
    if fault.what == RATELIMITED:
        raise RateLimitedError(fault.retry_after)
    raise SlackError(fault.what)


def granted(slack: LocalSlack, token: str, *scopes: str) -> None:
    """Raise what Slack answers unless this is the good bot token, with one of the scopes."""
    _check_token(slack, token)
    if token == slack.team.app_token:
        raise SlackError("not_allowed_token_type")
    require(slack, *scopes)


def _method(slack: LocalSlack, name: str, token: str) -> Method:
    if name not in METHODS:
        raise SlackError("unknown_method")
    _check_token(slack, token)
    method = METHODS[name]
    if (token == slack.team.app_token) != method.by_app_token:
        raise SlackError("not_allowed_token_type")
    return method


def _check_token(slack: LocalSlack, token: str) -> None:
    if not token:
        raise SlackError("not_authed")
    if token not in (slack.team.bot_token, slack.team.app_token):
        raise SlackError("invalid_auth")
    if slack.token_state:
        raise SlackError(slack.token_state)


def _readable(arguments: Json) -> Json:
    """Nested JSON of a form is shown as JSON, not as a string of it."""
    shown = dict(arguments)
    for name in ("blocks", "metadata", "view", "files", "message", "prompts"):
        if isinstance(shown.get(name), str):
            try:
                shown[name] = json.loads(shown[name])
            except ValueError:
                continue
    return shown

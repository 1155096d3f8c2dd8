"""`seatbot check`: every setting with its source, and what is missing for a real workspace, step by step."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.services import workspaces
from bot.services.errors import N_, Refusal
from bot.services.store import open_store, trouble
from bot.settings import Settings, source_of, variables_of
from bot.views.texts import Texts

MASK = "••••"


@dataclass(frozen=True, slots=True)
class Finding:
    """One setting or step: what it is, where that comes from, and what is wrong with it (None if nothing is)."""

    name: str
    value: str
    source: str
    fault: str | None = None


def findings(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """All settings, then the store and its workspaces, then what Slack says of the tokens."""
    for field in type(settings).model_fields:
        yield Finding(variables_of(field)[-1], masked(getattr(settings, field)), source_of(field))
    yield from store(settings, texts)
    yield from slack(settings, texts)


def masked(value: Any) -> str:
    """A value as it may be shown: secrets and passwords as dots."""
    if value is None or value in ("", ()):
        return "–"
    if hasattr(value, "get_secret_value"):
        return MASK
    if isinstance(value, tuple):
        return ", ".join(value)
    text = str(value)
    if "://" in text and "@" in text:
        from sqlalchemy import make_url

        return make_url(text).render_as_string(hide_password=True)
    return text


def store(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Whether the database can be used, and each workspace in it."""
    try:
        engine = open_store(settings.database_url)
    except Refusal as refusal:
        yield Finding(texts.say("database"), "", "", texts.refusal(refusal))
        return
    except DBAPIError as error:
        yield Finding(texts.say("database"), "", "", texts.refusal(trouble(error) or Refusal()))
        return
    yield Finding(texts.say("database"), texts.say("up to date"), engine.dialect.name)
    with Session(engine) as session:
        try:
            found = workspaces.everyone(session)
        except Refusal as refusal:
            yield Finding(texts.say("workspace"), "", "", texts.refusal(refusal))
            found = []
        else:
            if not found:
                yield Finding(
                    texts.say("workspace"),
                    "",
                    "",
                    texts.say("There is no workspace yet. Create one: seatbot init NAME"),
                )
        for workspace in found:
            calendar = workspace.calendar
            value = f"{workspace.name}, {calendar.billing_day}, {calendar.zone.key}, {workspace.locale}"
            yield Finding(texts.say("workspace"), value, workspace.slack_team or texts.say("no Slack team yet"))
    engine.dispose()


STEPS = {
    "slack_bot_token": N_("Install the app in your workspace and set SLACK_BOT_TOKEN to its bot token (xoxb-…)."),
    "slack_app_token": N_("Make an app-level token with connections:write and set SLACK_APP_TOKEN to it (xapp-…)."),
}


def slack(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Whether Slack takes the tokens."""
    from slack_sdk.errors import SlackApiError

    from bot.surfaces.web import web_client

    for field, method in (("slack_bot_token", "auth.test"), ("slack_app_token", "apps.connections.open")):
        token = getattr(settings, field)
        name = field.upper()
        if token is None:
            yield Finding(name, "–", "Slack", texts.say(STEPS[field]))
            continue
        try:
            answer = web_client(settings, token.get_secret_value()).api_call(method)
            yield Finding(name, str(answer.get("team") or "ok"), "Slack")
        except SlackApiError as error:
            fault = texts.say("Slack refuses the token: {code}. Copy it anew.", code=str(error.response["error"]))
            yield Finding(name, MASK, "Slack", fault)
        except OSError as error:
            reason = str(getattr(error, "reason", error))
            fault = texts.say("{url} cannot be reached: {reason}.", url=settings.slack_api_url, reason=reason)
            yield Finding(name, MASK, "Slack", fault)

"""`seatbot check`: every setting with its source, and what is missing for a real workspace, step by step."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot import keys, manifest
from bot.services import connections, first_steps, workspaces
from bot.services.directories.failures import NotConfigured
from bot.services.directories.opening import missing
from bot.services.errors import N_, Refusal, StoreUnreachable
from bot.services.store import open_store, trouble
from bot.services.workspaces import Workspace
from bot.settings import Settings, source_of, variable_of
from bot.views.texts import Texts
from bot.views.words import SOURCES
from db.session import shown_url

MASK = "••••"


@dataclass(frozen=True, slots=True)
class Finding:
    """One setting or step: what it is, where that comes from, and what is wrong with it (None if nothing is)."""

    name: str
    value: str
    source: str
    fault: str | None = None


def findings(settings: Settings, texts: Texts, now: datetime) -> Iterator[Finding]:
    """All settings, then the store and its workspaces, then what Slack says of the tokens."""
    faults = keys.faults(settings, texts, now)
    for field in type(settings).model_fields:
        value = getattr(settings, field)
        shown = shown_url(value) if field == "database_url" else masked(value)
        yield Finding(variable_of(field), shown, source_of(field), faults.get(field))
    yield from store(settings, texts)
    yield from slack(settings, texts)


def masked(value: Any) -> str:
    """A value as it may be shown: secrets as dots."""
    if value is None or value in ("", ()):
        return "–"
    if hasattr(value, "get_secret_value"):
        return MASK
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)


def store(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Whether the database can be used, and each workspace in it."""
    try:
        engine = open_store(settings.database_url)
    except Refusal as refusal:
        yield Finding(texts.say("database"), "", "", texts.refusal(refusal))
        return
    except DBAPIError as error:
        yield Finding(texts.say("database"), "", "", texts.refusal(trouble(error) or StoreUnreachable()))
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
            yield from first(session, workspace, texts)
            yield from directories(session, workspace, settings, texts)
    engine.dispose()


def first(session: Session, workspace: Workspace, texts: Texts) -> Iterator[Finding]:
    """What is still to be done before there is a report; nothing once there is one."""
    steps = first_steps.steps(session, workspace)
    accounts = texts.plural("{n} account", "{n} accounts", steps.accounts)
    if not steps.accounts:
        accounts = texts.say("none yet: seatbot import accounts FILE.csv, or Home in Slack")
    if not steps.done:
        yield Finding(texts.say("clients"), accounts, texts.say("first steps"))
    if steps.accounts and not steps.people:
        people = texts.say("none yet: seatbot import users FILE.csv, or a directory")
        yield Finding(texts.say("people"), people, texts.say("first steps"))


def directories(session: Session, workspace: Workspace, settings: Settings, texts: Texts) -> Iterator[Finding]:
    """How many accounts have a directory of each kind, and whether Seatbot has what lets it in."""
    kinds = Counter(one.source for one in connections.everyone(session, workspace))
    for source, count in sorted(kinds.items()):
        variable = missing(source, settings.credentials)
        fault = texts.refusal(NotConfigured(variable=variable)) if variable else None
        connected = texts.plural("{n} account", "{n} accounts", count)
        yield Finding(texts.say("directories"), connected, SOURCES[source], fault)


STEPS = {
    "slack_bot_token": N_("Install the app in your workspace and set SLACK_BOT_TOKEN to its bot token (xoxb-…)."),
    "slack_app_token": N_("Make an app-level token with connections:write and set SLACK_APP_TOKEN to it (xapp-…)."),
}
OTHER_WAY = N_(
    "Where Slack is to send to a public address instead of Socket Mode: set SLACK_SIGNING_SECRET to the app’s "
    "signing secret (Basic Information), and give the app the manifest of: seatbot manifest --url https://…"
)


SCOPES = "x-oauth-scopes"
"""The header in which Slack says what a token may do."""
INSTALL_AGAIN = N_(
    "The app was installed by an older manifest and lacks {scopes}. Give it that of “seatbot manifest”, and install it "
    "again."
)


def slack(settings: Settings, texts: Texts) -> Iterator[Finding]:
    """Whether Slack takes the tokens, and by which way its requests come."""
    by_socket, by_http = settings.slack_app_token is not None, settings.slack_signing_secret is not None
    yield asked(settings, texts, "slack_bot_token", "auth.test")
    if by_socket or not by_http:
        yield asked(settings, texts, "slack_app_token", "apps.connections.open")
    if by_socket:
        way = "Socket Mode"
    elif by_http:
        way = "HTTP"
    else:
        yield Finding("SLACK_SIGNING_SECRET", "–", "Slack", texts.say(OTHER_WAY))
        return
    yield Finding(texts.say("Slack’s requests come by"), way, "seatbot serve")


def asked(settings: Settings, texts: Texts, field: str, method: str) -> Finding:
    """What Slack says of a token."""
    from http.client import HTTPException

    from slack_sdk.errors import SlackApiError, SlackClientError

    from bot.surfaces.web import web_client

    name, token = field.upper(), getattr(settings, field)
    if token is None:
        return Finding(name, "–", "Slack", texts.say(STEPS[field]))
    try:
        answer = web_client(settings, token.get_secret_value()).api_call(method)
    except SlackApiError as error:
        fault = texts.say("Slack refuses the token: {code}. Copy it anew.", code=str(error.response["error"]))
    except (OSError, ValueError, HTTPException, SlackClientError) as error:
        reason = str(getattr(error, "reason", error))
        fault = texts.say("{url} cannot be reached: {reason}.", url=settings.slack_api_url, reason=reason)
    else:
        without = lacking(answer.headers) if field == "slack_bot_token" else []
        old = texts.say(INSTALL_AGAIN, scopes=without) if without else None
        return Finding(name, str(answer.get("team") or "ok"), "Slack", old)
    return Finding(name, MASK, "Slack", fault)


def lacking(headers: Mapping[str, str]) -> list[str]:
    """The scopes that the manifest asks for and the token does not have; none where Slack does not tell which it has.

    https://docs.slack.dev/authentication/tokens
    """
    told = next((value for name, value in headers.items() if name.lower() == SCOPES), None)
    if told is None:
        return []
    granted = {one.strip() for one in told.split(",")}
    return [scope for scope in manifest.template()["oauth_config"]["scopes"]["bot"] if scope not in granted]

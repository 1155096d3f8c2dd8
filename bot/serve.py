"""`seatbot serve`: the bot in a Slack workspace until it is told to stop."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from http.client import HTTPException
from threading import Thread

import structlog
from filelock import FileLock, Timeout
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from bot import logs, stopping
from bot.app import create_app
from bot.clock import Clock
from bot.services import store, workspaces
from bot.services.errors import (
    MissingToken,
    SlackAway,
    StoreNewer,
    StoreOutdated,
    StoreReadOnly,
    StoreServed,
    StoreUnreachable,
    TeamBound,
    TeamUnbound,
    TokenRefused,
)
from bot.services.faq import matching
from bot.services.workspaces import Workspace
from bot.settings import Settings
from bot.stopping import Closer, Stop
from bot.surfaces import native
from bot.surfaces.consent import Consents
from bot.surfaces.http import Http, Server, listen
from bot.surfaces.metrics import Metrics
from bot.surfaces.socket_mode import Connection, reason_of
from bot.surfaces.web import web_client
from bot.worker import background
from db import migrations
from db.session import is_lost

ADDRESS = ("127.0.0.1", 3000)
"""Where HTTP listens if nothing else is said. Slack speaks TLS only, so that something on the machine stands before."""

log = structlog.get_logger(__name__)


def serve(
    settings: Settings, clock: Clock, http: tuple[str, int] | None = None, *, stop_within: float = stopping.SECONDS
) -> None:
    """Answer until SIGINT or SIGTERM: by Socket Mode where there is an app-level token, else by HTTP.

    `http` is an address that is opened in either case. Told to stop, it takes nothing new, finishes what is under way
    and gives the answers to Slack; after `stop_within` seconds, or at a second signal, the process ends at once.
    Brings the store up to date, and binds a workspace without a Slack team to the token's team where there is only
    one. Raises MissingToken, TokenRefused, SlackAway, CannotListen, StoreServed, StoreNewer.
    """
    logs.configure(settings.log_format, settings.secrets)
    bot_token = required(settings, "slack_bot_token")
    if settings.slack_app_token is None:
        required(settings, "slack_signing_secret")
        http = http or ADDRESS
    stop = Stop()
    with alone(settings), closing(listen(*http)) if http else nullcontext() as listener:
        engine = store.create_store(settings.database_url)
        with Session(engine) as session:
            client = web_client(settings, bot_token)
            native.learn(session, bind(session, settings, client), client, clock())
        app, metrics = create_app(settings, engine, clock), Metrics()
        # The first question need not wait for that.
        Thread(target=matching.matcher, name="matcher", daemon=True).start()
        closers: list[Closer] = []
        try:
            if listener:
                ready = partial(database_fault, engine)
                secret, consents = (
                    optional(settings, "slack_signing_secret"),
                    Consents(engine, settings.credentials, clock),
                )
                server = Server(Http(app, secret, clock, ready, metrics, consents), listener)
                server.start(stop.broken)
                closers.append(server.close)
            if settings.slack_app_token:
                connection = Connection(app, required(settings, "slack_app_token"), web_client(settings), metrics)
                with refused(settings, "slack_app_token"):
                    connection.open()
                closers.append(lambda _: connection.close())
            jobs = background(settings, engine, clock)
            jobs.start()
            closers.append(jobs.close)
            stop.wait()
        finally:
            stopping.close(closers, stop_within)
            engine.dispose()
    log.info("stopped")
    if stop.is_broken:
        raise SystemExit(1)


def optional(settings: Settings, field: str) -> str | None:
    """The value of a secret setting, if it is set."""
    value = getattr(settings, field)
    return None if value is None else str(value.get_secret_value())


def required(settings: Settings, field: str) -> str:
    """The value of a secret setting. Raises MissingToken."""
    value = optional(settings, field)
    if value is None:
        raise MissingToken(variable=field.upper())
    return value


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold a SQLite file for this process alone: a second one would do its work twice. Raises StoreServed."""
    path = settings.sqlite_path
    if path is None:
        yield
        return
    lock = FileLock(f"{path}.serve", timeout=0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except Timeout:
        raise StoreServed() from None
    except OSError:
        raise StoreReadOnly() from None
    try:
        yield
    finally:
        lock.release()


def bind(session: Session, settings: Settings, client: WebClient) -> Workspace:
    """The workspace of the token's team; the only one there is is bound to it, if it has no team yet.

    Raises NoWorkspace, TeamUnbound, TokenRefused, SlackAway.
    """
    with refused(settings, "slack_bot_token"):
        team = client.auth_test()["team_id"]
    if bound := workspaces.of_team(session, team):
        return bound
    known = workspaces.everyone(session)
    found = workspaces.find(session, known[0].name if known else None)
    if len(known) > 1 or found.slack_team is not None:
        raise TeamUnbound(team=team)
    try:
        bound = workspaces.bind_team(session, found, team)
    except TeamBound:  # another process was quicker
        session.rollback()
        bound = workspaces.of_team(session, team)
        if bound is None:
            raise
        return bound
    log.info("workspace bound", workspace=found.name, team=team)
    return bound


@contextmanager
def refused(settings: Settings, field: str) -> Iterator[None]:
    """Says what Slack thinks of a token. Raises TokenRefused, SlackAway."""
    try:
        yield
    except SlackApiError as error:
        raise TokenRefused(variable=field.upper(), reason=reason_of(error)) from None
    except (OSError, ValueError, HTTPException, KeyError) as error:
        raise SlackAway(url=settings.slack_api_url, reason=reason_of(error)) from None


def database_fault(engine: Engine) -> str | None:
    """What is wrong with the database, in a sentence, if anything is."""
    try:
        with engine.connect() as connection:
            if is_lost(connection):
                return str(StoreUnreachable())
            revision = migrations.revision_of(connection)
    except DBAPIError as error:
        return str(store.trouble(error) or StoreUnreachable())
    except SQLAlchemyError:
        return str(StoreUnreachable())
    if revision == migrations.HEAD:
        return None
    return str(StoreOutdated() if revision in (None, *migrations.KNOWN) else StoreNewer())

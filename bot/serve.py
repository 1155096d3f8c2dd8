"""`seatbot serve`: the bot in a Slack workspace until it is told to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import structlog
from filelock import FileLock, Timeout
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from bot import app, logs
from bot.clock import Clock
from bot.services import workspaces
from bot.services.errors import MissingToken, StoreServed, TeamUnbound, TokenRefused
from bot.services.store import create_store
from bot.settings import Settings
from bot.surfaces.web import web_client


def serve(settings: Settings, clock: Clock) -> None:
    """Connect by Socket Mode and answer until SIGINT or SIGTERM; commands in flight are finished first.

    Brings the store up to date, and binds a workspace without a Slack team to the token's team where there is only
    one. Raises MissingToken, TokenRefused, StoreServed, StoreNewer.
    """
    logs.configure(settings.log_format)
    bot_token = settings.slack_bot_token
    if bot_token is None:
        raise MissingToken(variable="SLACK_BOT_TOKEN")
    if settings.slack_app_token is None:
        raise MissingToken(variable="SLACK_APP_TOKEN")
    with alone(settings):
        engine = create_store(settings.database_url)
        with Session(engine) as session:
            bind(session, web_client(settings, bot_token.get_secret_value()))
        handler = app.connect(app.create_app(settings, engine, clock), settings)
        try:
            wait_for_signal()
        finally:
            handler.close()
            engine.dispose()


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold a SQLite file for this process alone: a second one would do its work twice. Raises StoreServed."""
    path = settings.sqlite_path
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(f"{path}.serve", timeout=0):
            yield
    except Timeout:
        raise StoreServed() from None


def bind(session: Session, client: WebClient) -> None:
    """Bind the only workspace to the token's team, if it has none yet. Raises NoWorkspace, TokenRefused."""
    try:
        team = client.auth_test()["team_id"]
    except (SlackApiError, OSError) as error:
        reason = error.response["error"] if isinstance(error, SlackApiError) else getattr(error, "reason", error)
        raise TokenRefused(variable="SLACK_BOT_TOKEN", reason=str(reason)) from None
    if workspaces.of_team(session, team) is None:
        known = workspaces.everyone(session)
        found = workspaces.find(session, known[0].name if known else None)
        if len(known) > 1 or found.slack_team is not None:
            raise TeamUnbound(team=team)
        workspaces.bind_team(session, found, team)
        structlog.get_logger().info("workspace bound", workspace=found.name, team=team)


def wait_for_signal() -> None:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()

"""`seatbot playground`: the local Slack with the bot in it and a small MSP to play with."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlmodel import Session

from bot import app
from bot.clock import Clock
from bot.playground import demo
from bot.playground.demo_data import DemoMSP, northwind
from bot.playground.server import PortInUseError, Running, running
from bot.playground.slack import LocalSlack
from bot.services.errors import PortInUse
from bot.services.store import create_store
from bot.settings import Settings

MORNING = timedelta(hours=7)
"""The demo's history ends at six in the morning of its last day: before that, yesterday is the last day."""


def run(port: int, clock: Clock, announce: Callable[[str], None], wait: Callable[[], None]) -> None:
    """Serve the local Slack and the bot in it until `wait` returns; `announce` gets the address of the page.

    Reads no environment: it can never touch a real workspace or database. Raises PortInUse.
    """
    logging.basicConfig(level=logging.WARNING)
    slack = LocalSlack(clock)
    msp = northwind((clock() - MORNING).astimezone(ZoneInfo("Europe/Paris")).date())
    with demo.temporary_url() as url, listening(slack, port, hints(msp)) as server:
        engine = create_store(url)
        admin = next(person for person in slack.people.values() if person.is_admin)
        with Session(engine) as session:
            demo.seed(session, msp, slack_team=slack.team.id, admin=admin.id)
        settings = Settings.model_construct(
            database_url=url,
            slack_bot_token=SecretStr(slack.team.bot_token),
            slack_app_token=SecretStr(slack.team.app_token),
            slack_api_url=f"{server.url}/api/",
        )
        handler = app.connect(app.create_app(settings, engine, clock, charts=True), settings)
        try:
            announce(server.url)
            wait()
        finally:
            handler.close()
            engine.dispose()


@contextmanager
def listening(slack: LocalSlack, port: int, hints: dict[str, list[str]]) -> Iterator[Running]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running(slack, port, hints))
        except PortInUseError:
            raise PortInUse(port=str(port)) from None
        yield server


def hints(msp: DemoMSP) -> dict[str, list[str]]:
    """Commands to try, in each language, with a client and a person of the demo."""
    client = max(msp.accounts, key=lambda account: len(account.people) if account.synced else 0)
    person = next(person.email for person in client.people if person.events[-1].active)
    return {
        "en": ["/seats", "/seats report", f"/seats report {client.name}", f"/seats deactivate {person}", "/seats undo"],
        "fr": [
            "/seats",
            "/seats rapport",
            f"/seats rapport {client.name}",
            f"/seats désactiver {person}",
            "/seats annuler",
        ],
    }

"""`seatbot playground`: the local Slack with the bot in it and a small MSP to play with."""

import logging
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import Session

from bot import app, manifest
from bot.clock import Clock
from bot.commands.registry import TYPED
from bot.playground import demo, demo_digest, demo_warnings
from bot.playground.demo_data import DemoMSP, northwind
from bot.playground.demo_directories import DemoDirectories
from bot.playground.directories.clients import ClientDirectory
from bot.playground.hints import Command, Hint, Hints
from bot.playground.server import Running, running
from bot.playground.serving import STOP_WITHIN, PortInUseError
from bot.playground.slack import LocalSlack
from bot.playground.team import CAMILLE, CHANNELS, INVOICING, NORTHWIND, WARNINGS, Shortcut, Team
from bot.services import workspaces
from bot.services.errors import PortInUse
from bot.services.faq import matching
from bot.services.recipients import Recipient
from bot.services.store import create_store
from bot.settings import Settings, variables_of
from bot.surfaces import native
from bot.surfaces.web import web_client
from bot.views.texts import Texts
from bot.worker import background

MORNING = timedelta(hours=7)
"""The demo's history ends at six in the morning of its last day: before that, yesterday is the last day."""


def run(port: int, clock: Clock, announce: Callable[[str, Path], None], wait: Callable[[], None]) -> None:
    """Serve the local Slack, the bot in it and the clients' directories until `wait` returns; `announce` gets the
    address of the page and the path of a `seatbot` for a terminal.

    Reads no environment: it can never touch a real workspace, database or tenant. Raises PortInUse.
    """
    logging.basicConfig(level=logging.WARNING)
    slack = LocalSlack(clock, team=team(), channels=(*CHANNELS, WARNINGS, INVOICING))
    msp = northwind((clock() - MORNING).astimezone(ZoneInfo("Europe/Paris")).date())
    directories = DemoDirectories(msp, clock)
    with (
        demo.temporary_folder() as folder,
        directories.served(folder) as access,
        listening(slack, port, hints(msp), directories.clients) as server,
    ):
        url = demo.url_in(folder)
        engine = create_store(url)
        admin = next(person for person in slack.people.values() if person.is_admin)
        with Session(engine) as session:
            workspace = demo.seed(session, msp, clock(), slack_team=slack.team.id, admin=admin.id)
            warned = [Recipient(WARNINGS.id, f"#{WARNINGS.name}"), Recipient(CAMILLE.id, CAMILLE.real_name)]
            demo_digest.seed(session, workspace, clock, admin.id)
            demo_warnings.seed(session, workspace, clock(), admin=admin.id, to=warned)
        settings = Settings.model_construct(
            database_url=url,
            slack_bot_token=SecretStr(slack.team.bot_token),
            slack_app_token=SecretStr(slack.team.app_token),
            slack_api_url=f"{server.url}/api/",
            encryption_keys=SecretStr(Fernet.generate_key().decode()),
            **access,
        )
        with Session(engine) as session:
            [workspace] = workspaces.everyone(session)
            native.learn(session, workspace, web_client(settings, slack.team.bot_token), clock())
        handler = app.connect(app.create_app(settings, engine, clock), settings)
        jobs = background(settings, engine, clock)
        jobs.start()
        # As bot/serve.py does: the first question need not wait for that.
        Thread(target=matching.matcher, name="matcher", daemon=True).start()
        try:
            announce(server.url, console(settings, folder))
            wait()
        finally:
            handler.close()
            jobs.close(STOP_WITHIN)
            engine.dispose()


def team() -> Team:
    """The demo's workspace, with the shortcuts that the app's manifest has."""
    found = manifest.template()["features"].get("shortcuts", [])
    shortcuts = [
        Shortcut(one["callback_id"], one["name"], one.get("description", ""), one["type"] == "message") for one in found
    ]
    return replace(NORTHWIND, shortcuts=tuple(shortcuts))


def console(settings: Settings, folder: Path) -> Path:
    """A `seatbot` in the folder which has these settings, whatever the environment of the terminal says."""
    given = {variables_of(field)[0]: getattr(settings, field) for field in sorted(settings.model_fields_set)}
    words = {name: one.get_secret_value() if isinstance(one, SecretStr) else str(one) for name, one in given.items()}
    lines = [f"export {name}={shlex.quote(word)}" for name, word in words.items()]
    script = folder / "seatbot"
    seatbot = Path(sys.executable).with_name("seatbot")
    script.write_text("\n".join(["#!/bin/sh", *lines, f'exec {shlex.quote(str(seatbot))} "$@"', ""]), encoding="utf-8")
    script.chmod(0o700)
    return script


@contextmanager
def listening(slack: LocalSlack, port: int, hints: Hints, directories: Sequence[ClientDirectory]) -> Iterator[Running]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running(slack, port, hints, directories))
        except PortInUseError:
            raise PortInUse(port=str(port)) from None
        yield server


def hints(msp: DemoMSP) -> dict[str, list[Hint]]:
    """For each language the bot's commands, and lines to try with a client and a person of the demo."""
    client = max(msp.accounts, key=lambda account: len(account.people) if account.synced else 0)
    person = next(person.email for person in client.people if person.events[-1].active)
    lines = {
        "en": [
            "",
            "report",
            f"report {client.name}",
            "faq why is the bill so high?",
            "suggestions",
            "sync",
            "warn",
            f"deactivate {person}",
            "undo",
        ],
        "fr": [
            "",
            "rapport",
            f"rapport {client.name}",
            "question pourquoi la facture est-elle si élevée ?",
            "suggestions",
            "synchro",
            "alerte",
            f"désactiver {person}",
            "annuler",
        ],
    }
    return {
        language: [*menu(language), *(f"{NORTHWIND.command} {line}".strip() for line in lines[language])]
        for language in lines
    }


def menu(language: str) -> list[Command]:
    """The bot's commands for the composer's menu, as its help has them."""
    texts = Texts(language, ZoneInfo("UTC"))
    found = []
    for one in TYPED:
        assert one.help is not None
        name, usage = one.name(language), texts.say(one.help.usage)
        found.append(Command(f"{NORTHWIND.command} {name}", usage.removeprefix(name).strip(), texts.say(one.help.does)))
    return found

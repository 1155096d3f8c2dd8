"""What every command works with: its options, the open store, and how refusals are told."""

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.clock import Clock
    from bot.services.accounts import Account
    from bot.services.errors import Refusal
    from bot.services.recipients import Recipient
    from bot.services.workspaces import Workspace
    from bot.settings import Settings
    from bot.views.terminal import Terminal
    from bot.views.texts import Texts

WorkspaceName = Annotated[str | None, typer.Option("--workspace", help="Which workspace, where there are several.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AccountName = Annotated[str | None, typer.Option("--account", help="One account.")]
Emails = Annotated[list[str], typer.Argument(metavar="EMAIL...", show_default=False)]
Patterns = Annotated[list[str], typer.Argument(metavar="PATTERN...", help="An address or *@domain.")]
Force = Annotated[bool, typer.Option("--force", help="Even if unusually many people change.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]
File = Annotated[Path, typer.Argument(metavar="FILE.csv")]


@dataclass(frozen=True, slots=True)
class Call:
    """What every command works with."""

    session: "Session"
    workspace: "Workspace"
    clock: "Clock"
    out: "Terminal"
    texts: "Texts"
    actor: str
    settings: "Settings"

    @property
    def root(self) -> str:
        """The slash command's name in Slack, which answers speak of."""
        return self.settings.command

    def account(self, name: str | None) -> "Account | None":
        from bot.services import accounts

        return None if name is None else accounts.find(self.session, self.workspace, name)

    def reach(self, meant: "Recipient") -> "Recipient":
        """The channel or person as Slack has it, if Seatbot may write there; without a token, as it was written."""
        from bot import logs
        from bot.settings import revealed

        token = revealed(self.settings.slack_bot_token)
        if token is None:
            return meant
        from bot.surfaces.people import People
        from bot.surfaces.recipients import reaching
        from bot.surfaces.web import web_client

        client = web_client(self.settings, token)
        self.session.rollback()  # Slack may take its time
        with logs.silenced():
            return reaching(client, People(client, self.clock), self.workspace.slack_team)(meant)

    def show(self, found: Any, document: Callable[..., Any], words: Callable[..., None]) -> None:
        """Print what a service found: as its JSON document, or in words."""
        if self.out.as_json:
            self.out.document(document(self.workspace, found))
        else:
            words(self.out, self.texts, found)


def read_settings() -> "Settings":
    from pydantic import ValidationError

    from bot.services.errors import BadSetting, Faults
    from bot.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        faults: list[Refusal] = [
            BadSetting(variable=".".join(map(str, fault["loc"])), fault=fault["msg"]) for fault in error.errors()
        ]
        raise Faults(faults) from None
    except UnicodeDecodeError:
        raise BadSetting(variable=".env", fault="it is no text in UTF-8.") from None
    except OSError as error:
        raise BadSetting(variable=".env", fault=f"it cannot be read: {error.strerror}.") from None


def actor() -> str:
    """Who does it: the login name, or the user's number where it has none (as in a container)."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:uid{os.getuid()}"


@contextmanager
def opened(workspace: str | None, as_json: bool) -> Iterator[Call]:
    """The store, the workspace and everything else a command needs."""
    from sqlmodel import Session

    from bot.clock import system_clock
    from bot.services import workspaces
    from bot.services.store import open_store
    from bot.views.terminal import Terminal
    from bot.views.texts import whole_names

    settings, found = None, None
    with told(lambda: texts_for(settings, found)):
        settings = read_settings()
        engine = open_store(settings.database_url)
        try:
            with Session(engine, expire_on_commit=False) as session:
                found = workspaces.find(session, workspace)
                out = Terminal(as_json=as_json)
                with nullcontext() if out.is_terminal else whole_names():
                    yield Call(session, found, system_clock, out, texts_for(settings, found), actor(), settings)
        finally:
            engine.dispose()


@contextmanager
def told(texts: "Callable[[], Texts]") -> Iterator[None]:
    """Turns what was refused into lines on standard error and exit status 1."""
    from sqlalchemy.exc import DBAPIError

    from bot.services.errors import Refusal
    from bot.services.store import trouble

    try:
        yield
    except Refusal as refusal:
        refuse(texts(), refusal)
    except DBAPIError as error:
        refusal_ = trouble(error)
        if refusal_ is None:
            raise
        refuse(texts(), refusal_)


def refuse(texts: "Texts", refusal: "Refusal") -> NoReturn:
    from bot.views.terminal import fail

    fail(texts.refusal(refusal).splitlines())
    raise typer.Exit(1)


def texts_for(settings: "Settings | None", workspace: "Workspace | None" = None) -> "Texts":
    """The terminal's language where it is English or French, else the workspace's, else English."""
    from zoneinfo import ZoneInfo

    from bot.services.workspaces import LOCALES
    from bot.views.texts import Texts

    asked = settings.language[:2].lower() if settings else ""
    locale = asked if asked in LOCALES else workspace.locale if workspace else "en"
    return Texts(locale, workspace.calendar.zone if workspace else ZoneInfo("UTC"))

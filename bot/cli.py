"""The console script: reads words, calls a service, prints. Nothing heavy is imported before it is needed."""

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

    from bot.clock import Clock
    from bot.services.accounts import Account
    from bot.services.errors import Refusal
    from bot.services.imports.outcome import Outcome
    from bot.services.workspaces import Workspace
    from bot.settings import Settings
    from bot.views.terminal import Terminal
    from bot.views.texts import Texts

app = typer.Typer(
    help="Active users and billing peaks of an MSP's usecure accounts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
imports = typer.Typer(help="Accounts and users from CSV files.", no_args_is_help=True)
deny = typer.Typer(help="Deny lists: whom an account's sync keeps out.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(deny, name="deny")

WorkspaceName = Annotated[str | None, typer.Option("--workspace", help="Which workspace, where there are several.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
AccountName = Annotated[str | None, typer.Option("--account", help="One account.")]
Emails = Annotated[list[str], typer.Argument(metavar="EMAIL...", show_default=False)]
Patterns = Annotated[list[str], typer.Argument(metavar="PATTERN...", help="An address or *@domain.")]
Force = Annotated[bool, typer.Option("--force", help="Even if unusually many people change.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]
File = Annotated[Path, typer.Argument(metavar="FILE.csv")]


class UserStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Call:
    """What every command works with."""

    session: "Session"
    workspace: "Workspace"
    clock: "Clock"
    out: "Terminal"
    texts: "Texts"
    actor: str

    def account(self, name: str | None) -> "Account | None":
        from bot.services import accounts

        return None if name is None else accounts.find(self.session, self.workspace, name)

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


@contextmanager
def opened(workspace: str | None, as_json: bool) -> Iterator[Call]:
    """The store, the workspace and everything else a command needs."""
    from sqlmodel import Session

    from bot.clock import system_clock
    from bot.services import workspaces
    from bot.services.store import open_store
    from bot.views.terminal import Terminal

    settings, found = None, None
    with told(lambda: texts_for(settings, found)):
        settings = read_settings()
        engine = open_store(settings.database_url)
        try:
            with Session(engine, expire_on_commit=False) as session:
                found = workspaces.find(session, workspace)
                yield Call(
                    session,
                    found,
                    system_clock,
                    Terminal(as_json=as_json),
                    texts_for(settings, found),
                    f"cli:{getpass.getuser()}",
                )
        finally:
            engine.dispose()


@app.command()
def init(
    name: str,
    billing_day: Annotated[int | None, typer.Option("--billing-day", help="1 to 31; 1 if not given.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Such as Europe/Paris; UTC if not given.")] = None,
    locale: Annotated[str | None, typer.Option("--locale", help="en or fr; en if not given.")] = None,
    slack_team: Annotated[str | None, typer.Option("--slack-team", help="The id of the Slack team, T….")] = None,
    as_json: AsJson = False,
) -> None:
    """Create the store, or bring it up to date, and a workspace."""
    from sqlmodel import Session

    from bot.services import workspaces
    from bot.services.errors import WorkspaceExists
    from bot.services.store import create_store
    from bot.views.terminal import Terminal

    settings = None
    with told(lambda: texts_for(settings)):
        settings = read_settings()
        wanted = workspaces.check(name, billing_day or 1, timezone or "UTC", locale or "en", slack_team)
        engine = create_store(settings.database_url)
        try:
            with Session(engine, expire_on_commit=False) as session:
                try:
                    workspace, created = workspaces.create(session, wanted), True
                except WorkspaceExists:
                    workspace, created = workspaces.find(session, name), False
                    if any(option is not None for option in (billing_day, timezone, locale, slack_team)):
                        raise  # it may be another one that is meant
        finally:
            engine.dispose()
        out, texts = Terminal(as_json=as_json), texts_for(settings, workspace)
        if as_json:
            calendar = workspace.calendar
            out.document(
                {
                    "workspace": workspace.name,
                    "billing_day": calendar.billing_day,
                    "timezone": calendar.zone.key,
                    "locale": workspace.locale,
                    "slack_team": workspace.slack_team,
                    "created": created,
                }
            )
        elif created:
            out.line(texts.say("Created {name}. Next: seatbot import accounts FILE.csv", name=workspace.name))
        else:
            out.line(texts.say("{name} exists already; the store is up to date.", name=workspace.name))


@app.command(name="set")
def set_(
    billing_day: Annotated[int | None, typer.Option("--billing-day", help="1 to 31.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Such as Europe/Paris.")] = None,
    locale: Annotated[str | None, typer.Option("--locale", help="en or fr.")] = None,
    correct: Annotated[bool, typer.Option("--correct", help="Compute past periods anew.")] = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Change the billing day, the time zone or the language."""
    from bot.services import workspaces
    from bot.views import console

    with opened(workspace, as_json) as call:
        _, change = workspaces.change(
            call.session,
            call.workspace,
            actor=call.actor,
            clock=call.clock,
            billing_day=billing_day,
            timezone=timezone,
            locale=locale,
            correct=correct,
        )
        if as_json:
            call.out.document({"change": str(change), "changed": []})
        else:
            console.recorded(call.out, call.texts, change)


@imports.command(name="accounts")
def import_accounts(
    file: File, dry_run: DryRun = False, workspace: WorkspaceName = None, as_json: AsJson = False
) -> None:
    """Record accounts. Columns: account, status (trial, active, closed), at, domain, trial_ends."""
    from bot.services.imports.accounts import import_accounts as run

    imported(file, workspace, as_json, run, dry_run=dry_run)


@imports.command(name="users")
def import_users(
    file: File,
    complete: Annotated[bool, typer.Option("--complete", help="The file holds everybody of its accounts.")] = False,
    force: Force = False,
    dry_run: DryRun = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Record users. Columns: account, email, status (active, inactive), at, name, external_id."""
    from bot.services.imports.users import import_users as run

    imported(file, workspace, as_json, run, complete=complete, force=force, dry_run=dry_run)


def imported(file: Path, workspace: str | None, as_json: bool, run: "Callable[..., Outcome]", **options: bool) -> None:
    from bot.views import console, documents
    from bot.views.terminal import progress

    with opened(workspace, as_json) as call:
        with progress(file.name) as shown:
            outcome = run(
                call.session, call.workspace, file, actor=call.actor, clock=call.clock, progress=shown, **options
            )
        call.show(outcome, documents.imported, console.imported)


@imports.command()
def retract(change: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Void an import, as if it had never been there."""
    from bot.services import undo
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        done = undo.retract(call.session, call.workspace, change, actor=call.actor, clock=call.clock)
        call.show(done, documents.change, console.change)


@app.command()
def accounts(
    search: Annotated[str, typer.Argument(metavar="[SEARCH]", show_default=False)] = "",
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """List the accounts."""
    from bot.services import accounts
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        found = accounts.listed(call.session, call.workspace, call.clock(), search)
        call.show(found, documents.accounts, console.accounts)


@app.command()
def users(
    account: str,
    status: Annotated[UserStatus | None, typer.Option("--status", help="Only these.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """List the users of an account."""
    from bot.services import accounts, users
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        call.show(users.listed(call.session, call.workspace, found, status), documents.users, console.users)


@app.command()
def why(email: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Tell the story of a person: each change, its cause, and what it meant for which bill."""
    from bot.services import history
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        stories = history.why(call.session, call.workspace, email, call.clock())
        call.show(stories, documents.why, console.why)


@app.command()
def report(
    account: AccountName = None,
    period: Annotated[str, typer.Option("--period", help="current, last, YYYY-MM or YYYY-MM-DD.")] = "current",
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the accounts as CSV.")] = False,
    workspace: WorkspaceName = None,
) -> None:
    """Report a billing period: what is billed, when the peak was reached, day by day and by account."""
    from bot.services.billing import peaks
    from bot.views import console, documents
    from bot.views.csv_file import write_csv

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other.")
    with opened(workspace, as_json) as call:
        only = call.account(account)
        now = call.clock()
        wanted = call.workspace.calendar.parse(period, now)
        found = peaks.report(call.session, call.workspace, wanted, now, account=only.id if only else None)
        if as_csv:
            write_csv(sys.stdout, documents.report(found)["accounts"], documents.ACCOUNT_COLUMNS)
        elif as_json:
            call.out.document(documents.report(found))
        else:
            console.report(call.out, call.texts, found)


@app.command()
def deactivate(
    emails: Emails,
    account: AccountName = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why; kept in the log.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Set people inactive now: all of them or none."""
    from bot.services import users
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        only = call.account(account)
        done = users.deactivate(
            call.session, call.workspace, emails, account=only, reason=reason, actor=call.actor, clock=call.clock
        )
        call.show(done, documents.change, console.change)


@app.command()
def activate(
    emails: Emails, account: AccountName = None, workspace: WorkspaceName = None, as_json: AsJson = False
) -> None:
    """Set people active now: all of them or none."""
    from bot.services import users
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        only = call.account(account)
        done = users.activate(call.session, call.workspace, emails, account=only, actor=call.actor, clock=call.clock)
        call.show(done, documents.change, console.change)


@deny.command(name="add")
def deny_add(
    account: str, patterns: Patterns, force: Force = False, workspace: WorkspaceName = None, as_json: AsJson = False
) -> None:
    """Put addresses or *@domain on an account's deny list."""
    from bot.services import accounts, deny_list
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        done = deny_list.add(
            call.session, call.workspace, found, patterns, force=force, actor=call.actor, clock=call.clock
        )
        call.show(done, documents.change, console.change)


@deny.command(name="remove")
def deny_remove(account: str, patterns: Patterns, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Take entries off an account's deny list."""
    from bot.services import accounts, deny_list
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        done = deny_list.remove(call.session, call.workspace, found, patterns, actor=call.actor, clock=call.clock)
        call.show(done, documents.change, console.change)


@deny.command(name="list")
def deny_list_(account: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List an account's deny list."""
    from bot.services import accounts, deny_list
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        call.show(deny_list.listed(call.session, call.workspace, found), documents.deny_list, console.deny_list)


@deny.command(name="import")
def deny_import(
    account: str,
    file: File,
    append: Annotated[bool, typer.Option("--append", help="Keep what is on the list.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the list.")] = False,
    force: Force = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Take an account's deny list from a CSV file, one entry a line."""
    from bot.services import accounts
    from bot.services.imports.deny_list import import_deny_list
    from bot.views import console, documents

    if append == replace:
        raise typer.BadParameter("say either --append or --replace.")
    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        done = import_deny_list(
            call.session,
            call.workspace,
            found,
            file,
            replace=replace,
            force=force,
            actor=call.actor,
            clock=call.clock,
        )
        call.show(done, documents.change, console.change)


@app.command()
def undo(
    change: Annotated[str | None, typer.Argument(metavar="[CHANGE]", show_default=False)] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Take back a change; without one named, your latest."""
    from bot.services import undo
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        done = undo.undo(call.session, call.workspace, change=change, actor=call.actor, clock=call.clock)
        call.show(done, documents.change, console.change)


@app.command()
def log(
    account: AccountName = None,
    email: Annotated[str | None, typer.Option("--email", help="Only changes of this person.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many lines.")] = 20,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Show what was done and what was refused, newest first."""
    from bot.services import log
    from bot.views import console, documents

    with opened(workspace, as_json) as call:
        only = call.account(account)
        lines = log.read(call.session, call.workspace, account=only, email=email, limit=limit)
        call.show(lines, documents.log, console.log)


@app.command()
def forget(email: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Blank a person's address and name everywhere; counts stay."""
    from bot.services import privacy

    with opened(workspace, as_json) as call:
        done = privacy.forget(call.session, call.workspace, email, actor=call.actor, clock=call.clock)
        if as_json:
            call.out.document(
                {
                    "change": str(done.change),
                    "changed": [],
                    "users": done.users,
                    "deny_entries": done.entries,
                    "texts": done.texts,
                }
            )
        else:
            call.out.line(
                call.texts.say(
                    "Blanked. Users: {users}; deny-list entries: {entries}; texts of the log: {texts}. Counts stay.",
                    users=done.users,
                    entries=done.entries,
                    texts=done.texts,
                )
            )


@app.command()
def verify(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Rebuild everything derived from the ledger and compare; 1 and a list where anything differs."""
    from bot.services.billing import rollups

    with opened(workspace, as_json) as call:
        differences = rollups.differences(call.session, call.workspace)
        if as_json:
            call.out.document({"clean": not differences, "differences": differences})
        else:
            for difference in differences:
                call.out.line(difference)
            if not differences:
                call.out.line(call.texts.say("Clean: everything derived agrees with the ledger."), "green")
        if differences:
            raise typer.Exit(1)


def main() -> None:
    """The console script `seatbot`."""
    app()

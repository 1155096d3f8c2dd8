"""`seatbot connect …`, `seatbot disconnect` and `seatbot sync`: accounts and the directories that their users come
from."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import AsJson, Call, Force, WorkspaceName, opened

if TYPE_CHECKING:
    from bot.services.accounts import Account
    from bot.services.directories.base import Options
    from bot.services.sync import Synced
    from db.models import Source

connect = typer.Typer(help="Connect an account with the directory that its users come from.", no_args_is_help=True)
directories = typer.Typer()


@connect.command()
def m365(
    account: str,
    tenant: Annotated[
        str | None, typer.Option("--tenant", help="The client's tenant: its id or one of its domains.")
    ] = None,
    consent: Annotated[
        str | None,
        typer.Option("--consent", metavar="https://…", help="Without a tenant: Seatbot's public address, for a link."),
    ] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", metavar="ID", help="Only members of it.")] = None,
    excluded: Annotated[
        list[str] | None, typer.Option("--exclude-group", metavar="ID", help="Without its members.")
    ] = None,
    licensed_only: Annotated[bool, typer.Option("--licensed-only", help="Only who has a licence.")] = False,
    guests: Annotated[bool, typer.Option("--guests", help="Guests too.")] = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Connect an account with a tenant of Microsoft 365, or print the link with which its administrator does so."""
    from bot.services.directories.base import Options
    from db.models import Source

    options = Options(tuple(groups or ()), tuple(excluded or ()), licensed_only, guests)
    if tenant is not None and consent is None:
        connected(workspace, as_json, account, Source.M365, tenant, None, options)
    elif consent is not None and tenant is None:
        invited(workspace, as_json, account, consent, options)
    else:
        raise typer.BadParameter("say --tenant, or --consent to have a link for its administrator.")


@connect.command()
def google(
    account: str,
    domain: Annotated[str, typer.Option("--domain", help="The client's domain.")],
    subject: Annotated[str, typer.Option("--subject", metavar="ADMIN", help="An administrator's address.")],
    groups: Annotated[list[str] | None, typer.Option("--group", metavar="ADDRESS", help="Only members of it.")] = None,
    excluded: Annotated[
        list[str] | None, typer.Option("--exclude-group", metavar="ADDRESS", help="Without its members.")
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Connect an account with a domain of Google Workspace."""
    from bot.services.directories.base import Options
    from db.models import Source

    options = Options(tuple(groups or ()), tuple(excluded or ()))
    connected(workspace, as_json, account, Source.GOOGLE, domain, subject, options)


def connected(
    workspace: str | None,
    as_json: bool,
    account: str,
    source: "Source",
    target: str,
    subject: str | None,
    options: "Options",
) -> None:
    from functools import partial

    from bot import logs
    from bot.services import accounts, connections
    from bot.services.directories.opening import identify_tenant
    from bot.views import documents
    from bot.views.console import syncs

    with opened(workspace, as_json) as call:
        with logs.silenced():
            done = connections.connect(
                call.session,
                call.workspace,
                accounts.find(call.session, call.workspace, account),
                source,
                target,
                subject=subject,
                options=options,
                identify=partial(identify_tenant, credentials=call.settings.credentials),
                actor=call.actor,
                clock=call.clock,
            )
        call.show(done, documents.connected, syncs.connected)


def invited(workspace: str | None, as_json: bool, account: str, consent: str, options: "Options") -> None:
    from bot.services import accounts, consents
    from bot.services.errors import BadConsentUrl, BadUrl
    from bot.services.names import public
    from bot.views import documents
    from bot.views.console import syncs

    with opened(workspace, as_json) as call:
        try:
            public_url = public(consent)
        except BadUrl:
            raise BadConsentUrl(url=consent) from None
        done = consents.begin(
            call.session,
            call.workspace,
            accounts.find(call.session, call.workspace, account),
            options,
            public_url=public_url,
            credentials=call.settings.credentials,
            actor=call.actor,
            now=call.clock(),
        )
        call.show(done, documents.invited, syncs.invited)


@directories.command()
def disconnect(account: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Take an account's directory away; its users stay as they are."""
    from bot.services import accounts, connections
    from bot.views import documents
    from bot.views.console import syncs

    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        done = connections.disconnect(call.session, call.workspace, found, actor=call.actor, clock=call.clock)
        call.show(done, documents.connected, syncs.connected)


@directories.command()
def sync(
    account: Annotated[str | None, typer.Argument(metavar="[ACCOUNT]", show_default=False)] = None,
    every: Annotated[bool, typer.Option("--all", help="All accounts that have a directory.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Show what would change, and change nothing.")] = False,
    force: Force = False,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Bring an account's users up to date with its directory; 1 where a sync failed or was held."""
    from bot.services.errors import NothingConnected
    from bot.views import documents
    from bot.views.console import syncs

    if account is not None and every:
        raise typer.BadParameter("name an account or say --all.")
    with opened(workspace, as_json) as call:
        done = []
        for one in synced(call, chosen(call, account, every), preview, force, goes_on=every):
            done.append(one)
            if not as_json:  # many take long: each is told when it is done
                syncs.synced(call.out, call.texts, one)
        if as_json:
            call.out.document(documents.syncs(call.workspace, done))
        elif not done:
            call.out.line(call.texts.refusal(NothingConnected()))
        if any(one.outcome in ("failed", "held") for one in done):
            raise typer.Exit(1)


def chosen(call: Call, account: str | None, every: bool) -> "list[Account]":
    """The accounts to sync: all that have a directory, the one named or, without a name, the only one."""
    from bot.services import accounts, connections

    if every:
        return [one.account for one in connections.everyone(call.session, call.workspace)]
    if account is None:
        return [connections.only(call.session, call.workspace).account]
    return [accounts.find(call.session, call.workspace, account)]


def synced(call: Call, chosen: "Sequence[Account]", preview: bool, force: bool, *, goes_on: bool) -> "Iterator[Synced]":
    """What each sync comes to. With `goes_on` one that is refused stops no other, and closed accounts are left out, as
    are those that were disconnected meanwhile."""
    from bot import logs
    from bot.services import connections, one_at_a_time
    from bot.services.directories.failures import DirectoryFailure
    from bot.services.directories.opening import open_directory
    from bot.services.errors import AccountClosed, NotConnected, Refusal
    from bot.services.sync import Synced, sync
    from bot.views.console import syncs
    from db.models import SyncOutcome

    for account in chosen:
        try:
            # As it is by now: those before took their time.
            connection = connections.find(call.session, call.workspace, account)
            directory = open_directory(connection, call.settings.credentials)
            with (
                one_at_a_time.alone(call.session.get_bind().engine, account.id),
                logs.silenced(),
                syncs.reading(call.texts, account) as progress,
            ):
                done = sync(
                    call.session,
                    call.workspace,
                    account,
                    directory,
                    actor=call.actor,
                    clock=call.clock,
                    preview=preview,
                    force=force,
                    progress=progress,
                )
        except Refusal as refusal:
            if not goes_on and not isinstance(refusal, DirectoryFailure):
                raise
            if isinstance(refusal, (AccountClosed, NotConnected)):
                continue
            done = Synced(account, SyncOutcome.FAILED, refusal=refusal)
        yield done

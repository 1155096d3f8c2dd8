"""What a change would do to both bills, without making it."""

from typing import TYPE_CHECKING

import typer

from bot.cli.call import AccountName, AsJson, Call, Emails, WorkspaceName, opened

if TYPE_CHECKING:
    from bot.services.what_if import Deed, Supposed

what_if = typer.Typer(
    help="Show what a change would do to this bill and the next, and change nothing.", no_args_is_help=True
)


@what_if.command()
def deactivate(
    emails: Emails, account: AccountName = None, workspace: WorkspaceName = None, as_json: AsJson = False
) -> None:
    """What if these people became inactive?"""
    with opened(workspace, as_json) as call:
        of_people(call, "deactivate", emails, account)


@what_if.command()
def activate(
    emails: Emails, account: AccountName = None, workspace: WorkspaceName = None, as_json: AsJson = False
) -> None:
    """What if these people became active?"""
    with opened(workspace, as_json) as call:
        of_people(call, "activate", emails, account)


@what_if.command()
def convert(account: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """What if this account, on trial, became a paying one?"""
    with opened(workspace, as_json) as call:
        of_account(call, "convert", account)


@what_if.command()
def close(account: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """What if this account were closed?"""
    with opened(workspace, as_json) as call:
        of_account(call, "close", account)


def of_people(call: Call, deed: "Deed", emails: list[str], account: str | None) -> None:
    from bot.services import what_if

    only = call.account(account)
    show(call, what_if.people(call.session, call.workspace, deed, emails, account=only, clock=call.clock))


def of_account(call: Call, deed: "Deed", name: str) -> None:
    from bot.services import accounts, what_if

    account = accounts.find(call.session, call.workspace, name)
    show(call, what_if.status(call.session, call.workspace, deed, account, clock=call.clock))


def show(call: Call, found: "Supposed") -> None:
    """Print what would come of it."""
    from bot.views import documents
    from bot.views.console import what_if

    call.show(found, documents.supposed, what_if.supposed)

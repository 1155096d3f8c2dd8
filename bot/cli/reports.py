"""What is there and what is billed: reports, lists, stories."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import AccountName, AsJson, Call, WorkspaceName, opened

if TYPE_CHECKING:
    from bot.services.billing.amounts import Amounts
    from bot.services.billing.peaks import Report

reports = typer.Typer()


@reports.command()
def report(
    account: AccountName = None,
    period: Annotated[str, typer.Option("--period", help="current, last, YYYY-MM or YYYY-MM-DD.")] = "current",
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the accounts, or the duplicates, as CSV.")] = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="List who was counted in more than one account at the peak.")
    ] = False,
    workspace: WorkspaceName = None,
) -> None:
    """Report a billing period: what is billed, when the peak was reached, day by day and by account."""
    from bot.services.billing import amounts, course, peaks
    from bot.views import documents
    from bot.views.console import lists

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other.")
    if duplicates and account:
        raise typer.BadParameter("--duplicates is about all accounts: leave --account out.")
    with opened(workspace, as_json) as call:
        only = call.account(account)
        now = call.clock()
        wanted = call.workspace.calendar.parse(period, now)
        found = peaks.report(call.session, call.workspace, wanted, now, account=only.id if only else None)
        if duplicates:
            show_duplicates(call, found, as_csv=as_csv)
            return
        money = amounts.of_report(call.session, found)
        if as_csv:
            write_accounts(found, money)
        elif as_json:
            call.out.document(documents.report(found, money))
        else:
            repeated = [] if only else peaks.repeated(call.session, found)
            lists.report(call.out, call.texts, found, repeated, money, course.ahead(call.session, found))


def write_accounts(found: "Report", money: "Amounts | None") -> None:
    """Print the accounts of a report as CSV, with a price what each costs and brings too."""
    from bot.views import documents
    from bot.views.csv_file import write_csv

    rows, columns = documents.report(found, money)["accounts"], [*documents.ACCOUNT_COLUMNS]
    if money:
        rows = [row | {"currency": money.price.currency} for row in rows]
        columns += documents.AMOUNT_COLUMNS
    write_csv(sys.stdout, rows, columns)


def show_duplicates(call: Call, found: "Report", *, as_csv: bool) -> None:
    """Print who was counted more than once at the peak of a report; as CSV a line for each account of each person."""
    from bot.services.billing import peaks
    from bot.views import documents
    from bot.views.console import lists
    from bot.views.csv_file import write_csv

    repeated = peaks.repeated(call.session, found)
    if as_csv:
        rows = [{"email": one.email, "name": one.name, "account": name} for one in repeated for name in one.accounts]
        write_csv(sys.stdout, rows, documents.REPEATED_COLUMNS)
    elif call.out.as_json:
        call.out.document(documents.repeated(repeated))
    else:
        lists.duplicates(call.out, call.texts, found, repeated)


@reports.command()
def accounts(
    search: Annotated[str, typer.Argument(metavar="[SEARCH]", show_default=False)] = "",
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """List the accounts."""
    from bot.services import accounts
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        found = accounts.listed(call.session, call.workspace, call.clock(), search)
        if not found and not search and not as_json:
            lists.no_accounts(call.out, call.texts)
            return
        call.show(found, documents.accounts, lists.accounts)


class UserStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    DENIED = "denied"


@reports.command()
def users(
    account: str,
    status: Annotated[UserStatus | None, typer.Option("--status", help="Only these.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """List the users of an account."""
    from bot.services import accounts, users
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        call.show(users.listed(call.session, call.workspace, found, status), documents.users, lists.users)


@reports.command()
def suggestions(
    account: Annotated[str | None, typer.Argument(metavar="[ACCOUNT]", show_default=False)] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """List who is counted though perhaps nobody means it: shared mailboxes, rooms, others' people. Changes nothing."""
    from bot.services import suggestions
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        found = suggestions.listed(call.session, call.workspace, call.clock(), call.account(account))
        call.show(found, documents.suggestions, lists.suggestions)


@reports.command()
def why(email: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Tell the story of a person: each change, its cause, and what it meant for which bill."""
    from bot.services import history
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        found = history.why(call.session, call.workspace, email, call.clock())
        call.show(found, documents.why, lists.why)

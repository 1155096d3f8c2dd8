"""Periods that are over: closed, and what they are billed for."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import AsJson, Call, WorkspaceName, opened

if TYPE_CHECKING:
    from bot.services.billing.statements import Statement

statements = typer.Typer()

PERIODS = "last, YYYY-MM or YYYY-MM-DD."


class Format(StrEnum):
    PLAIN = "plain"
    CONNECTWISE = "connectwise"
    AUTOTASK = "autotask"
    HALOPSA = "halopsa"


@statements.command()
def close(
    period: Annotated[
        str | None, typer.Option("--period", help=f"{PERIODS} All that are over, if not given.", show_default=False)
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Freeze periods that are over in statements; the closing job does the same shortly after their end."""
    from bot.services.billing import amounts, statements
    from bot.views import documents
    from bot.views.console import statements as views

    with opened(workspace, as_json) as call:
        made = statements.close(call.session, call.workspace, period, call.clock)
        if as_json:
            closed = [documents.statement(one, amounts.of_statement(call.session, one)) for one in made]
            call.out.document({"change": None, "changed": [], "closed": closed})
        else:
            views.closed(call.out, call.texts, made)


@statements.command()
def statement(
    period: Annotated[
        str | None, typer.Option("--period", help=f"{PERIODS} The last one, if not given.", show_default=False)
    ] = None,
    revision: Annotated[
        int | None, typer.Option("--revision", min=1, help="The latest, if not given.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a line for each client, to rebill by.")] = False,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help="Write these lines to an Excel file.")
    ] = None,
    people: Annotated[
        bool, typer.Option("--people", help="List who was billed, numbered by client; also with --json or --csv.")
    ] = False,
    format_: Annotated[
        Format | None,
        typer.Option("--format", help="Whose columns --csv has: plain, or those of a PSA tool.", show_default=False),
    ] = None,
    workspace: WorkspaceName = None,
) -> None:
    """Show what a period that is over is billed for, and freeze it if nobody has yet."""
    from bot.services import reconciliation
    from bot.services.billing import amounts, statements
    from bot.views import documents
    from bot.views.console import statements as views

    check(as_json=as_json, as_csv=as_csv, xlsx=xlsx, people=people, has_format=format_ is not None)
    with opened(workspace, as_json) as call:
        found = statements.statement(call.session, call.workspace, period, call.clock, revision)
        if people:
            show_people(call, found, as_csv=as_csv)
        elif as_csv:
            write_csv(call, found, format_ or Format.PLAIN)
        elif xlsx:
            write_xlsx(call, found, xlsx)
        elif as_json:
            call.out.document(documents.statement(found, amounts.of_statement(call.session, found)))
        else:
            money, checked = amounts.of_statement(call.session, found), reconciliation.latest(call.session, found)
            views.statement(call.out, call.texts, found, money, checked)


def check(*, as_json: bool, as_csv: bool, xlsx: Path | None, people: bool, has_format: bool) -> None:
    """Refuse options that exclude each other."""
    chosen = [name for name, given in (("--json", as_json), ("--csv", as_csv), ("--xlsx", xlsx)) if given]
    if len(chosen) > 1:
        raise typer.BadParameter(f"{chosen[0]} and {chosen[1]} exclude each other.")
    if people and xlsx:
        raise typer.BadParameter("--people and --xlsx exclude each other.")
    if has_format and not as_csv:
        raise typer.BadParameter("--format is about the columns of --csv: give both.")
    if has_format and people:
        raise typer.BadParameter("--people and --format exclude each other.")


def show_people(call: Call, found: "Statement", *, as_csv: bool) -> None:
    """Print who was billed, one after the other."""
    from bot.services.billing import billed
    from bot.views import csv_file, documents
    from bot.views.console import statements as views

    persons = billed.people(call.session, found)
    if as_csv:
        csv_file.write_csv(sys.stdout, map(documents.billed, persons), documents.BILLED_COLUMNS)
    elif call.out.as_json:
        call.out.documents(map(documents.billed, persons))
    else:
        views.people(call.out, call.texts, found, persons)


def write_csv(call: Call, found: "Statement", name: Format) -> None:
    """Print the lines to rebill by."""
    from bot.services.billing import amounts
    from bot.views import csv_file, psa, statements

    if name == Format.PLAIN:
        money = amounts.of_statement(call.session, found)
        columns = statements.COLUMNS + (statements.AMOUNT_COLUMNS if money else ())
        csv_file.write_csv(sys.stdout, statements.rebilled(call.texts, found, money), columns)
    else:
        csv_file.write_csv(sys.stdout, psa.rows(found, name), tuple(psa.FORMATS[name]))


def write_xlsx(call: Call, found: "Statement", path: Path) -> None:
    """Write the lines to rebill by to a file. Raises Unwritable."""
    from bot.services.billing import amounts
    from bot.services.errors import Unwritable
    from bot.views import statements
    from bot.views.xlsx_file import as_xlsx

    money = amounts.of_statement(call.session, found)
    try:
        path.write_bytes(as_xlsx(statements.sheet(call.texts, found, money)))
    except OSError as error:
        raise Unwritable(path=str(path), reason=error.strerror) from None
    call.out.line(call.texts.say("Written to {path}.", path=str(path)))

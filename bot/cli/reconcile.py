"""The distributor's invoice, checked against a statement."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.call import AsJson, WorkspaceName, opened

reconciling = typer.Typer()


@reconciling.command()
def reconcile(
    period: Annotated[str, typer.Option("--period", help="last, YYYY-MM or YYYY-MM-DD.", show_default=True)] = "last",
    count: Annotated[int | None, typer.Option("--count", help="How many users it bills.", show_default=False)] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="MONEY", help="What it comes to, without tax.", show_default=False)
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option("--customers", metavar="FILE.csv", help="usecure's customer list.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the evidence as CSV.")] = False,
    workspace: WorkspaceName = None,
) -> None:
    """Check an invoice against the statement of its period; exits 1 where they differ."""
    from bot.services import invoice
    from bot.views import documents, reconciliations
    from bot.views.console import reconciliations as views
    from bot.views.csv_file import as_csv as written

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other.")
    with opened(workspace, as_json) as call:
        found = invoice.check(
            call.session,
            call.workspace,
            period,
            count=count,
            amount=amount,
            listed=listed,
            actor=call.actor,
            clock=call.clock,
        )
        if as_csv:
            sys.stdout.write(written(reconciliations.evidence(replace(call.texts, filed=True), found)))
        elif as_json:
            call.out.document(documents.reconciliation(found, reconciliations.reply(call.texts, found)))
        else:
            views.verdict(call.out, call.texts, found)
        if not found.agreed:
            raise typer.Exit(1)

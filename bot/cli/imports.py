"""`seatbot import …`: accounts and users from CSV files, and taking an import back."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import AsJson, DryRun, File, Force, WorkspaceName, opened

if TYPE_CHECKING:
    from bot.services.imports.outcome import Outcome

imports = typer.Typer(help="Accounts and users from CSV files.", no_args_is_help=True)


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
    from bot.views import documents
    from bot.views.console import changes
    from bot.views.terminal import progress

    with opened(workspace, as_json) as call:
        with progress(file.name) as shown:
            outcome = run(
                call.session, call.workspace, file, actor=call.actor, clock=call.clock, progress=shown, **options
            )
        call.show(outcome, documents.imported, changes.imported)


@imports.command()
def retract(change: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Void an import, as if it had never been there."""
    from bot.services import undo
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = undo.retract(call.session, call.workspace, change, actor=call.actor, clock=call.clock)
        call.show(done, documents.change, changes.change)

"""What changes people, takes changes back, and tells of both."""

from typing import Annotated

import typer

from bot.cli.call import AccountName, AsJson, Emails, WorkspaceName, opened

people = typer.Typer()


@people.command()
def deactivate(
    emails: Emails,
    account: AccountName = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why; kept in the log.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Set people inactive now: all of them or none."""
    from bot.services import users
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        only = call.account(account)
        done = users.deactivate(
            call.session, call.workspace, emails, account=only, reason=reason, actor=call.actor, clock=call.clock
        )
        call.show(done, documents.change, changes.change)


@people.command()
def activate(
    emails: Emails, account: AccountName = None, workspace: WorkspaceName = None, as_json: AsJson = False
) -> None:
    """Set people active now: all of them or none."""
    from bot.services import users
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        only = call.account(account)
        done = users.activate(call.session, call.workspace, emails, account=only, actor=call.actor, clock=call.clock)
        call.show(done, documents.change, changes.change)


@people.command()
def undo(
    change: Annotated[str | None, typer.Argument(metavar="[CHANGE]", show_default=False)] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Take back a change; without one named, your latest."""
    from bot.services import undo
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = undo.undo(call.session, call.workspace, change=change, actor=call.actor, clock=call.clock)
        call.show(done, documents.change, changes.change)


@people.command()
def log(
    account: AccountName = None,
    email: Annotated[str | None, typer.Option("--email", help="Only changes of this person.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many lines.")] = 20,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Show what was done and what was refused, newest first."""
    from bot.services import log
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        only = call.account(account)
        lines = log.read(call.session, call.workspace, account=only, email=email, limit=limit)
        call.show(lines, documents.log, lists.log)


@people.command()
def forget(email: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Blank a person's address and name everywhere; counts stay."""
    from bot.services import privacy
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = privacy.forget(call.session, call.workspace, email, actor=call.actor, clock=call.clock)
        call.show(done, documents.forgotten, changes.forgotten)

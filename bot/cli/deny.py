"""`seatbot deny …`: whom an account's sync keeps out."""

from typing import Annotated

import typer

from bot.cli.call import AsJson, File, Force, Patterns, WorkspaceName, opened

deny = typer.Typer(help="Deny lists: whom an account's sync keeps out.", no_args_is_help=True)


@deny.command(name="add")
def deny_add(
    account: str, patterns: Patterns, force: Force = False, workspace: WorkspaceName = None, as_json: AsJson = False
) -> None:
    """Put addresses or *@domain on an account's deny list."""
    from bot.services import accounts, deny_list
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        done = deny_list.add(
            call.session, call.workspace, found, patterns, force=force, actor=call.actor, clock=call.clock
        )
        call.show(done, documents.change, changes.change)


@deny.command(name="remove")
def deny_remove(account: str, patterns: Patterns, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Take entries off an account's deny list."""
    from bot.services import accounts, deny_list
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        done = deny_list.remove(call.session, call.workspace, found, patterns, actor=call.actor, clock=call.clock)
        call.show(done, documents.change, changes.change)


@deny.command(name="list")
def deny_list_(account: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List an account's deny list."""
    from bot.services import accounts, deny_list
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        found = accounts.find(call.session, call.workspace, account)
        call.show(deny_list.listed(call.session, call.workspace, found), documents.deny_list, lists.deny_list)


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
    from bot.views import documents
    from bot.views.console import changes

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
        call.show(done, documents.change, changes.change)

"""`seatbot warn …`: warnings in time, to a channel or a person in Slack."""

from typing import Annotated

import typer

from bot.cli.call import AsJson, WorkspaceName, opened

warn = typer.Typer(help="Warnings in time, to a channel or a person in Slack.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="ID", show_default=False, help="The number of the warning.")]


@warn.command(name="add")
def warn_add(
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="jump, peak, trial, period-end, sync or reactivated.", show_default=False),
    ],
    channel: Annotated[
        str,
        typer.Argument(metavar="CHANNEL", help="#name or id of a channel, or a person's id.", show_default=False),
    ],
    threshold: Annotated[
        str | None,
        typer.Option(
            "--threshold",
            metavar="N",
            help="People (jump 10, peak 1, reactivated 1) or days (trial 7, period-end 3, sync 2), if not the usual.",
        ),
    ] = None,
    account: Annotated[
        list[str] | None, typer.Option("--account", help="Only of this account; can be repeated.")
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Warn a channel or a person: of a jump of the count, a new peak, trials and periods that end, syncs that fail."""
    from bot.services import accounts, recipients
    from bot.services.warnings import kinds, standing
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        meant = kinds.kind_of(kind)
        wanted = kinds.threshold_of(meant, threshold)
        about = [accounts.find(call.session, call.workspace, name) for name in account or ()]
        done = standing.add(
            call.session,
            call.workspace,
            meant,
            call.reach(recipients.named(channel)),
            threshold=wanted,
            accounts=about,
            actor=call.actor,
            clock=call.clock,
        )
        call.show(done, documents.changed_warnings, changes.change)


@warn.command(name="list")
def warn_list(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List the warnings that stand."""
    from bot.services.warnings import lines
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        call.show(lines.listed(call.session, call.workspace), documents.warnings, lists.warnings)


@warn.command(name="remove")
def warn_remove(id_: Number, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Let a warning stand no longer."""
    from bot.services.warnings import kinds, standing
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = standing.remove(call.session, call.workspace, kinds.id_of(id_), actor=call.actor, clock=call.clock)
        call.show(done, documents.changed_warnings, changes.change)


@warn.command(name="mute")
def warn_mute(
    id_: Number,
    days: Annotated[str, typer.Option("--days", metavar="N", help="For how many days.", show_default=False)],
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Tell nothing of a warning for some days, nor what happens in them afterwards."""
    from bot.services.warnings import kinds, standing
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        number = kinds.id_of(id_)
        done = standing.mute(
            call.session, call.workspace, number, kinds.days_of(days), actor=call.actor, clock=call.clock
        )
        call.show(done, documents.changed_warnings, changes.change)

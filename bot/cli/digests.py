"""`seatbot digest …`: reports that are posted in channels by a rhythm."""

from typing import Annotated

import typer

from bot.cli.call import AsJson, WorkspaceName, opened

digest = typer.Typer(help="Digests: reports that are posted in channels by a rhythm.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", show_default=False)]


@digest.command(name="add")
def digest_add(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", show_default=False, help="#name or the channel's id.")],
    every: Annotated[
        str, typer.Option("--every", metavar="day|weekday|week:mon|period-end|before-end:5", help="The rhythm.")
    ],
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="The time of day.")] = "08:00",
    timezone: Annotated[str | None, typer.Option("--timezone", help="The workspace's if not said.")] = None,
    locale: Annotated[str | None, typer.Option("--locale", help="en or fr; the workspace's if not said.")] = None,
    accounts: Annotated[list[str] | None, typer.Option("--account", help="Only this account; may be repeated.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Post a digest in a channel by a rhythm, as long as `seatbot serve` runs."""
    from bot.services import accounts as known
    from bot.services import digests, recipients
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        about = [known.find(call.session, call.workspace, name) for name in accounts or ()]
        wanted = digests.check(call.workspace, recipients.channel(channel), every, at, timezone, locale, about)
        wanted = digests.placed(wanted, call.reach(wanted.channel))
        done = digests.add(call.session, call.workspace, wanted, actor=call.actor, clock=call.clock)
        call.show(done, documents.changed_digest, changes.change)


@digest.command(name="list")
def digest_list(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List the digests, with their next times and what is wrong with them."""
    from bot.services import digest_rows
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        call.show(digest_rows.listed(call.session, call.workspace), documents.digests, lists.digests)


@digest.command(name="remove")
def digest_remove(id_: Id, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Take a digest away."""
    from bot.services import digests
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = digests.remove(call.session, call.workspace, id_, actor=call.actor, clock=call.clock)
        call.show(done, documents.changed_digest, changes.change)


@digest.command(name="pause")
def digest_pause(id_: Id, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Post a digest no more until it is resumed."""
    from bot.services import digests
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = digests.pause(call.session, call.workspace, id_, actor=call.actor, clock=call.clock)
        call.show(done, documents.changed_digest, changes.change)


@digest.command(name="resume")
def digest_resume(id_: Id, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Post a paused digest again from its next time on."""
    from bot.services import digests
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = digests.resume(call.session, call.workspace, id_, actor=call.actor, clock=call.clock)
        call.show(done, documents.changed_digest, changes.change)


@digest.command(name="run")
def digest_run(id_: Id, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Have a digest posted now by `seatbot serve`; its rhythm stays."""
    from bot.services import digests
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = digests.run(call.session, call.workspace, id_, actor=call.actor, clock=call.clock)
        call.show(done, documents.changed_digest, changes.change)

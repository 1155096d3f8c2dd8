"""`seatbot topics …`: the FAQ's topics, those of the MSP's own, and what was asked in vain."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.call import AsJson, WorkspaceName, opened

topics = typer.Typer(help="Topics of the FAQ: Seatbot's and your own.", no_args_is_help=True)


@topics.command(name="list")
def topics_list(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List the topics in each language, and whose they are."""
    from bot.services.faq import own
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        call.show(own.listed(call.session, call.workspace), documents.topics, lists.topics)


@topics.command(name="import")
def topics_import(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml")], workspace: WorkspaceName = None, as_json: AsJson = False
) -> None:
    """Take topics of your own from a YAML file; topics that are not in it stay as they are."""
    from bot.services.imports.topics import import_topics
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = import_topics(call.session, call.workspace, file, actor=call.actor, clock=call.clock)
        call.show(done, documents.changed_topics, changes.change)


@topics.command(name="remove")
def topics_remove(topic: str, workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Take a topic of your own away, or your answer to one of Seatbot's, in all languages."""
    from bot.services.faq import own
    from bot.views import documents
    from bot.views.console import changes

    with opened(workspace, as_json) as call:
        done = own.remove(call.session, call.workspace, topic, actor=call.actor, clock=call.clock)
        call.show(done, documents.changed_topics, changes.change)


@topics.command(name="unanswered")
def topics_unanswered(
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many questions.")] = 100,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """List what was asked in the last 90 days and not answered, or not well, newest first."""
    from bot.services.faq import unanswered
    from bot.views import documents
    from bot.views.console import lists

    with opened(workspace, as_json) as call:
        found = unanswered.listed(call.session, call.workspace, call.clock(), limit)
        call.show(found, documents.questions, lists.questions)

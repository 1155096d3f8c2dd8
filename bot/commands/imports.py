"""Imports of accounts and people from files that came with a form: shown first, made once that is confirmed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.commands.call import Call
from bot.commands.command import command
from bot.commands.deny import kept
from bot.commands.words import Word
from bot.services import undo
from bot.services.errors import FileTooLarge
from bot.services.imports.accounts import import_accounts
from bot.services.imports.outcome import Outcome
from bot.services.imports.users import import_users
from bot.views.slack import change as change_view
from bot.views.slack import imports as import_view
from bot.views.slack.answer import Answer

COMPLETE = "complete"
FORCE = "force"
MOST_BYTES = 1_000_000
"""Some 15,000 people: Slack waits three seconds for an answer, and the file is read within it."""


def accounts(call: Call, asked: Sequence[Word]) -> Answer:
    """FILE: the accounts in it. A form asks for it."""
    return imported(call, asked[0].text, import_accounts)


def users(call: Call, asked: Sequence[Word]) -> Answer:
    """FILE [complete] [force]: the people in it. A form asks for it."""
    options = {word.text for word in asked[1:]}
    return imported(call, asked[0].text, partial(import_users, complete=COMPLETE in options, force=FORCE in options))


def imported(call: Call, file: str, run: Callable[..., Outcome]) -> Answer:
    """What the import would do or, once that was confirmed, did."""
    name, content = call.fetch(file)
    if len(content) > MOST_BYTES:
        raise FileTooLarge(name=name, most=MOST_BYTES // 1_000_000)
    dry_run, request = not call.command.confirmed, call.request if call.command.confirmed else None
    with kept(name, content) as path:
        outcome = run(
            call.session, call.workspace, path, actor=call.actor, clock=call.clock, dry_run=dry_run, request=request
        )
    if not dry_run:
        retract = command("import retract", str(outcome.change)) if outcome.change else None
        return import_view.done(call.reader, outcome, call.offer(retract) if retract else None)
    anyway = replace(call.command, words=(*call.command.words, Word(FORCE)), confirmed=True)
    return import_view.preview(
        call.reader,
        outcome,
        call.confirmable(),
        call.offer(anyway) if outcome.excesses else None,
        native=call.native,
    )


def retract(call: Call, asked: Sequence[Word]) -> Answer:
    """CHANGE: the import is voided. A button asks for it."""
    change = undo.retract(
        call.session, call.workspace, asked[0].text, actor=call.actor, clock=call.clock, request=call.request
    )
    return change_view.made(call.reader, change)

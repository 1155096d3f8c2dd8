"""Taking changes back."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.call import Call
from bot.commands.command import command
from bot.commands.words import Misused, Word
from bot.services import requests
from bot.services import undo as undo_service
from bot.services.billing.periods import midnight
from bot.services.changes import Unconfirmed
from bot.services.errors import OfferGone
from bot.views.slack import change as change_view
from bot.views.slack.answer import Answer


def undo(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats undo [CHANGE]"""
    if len(asked) > 1:
        raise Misused()
    zone = call.reader.zone
    today = midnight(call.now().astimezone(zone).date(), zone)
    try:
        change = undo_service.undo(
            call.session,
            call.workspace,
            change=asked[0].text if asked else None,
            of_settings=call.admins,
            actor=call.actor,
            clock=call.clock,
            request=call.request,
            unasked_since=None if call.command.confirmed else today,
        )
    except Unconfirmed as question:
        meant = command("undo", Word(str(question.change.takes_back)))  # the same one, whatever is the latest by then
        return change_view.preview(call.reader, question.change, call.offer(replace(meant, confirmed=True)))
    return change_view.made(call.reader, change)


def show(call: Call, asked: Sequence[Word]) -> Answer:
    """A change that was made, as its answer told it. Raises OfferGone once its request is no longer kept."""
    change = requests.recall(call.session, call.workspace, int(asked[0].text))
    if change is None:
        raise OfferGone()
    return change_view.made(call.reader, change)

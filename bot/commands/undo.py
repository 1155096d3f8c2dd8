"""Taking changes back."""

from collections.abc import Sequence

from bot.commands.call import Call
from bot.commands.words import Misused, Word
from bot.services import undo as undo_service
from bot.views import change as change_view
from bot.views.answer import Answer


def undo(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats undo [CHANGE]"""
    if len(asked) > 1:
        raise Misused()
    change = undo_service.undo(
        call.session,
        call.workspace,
        change=asked[0].text if asked else None,
        actor=call.actor,
        clock=call.clock,
        request=call.request,
    )
    return change_view.undone(call.reader, change)

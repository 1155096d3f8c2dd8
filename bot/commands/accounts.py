"""The client accounts as they are now."""

from collections.abc import Sequence

from bot.commands.call import Call
from bot.commands.words import Word, joined
from bot.services import accounts
from bot.services.names import key
from bot.views.slack import lists as list_view
from bot.views.slack.answer import Answer


def listed(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats accounts [SEARCH]"""
    search = joined(asked) or ""
    found = accounts.listed(call.session, call.workspace, call.now(), search)
    largest = sorted(found, key=lambda one: (-one.current, -one.active, key(one.name)))
    return list_view.accounts(
        call.reader,
        call.workspace,
        largest,
        search=search,
        native=call.native,
        page=call.command.page,
        here=call.here,
    )

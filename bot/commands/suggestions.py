"""Who is counted though perhaps nobody means it."""

from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.words import Word
from bot.services import suggestions
from bot.views.slack import lists as list_view
from bot.views.slack.answer import Answer


def listed(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats suggestions [ACCOUNT]"""
    name = words.joined(words.without_in(asked))
    account = None if name is None else call.account(name)
    return list_view.suggestions(
        call.reader,
        account or call.workspace,
        suggestions.listed(call.session, call.workspace, call.now(), account),
        native=call.native,
        page=call.command.page,
        here=call.here,
        admin=call.is_admin,
    )

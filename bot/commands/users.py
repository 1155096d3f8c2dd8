"""The users of an account."""

from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.words import Misused, Word
from bot.services import users
from bot.views.slack import lists as list_view
from bot.views.slack.answer import Answer


def listed(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats users ACCOUNT [active|inactive|denied] [SEARCH]"""
    asked = words.without_in(asked)
    if not asked:
        raise Misused()
    account, rest = call.leading_account(asked, otherwise=words.before_status(asked))
    wanted = words.selection(rest)
    found = users.listed(call.session, call.workspace, account, wanted.status, wanted.search)
    return list_view.users(
        call.reader,
        call.workspace,
        account,
        found,
        status=wanted.status,
        search=wanted.search,
        native=call.native,
        page=call.command.page,
        here=call.here,
    )

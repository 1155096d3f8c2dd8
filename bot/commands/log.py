"""What was done, and what was refused."""

from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.words import Word, joined
from bot.services import log, names
from bot.views.slack import lists as list_view
from bot.views.slack.answer import Answer

LONGEST = 5000
"""So many lines are listed in Slack; the command line lists all."""


def listed(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats log [ACCOUNT|EMAIL]"""
    about = joined(words.without_in(asked))
    email = names.check_email(about) if about and "@" in about and not call.is_account(about) else None
    account = call.account(about) if about and email is None else None
    lines = log.read(call.session, call.workspace, account=account, email=email, limit=LONGEST)
    return list_view.log(
        call.reader,
        call.workspace,
        lines,
        about=account.name if account else email,
        longest=LONGEST,
        native=call.native,
        page=call.command.page,
        who=call.named,
    )

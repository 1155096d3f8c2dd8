"""What the bill of a period counts."""

from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.words import Word
from bot.services.billing import peaks
from bot.views import report as report_view
from bot.views.answer import Answer


def report(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats report [ACCOUNT|all] [PERIOD]"""
    wanted = words.report(asked)
    now = call.now()
    period = call.workspace.calendar.parse(wanted.period, now)
    if wanted.account is None:
        whole = peaks.report(call.session, call.workspace, period, now)
        return report_view.of_workspace(call.reader, whole, charts=call.charts)
    account = call.account(wanted.account)
    found = peaks.report(call.session, call.workspace, period, now, account.id)
    return report_view.of_account(call.reader, found, account.name, charts=call.charts)

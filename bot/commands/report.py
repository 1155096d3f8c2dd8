"""What the bill of a period counts, and the people behind it."""

from collections.abc import Sequence
from datetime import datetime

from bot.commands import words
from bot.commands.call import Call
from bot.commands.command import command
from bot.commands.words import Word
from bot.services.accounts import Account
from bot.services.billing import amounts, counted, course, peaks
from bot.services.billing.peaks import Report
from bot.views import reports
from bot.views.slack import report as report_view
from bot.views.slack.answer import Answer
from bot.views.slack.report import ALONE, Beside
from db.models import MICROSECOND


def report(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats report [ACCOUNT|all] [PERIOD]"""
    wanted = words.report(asked, call.is_account)
    now = call.now()
    period = call.workspace.calendar.parse(wanted.period, now)
    if wanted.account is None:
        whole = peaks.report(call.session, call.workspace, period, now)
        ends, peak = behind(call, whole, None)
        repeated = peaks.repeated(call.session, whole)
        return report_view.of_workspace(
            call.reader,
            whole,
            native=call.native,
            page=call.command.page,
            here=call.here,
            now=ends,
            at_peak=peak,
            repeated=repeated,
            all_repeated=all_repeated(call, whole) if repeated else None,
            beside=beside(call, whole),
        )
    account = call.account(wanted.account)
    found = peaks.report(call.session, call.workspace, period, now, account.id)
    ends, peak = behind(call, found, account)
    users = call.leading_to(command("users", account.name))
    return report_view.of_account(
        call.reader,
        found,
        account.name,
        native=call.native,
        now=ends,
        at_peak=peak,
        users=users,
        beside=beside(call, found),
    )


def beside(call: Call, found: Report) -> Beside:
    """What stands beside the counts of a report; nothing for an account that had no status by then."""
    if found.absent:
        return ALONE
    return Beside(
        peaks.before(call.session, found), course.ahead(call.session, found), amounts.of_report(call.session, found)
    )


def behind(call: Call, found: Report, account: Account | None) -> tuple[str, str | None]:
    """The buttons that lead to the people behind a report's two figures: those counted now, those at the peak."""
    only = [account.name] if account else []
    end = found.period.end - MICROSECOND if found.closed else call.now()
    now = call.leading_to(command("counted", end.isoformat(), *only))
    peak = call.leading_to(command("counted", found.peak_at.isoformat(), *only)) if found.peak_at else None
    return now, peak


def all_repeated(call: Call, found: Report) -> str:
    """The button that leads to those who were counted more than once at the peak."""
    assert found.peak_at
    return call.leading_to(command("repeated", found.peak_at.isoformat()))


def people(call: Call, asked: Sequence[Word]) -> Answer:
    """Who was counted at an instant: INSTANT [ACCOUNT]. Only buttons ask for it."""
    at = datetime.fromisoformat(asked[0].text)
    account = call.account(asked[1].text) if len(asked) > 1 else None
    found = counted.people_counted(call.session, call.workspace, at, account.id if account else None)
    moment = reports.moment(call.reader, call.workspace, at)
    title = reports.counted(call.reader, len(found), moment, account.name if account else None)
    page = call.command.page
    return report_view.counted(call.reader, found, title, native=call.native, page=page, here=call.here)


def repeated_people(call: Call, asked: Sequence[Word]) -> Answer:
    """Who was counted more than once: [INSTANT]. Only a button asks for it."""
    at = datetime.fromisoformat(asked[0].text) if asked else call.now()
    found = counted.more_than_once(call.session, call.workspace, at)
    title = reports.repeated_title(call.reader, len(found), reports.moment(call.reader, call.workspace, at))
    return report_view.repeated(call.reader, found, title, native=call.native, page=call.command.page, here=call.here)

"""The distributor's invoice, checked against a statement."""

import re
from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.command import command, dump
from bot.commands.deny import kept
from bot.commands.words import Misused, Word
from bot.services import invoice, reconciliation
from bot.services.errors import SeveralFiles, UnknownReconciliation
from bot.services.imports import customers
from bot.services.reconciliation import Reconciliation
from bot.views.slack import reconciliations as reconciliation_view
from bot.views.slack.answer import Answer

SHOWN, CHOSEN = "reconciliation", "reconcile chosen"
USERS = re.compile(r"\s*(users?|utilisateurs?|seats?|sieges?|sièges?)$", re.IGNORECASE)


def reconcile(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats reconcile [PERIOD] COUNT|AMOUNT, or with a file: reconcile [PERIOD]"""
    period, figure = parted(asked)
    if figure is None and not call.uploads:
        return reconciliation_view.send_file(call.reader)
    if figure is not None and call.uploads:
        raise Misused()
    if len(call.uploads) > 1:
        raise SeveralFiles()
    if figure is not None:
        return shown(call, checked(call, period, figure))
    return shown(call, listed(call, period, call.uploads[0].id))


def chosen(call: Call, asked: Sequence[Word]) -> Answer:
    """PERIOD FIGURE FILE, of which one is empty; the file by its Slack id. A form asks for it."""
    period, figure, file = (word.text for word in asked)
    return shown(call, listed(call, period, file) if file else checked(call, period, figure))


def listed(call: Call, period: str, file: str) -> Reconciliation:
    """A customer list, checked. Raises as `Call.fetch`."""
    with kept(*call.fetch(file)) as path:
        return invoice.check(
            call.session,
            call.workspace,
            period,
            listed=path,
            actor=call.actor,
            clock=call.clock,
            request=call.request,
        )


def checked(call: Call, period: str, figure: str) -> Reconciliation:
    """A number of users or an amount, checked."""
    bare = USERS.sub("", figure)
    is_count = bool(customers.COUNT.fullmatch(bare))
    return invoice.check(
        call.session,
        call.workspace,
        period,
        count=customers.count(bare) if is_count else None,
        amount=None if is_count else figure,
        actor=call.actor,
        clock=call.clock,
        request=call.request,
    )


def show(call: Call, asked: Sequence[Word]) -> Answer:
    """One that was kept: ID. Only buttons ask for it."""
    if not (len(asked) == 1 and asked[0].text.isascii() and asked[0].text.isdigit()):
        raise UnknownReconciliation()
    return shown(call, reconciliation.read(call.session, call.workspace, int(asked[0].text)))


def shown(call: Call, found: Reconciliation) -> Answer:
    """A verdict; its buttons mean what was kept, not the command anew."""
    call.offered[call.here] = dump(command(SHOWN, str(found.id)))
    return reconciliation_view.verdict(call.reader, found, native=call.native, page=call.command.page)


def parted(asked: Sequence[Word]) -> tuple[str, str | None]:
    """The period, the last one unless it stands before or behind, and the figure. A lone number is never a period, and
    a month takes no number that would leave no figure. Pure."""
    for count in range(min(words.LONGEST_PERIOD, len(asked)), 0, -1):
        rest = asked[count:]
        period = words.period_of(asked[:count])
        if period and (count > 1 or is_period(period)) and (rest or not ends_in_figure(asked[:count])):
            return period, words.joined(rest)
    for count in range(min(words.LONGEST_PERIOD, len(asked) - 1), 0, -1):
        period = words.period_of(asked[-count:])
        if period and (count > 1 or is_period(period)):
            rest = asked[:-count]
            return period, words.joined(rest[:-1] if len(rest) > 1 and rest[-1].means(words.BEFORE_PERIOD) else rest)
    return "last", words.joined(asked)


def is_period(period: str) -> bool:
    """Whether one word was a period rather than a figure."""
    return not words.DATE.fullmatch(period) or bool(words.WHOLE_DATE.fullmatch(period))


def ends_in_figure(asked: Sequence[Word]) -> bool:
    """Whether a month stands before a number that is no year of our time: it is the figure."""
    last = asked[-1].text
    return len(asked) > 1 and last.isdigit() and not 2000 <= int(last) <= 2100

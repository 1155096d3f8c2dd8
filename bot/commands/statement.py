"""What a period that is over was billed for, in each of its revisions, and who was."""

from collections.abc import Sequence

from bot.commands import reconcile
from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.words import Misused, Word, with_period
from bot.services import reconciliation
from bot.services.billing import amounts, billed, statements
from bot.services.billing.statements import Statement
from bot.views.slack import statements as statement_view
from bot.views.slack.answer import Answer

REVISION, PEOPLE = "statement revision", "statement people"


def statement(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats statement [PERIOD]"""
    return shown(call, latest(call, asked))


def revision(call: Call, asked: Sequence[Word]) -> Answer:
    """A certain revision: PERIOD REVISION. Only buttons ask for it."""
    return shown(call, meant(call, asked))


def people(call: Call, asked: Sequence[Word]) -> Answer:
    """Who was billed: PERIOD REVISION [ACCOUNT]. Only buttons ask for it."""
    found = meant(call, asked)
    account = call.account(asked[2].text) if len(asked) > 2 else None
    return statement_view.people(
        call.reader,
        found,
        list(billed.people(call.session, found, account.id if account else None)),
        account.name if account else None,
        native=call.native,
        page=call.command.page,
        here=call.here,
    )


def latest(call: Call, asked: Sequence[Word]) -> Statement:
    """The statement that somebody's words mean: [PERIOD]. Raises Misused."""
    rest, period = with_period(asked)
    if rest:
        raise Misused()
    return statements.statement(call.session, call.workspace, period if asked else None, call.clock)


def billed_at(call: Call, whole: Command, account: str) -> Command:
    """Who was billed at an account, by the statement that such a command shows."""
    found = meant(call, whole.words) if whole.name == REVISION else latest(call, whole.words)
    return leading_to(found, PEOPLE, account)


def meant(call: Call, asked: Sequence[Word]) -> Statement:
    """The statement that a button stands for."""
    period, number = (word.text for word in asked[:2])
    return statements.statement(call.session, call.workspace, period, call.clock, int(number))


def shown(call: Call, found: Statement) -> Answer:
    """A statement, with the way to its people and to its other revisions."""
    others = [one.number for one in reversed(found.revisions) if one.number != found.revision]
    return statement_view.statement(
        call.reader,
        found,
        native=call.native,
        page=call.command.page,
        here=call.here,
        billed=call.leading_to(leading_to(found, PEOPLE)) if found.peak else None,
        revisions=[
            (number, call.leading_to(command(REVISION, f"{found.month:%Y-%m}", str(number))))
            for number in others[: statement_view.MOST_REVISIONS]
        ],
        money=amounts.of_statement(call.session, found),
        invoice=invoice(call, found),
    )


def invoice(call: Call, found: Statement) -> tuple[str, bool] | None:
    """The way to the last check of a statement's invoice, for admins, and whether that agreed."""
    checked = reconciliation.latest(call.session, found)
    if checked is None or not call.is_admin:
        return None
    return call.leading_to(command(reconcile.SHOWN, str(checked.id))), checked.agreed


def leading_to(found: Statement, name: str = REVISION, *more: str) -> Command:
    """The command that shows a revision of a statement, or its people."""
    return command(name, f"{found.month:%Y-%m}", str(found.revision), *more)

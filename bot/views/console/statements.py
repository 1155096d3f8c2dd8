"""Statements on the command line."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from bot.services.billing.amounts import Amounts
from bot.services.billing.billed import Billed
from bot.services.billing.statements import Statement
from bot.services.reconciliation import Reconciliation
from bot.views import reconciliations, statements
from bot.views.terminal import Terminal
from bot.views.texts import Texts, shown
from bot.views.words import address


def statement(
    out: Terminal,
    texts: Texts,
    found: Statement,
    money: Amounts | None = None,
    checked: Reconciliation | None = None,
) -> None:
    """Headline, what it comes to, the table of clients, and what became of its invoice."""
    out.line(statements.title(texts, found), "bold")
    for text in statements.told(texts, found, money):
        out.line(text)
    out.table(statements.table(texts, found, found.lines, money))
    if checked:
        out.line(reconciliations.checked(texts, checked), "green" if checked.agreed else "yellow")
    if found.revision < len(found.revisions):
        out.line(texts.say("The latest revision is {revision}.", revision=len(found.revisions)), "yellow")


def people(out: Terminal, texts: Texts, found: Statement, billed: Iterable[Billed]) -> None:
    """Who was billed, client by client; each is printed when it is read."""
    out.line(statements.billed_title(texts, found, found.peak, None), "bold")
    for account, persons in groupby(billed, lambda one: one.account):
        out.line(texts.say("{account}:", account=shown(account)), "bold")
        for one in persons:
            name = f" ({shown(one.name)})" if one.name else ""
            out.line(f"{texts.number(one.number):>6}  {address(texts, one.email)}{name}")


def closed(out: Terminal, texts: Texts, made: Sequence[Statement]) -> None:
    """The periods that were closed."""
    for one in made:
        out.line(
            texts.say(
                "Closed {month}, revision {revision}: peak {peak}.",
                month=f"{one.month:%Y-%m}",
                revision=one.revision,
                peak=one.peak,
            )
        )
    if not made:
        out.line(texts.say("There is nothing to close."))

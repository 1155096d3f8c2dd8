"""What `verify` found, in sentences."""

from bot.services.billing.frozen import Share
from bot.services.billing.verify import Difference, Figures, StatementDifference
from bot.views.texts import Texts, shown
from bot.views.words import STATUSES


def line(texts: Texts, found: Difference | StatementDifference) -> str:
    """Where a figure differs, what is stored there, and what the ledger comes to."""
    if isinstance(found, StatementDifference):
        return of_statement(texts, found)
    fields = {"stored": figures(texts, found.stored), "expected": figures(texts, found.expected), "day": found.day}
    if found.account is None:
        return texts.say("All accounts, {day}: stored is {stored}; the ledger comes to {expected}.", **fields)
    return texts.say(
        "{account}, billing period from {day}: stored is {stored}; the ledger comes to {expected}.",
        account=shown(found.account),
        **fields,
    )


def figures(texts: Texts, found: Figures | None) -> str:
    """A derived row in words."""
    if found is None:
        return texts.say("nothing")
    said = texts.say(
        "peak {peak} on {at}, {close} counted at the end", peak=found.peak, at=found.peak_at, close=found.close
    )
    if found.active is None:
        return said
    status = texts.say(STATUSES[found.status]) if found.status else texts.say("no status")
    return texts.say("{figures}, {active} active, {status}", figures=said, active=found.active, status=status)


def of_statement(texts: Texts, found: StatementDifference) -> str:
    """Where a statement differs."""
    fields = {
        "month": f"{found.month:%Y-%m}",
        "revision": found.revision,
        "stored": share(texts, found.stored, found.account),
        "expected": share(texts, found.expected, found.account),
    }
    if found.account is None:
        return texts.say(
            "Statement {month}, revision {revision}: stored is {stored}; the ledger comes to {expected}.", **fields
        )
    return texts.say(
        "Statement {month}, revision {revision}, {account}: stored is {stored}; the ledger comes to {expected}.",
        account=shown(found.account),
        **fields,
    )


def share(texts: Texts, found: Share | None, account: str | None) -> str:
    """A line of a statement, or its head, in words."""
    if found is None:
        return texts.say("nothing")
    said = texts.say("peak {peak}", peak=found.peak)
    if found.peak_at:
        said = texts.say("peak {peak} on {at}", peak=found.peak, at=found.peak_at)
    return said if account is None else texts.say("{figures}, share {share}", figures=said, share=found.share)

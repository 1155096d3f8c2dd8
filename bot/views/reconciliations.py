"""An invoice beside a statement: the verdict in sentences, the reply to the distributor, and the evidence."""

from collections.abc import Iterator, Sequence

from bot.services.billing.reconcile import Candidate, Compared, Reason
from bot.services.errors import N_
from bot.services.reconciliation import Moved, Reconciliation
from bot.views import statements
from bot.views.parts import Table
from bot.views.texts import Texts, shown
from bot.views.words import NAMED, address, and_more, difference

REASONS = {
    Reason.SUM: N_("{n} is the sum of the clients’ own peaks, which were not reached at one instant."),
    Reason.REVISION: N_("{n} is the peak of revision {revision} of this statement."),
    Reason.BEFORE: N_("{n} is the peak of the period before."),
    Reason.END: N_("{n} is the count at the period’s end, not its peak."),
    Reason.TRIALS: N_("{n} is the peak if clients on free trial were billed too."),
}
CLIENTS = {
    Reason.OWN_PEAK: N_("that is its own peak, which it did not have at the peak of all clients"),
    Reason.END: N_("that is its count at the period’s end"),
    Reason.MISSING: N_("it is missing from the list"),
    Reason.UNKNOWN: N_("Seatbot does not know it"),
    Reason.LISTED_TRIAL: N_("on the list it is on trial"),
    Reason.TRIAL_HERE: N_("here it was on trial"),
    Reason.CLOSED_HERE: N_("here it was closed"),
}
MOST_PEOPLE = 3
"""So many people of a change are named in a sentence; the evidence has all."""


def title(texts: Texts, found: Reconciliation) -> str:
    """Whether the invoice and the statement agree."""
    fields = {"month": f"{found.statement.month:%Y-%m}", "revision": found.statement.revision}
    if found.agreed:
        return texts.say("Invoice {month}: agrees with the statement, revision {revision}", **fields)
    return texts.say("Invoice {month}: differs from the statement, revision {revision}", **fields)


def checked(texts: Texts, found: Reconciliation) -> str:
    """That the invoice of a statement was checked, and whether it agreed."""
    if found.agreed:
        return texts.say("Invoice checked on {at}: it agrees.", at=found.at)
    return texts.say("Invoice checked on {at}: it differs.", at=found.at)


def told(texts: Texts, found: Reconciliation) -> list[str]:
    """What both sides have, and what may explain a difference."""
    texts = texts.within(found.statement.zone)
    lines = [given(texts, found)]
    if not found.agreed:
        lines += [
            *(candidate(texts, one) for one in found.explanations),
            *clients(texts, found),
            *(moved(texts, one) for one in found.moves[:NAMED]),
        ]
        if len(lines) == 1 and not is_no_bill(found):
            lines.append(texts.say("Nothing that Seatbot has recorded explains the difference."))
    return lines


def given(texts: Texts, found: Reconciliation) -> str:
    """The figures of both sides."""
    ours = texts.plural("{n} user", "{n} users", found.statement.peak)
    if found.given.amount is not None and found.expected is not None and found.currency:
        theirs, expected = (texts.money(one, found.currency) for one in (found.given.amount, found.expected))
        said = texts.say(
            "The invoice has {theirs}; the statement comes to {expected} for {ours}.",
            theirs=theirs,
            expected=expected,
            ours=ours,
        )
        if found.agreed:
            return said
        more = found.given.amount - found.expected
        moved = f"{'+' if more > 0 else '−'}{texts.money(abs(more), found.currency)}"
        return f"{apart(texts, said, moved)} {at_same_price(texts, found)}"
    theirs = texts.plural("{n} user", "{n} users", found.theirs or 0)
    if found.given.customers is not None:
        said = texts.say("The list bills {theirs}; the statement has {ours}.", theirs=theirs, ours=ours)
    else:
        said = texts.say("The invoice has {theirs}; the statement has {ours}.", theirs=theirs, ours=ours)
    by = (found.theirs or 0) - found.statement.peak
    return apart(texts, said, difference(texts, by)) if by else said


def apart(texts: Texts, said: str, by: str) -> str:
    """The figures of both sides, and how far they are apart."""
    return texts.say("{said} The difference is {difference}.", said=said, difference=by)


def at_same_price(texts: Texts, found: Reconciliation) -> str:
    """Whose bill an amount is at the price that the statement has."""
    if is_no_bill(found):
        return texts.say(
            "At the same price no number of users comes to that amount: perhaps tax, a discount or another price is in "
            "it."
        )
    return texts.plural(
        "At the same price that amount is the bill for {n} user.",
        "At the same price that amount is the bill for {n} users.",
        found.theirs or 0,
    )


def is_no_bill(found: Reconciliation) -> bool:
    """Whether an amount is the bill of no number of users."""
    return found.given.amount is not None and found.theirs is None


def candidate(texts: Texts, one: Candidate) -> str:
    """What else comes to the invoice's figure."""
    return texts.say(REASONS[one.reason], n=one.count, revision=one.revision or 0)


def clients(texts: Texts, found: Reconciliation) -> list[str]:
    """The clients that the list bills otherwise, some of them a line each."""
    differing = found.differing
    lines = [client(texts, one) for one in differing[:NAMED]]
    if (more := len(differing) - NAMED) > 0:
        lines.append(texts.plural("and {n} more", "and {n} more", more))
    return lines


def client(texts: Texts, one: Compared) -> str:
    """A client that the list bills otherwise, and why that may be."""
    fields = {
        "account": shown(one.name),
        "listed": one.listed,
        "share": one.share,
        "difference": difference(texts, one.difference),
    }
    said = texts.say("{account}: {listed} on the list, {share} in the statement ({difference})", **fields)
    return texts.say("{said}; {why}.", said=said, why=why(texts, one)) if one.reasons else f"{said}."


def why(texts: Texts, one: Compared) -> str:
    """What may explain a client's difference; empty where nothing does."""
    return texts.listing([texts.say(CLIENTS[reason]) for reason in one.reasons]) if one.reasons else ""


def moved(texts: Texts, one: Moved) -> str:
    """A change that moved a count by as much, with some of its people."""
    fields = {
        "at": one.at,
        "difference": difference(texts, one.by),
        "changes": texts.listing([statements.cause(texts, change) for change in one.changes]) or "–",
    }
    if one.account is None:
        said = texts.say("{at}: all clients together {difference}, by {changes}", **fields)
    else:
        said = texts.say("{at}: {account} {difference}, by {changes}", account=shown(one.account), **fields)
    people = [address(texts, email) for _, email, _ in one.people[:MOST_PEOPLE]]
    if not people:
        return f"{said}."
    return f"{said} ({and_more(texts, people, len(one.people) - MOST_PEOPLE)})."


def reply(texts: Texts, found: Reconciliation) -> str:
    """What to write to the distributor. It names no people: those are in the evidence."""
    texts, statement = texts.within(found.statement.zone), found.statement
    fields = {"first": statement.period.first_day, "last": statement.period.last_day, "reference": statement.reference}
    lines = [texts.say("Hello,"), ""]
    lines.append(texts.say("your invoice for {first} to {last}, our statement {reference}:", **fields))
    lines.append(given(texts, found))
    if found.agreed:
        return "\n".join([*lines, texts.say("Both agree. Thank you."), "", shown(statement.workspace.name)])
    if statement.peak_at:
        counted = {"peak": statement.peak, "at": statement.peak_at}
        lines.append(
            texts.say("Our peak of {peak} was first reached on {at} ({zone}).", zone=texts.zone.key, **counted)
        )
    reasons = [*(candidate(texts, one) for one in found.explanations), *clients(texts, found)]
    lines += [f"- {one}" for one in reasons]
    lines += ["", texts.say("Please check this and correct the invoice, or tell us what it counts.")]
    return "\n".join([*lines, "", shown(statement.workspace.name)])


def evidence(texts: Texts, found: Reconciliation) -> Table:
    """What stands behind a verdict: every client with both figures, then the people of each change that may explain a
    difference."""
    titles = [
        texts.say("Account"),
        texts.say("Share"),
        texts.say("Invoice"),
        texts.say("Difference"),
        texts.say("Explanation"),
        texts.say("Change"),
        texts.say("Address"),
        texts.say("Name"),
    ]
    return Table(titles, list(rows(texts.within(found.statement.zone), found)), numbers=(1, 2, 3))


def rows(texts: Texts, found: Reconciliation) -> Iterator[Sequence[str]]:
    if found.accounts:
        for one in sorted(found.accounts, key=lambda one: -abs(one.difference)):
            figures = [texts.number(one.share), texts.number(one.listed), difference(texts, one.difference).lstrip("+")]
            yield [shown(one.name), *figures, why(texts, one), "", "", ""]
    else:
        for line in found.statement.lines:
            explained = statements.explained(texts, found.statement, line)
            yield [shown(line.name), texts.number(line.share), "", "", explained, "", "", ""]
    for move in found.moves:
        changes = ", ".join(statements.cause(texts, change) for change in move.changes)
        told = texts.say("{at}: {difference}", at=move.at, difference=difference(texts, move.by))
        for account, email, name in move.people or (("–", None, None),):
            person = [address(texts, email), shown(name or "")] if move.people else ["", ""]
            yield [shown(account if move.people else move.account or account), "", "", "", told, changes, *person]

"""Statements in sentences, as tables and as lines to rebill by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.services.billing.amounts import Amounts
from bot.services.billing.billed import Billed
from bot.services.billing.statements import Difference, Line, Moved, Statement
from bot.services.changes import Made
from bot.views import amounts, lists, reports
from bot.views.parts import Cell, Rows, Sheet, Table
from bot.views.texts import Texts, shown
from bot.views.words import KINDS, NAMED, address, and_more

COLUMNS = (
    "account",
    "share",
    "peak",
    "peak_at",
    "difference",
    "explanation",
    "first_day",
    "last_day",
    "reference",
)
AMOUNT_COLUMNS = ("cost", "brings", "currency")
"""With a price, these follow them."""


def title(texts: Texts, found: Statement) -> str:
    """Of which period, and which revision it is."""
    return texts.say(
        "{name}: statement {month}, revision {revision}",
        name=shown(found.workspace.name),
        month=f"{found.month:%Y-%m}",
        revision=found.revision,
    )


def told(texts: Texts, found: Statement, money: Amounts | None = None) -> list[str]:
    """Period and peak, what that costs, how the accounts' own peaks and their shares add up, and what this revision has
    changed."""
    texts, period = texts.within(found.zone), found.period
    lines = [
        texts.say(
            "Billing period {first} to {last} ({zone}), over.",
            zone=found.zone.key,
            first=period.first_day,
            last=period.last_day,
        )
    ]
    if found.peak_at is None:
        lines.append(texts.say("Nobody was counted at any time, so the bill is for nobody."))
    else:
        lines.append(texts.say("The peak was {peak}, first reached on {at}.", peak=found.peak, at=found.peak_at))
        lines += amounts.stated(texts, found, money)
        lines.append(reports.sums(texts, found))
        lines.append(
            texts.say(
                "A client’s share is how many of its users were counted when the peak of all accounts was reached: the "
                "shares add up to it."
            )
        )
    lines.append(texts.say("Revision {revision}, frozen on {at}.", revision=found.revision, at=found.created_at))
    if found.difference:
        lines += [changed(texts, found, found.difference), *why(texts, found.difference)]
    return lines


def changed(texts: Texts, found: Statement, difference: Difference) -> str:
    """By how much the peak differs from that of the revision before, and which accounts count otherwise."""
    former = found.revision - 1
    if difference.peak > 0:
        said = texts.say("The peak is {n} higher than in revision {former}.", n=difference.peak, former=former)
    elif difference.peak < 0:
        said = texts.say("The peak is {n} lower than in revision {former}.", n=-difference.peak, former=former)
    else:
        said = texts.say("The peak is as high as in revision {former}.", former=former)
    return f"{said} {shares(texts, difference)}".rstrip()


def shares(texts: Texts, difference: Difference) -> str:
    """The accounts that count otherwise; where none do and the peak stays too, what else there is."""
    if not difference.accounts and difference.peak:
        return ""
    if not difference.accounts:
        return texts.say("All counts stay: a peak was reached at another instant, or the period has other bounds.")
    listed = [moved(texts, one) for one in difference.accounts[:NAMED]]
    return texts.say(
        "Shares and own peaks: {accounts}.", accounts=and_more(texts, listed, len(difference.accounts) - NAMED)
    )


def moved(texts: Texts, one: Moved) -> str:
    """An account that counts otherwise."""
    name = shown(one.account)
    if one.share != one.share_before:
        return texts.say(
            "{account} {share} instead of {before}", account=name, share=one.share, before=one.share_before
        )
    return texts.say(
        "{account} own peak {peak} instead of {before}", account=name, peak=one.peak, before=one.peak_before
    )


def why(texts: Texts, difference: Difference) -> list[str]:
    """The changes that a revision comes from."""
    if not difference.because:
        return []
    named = [cause(texts, one) for one in difference.because[:NAMED]]
    listed = and_more(texts, named, len(difference.because) - NAMED)
    return [texts.say("Because of: {changes}.", changes=listed)]


def cause(texts: Texts, one: Made) -> str:
    """A change by its number and its kind."""
    return f"#{one.id} ({texts.say(KINDS[one.kind])})"


def explained(texts: Texts, found: Statement, line: Line) -> str:
    """Why an account's share is not its own peak, or that it is."""
    texts = texts.within(found.zone)
    if line.peak_at is None or found.peak_at is None:
        return texts.say("Nobody of it was counted.")
    if line.peak == line.share:
        return texts.say("Its own peak is its share.")
    return texts.say(
        "Own peak {peak} on {at}; when the peak of all accounts was reached, on {peak_at}, it counted {share}.",
        peak=line.peak,
        at=line.peak_at,
        peak_at=found.peak_at,
        share=line.share,
    )


def table(texts: Texts, found: Statement, lines: Sequence[Line], money: Amounts | None = None) -> Table:
    """The accounts, in the order given; with a price what each costs and brings too."""
    texts = texts.within(found.zone)
    titles = [
        texts.say("Account"),
        texts.say("Share"),
        texts.say("Own peak"),
        texts.say("Reached"),
        texts.say("Difference"),
    ]
    numbers = [1, 2, 4]
    if money:
        titles += lists.money_titles(texts, money)
        numbers += range(5, len(titles))
    count, own = len(found.lines), found.sum_of_account_peaks
    total = [
        texts.plural("All ({n} account)", "All ({n} accounts)", count),
        texts.number(found.peak),
        texts.number(own),
        "–",
        texts.number(own - found.peak),
        *(lists.total(texts, money) if money else []),
    ]
    return Table(titles, Rows(lines, lambda line: table_row(texts, line, money)), numbers=numbers, total=total)


def table_row(texts: Texts, line: Line, money: Amounts | None) -> list[str]:
    return [
        shown(line.name),
        texts.number(line.share),
        texts.number(line.peak),
        texts.instant(line.peak_at) if line.peak_at else "",
        texts.number(line.peak - line.share),
        *(lists.money(texts, money, money.accounts.get(line.id)) if money else []),
    ]


def columns(money: Amounts | None) -> list[int]:
    """Which columns of the accounts a message has room for; its file has all."""
    account, share, own, reached, difference, *paid = range(7)
    if money is None:
        return [account, share, own, reached, difference]
    return [account, share, own, *(paid if money.brings is not None else paid[:1])]


def billed(texts: Texts, people: Sequence[Billed]) -> Table:
    """Who was billed, numbered within each account."""
    titles = [texts.say("Account"), texts.say("No."), texts.say("Address"), texts.say("Name")]
    return Table(titles, Rows(people, lambda one: billed_row(texts, one)), numbers=(1,))


def billed_row(texts: Texts, one: Billed) -> list[str]:
    return [shown(one.account), texts.number(one.number), address(texts, one.email), shown(one.name or "")]


def billed_title(texts: Texts, found: Statement, count: int, account: str | None) -> str:
    """How many people were billed by a statement, of all accounts or of one."""
    fields = {"month": f"{found.month:%Y-%m}", "revision": found.revision}
    if account:
        return texts.plural(
            "{n} user of {account} billed in {month}, revision {revision}",
            "{n} users of {account} billed in {month}, revision {revision}",
            count,
            account=shown(account),
            **fields,
        )
    return texts.plural(
        "{n} user billed in {month}, revision {revision}",
        "{n} users billed in {month}, revision {revision}",
        count,
        **fields,
    )


def rebilled(texts: Texts, found: Statement, money: Amounts | None = None) -> Iterable[Mapping[str, Any]]:
    """The lines to rebill by, with the difference between each account's own peak and its share explained; with a price
    what each costs and brings too."""
    period = found.period
    for line in found.lines:
        yield {
            "account": line.name,
            "share": line.share,
            "peak": line.peak,
            "peak_at": line.peak_at and line.peak_at.astimezone(found.zone).isoformat(),
            "difference": line.peak - line.share,
            "explanation": explained(texts, found, line),
            "first_day": period.first_day.isoformat(),
            "last_day": period.last_day.isoformat(),
            "reference": found.reference,
            **(paid(line, money) if money else {}),
        }


def paid(line: Line, money: Amounts) -> Mapping[str, Any]:
    """What an account costs and brings, as text of decimal numbers."""
    one = money.accounts.get(line.id)
    cost = one.cost if one else money.price.amount(0)
    return {
        "cost": f"{cost:f}",
        "brings": f"{one.brings:f}" if one and one.brings is not None else None,
        "currency": money.price.currency,
    }


def sheet(texts: Texts, found: Statement, money: Amounts | None = None) -> Sheet:
    """The same lines for a spreadsheet, with titles in the reader's language."""
    titles = [
        texts.say("Account"),
        texts.say("Share"),
        texts.say("Own peak"),
        texts.say("Reached"),
        texts.say("Difference"),
        texts.say("Explanation"),
        texts.say("First day"),
        texts.say("Last day"),
        texts.say("Reference"),
        *([texts.say("Cost"), texts.say("Brings"), texts.say("Currency")] if money else []),
    ]
    period = found.period
    rows = [
        [
            line.name,
            line.share,
            line.peak,
            line.peak_at and line.peak_at.astimezone(found.zone),
            line.peak - line.share,
            explained(texts, found, line),
            period.first_day,
            period.last_day,
            found.reference,
            *(money_cells(line, money) if money else []),
        ]
        for line in found.lines
    ]
    return Sheet(found.reference, titles, rows, found.created_at)


def money_cells(line: Line, money: Amounts) -> list[Cell]:
    """What an account costs and brings, for a spreadsheet."""
    one = money.accounts.get(line.id)
    return [one.cost if one else money.price.amount(0), one.brings if one else None, money.price.currency]

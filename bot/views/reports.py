"""The report of a billing period in sentences: period, present count, peak, and how the accounts' peaks add up."""

from collections.abc import Sequence
from datetime import datetime

from bot.services.billing.counted import Repeated
from bot.services.billing.peaks import AccountFigures, Report
from bot.services.billing.statements import Statement
from bot.services.workspaces import Workspace
from bot.views.texts import Texts, shown, whole_names
from bot.views.words import PLANNED, STATUSES, address, and_more, difference, few

REPEATED = 3
"""So many of the people who are counted more than once are named in a report, and so many accounts of each."""


def title(texts: Texts, report: Report) -> str:
    """Of whom the report is, and the figure that is billed."""
    one = report.account or report.absent
    name = one.name if one else report.workspace.name
    return texts.say("{name}: peak {peak}", name=shown(name), peak=report.peak)


def figures(texts: Texts, report: Report) -> list[str]:
    """Period, present count and peak."""
    lines = [period(texts, report)]
    reached = report.peak_at and moment(texts, report.workspace, report.peak_at)
    if report.closed:
        lines.append(
            texts.plural("At its end {n} user was counted.", "At its end {n} users were counted.", report.current)
        )
    else:
        lines.append(texts.plural("Now {n} user is counted.", "Now {n} users are counted.", report.current))
    if reached is None:
        lines.append(texts.say("Nobody was counted at any time, so the bill is for nobody."))
    elif report.closed:
        lines.append(texts.say("The peak was {peak}, first reached on {at}.", peak=report.peak, at=reached))
    else:
        lines.append(texts.say("The peak so far is {peak}, first reached on {at}.", peak=report.peak, at=reached))
    return lines


def before(texts: Texts, report: Report, earlier: Report | None) -> list[str]:
    """The peak of the period before, and by how many users this one's differs, if any account was there then."""
    if earlier is None or not earlier.accounts:
        return []
    moved = difference(texts, report.peak - earlier.peak)
    fields = {"peak": earlier.peak, "difference": moved}
    return [texts.say("The peak of the period before was {peak}; the difference is {difference}.", **fields)]


def of_account(texts: Texts, report: Report) -> list[str]:
    """As `figures` of a report on a single account, with its status, which says why nobody is counted."""
    return [*figures(texts, report), *(status(texts, one) for one in report.accounts)]


def status(texts: Texts, one: AccountFigures) -> str:
    """An account's status, and how many are active whatever that is."""
    return texts.plural(
        "Status: {status}; {n} active user.",
        "Status: {status}; {n} active users.",
        one.active,
        status=texts.say(STATUSES[one.status]),
    )


def period(texts: Texts, report: Report) -> str:
    """The period's first and last day, in the MSP's own zone."""
    fields = {"first": report.period.first_day, "last": report.period.last_day}
    zone = report.workspace.calendar.zone.key
    if report.closed:
        return texts.say("Billing period {first} to {last} ({zone}), over.", zone=zone, **fields)
    return texts.say("Billing period {first} to {last} ({zone}), running.", zone=zone, **fields)


def sums(texts: Texts, report: Report | Statement) -> str:
    """The sum of the accounts' peaks, and why it may differ from the peak."""
    total = report.sum_of_account_peaks
    if total == report.peak:
        return texts.say("The accounts’ own peaks add up to the same.")
    return texts.say(
        "The accounts’ own peaks add up to {sum}, since they were not reached at one instant; "
        "what is billed is the peak of all accounts together.",
        sum=total,
    )


def repeated(texts: Texts, people: Sequence[Repeated], most: int = REPEATED) -> str:
    """Who was counted more than once at the peak, by name the first `most`, and how many seats too many that makes; of
    one person or more."""
    named = [f"{address(texts, one.email)} ({few(texts, one.accounts, REPEATED)})" for one in people[:most]]
    with whole_names():  # those in it are short already
        listed = and_more(texts, named, len(people) - most)
    told = texts.plural(
        "At the peak {n} person was counted in more than one account",
        "At the peak {n} people were counted in more than one account",
        len(people),
    )
    seats = texts.plural("{n} seat too many", "{n} seats too many", sum(one.too_many for one in people))
    return texts.say(
        "{told}, which makes {seats}: {listed}. usecure bills each account’s user.",
        told=told,
        seats=seats,
        listed=listed,
    )


def nothing(texts: Texts, report: Report | None = None) -> str:
    """There is no account yet, or there was none in that period; of a single account, what it will be."""
    if report and report.absent:
        name, status, at = shown(report.absent.name), report.absent.status, report.absent.at
        if status and at:
            local = at.astimezone(report.workspace.calendar.zone)
            planned = texts.say(PLANNED[status], at=texts.beginning(local))
            return texts.say("{account} has no status by then: it is {planned}.", account=name, planned=planned)
        return texts.say("{account} has no status: the import that gave it one was retracted.", account=name)
    if report and report.closed:
        return texts.say("No account had a status by then.")
    return texts.say(
        "No account has a status yet. Import your accounts and their users from CSV files: "
        "seatbot import accounts FILE.csv, then seatbot import users FILE.csv"
    )


def moment(texts: Texts, workspace: Workspace, at: datetime) -> str:
    """An instant of the bill, in the MSP's own zone; which that is, is said where it is not the reader's."""
    zone = workspace.calendar.zone
    told = texts.within(zone).moment(at)
    return told if zone.key == texts.zone.key else f"{told} ({zone.key})"


def repeated_title(texts: Texts, count: int, at: datetime | str) -> str:
    """How many people were counted more than once at an instant."""
    return texts.plural(
        "{n} person counted in more than one account on {at}",
        "{n} people counted in more than one account on {at}",
        count,
        at=at,
    )


def counted(texts: Texts, count: int, at: datetime | str, account: str | None) -> str:
    """How many people were counted at an instant."""
    if account:
        return texts.plural(
            "{n} user of {account} counted on {at}",
            "{n} users of {account} counted on {at}",
            count,
            account=shown(account),
            at=at,
        )
    return texts.plural("{n} user counted on {at}", "{n} users counted on {at}", count, at=at)

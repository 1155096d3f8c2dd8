"""Lists as tables: accounts, users, deny lists, the log."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from bot.services.accounts import AccountLine
from bot.services.billing.amounts import AccountAmount, Amounts
from bot.services.billing.counted import Billable, Repeated
from bot.services.billing.peaks import AccountFigures, DayFigures
from bot.services.deny_list import DenyCount, DenyLine
from bot.services.log import Line
from bot.services.people import Person
from bot.services.suggestions import Suggestion
from bot.services.users import UserLine
from bot.views import warnings as warning_views
from bot.views.parts import Rows, Table
from bot.views.texts import Texts, shown
from bot.views.words import CAUSES, KINDS, NAMED, PLANNED, STATUSES, SUGGESTED, address, author, difference

ADMINS = ("admin_add", "admin_remove")
"""Kinds of changes whose reason holds the Slack user ids of the admins."""


def figures(
    texts: Texts,
    found: Sequence[AccountFigures],
    *,
    closed: bool,
    amounts: Amounts | None = None,
    moves: Mapping[int, int] | None = None,
    total: Sequence[str] = (),
) -> Table:
    """The accounts of a billing period. `closed` says that the period is over, `moves` by how many users each account's
    peak differs from that of the period before."""
    titles = [
        texts.say("Account"),
        texts.say("Status"),
        texts.say("Active users"),
        texts.say("Counted at the end") if closed else texts.say("Counted now"),
        texts.say("Peak"),
    ]
    if moves is not None:
        titles.append(texts.say("Change in peak"))
    if amounts:
        titles += money_titles(texts, amounts)
    numbers = range(2, len(titles))
    titles.append(texts.say("Reached"))
    return Table(titles, Rows(found, lambda one: figures_row(texts, one, amounts, moves)), numbers=numbers, total=total)


def figures_row(
    texts: Texts, one: AccountFigures, amounts: Amounts | None, moves: Mapping[int, int] | None
) -> list[str]:
    cells = [
        shown(one.name),
        texts.say(STATUSES[one.status]),
        texts.number(one.active),
        texts.number(one.current),
        texts.number(one.peak),
    ]
    if moves is not None:
        cells.append(difference(texts, moves[one.id]))
    if amounts:
        cells += money(texts, amounts, amounts.accounts.get(one.id))
    return [*cells, texts.instant(one.peak_at) if one.peak_at else ""]


def money_titles(texts: Texts, amounts: Amounts) -> list[str]:
    """What stands above `money`; in a file with the currency, which its numbers lack."""
    titles = [texts.say("Cost"), *([] if amounts.brings is None else [texts.say("Brings")])]
    return [f"{title} ({amounts.price.currency})" for title in titles] if texts.filed else titles


def money(texts: Texts, amounts: Amounts, one: AccountAmount | None) -> list[str]:
    """What an account costs and, where any resale price is known, what it brings."""
    currency = amounts.price.currency
    cells = [texts.money(one.cost if one else Decimal(), currency)]
    if amounts.brings is not None:
        cells.append(texts.money(one.brings, currency) if one and one.brings is not None else "")
    return cells


def total(texts: Texts, amounts: Amounts) -> list[str]:
    """What all accounts together cost and, where any resale price is known, what they bring."""
    currency = amounts.price.currency
    cells = [texts.money(amounts.total, currency)]
    return cells if amounts.brings is None else [*cells, texts.money(amounts.brings, currency)]


def daily(texts: Texts, days: Sequence[DayFigures]) -> Table:
    """A period day by day."""
    titles = [texts.say("Day"), texts.say("Highest count"), texts.say("Count at its end")]
    rows = Rows(days, lambda day: [texts.day(day.date), texts.number(day.peak), texts.number(day.close)])
    return Table(titles, rows, numbers=(1, 2))


def accounts(texts: Texts, lines: Sequence[AccountLine], *, total: Sequence[str] = ()) -> Table:
    """Accounts as they are now; what is planned is told in the zone of the texts."""
    titles = [
        texts.say("Account"),
        texts.say("Status"),
        texts.say("Active users"),
        texts.say("Counted now"),
        texts.say("Domain"),
        texts.say("Trial ends"),
    ]
    return Table(titles, Rows(lines, lambda line: account_row(texts, line)), numbers=(2, 3), total=total)


def account_row(texts: Texts, line: AccountLine) -> list[str]:
    return [
        shown(line.name),
        planned(texts, line.status, line.planned) if line.planned else texts.say(STATUSES[line.status]),
        texts.number(line.active),
        texts.number(line.current),
        shown(line.domain or ""),
        texts.beginning(line.trial_ends.astimezone(texts.zone)) if line.trial_ends else "",
    ]


def planned(texts: Texts, status: str, at: datetime) -> str:
    """A status that an account will have, from when on in the zone of the texts."""
    return texts.say(PLANNED[status], at=texts.beginning(at.astimezone(texts.zone)))


def users(texts: Texts, lines: Sequence[UserLine]) -> Table:
    """The users of an account."""
    titles = [texts.say("Address"), texts.say("Name"), texts.say("Status"), texts.say("Since"), texts.say("Cause")]
    return Table(titles, Rows(lines, lambda line: user_row(texts, line)))


def user_row(texts: Texts, line: UserLine) -> list[str]:
    return [
        address(texts, line.email),
        shown(line.name or ""),
        texts.say(STATUSES[line.status]) + (" " + texts.say("(denied)") if line.denied else ""),
        texts.instant(line.since),
        texts.say(CAUSES[line.cause]),
    ]


def counted(texts: Texts, people: Sequence[Billable | Person]) -> Table:
    """The people behind a figure."""
    titles = [texts.say("Account"), texts.say("Address"), texts.say("Name")]
    return Table(
        titles, Rows(people, lambda one: [shown(one.account), address(texts, one.email), shown(one.name or "")])
    )


def repeated(texts: Texts, people: Sequence[Repeated]) -> Table:
    """People who are counted more than once, with the accounts."""
    titles = [texts.say("Address"), texts.say("Name"), texts.say("Seats"), texts.say("Accounts")]
    return Table(titles, Rows(people, lambda one: repeated_row(texts, one)), numbers=(2,))


def repeated_row(texts: Texts, one: Repeated) -> list[str]:
    return [
        address(texts, one.email),
        shown(one.name or ""),
        texts.number(len(one.accounts)),
        ", ".join(map(shown, one.accounts)),
    ]


def suggestions(texts: Texts, people: Sequence[Suggestion]) -> Table:
    """People who might be kept out, and why."""
    titles = [texts.say("Account"), texts.say("Address"), texts.say("Name"), texts.say("Why"), texts.say("See also")]
    return Table(titles, Rows(people, lambda one: suggestion_row(texts, one)))


def suggestion_row(texts: Texts, one: Suggestion) -> list[str]:
    return [
        shown(one.account),
        address(texts, one.email),
        shown(one.name or ""),
        ", ".join(texts.say(SUGGESTED[why]) for why in one.why),
        ", ".join(map(shown, one.others)),
    ]


def deny_lists(texts: Texts, lines: Sequence[DenyCount]) -> Table:
    """The deny lists that have entries."""
    titles = [texts.say("Account"), texts.say("Entries")]
    return Table(titles, Rows(lines, lambda one: [shown(one.account), texts.number(one.entries)]), numbers=(1,))


def deny_list(texts: Texts, lines: Sequence[DenyLine], who: Callable[[str], str] = str) -> Table:
    """The entries of a deny list. `who` names those who added them."""
    titles = [texts.say("Entry"), texts.say("Added"), texts.say("By")]
    rows = Rows(lines, lambda line: [shown(line.pattern), texts.instant(line.added_at), shown(who(line.added_by))])
    return Table(titles, rows)


def log(texts: Texts, lines: Sequence[Line], who: Callable[[str], str] = str) -> Table:
    """What was done and what was refused. `who` names those who did it."""
    titles = [texts.say("When"), texts.say("Change"), texts.say("What"), texts.say("People"), texts.say("Who")]
    return Table(titles, Rows(lines, lambda line: log_row(texts, line, who)), numbers=(3,))


def log_row(texts: Texts, line: Line, who: Callable[[str], str]) -> list[str]:
    what = done(texts, line, who) if line.kind else texts.say("refused: {asked}", asked=shown(line.asked or ""))
    return [
        texts.instant(line.at),
        f"#{line.change}" if line.change else "",
        what,
        texts.number(line.people) if line.people else "",
        author(texts, line.actor, who),
    ]


def status(texts: Texts, line: Line) -> list[str]:
    """What an account's status was set to, and from when on; nothing of a plan that is taken back."""
    if line.status is None or (line.takes_back and line.planned):
        return []
    if line.planned is None:
        return [texts.say(STATUSES[line.status])]
    return [texts.say(PLANNED[line.status], at=texts.beginning(line.planned))]


def done(texts: Texts, line: Line, who: Callable[[str], str]) -> str:
    """What was done: its kind, what it took back, and of whom or what."""
    assert line.kind
    what = texts.say(KINDS[line.kind])
    if line.takes_back:
        what += f" #{line.takes_back}"
        if line.kind == "undo" and line.undone:
            what += f" ({texts.say(KINDS[line.undone])})"
    patterns = [*("+" + shown(one) for one in line.added), *("-" + shown(one) for one in line.removed)]
    if (more := len(patterns) - NAMED) > 0:
        patterns[NAMED:] = [texts.plural("{n} more", "{n} more", more)]
    warnings = [warning_views.named(texts, one) for one in line.warnings]
    topics = [*line.topics, *("-" + one for one in line.topics_removed)]
    if (more := len(topics) - NAMED) > 0:
        topics[NAMED:] = [texts.plural("{n} more", "{n} more", more)]
    why = [line.source, line.reason]
    if line.kind in ADMINS:
        why = [who(person) for person in (line.reason or "").split()]
    details = [
        *map(shown, line.accounts),
        *status(texts, line),
        *patterns,
        *topics,
        *warnings,
        *(shown(text) for text in why if text),
    ]
    if details:
        what = texts.say("{what}: {details}", what=what, details=", ".join(details))
    if line.taken_back_by:
        what += " " + texts.say("(taken back by #{change})", change=str(line.taken_back_by))
    return what

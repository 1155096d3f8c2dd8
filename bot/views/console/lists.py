"""Tables on the command line: reports, accounts, users, deny lists, the log, the settings."""

from collections.abc import Sequence
from typing import Protocol

from bot.services.accounts import AccountLine
from bot.services.billing.peaks import AccountFigures, Report
from bot.services.billing.periods import DAY
from bot.services.deny_list import DenyLine
from bot.services.log import Line
from bot.services.users import UserLine
from bot.views.console.words import CAUSES, KINDS, STATUSES, address
from bot.views.terminal import Terminal
from bot.views.texts import Texts, shown


def report(out: Terminal, texts: Texts, found: Report) -> None:
    """Headline, chart of the daily peak, and the table of accounts."""
    name = found.account.name if found.account else found.workspace.name
    period = found.period
    out.line(
        texts.say(
            "{name}: billing period from {first} to {last}",
            name=shown(name),
            first=period.first_day,
            last=period.end_day - DAY,
        ),
        "bold",
    )
    if found.closed:
        out.line(texts.say("Billed: {peak}. At the period's end: {current}.", peak=found.peak, current=found.current))
    else:
        out.line(texts.say("This bill so far: {peak}. Now: {current}.", peak=found.peak, current=found.current))
    if found.peak_at:
        out.line(texts.say("The peak was first reached on {instant}.", instant=found.peak_at))
    out.chart((texts.day(found.daily[0].date), texts.day(found.daily[-1].date)), [day.peak for day in found.daily])
    if not found.accounts:
        out.line(texts.say("No account had a status in this period. Import them: seatbot import accounts FILE.csv"))
        return
    titles = [
        texts.say("Account"),
        texts.say("Status"),
        texts.say("Active"),
        texts.say("Billed now"),
        texts.say("Peak"),
        texts.say("Reached"),
    ]
    out.table(titles, [account_row(texts, one) for one in found.accounts], numbers=(2, 3, 4))
    if not found.account and found.sum_of_account_peaks != found.peak:
        out.line(
            texts.say(
                "The accounts' own peaks add up to {sum}, more than the bill: they were not reached at one instant.",
                sum=found.sum_of_account_peaks,
            )
        )


def account_row(texts: Texts, one: AccountFigures) -> list[str]:
    return [
        shown(one.name),
        texts.say(STATUSES[one.status]),
        texts.number(one.active),
        texts.number(one.current),
        texts.number(one.peak),
        texts.instant(one.peak_at) if one.peak_at else "",
    ]


def accounts(out: Terminal, texts: Texts, lines: Sequence[AccountLine]) -> None:
    if not lines:
        out.line(texts.say("No account matches."))
        return
    titles = [
        texts.say("Account"),
        texts.say("Status"),
        texts.say("Active"),
        texts.say("Billed now"),
        texts.say("Domain"),
        texts.say("Trial ends"),
    ]
    rows = [
        [
            shown(line.name),
            texts.say(STATUSES[line.status]),
            texts.number(line.active),
            texts.number(line.current),
            shown(line.domain or ""),
            texts.instant(line.trial_ends) if line.trial_ends else "",
        ]
        for line in lines
    ]
    out.table(titles, rows, numbers=(2, 3))


def users(out: Terminal, texts: Texts, lines: Sequence[UserLine]) -> None:
    if not lines:
        out.line(texts.say("Nobody matches."))
        return
    titles = [texts.say("Address"), texts.say("Name"), texts.say("Status"), texts.say("Since"), texts.say("Cause")]
    denied = texts.say("(denied)")
    rows = [
        [
            address(texts, line.email),
            shown(line.name or ""),
            texts.say(STATUSES[line.status]) + (f" {denied}" if line.denied else ""),
            texts.instant(line.since),
            texts.say(CAUSES[line.cause]),
        ]
        for line in lines
    ]
    out.table(titles, rows)


def deny_list(out: Terminal, texts: Texts, lines: Sequence[DenyLine]) -> None:
    if not lines:
        out.line(texts.say("The deny list is empty."))
        return
    rows = [[shown(line.pattern), texts.instant(line.added_at), shown(line.added_by)] for line in lines]
    out.table([texts.say("Entry"), texts.say("Added"), texts.say("By")], rows)


def log(out: Terminal, texts: Texts, lines: Sequence[Line]) -> None:
    if not lines:
        out.line(texts.say("The log is empty."))
        return
    titles = [texts.say("When"), texts.say("Change"), texts.say("What"), texts.say("People"), texts.say("Who")]
    out.table(titles, [log_row(texts, line) for line in lines], numbers=(3,))


def log_row(texts: Texts, line: Line) -> list[str]:
    if line.kind:
        what = texts.say(KINDS[line.kind])
        if line.takes_back:
            what += f" #{line.takes_back}"
        details = [*map(shown, line.accounts), *(shown(text) for text in (line.source, line.reason) if text)]
        if details:
            what += f": {', '.join(details)}"
        if line.taken_back_by:
            what += " " + texts.say("(taken back by #{change})", change=str(line.taken_back_by))
    else:
        what = texts.say("refused: {asked}", asked=shown(line.asked or ""))
    return [
        texts.instant(line.at),
        f"#{line.change}" if line.change else "",
        what,
        texts.number(line.people) if line.people else "",
        shown(line.actor),
    ]


class Finding(Protocol):
    """What `seatbot check` found of one setting or step."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def fault(self) -> str | None: ...


def check(out: Terminal, texts: Texts, found: Sequence[Finding]) -> None:
    """Every setting and step with its value and source; what is wrong follows the table, one line each."""
    titles = [texts.say("Setting"), texts.say("Value"), texts.say("From"), ""]
    rows = [[one.name, shown(one.value), one.source, "✗" if one.fault else "✓"] for one in found]
    out.table(titles, rows)
    for one in found:
        if one.fault:
            out.line(f"{one.name}: {one.fault}", "red")

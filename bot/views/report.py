"""The report of a billing period: headline, chart, the largest clients."""

from collections.abc import Sequence

from slackblocks import (
    AxisConfig,
    Block,
    ColumnSettings,
    DataPoint,
    DataSeries,
    DataVisualizationBlock,
    LineChart,
    RawText,
    TableBlock,
)

from bot.services.billing.peaks import AccountFigures, DayFigures, Report
from bot.services.billing.periods import DAY
from bot.services.errors import N_
from bot.services.names import key
from bot.views import answer
from bot.views.answer import Answer
from bot.views.texts import Texts, shown

LARGEST = 20
MOST_POINTS = 20
"""So many points a chart of Slack's takes."""
LONGEST_CELL = 40
STATUSES = {
    "trial": N_("trial"),
    "active": N_("active"),
    "closed": N_("closed"),
}


def of_workspace(texts: Texts, report: Report, *, charts: bool) -> Answer:
    """The report over all accounts."""
    name = shown(report.workspace.name)
    if not report.accounts:
        return nothing(texts, report, name)
    title = texts.say("{name}: peak {peak}", name=shown(name), peak=report.peak)
    said = [title, *figures(texts, report), sums(texts, report)]
    blocks: list[Block] = [answer.header("title", title), answer.section("figures", said[1:])]
    if charts:
        blocks.append(chart(texts, report.daily))
    blocks.append(table(texts, report))
    if len(report.accounts) > LARGEST:
        shown_of = texts.say(
            "The {shown} accounts with the highest peaks, of {all}.", shown=LARGEST, all=len(report.accounts)
        )
        blocks.append(answer.context("largest", shown_of))
        said.append(shown_of)
    return answer.answer(said, blocks)


def of_account(texts: Texts, report: Report, name: str, *, charts: bool) -> Answer:
    """The report of one account."""
    one = report.account
    title = texts.say("{name}: peak {peak}", name=shown(name), peak=report.peak)
    said = [title, *figures(texts, report)]
    if one is None:
        said.append(texts.say("The account had no status in this period, so it counts for nothing."))
    else:
        said.append(
            texts.plural(
                "Status: {status}; {n} active user.",
                "Status: {status}; {n} active users.",
                one.active,
                status=texts.say(STATUSES[one.status]),
            )
        )
    blocks: list[Block] = [answer.header("title", title), answer.section("figures", said[1:])]
    if charts:
        blocks.append(chart(texts, report.daily))
    return answer.answer(said, blocks)


def nothing(texts: Texts, report: Report, name: str) -> Answer:
    """There is no account yet, or there was none in that period."""
    title = texts.say("{name}: nothing to count", name=name)
    said = [title, period(texts, report)]
    said.append(
        texts.say(
            "No account had a status by then. Import your accounts and their users from CSV files: "
            "seatbot import accounts FILE.csv, then seatbot import users FILE.csv"
        )
    )
    return answer.answer(said, [answer.header("title", title), answer.section("figures", said[1:])])


def figures(texts: Texts, report: Report) -> list[str]:
    """Period, present count and peak in words."""
    lines = [period(texts, report)]
    if report.closed:
        lines.append(
            texts.plural("At its end {n} user was counted.", "At its end {n} users were counted.", report.current)
        )
    else:
        lines.append(texts.plural("Now {n} user is counted.", "Now {n} users are counted.", report.current))
    if report.peak_at is None:
        lines.append(texts.say("Nobody was counted at any time, so the bill is for nobody."))
    elif report.closed:
        lines.append(texts.say("The peak was {peak}, first reached on {at}.", peak=report.peak, at=report.peak_at))
    else:
        lines.append(
            texts.say("The peak so far is {peak}, first reached on {at}.", peak=report.peak, at=report.peak_at)
        )
    return lines


def period(texts: Texts, report: Report) -> str:
    """The period's first and last day, in the MSP's own zone."""
    fields = {"first": report.period.first_day, "last": report.period.end_day - DAY}
    zone = report.workspace.calendar.zone.key
    if report.closed:
        return texts.say("Billing period {first} to {last} ({zone}), over.", zone=zone, **fields)
    return texts.say("Billing period {first} to {last} ({zone}), running.", zone=zone, **fields)


def sums(texts: Texts, report: Report) -> str:
    """The sum of the accounts' peaks, and why it may differ from the peak."""
    total = report.sum_of_account_peaks
    if total == report.peak:
        return texts.say("The accounts' own peaks add up to the same.")
    return texts.say(
        "The accounts' own peaks add up to {sum}, since they were not reached at one instant; "
        "what is billed is the peak of all accounts together.",
        sum=total,
    )


def table(texts: Texts, report: Report) -> TableBlock:
    """The accounts with the highest peaks, and the whole."""
    largest = sorted(report.accounts, key=lambda one: (-one.peak, -one.active, key(one.name)))[:LARGEST]
    heads = [
        texts.say("Account"),
        texts.say("Status"),
        texts.say("Active users"),
        texts.say("Counted at the end") if report.closed else texts.say("Counted now"),
        texts.say("Peak"),
    ]
    count = len(report.accounts)
    active = sum(one.active for one in report.accounts)
    total = [texts.plural("All ({n} account)", "All ({n} accounts)", count), "–"]
    total += [texts.number(number) for number in (active, report.current, report.peak)]
    rows = [heads, *(line(texts, one) for one in largest), total]
    right = ColumnSettings(align="right")
    return TableBlock(
        [[RawText(cell) for cell in row] for row in rows],
        column_settings=[ColumnSettings(align="left"), ColumnSettings(align="left"), right, right, right],
        block_id="accounts",
    )


def line(texts: Texts, one: AccountFigures) -> list[str]:
    numbers = [texts.number(number) for number in (one.active, one.current, one.peak)]
    return [shown(one.name, LONGEST_CELL) or "–", texts.say(STATUSES[one.status]), *numbers]


def chart(texts: Texts, daily: Sequence[DayFigures]) -> DataVisualizationBlock:
    """The highest count of each day; of a long period each point is the highest of several days."""
    step = -(-len(daily) // MOST_POINTS)
    groups = [daily[start : start + step] for start in range(0, len(daily), step)]
    labels = [texts.short_day(group[0].date) for group in groups]
    points = [DataPoint(label, max(day.peak for day in group)) for label, group in zip(labels, groups, strict=True)]
    return DataVisualizationBlock(
        texts.say("Highest count of each day"),
        LineChart([DataSeries(texts.say("Counted users"), points)], AxisConfig(labels)),
        block_id="chart",
    )

"""The report of a billing period: headline, chart, the largest clients, the way to the people behind each figure."""

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter

from slackblocks import (
    AxisConfig,
    Block,
    Button,
    DataPoint,
    DataSeries,
    DataVisualizationBlock,
    LineChart,
    StaticSelectMenu,
)

from bot.services.accounts import AccountLine
from bot.services.billing.billed import Billed
from bot.services.billing.counted import Billable, Repeated
from bot.services.billing.peaks import AccountFigures, DayFigures, Report
from bot.services.suggestions import Suggestion
from bot.services.users import UserLine
from bot.views import lists, reports
from bot.views.slack import answer
from bot.views.slack.answer import PAGE, Answer
from bot.views.texts import Texts, shown

MOST_POINTS = 20
"""So many points a chart of Slack's takes."""


def of_workspace(
    texts: Texts,
    report: Report,
    *,
    native: Collection[str],
    page: int = 1,
    here: str,
    now: str,
    at_peak: str | None,
    repeated: Sequence[Repeated] = (),
    all_repeated: str | None = None,
) -> Answer:
    """The report over all accounts. `here` stands for the report itself, `now` and `at_peak` for the people counted,
    `all_repeated` for the whole list of those who were counted more than once at the peak, `repeated`."""
    if not report.accounts:
        return nothing(texts, report)
    title = reports.title(texts, report)
    said = [title, *reports.figures(texts, report), reports.sums(texts, report)]
    if repeated:
        said.append(reports.repeated(texts, repeated))
    largest = sorted(report.accounts, key=attrgetter("peak", "active"), reverse=True)  # equals stay in order of names
    # The bill's instants are in the zone that the sentence about the period names.
    billing = texts.within(report.workspace.calendar.zone)
    table = lists.figures(billing, largest, closed=report.closed, total=total(billing, report))
    blocks: list[Block] = [answer.header("title", title), answer.section("figures", said[1:])]
    if "data_visualization" in native:
        blocks.append(chart(texts, report.daily))
    blocks += answer.page(texts, native, "accounts", table, page)
    menu = choose_account(texts, here, largest[(page - 1) * PAGE : page * PAGE])
    elements: list[Button | StaticSelectMenu] = [*menu, *people_buttons(texts, report, now, at_peak)]
    if all_repeated:
        elements.append(answer.button("open_repeated", texts.say("Who was counted more than once"), all_repeated))
    blocks.append(answer.buttons("people", elements))
    return answer.answer(said, blocks, lasts=True, table=table)


def of_account(
    texts: Texts,
    report: Report,
    name: str,
    *,
    native: Collection[str],
    now: str,
    at_peak: str | None,
    users: str | None = None,
) -> Answer:
    """The report of one account. `users` stands for the list of its users."""
    one = report.account
    title = texts.say("{name}: peak {peak}", name=shown(name), peak=report.peak)
    said = [title, *reports.figures(texts, report)]
    if one is None:
        said.append(texts.say("The account had no status in this period, so it counts for nothing."))
    else:
        said.append(reports.status(texts, one))
    blocks: list[Block] = [answer.header("title", title), answer.section("figures", said[1:])]
    if "data_visualization" in native:
        blocks.append(chart(texts, report.daily))
    elements = [answer.button("open_users", texts.say("Users"), users)] if users else []
    if one is not None:
        elements += people_buttons(texts, report, now, at_peak)
    if elements:
        blocks.append(answer.buttons("people", elements))
    return answer.answer(said, blocks, lasts=True, table=lists.daily(texts, report.daily))


def nothing(texts: Texts, report: Report) -> Answer:
    """There is no account yet, or there was none in that period."""
    title = texts.say("{name}: nothing to count", name=shown(report.workspace.name))
    said = [title, reports.period(texts, report), reports.nothing(texts, report)]
    return answer.answer(said, [answer.header("title", title), answer.section("figures", said[1:])])


def counted(
    texts: Texts,
    people: Sequence[Billable],
    title: str,
    *,
    native: Collection[str],
    page: int,
    here: str | None = None,
) -> Answer:
    """The people behind a figure. `here` stands for the answer itself, from which each person's story opens."""
    table = lists.counted(texts, people)
    blocks: list[Block] = [answer.header("title", title)]
    if people:
        blocks += answer.page(texts, native, "people", table, page)
        blocks += choose_person(texts, here, people[(page - 1) * PAGE : page * PAGE]) if here else []
    else:
        blocks.append(answer.section("people", [texts.say("Nobody was counted.")]))
    return answer.answer([title], blocks, lasts=True, table=table)


def repeated(
    texts: Texts, people: Sequence[Repeated], title: str, *, native: Collection[str], page: int, here: str
) -> Answer:
    """The people who were counted more than once. `here` stands for the answer itself, from which each person's story
    opens."""
    table = lists.repeated(texts, people)
    if people:
        told = texts.say(
            "usecure bills each account's user. To have a person counted once, set them inactive in the other "
            "accounts: that lowers the bill from the next period on."
        )
    else:
        told = texts.say("Nobody was counted more than once.")
    blocks: list[Block] = [answer.header("title", title), answer.section("figures", [told])]
    if people:
        blocks += answer.page(texts, native, "people", table, page)
        blocks += choose_person(texts, here, people[(page - 1) * PAGE : page * PAGE])
    return answer.answer([title, told], blocks, lasts=True, table=table if people else None)


def people_buttons(texts: Texts, report: Report, now: str, at_peak: str | None) -> list[Button]:
    """The way to the people behind the two figures."""
    at_end = texts.say("Who was counted at the end") if report.closed else texts.say("Who is counted now")
    buttons = [answer.button("open_now", at_end, now)]
    if at_peak:
        buttons.append(answer.button("open_peak", texts.say("Who was counted at the peak"), at_peak))
    return buttons


def choose_account(texts: Texts, here: str, accounts: Iterable[AccountFigures | AccountLine]) -> list[StaticSelectMenu]:
    """A menu of the accounts on this page, each of which opens its own report."""
    options = [(one.name, one.id) for one in accounts]
    return answer.menu("choose_account", texts.say("Look at one account"), here, options)


def choose_person(
    texts: Texts, here: str, people: Iterable[Billable | Billed | Repeated | UserLine | Suggestion]
) -> list[Block]:
    """A menu of the people on this page, each of whom opens with their story; the forgotten have none."""
    options = [(one.email, one.id) for one in people if one.email]
    menu = answer.menu("choose_person", texts.say("Look at one person"), here, options)
    return [answer.buttons("person", menu)] if menu else []


def total(texts: Texts, report: Report) -> list[str]:
    """The last row: all accounts together."""
    count = len(report.accounts)
    return [
        texts.plural("All ({n} account)", "All ({n} accounts)", count),
        "–",
        texts.number(sum(one.active for one in report.accounts)),
        texts.number(report.current),
        texts.number(report.peak),
        texts.instant(report.peak_at) if report.peak_at else "–",
    ]


def chart(texts: Texts, daily: Sequence[DayFigures]) -> DataVisualizationBlock:
    """The highest count of each day; of a long period each point is the highest of several days."""
    step = -(-len(daily) // MOST_POINTS)
    groups = [daily[start : start + step] for start in range(0, len(daily), step)]
    labels = [texts.short_day(group[0].date) for group in groups]
    points = [DataPoint(label, max(day.peak for day in group)) for label, group in zip(labels, groups, strict=True)]
    title = (
        texts.say("Highest count of each day")
        if step == 1
        else texts.say("Highest count, {days} days a point", days=step)
    )
    return DataVisualizationBlock(
        title, LineChart([DataSeries(texts.say("Counted users"), points)], AxisConfig(labels)), block_id="chart"
    )

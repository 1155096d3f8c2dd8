"""The report of a billing period: headline, chart, the largest clients, the way to the people behind each figure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

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
from bot.services.billing.amounts import Amounts
from bot.services.billing.billed import Billed
from bot.services.billing.counted import Billable, Repeated
from bot.services.billing.course import Course
from bot.services.billing.peaks import AccountFigures, Report
from bot.services.suggestions import Suggestion
from bot.services.users import UserLine
from bot.views import amounts, lists, reports
from bot.views.slack import answer
from bot.views.slack.answer import PAGE, Answer
from bot.views.texts import Texts, shown
from bot.views.words import difference

MOST_POINTS = 20
"""So many points a chart of Slack's takes."""
LONGEST_TABLE, LONGEST_CHOICE = 4_600, 25
"""About so many characters of a report its table may take, and each account in the menu: the chart wants room too."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the counts of a report: the period before, where a running period is going, and the money,
    where there is a price."""

    before: Report | None = None
    course: Course | None = None
    money: Amounts | None = None

    def said(self, texts: Texts, found: Report) -> list[str]:
        """What the period before came to, the money and the course, in sentences."""
        return [
            *reports.before(texts, found, self.before),
            *amounts.bill(texts, found, self.money),
            *amounts.ahead(texts, found, self.course, self.money),
        ]


ALONE = Beside()


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
    beside: Beside = ALONE,
) -> Answer:
    """The report over all accounts. `here` stands for the report itself, `now` and `at_peak` for the people counted,
    `all_repeated` for the whole list of those who were counted more than once at the peak, `repeated`."""
    if not report.accounts:
        return nothing(texts, report)
    title = reports.title(texts, report)
    said = [title, *reports.figures(texts, report), *beside.said(texts, report), reports.sums(texts, report)]
    if repeated:
        said.append(reports.repeated(texts, repeated))
    moved = moves(report, beside.before)
    # Equals stay in the order of names.
    largest = sorted(report.accounts, key=lambda one: (-abs(moved[one.id]), -one.peak, -one.active))
    # The bill's instants are in the zone that the sentence about the period names.
    billing = texts.within(report.workspace.calendar.zone)
    last = total(billing, report, beside.money, report.peak - (beside.before.peak if beside.before else 0))
    table = lists.figures(billing, largest, closed=report.closed, amounts=beside.money, moves=moved, total=last)
    blocks: list[Block] = [answer.header("title", title), answer.section("figures", said[1:])]
    if "data_visualization" in native:
        blocks.append(chart(texts, report, beside.before))
    blocks += answer.page(texts, native, "accounts", table.only(columns(beside.money)), page, LONGEST_TABLE)
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
    beside: Beside = ALONE,
) -> Answer:
    """The report of one account. `users` stands for the list of its users."""
    one = report.account
    title = texts.say("{name}: peak {peak}", name=shown(name), peak=report.peak)
    said = [title, *reports.figures(texts, report)]
    if one is None:
        said.append(texts.say("The account had no status in this period, so it counts for nothing."))
    else:
        said += [*beside.said(texts, report), reports.status(texts, one)]
    blocks: list[Block] = [answer.header("title", title), answer.section("figures", said[1:])]
    if "data_visualization" in native:
        blocks.append(chart(texts, report, beside.before))
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
            "usecure bills each account’s user. To have a person counted once, set them inactive in the other "
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
    return answer.menu("choose_account", texts.say("Look at one account"), here, options, LONGEST_CHOICE)


def choose_person(
    texts: Texts, here: str, people: Iterable[Billable | Billed | Repeated | UserLine | Suggestion]
) -> list[Block]:
    """A menu of the people on this page, each of whom opens with their story; the forgotten have none."""
    options = [(one.email, one.id) for one in people if one.email]
    menu = answer.menu("choose_person", texts.say("Look at one person"), here, options)
    return [answer.buttons("person", menu)] if menu else []


def columns(money: Amounts | None) -> list[int]:
    """Which columns of the accounts a message has room for; its file has all."""
    account, status, _, current, peak, moved, *paid = range(8)
    if money is None:
        return [account, status, current, peak, moved]
    return [account, current, peak, moved, paid[0]] if money.brings is None else [account, peak, moved, *paid]


def moves(report: Report, before: Report | None) -> dict[int, int]:
    """By how many users the peak of each account differs from that of the period before, by its id."""
    earlier = {one.id: one.peak for one in before.accounts} if before else {}
    return {one.id: one.peak - earlier.get(one.id, 0) for one in report.accounts}


def total(texts: Texts, report: Report, money: Amounts | None, moved: int) -> list[str]:
    """The last row: all accounts together."""
    count = len(report.accounts)
    cells = [
        texts.plural("All ({n} account)", "All ({n} accounts)", count),
        "–",
        texts.number(sum(one.active for one in report.accounts)),
        texts.number(report.current),
        texts.number(report.peak),
        difference(texts, moved),
    ]
    if money:
        cells += lists.total(texts, money)
    return [*cells, texts.instant(report.peak_at) if report.peak_at else "–"]


def chart(texts: Texts, report: Report, before: Report | None) -> DataVisualizationBlock:
    """The highest count of each day, beside that of the same day of the period before; of a long period each point is
    the highest of several days. A period before that had fewer days goes on with its last count."""
    days = report.daily
    step = -(-len(days) // MOST_POINTS)
    starts = range(0, len(days), step)
    labels = [texts.short_day(days[start].date) for start in starts]
    title = (
        texts.say("Highest count of each day")
        if step == 1
        else texts.say("Highest count, {days} days a point", days=step)
    )
    series = [series_of(texts.say("Counted users"), labels, [day.peak for day in days], step)]
    if before and before.accounts:
        earlier = [day.peak for day in before.daily[: len(days)]]
        earlier += [before.daily[-1].close] * (len(days) - len(earlier))
        series.append(series_of(texts.say("The period before"), labels, earlier, step))
    return DataVisualizationBlock(title, LineChart(series, AxisConfig(labels)), block_id="chart")


def series_of(name: str, labels: Sequence[str], peaks: Sequence[int], step: int) -> DataSeries:
    """A line of a chart, a point of which is the highest of `step` days."""
    points = [DataPoint(label, max(peaks[at * step : (at + 1) * step])) for at, label in enumerate(labels)]
    return DataSeries(name, points)

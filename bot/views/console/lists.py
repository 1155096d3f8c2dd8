"""Reports, lists, stories and settings on the command line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from bot.services.accounts import AccountLine
from bot.services.billing.amounts import Amounts
from bot.services.billing.counted import Repeated
from bot.services.billing.course import Course
from bot.services.billing.peaks import Report
from bot.services.deny_list import DenyLine
from bot.services.errors import N_
from bot.services.history import Story
from bot.services.log import Line
from bot.services.suggestions import Suggestion
from bot.services.users import UserLine
from bot.services.warnings.lines import WarningLine
from bot.views import amounts, lists, reports, stories
from bot.views import digests as digest_views
from bot.views import topics as topic_views
from bot.views import warnings as warning_views
from bot.views.parts import Table
from bot.views.terminal import Terminal
from bot.views.texts import Texts, shown
from bot.views.words import NAMED

if TYPE_CHECKING:  # they need YAML, and most lists do not
    from bot.services.digest_rows import Digest
    from bot.services.faq.own import TopicLine
    from bot.services.faq.unanswered import Question


def report(
    out: Terminal,
    texts: Texts,
    found: Report,
    repeated: Sequence[Repeated],
    money: Amounts | None = None,
    course: Course | None = None,
) -> None:
    """Headline, money, what is ahead, chart of the daily peak, the table of accounts, and who was counted more than
    once at the peak."""
    out.line(reports.title(texts, found), "bold")
    if not found.accounts:
        out.line(reports.period(texts, found))
        out.line(reports.nothing(texts, found))
        return
    said = [*reports.figures(texts, found), *amounts.bill(texts, found, money)]
    for text in [*said, *amounts.ahead(texts, found, course, money)]:
        out.line(text)
    out.chart((texts.day(found.daily[0].date), texts.day(found.daily[-1].date)), [day.peak for day in found.daily])
    out.table(lists.figures(texts, found.accounts, closed=found.closed, amounts=money))
    if not found.account:
        out.line(reports.sums(texts, found))
    if repeated:
        few = len(repeated) <= NAMED
        out.line(reports.repeated(texts, repeated, NAMED if few else reports.REPEATED))
        if not few:
            period = f" --period {found.period.first_day}" if found.closed else ""
            command = f"seatbot report --duplicates{period}"
            out.line(texts.say("“{command}” lists them all, “seatbot why ADDRESS” tells of one.", command=command))


def duplicates(out: Terminal, texts: Texts, found: Report, repeated: Sequence[Repeated]) -> None:
    """Everybody who was counted more than once at the peak of a period."""
    out.line(reports.title(texts, found), "bold")
    out.line(reports.period(texts, found))
    if repeated and found.peak_at:
        out.line(reports.repeated_title(texts, len(repeated), found.peak_at))
    listed(out, lists.repeated(texts, repeated), texts.say("Nobody was counted more than once."))


def accounts(out: Terminal, texts: Texts, lines: Sequence[AccountLine]) -> None:
    listed(out, lists.accounts(texts, lines), texts.say("No account matches."))


def no_accounts(out: Terminal, texts: Texts) -> None:
    """There is none yet."""
    out.line(texts.say("There is no account yet. Import them from a CSV file: seatbot import accounts FILE.csv"))


def users(out: Terminal, texts: Texts, lines: Sequence[UserLine]) -> None:
    listed(out, lists.users(texts, lines), texts.say("Nobody matches."))


def suggestions(out: Terminal, texts: Texts, people: Sequence[Suggestion]) -> None:
    """Who might be kept out, and how."""
    listed(out, lists.suggestions(texts, people), texts.say("There is nobody to suggest."))
    if people:
        out.line(texts.say("Nobody is kept out by this list. To do it: seatbot deny add ACCOUNT ADDRESS"), "dim")


def deny_list(out: Terminal, texts: Texts, lines: Sequence[DenyLine]) -> None:
    listed(out, lists.deny_list(texts, lines), texts.say("The deny list is empty."))


def log(out: Terminal, texts: Texts, lines: Sequence[Line]) -> None:
    listed(out, lists.log(texts, lines), texts.say("The log is empty."))


def topics(out: Terminal, texts: Texts, lines: Sequence["TopicLine"]) -> None:
    out.table(topic_views.listed(texts, lines))


def digests(out: Terminal, texts: Texts, some: Sequence["Digest"]) -> None:
    listed(out, digest_views.listed(texts, some), texts.say("There is no digest yet."))


def warnings(out: Terminal, texts: Texts, lines: Sequence[WarningLine]) -> None:
    """The warnings that stand; where there are none, which there could be."""
    if lines:
        out.table(warning_views.table(texts, lines))
        return
    for line in (
        texts.say("Nobody is warned of anything yet. There are these warnings:"),
        *warning_views.explained(texts),
    ):
        out.line(line)


def questions(out: Terminal, texts: Texts, found: Sequence["Question"]) -> None:
    listed(out, topic_views.questions(texts, found), texts.say("No question is without an answer."))


def listed(out: Terminal, table: Table, empty: str) -> None:
    """A table or, without rows, what that means."""
    if table.rows:
        out.table(table)
    else:
        out.line(empty)


def why(out: Terminal, texts: Texts, found: Sequence[Story]) -> None:
    """Each person's story."""
    for story in found:
        out.line(stories.title(texts, story), "bold")
        out.parts(stories.standing(texts, story))
        out.table(stories.events(texts, story))


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


SOURCES = {"default": N_("default"), "environment": N_("environment")}
"""Where a setting comes from, in words; files, directories and Slack have names of their own."""


def check(out: Terminal, texts: Texts, found: Sequence[Finding]) -> None:
    """Every setting and step with its value and source; what is wrong follows the table, one line each."""
    titles = [texts.say("Setting"), texts.say("Value"), texts.say("From"), ""]
    rows = [
        [one.name, shown(one.value), texts.say(SOURCES.get(one.source, one.source)), "✗" if one.fault else "✓"]
        for one in found
    ]
    out.table(Table(titles, rows))
    for one in found:
        if one.fault:
            out.line(texts.say("{what}: {details}", what=one.name, details=one.fault), "red")

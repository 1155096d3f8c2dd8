"""The command line's answers in words and tables, in the reader's language."""

from collections.abc import Sequence
from typing import Protocol

from bot.services.accounts import AccountLine
from bot.services.billing.peaks import AccountFigures, Report
from bot.services.billing.periods import DAY
from bot.services.changes import Change, Effect
from bot.services.deny_list import DenyLine
from bot.services.errors import N_
from bot.services.history import Event, Story
from bot.services.imports.outcome import Outcome
from bot.services.log import Line
from bot.services.people import Person
from bot.services.users import UserLine
from bot.views.terminal import Terminal
from bot.views.texts import Texts, shown

STATUSES = {
    "active": N_("active"),
    "inactive": N_("inactive"),
    "trial": N_("trial"),
    "closed": N_("closed"),
}
CAUSES = {
    "manual": N_("by hand"),
    "sync": N_("sync"),
    "deny_list": N_("deny list"),
    "import": N_("import"),
    "undo": N_("undo"),
}
KINDS = {
    "import_accounts": N_("accounts imported"),
    "import_users": N_("users imported"),
    "retract": N_("import retracted"),
    "deactivate": N_("deactivated"),
    "activate": N_("activated"),
    "deny_add": N_("added to a deny list"),
    "deny_remove": N_("removed from a deny list"),
    "deny_import": N_("deny list imported"),
    "sync": N_("sync"),
    "undo": N_("undone"),
    "forget": N_("a person forgotten"),
    "set": N_("settings changed"),
}


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
    rows = [
        [
            address(texts, line.email),
            shown(line.name or ""),
            texts.say(STATUSES[line.status]) + (f" ({texts.say('denied')})" if line.denied else ""),
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


def why(out: Terminal, texts: Texts, stories: Sequence[Story]) -> None:
    """Each person's story: what holds, what the next sync would do, and every change with its bill."""
    for story in stories:
        who = address(texts, story.person.email)
        out.line(texts.say("{who} at {account}", who=who, account=shown(story.person.account)), "bold")
        out.line(standing(texts, story))
        for text in outlook(texts, story):
            out.line(text)
        titles = [
            texts.say("When"),
            texts.say("Became"),
            texts.say("Cause"),
            texts.say("Who"),
            texts.say("This bill"),
            texts.say("Next bill"),
        ]
        out.table(titles, [event_row(texts, event) for event in story.events])


def standing(texts: Texts, story: Story) -> str:
    since = story.standing.since
    if story.standing.status == "inactive":
        return texts.say("Inactive since {since}: not billed.", since=since)
    if story.billable:
        return texts.say("Active since {since}, and billed.", since=since)
    return texts.say("Active since {since}; not billed, since the account is not active.", since=since)


def outlook(texts: Texts, story: Story) -> list[str]:
    lines = []
    if story.denied:
        lines.append(texts.say("On the deny list: {patterns}.", patterns=story.denied))
    if story.comes_back:
        lines.append(texts.say("The next sync sets this person active again, unless the deny list keeps them out."))
    if story.goes_away:
        lines.append(texts.say("The next sync sets this person inactive: the deny list wins."))
    return lines


def event_row(texts: Texts, event: Event) -> list[str]:
    return [
        texts.instant(event.at),
        texts.say(STATUSES[event.status]),
        f"{texts.say(CAUSES[event.cause])} #{event.change}",
        shown(event.actor) + (f" ({shown(event.reason)})" if event.reason else ""),
        f"{texts.day(event.period.first_day)}: " + (texts.say("counted") if event.billed else texts.say("not counted")),
        texts.say("counted") if event.next_billed else texts.say("not counted"),
    ]


def change(out: Terminal, texts: Texts, done: Change) -> None:
    """What a change of people or of a deny list did, and what it means for the bills."""
    account = shown(done.account or "")
    if done.takes_back:
        out.line(texts.say("Change {change} is taken back.", change=str(done.takes_back)), "bold")
    for people, one, many in (
        (done.changed, *DONE[done.kind]),
        (done.unchanged, N_("{n} person was so already: {people}"), N_("{n} people were so already: {people}")),
        (done.left, N_("{n} person was left as they are: {people}"), N_("{n} people were left as they are: {people}")),
    ):
        if people:
            out.line(texts.plural(one, many, len(people), people=named(texts, people)))
    for patterns, message in (
        (done.patterns, N_("On the deny list of {account} now: {patterns}")),
        (done.removed, N_("Not on the deny list of {account} any more: {patterns}")),
        (done.known, N_("On the deny list of {account} before: {patterns}")),
    ):
        if patterns:
            out.line(texts.say(message, account=account, patterns=few(patterns)))
    if done.comes_back:
        out.line(
            texts.say(
                "The next sync brings back {people}. To prevent it: seatbot deny add ACCOUNT ADDRESS",
                people=named(texts, done.comes_back),
            ),
            "yellow",
        )
    if done.left and done.kind in ("deny_add", "deny_import"):
        out.line(texts.say("No sync ever brought them, so the deny list does not touch them. seatbot deactivate does."))
    for text in in_usecure(texts, done):
        out.line(text, "dim")
    if done.removed and not done.takes_back:
        out.line(texts.say("Nobody is activated by this until the next sync does it."))
    effect(out, texts, done.effect)
    recorded(out, texts, done.id)


DONE = {
    kind: messages
    for kinds, messages in (
        (("deactivate",), (N_("{n} person deactivated: {people}"), N_("{n} people deactivated: {people}"))),
        (("activate",), (N_("{n} person activated: {people}"), N_("{n} people activated: {people}"))),
        (
            ("deny_add", "deny_import", "deny_remove"),
            (N_("{n} person deactivated: {people}"), N_("{n} people deactivated: {people}")),
        ),
        (("undo",), (N_("{n} person is as before: {people}"), N_("{n} people are as before: {people}"))),
        (
            ("retract",),
            (
                N_("{n} person's rows do not count any more: {people}"),
                N_("{n} people's rows do not count any more: {people}"),
            ),
        ),
    )
    for kind in kinds
}
FEW = 10


def in_usecure(texts: Texts, done: Change) -> list[str]:
    """What must be repeated in usecure's own console, and until when usecure counts the old way."""
    lines = []
    if done.changed and done.kind in ("deactivate", "activate", "undo"):
        lines.append(
            texts.say(
                "Set the same status in usecure (the client's Users page, select them, set inactive or active): "
                "until then usecure counts them as before."
            )
        )
    if done.patterns or done.removed:
        lines.append(
            texts.say(
                "Make the same entry in usecure's deny list of this client (the settings of its sync): "
                "usecure counts the old way until its next sync after that."
            )
        )
    return lines


def named(texts: Texts, people: Sequence[Person]) -> list[str]:
    """People by address and account, the first ten of them."""
    return few([f"{address(texts, person.email)} ({shown(person.account)})" for person in people])


def few(items: Sequence[str]) -> list[str]:
    return [*items[:FEW], *(["…"] if len(items) > FEW else [])]


def address(texts: Texts, email: str | None) -> str:
    return shown(email) if email else texts.say("(forgotten)")


def effect(out: Terminal, texts: Texts, found: Effect | None) -> None:
    """What this bill and the next count, before and after."""
    if found is None:
        return
    before, after = found.before, found.after
    if before.peak == after.peak:
        out.line(texts.say("This bill: {peak}, unchanged; a peak that was reached stands.", peak=after.peak))
    else:
        out.line(texts.say("This bill: {before} → {after}", before=before.peak, after=after.peak))
    out.line(
        texts.say(
            "Next bill, from {day} on, if nothing else changes: {before} → {after}",
            day=found.period.end_day,
            before=before.current,
            after=after.current,
        )
    )


def recorded(out: Terminal, texts: Texts, id_: int | None) -> None:
    if id_:
        out.line(texts.say("Change {change}", change=str(id_)), "dim")
    else:
        out.line(texts.say("Nothing had to be changed."), "dim")


def imported(out: Terminal, texts: Texts, outcome: Outcome) -> None:
    """What an import did, or would do, by account."""
    if outcome.dry_run:
        out.line(texts.say("Dry run: nothing was changed."), "bold yellow")
    out.line(texts.plural("{n} line read.", "{n} lines read.", outcome.lines))
    if outcome.accounts:
        titles = [
            texts.say("Account"),
            texts.say("New people"),
            texts.say("Activated"),
            texts.say("Deactivated"),
            texts.say("Rows"),
        ]
        rows = [
            [shown(one.account), *map(texts.number, (one.created, one.activated, one.deactivated, one.rows))]
            for one in outcome.accounts
        ]
        out.table(titles, rows, numbers=(1, 2, 3, 4))
    effect(out, texts, outcome.effect)
    if not outcome.dry_run:
        recorded(out, texts, outcome.change)


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
            what += f" ({texts.say('taken back by #{change}', change=str(line.taken_back_by))})"
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

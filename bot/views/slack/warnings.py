"""Warnings in Slack: what one tells, with what can be done about it at once, and the list of them."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from slackblocks import Block, SectionBlock

from bot.services.errors import N_, NN_
from bot.services.warnings.facts import Raised
from bot.services.warnings.lines import WarningLine
from bot.services.warnings.watch import (
    Jumped,
    Peaked,
    PeriodEnds,
    Reactivated,
    SyncsChanged,
    TrialsEnd,
    Warned,
)
from bot.views import digests, warnings
from bot.views.parts import Part
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.slack.lists import listing
from bot.views.texts import Texts, shown
from bot.views.words import KINDS, LONGEST_ACCOUNT, SUGGESTED, address, few

NAMED = 10
"""So many people, accounts or changes are named in a warning; the rest are counted."""
MOST_ACCOUNTS = 5
"""So many accounts get buttons of their own."""
SYNCS = {
    "failing": N_("{account}: the latest sync failed, and nobody was changed. A new one says why."),
    "held": N_("{account}: a sync would change unusually many people and waits for an admin. Nobody was changed."),
    "stale": N_("{account}: no sync has been good since {at}. Who joined or left since then is not known."),
    None: N_("{account}: the syncs go on again."),
}
TRIALS = {
    "ends": NN_(
        "{account}: the trial ends on {day}. {n} active user is not counted yet.",
        "{account}: the trial ends on {day}. {n} active users are not counted yet.",
    ),
    "ended": NN_(
        "{account}: the trial ended on {day}. {n} active user is not counted yet.",
        "{account}: the trial ended on {day}. {n} active users are not counted yet.",
    ),
    "planned": NN_(
        "{account}: active from {day} on, as planned. {n} active user is counted from then on.",
        "{account}: active from {day} on, as planned. {n} active users are counted from then on.",
    ),
}

Said = tuple[str, list[Part], list[Block]]
"""A headline, sentences, and blocks with buttons that follow them."""
Offers = Mapping[str, str]
"""What buttons stand for, by what they do; one that is missing is not shown."""


def warned(texts: Texts, root: str, told: Warned, offers: Offers) -> Answer:
    """What a warning tells. `offers` are by `report`, `raised`, `suggestions`, and for the accounts by number
    `deactivate 0`, `deny 0` and `preview 0`."""
    what = told.what
    if isinstance(what, Jumped):
        title, parts, more = jumped(texts, what, offers)
    elif isinstance(what, Peaked):
        title, parts, more = peaked(texts, what, offers)
    elif isinstance(what, TrialsEnd):
        title, parts, more = trials_end(texts, what, offers)
    elif isinstance(what, PeriodEnds):
        title, parts, more = period_ends(texts, what, offers)
    elif isinstance(what, SyncsChanged):
        title, parts, more = syncs_changed(texts, what, offers)
    else:
        title, parts, more = reactivated(texts, what, offers)
    if told.warning.accounts:
        only = texts.say("It is about {accounts} only.", accounts=few(texts, told.warning.accounts))
        parts = [*parts, Part("only", only)]
    mute = texts.say("warn mute {id} 7", id=str(told.warning.id))
    note = texts.say(
        "Warning {id}. To hear nothing of it for a week: {mute}", id=str(told.warning.id), mute=f"{root} {mute}"
    )
    blocks = [answer.header("title", title), *answer.sections(parts), *more, answer.context("warning", note)]
    said = [block.text.text for block in more if isinstance(block, SectionBlock) and block.text]
    return answer.answer([title, *parts, *map(answer.clean, said)], blocks)


def undelivered(texts: Texts, line: WarningLine, code: str) -> Answer:
    """To whoever added it: a warning did not arrive. They are told once, until one does."""
    said = [
        texts.say("A message of {warning} could not be posted.", warning=warnings.named(texts, line)),
        digests.why(texts, code),
        texts.say("The warning stays. You are not told again until a message of it has arrived."),
    ]
    return answer.answer(said, [answer.section("undelivered", said)])


def jumped(texts: Texts, what: Jumped, offers: Offers) -> Said:
    rise = what.rise
    n = rise.after - rise.before
    title = texts.plural("The count jumped by {n}", "The count jumped by {n}", n)
    fields = {"before": rise.before, "after": rise.after, "since": rise.since, "at": rise.at}
    parts = [Part("figures", texts.say("From {before} ({since}) to {after} ({at}).", **fields))]
    return title, [*parts, *because(texts, what.raised)], row(texts, offers, "raised", "report")


def peaked(texts: Texts, what: Peaked, offers: Offers) -> Said:
    peak, n = what.peak, what.peak.after - what.peak.before
    title = texts.say("New peak: {after}", after=peak.after)
    fields = {"before": peak.before, "after": peak.after, "at": peak.at, "day": peak.period.first_day}
    said = texts.plural(
        "The peak of the period that began on {day} rose by {n}, from {before} to {after}, reached on {at}.",
        "The peak of the period that began on {day} rose by {n}, from {before} to {after}, reached on {at}.",
        n,
        **fields,
    )
    return title, [Part("figures", said), *because(texts, what.raised)], row(texts, offers, "raised", "report")


def because(texts: Texts, raised: Raised) -> list[Part]:
    """Which accounts, people and changes raised a count."""
    parts = []
    if raised.gains:
        gains = [
            f"{shown(one.account, LONGEST_ACCOUNT)} {'+' if one.n > 0 else '−'}{texts.number(abs(one.n))}"
            for one in raised.gains
        ]
        parts.append(Part("accounts", texts.say("By account: {accounts}.", accounts=few(texts, gains))))
    if raised.changes:
        made = [f"#{one.id} {texts.say(KINDS[one.kind])}" for one in raised.changes]
        parts.append(Part("changes", texts.say("By these changes: {changes}.", changes=few(texts, made))))
    if raised.people:
        heading = texts.plural(
            "{n} person is counted since then:", "{n} people are counted since then:", len(raised.people)
        )
        people = [f"{address(texts, one.email)} ({shown(one.account, LONGEST_ACCOUNT)})" for one in raised.people]
        parts.append(Part("people", "\n".join([heading, *cut(texts, people)])))
    return parts


def cut(texts: Texts, lines: Sequence[str]) -> list[str]:
    """The first of many lines, and how many more there are."""
    more = len(lines) - NAMED
    return [*lines[:NAMED], texts.plural("and {n} more", "and {n} more", more)] if more > 0 else list(lines)


def trials_end(texts: Texts, what: TrialsEnd, offers: Offers) -> Said:
    count = len(what.trials)
    title = texts.plural("{n} trial is about to end", "{n} trials are about to end", count)
    lines = []
    for one in what.trials:
        message = TRIALS["planned" if one.planned else "ends" if one.ends > what.now else "ended"]
        day = texts.beginning(one.ends.astimezone(texts.zone))
        lines.append(texts.plural(*message, one.active, account=shown(one.account), day=day))
    after = what.bill.current + sum(one.active for one in what.trials)
    fields = {"before": what.bill.current, "after": after, "peak": max(what.bill.peak, after)}
    effect = texts.say(
        "Once active, they raise the count from {before} to {after}, and this period’s bill would be {peak} at least.",
        **fields,
    )
    return title, [Part("trials", "\n".join(cut(texts, lines))), Part("effect", effect)], row(texts, offers, "report")


def period_ends(texts: Texts, what: PeriodEnds, offers: Offers) -> Said:
    title = texts.say("The billing period ends on {day}", day=what.period.last_day)
    fields = {"peak": what.bill.peak, "current": what.bill.current, "end": what.period.end_day}
    figures = texts.say(
        "Its bill is {peak} so far. The next period, from {end}, begins with {current}, less whoever is set inactive "
        "before.",
        **fields,
    )
    parts = [Part("figures", figures)]
    if not what.people:
        parts.append(Part("people", texts.say("Nobody stands out who might be set inactive.")))
        return title, parts, row(texts, offers, "report")
    parts.append(
        Part(
            "people",
            texts.plural(
                "{n} person is counted, perhaps by mistake:",
                "{n} people are counted, perhaps by mistake:",
                len(what.people),
            ),
        )
    )
    people = [
        (one.account, f"{address(texts, one.email)} ({', '.join(texts.say(SUGGESTED[why]) for why in one.why)})")
        for one in what.people
    ]
    return title, parts, [*by_account(texts, people, offers), *row(texts, offers, "suggestions", "report")]


def by_account(texts: Texts, people: Sequence[tuple[str, str]], offers: Offers) -> list[Block]:
    """People, each as account and how they are named, by account, with what can be done with those of the first few."""
    blocks: list[Block] = []
    groups = [(name, [one for _, one in some]) for name, some in groupby(people, key=lambda one: one[0])]
    for number, (name, some) in enumerate(groups[:MOST_ACCOUNTS]):
        blocks.append(answer.section(f"account_{number}", [answer.clean(shown(name)), *cut(texts, some)]))
        blocks += choices(texts, offers, number, len(some))
    if n := sum(len(some) for _, some in groups[MOST_ACCOUNTS:]):
        blocks.append(answer.section("others", [texts.plural("and {n} more", "and {n} more", n)]))
    return blocks


def choices(texts: Texts, offers: Offers, number: int, n: int) -> list[Block]:
    """What can be done with the people of an account: buttons for admins, who are asked for it when they press."""
    elements = []
    if offer := offers.get(f"deactivate {number}"):
        label = texts.plural("Set {n} person inactive", "Set {n} people inactive", n)
        elements.append(answer.button(f"also_deactivate_{number}", label, offer, "danger"))
    if offer := offers.get(f"deny {number}"):
        label = texts.plural("Put {n} person on the deny list", "Put {n} people on the deny list", n)
        elements.append(answer.button(f"also_deny_{number}", label, offer))
    return [answer.buttons(f"choice_{number}", elements)] if elements else []


def syncs_changed(texts: Texts, what: SyncsChanged, offers: Offers) -> Said:
    bad = [state for state, trouble in what.states if trouble is not None]
    if bad:
        title = texts.plural("The syncs of {n} account need a look", "The syncs of {n} accounts need a look", len(bad))
    else:
        n = len(what.states)
        title = texts.plural("The syncs of {n} account go on again", "The syncs of {n} accounts go on again", n)
    lines = [
        texts.say(SYNCS[trouble], account=shown(state.account), at=state.good_at) for state, trouble in what.states
    ]
    more: list[Block] = []
    elements = [
        answer.button(
            f"also_preview_{number}",
            texts.say("Preview {account}", account=shown(state.account, LONGEST_ACCOUNT)),
            offers[f"preview {number}"],
        )
        for number, state in enumerate(bad[:MOST_ACCOUNTS])
        if f"preview {number}" in offers
    ]
    if elements:
        more.append(answer.buttons("next", elements))
    return title, [Part("syncs", "\n".join(cut(texts, lines)))], more


def reactivated(texts: Texts, what: Reactivated, offers: Offers) -> Said:
    n = len(what.people)
    title = texts.plural("A sync set {n} person active again", "A sync set {n} people active again", n)
    said = texts.plural(
        "This person had been set inactive by hand and counts again. Only the deny list keeps somebody inactive who is "
        "in the directory.",
        "These people had been set inactive by hand and count again. Only the deny list keeps somebody inactive who is "
        "in the directory.",
        n,
    )
    people = [(one.account, address(texts, one.email)) for one in what.people]
    return title, [Part("figures", said)], by_account(texts, people, offers)


LABELS = {
    "raised": N_("Everybody who is new"),
    "report": N_("Report"),
    "suggestions": N_("All suggestions"),
}


def row(texts: Texts, offers: Offers, *wanted: str) -> list[Block]:
    """Buttons that look something up."""
    elements = [answer.button(f"also_{one}", texts.say(LABELS[one]), offers[one]) for one in wanted if one in offers]
    return [answer.buttons("next", elements)] if elements else []


def raised(texts: Texts, found: Raised, *, native: Collection[str], page: int) -> Answer:
    """Everybody who raised a count."""
    from bot.views import lists

    title = texts.plural("{n} person is counted since then", "{n} people are counted since then", len(found.people))
    return listing(texts, title, [], lists.counted(texts, found.people), [], native=native, page=page)

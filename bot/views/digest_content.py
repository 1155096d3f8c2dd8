"""What a digest tells, in sentences."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.services.attention import Attention, EndingTrial, StaleSync
from bot.services.billing.counted import Repeated
from bot.services.digest_content import Content
from bot.services.errors import NN_
from bot.services.news import Did, Moved, News
from bot.services.suggestions import Suggestion
from bot.views import amounts, reports
from bot.views.digests import FEW
from bot.views.parts import Part
from bot.views.texts import Texts, shown, whole_names
from bot.views.words import KINDS, address, and_more, author, few

LONGEST, LONGEST_ADDRESS = 40, 60
"""So long are names and addresses, since Slack takes a message of some 13,000 characters."""
MOST_ACCOUNTS = 3
"""So many accounts of one person or change are named."""


def title(texts: Texts, found: Content) -> str:
    """The headline: the figure that is billed or, of some accounts, how many they count."""
    if not found.is_of_several:
        return reports.title(texts, found.report)
    return texts.plural(
        "{n} user counted in {accounts}",
        "{n} users counted in {accounts}",
        found.next_count,
        accounts=about(texts, found),
    )


def about(texts: Texts, found: Content) -> str:
    """The accounts that it is about, by name the first few."""
    return few(texts, [shown(one.name, LONGEST) for one in found.digest.accounts or ()], FEW)


def figures(texts: Texts, found: Content) -> list[str]:
    """The bill, and what the next period begins with."""
    if not found.report.accounts:
        return [reports.period(texts, found.report), reports.nothing(texts, found.report)]
    lines = [reports.period(texts, found.report)]
    if not found.is_of_several:
        lines = [*reports.figures(texts, found.report), *amounts.bill(texts, found.report, found.amounts)]
    if not found.report.closed:
        lines.append(
            texts.plural(
                "If nothing changes, the next period begins on {day} with {n} user.",
                "If nothing changes, the next period begins on {day} with {n} users.",
                found.next_count,
                day=found.following.first_day,
            )
        )
    return lines


def news(texts: Texts, found: News, who: Callable[[str], str] = str) -> list[Part]:
    """What changed since the last digest; that nothing did, in one line. `who` names those who did it."""
    if not found:
        return [Part("news", texts.say("Nothing new since {at}.", at=found.since))]
    up, down = [one for one in found.moved if one.by > 0], [one for one in found.moved if one.by < 0]
    said = [texts.say("Since {at}:", at=found.since)]
    if up:
        said.append(texts.say("More are counted: {accounts}.", accounts=moved(texts, up)))
    if down:
        said.append(texts.say("Fewer are counted: {accounts}.", accounts=moved(texts, down)))
    if found.raised_from is not None:
        said.append(raised(texts, found))
    said += [did(texts, one, who) for one in found.did]
    if (more := found.changes - len(found.did)) > 0:
        said.append(texts.plural("and {n} more change", "and {n} more changes", more))
    return [Part("news", "\n".join(said))]


def moved(texts: Texts, some: Sequence[Moved]) -> str:
    """Accounts with how far their count moved, and to what."""
    named = [f"{shown(one.account, LONGEST)} {signed(texts, one.by)} → {texts.number(one.after)}" for one in some[:FEW]]
    with whole_names():
        return and_more(texts, named, len(some) - FEW)


def signed(texts: Texts, number: int) -> str:
    """A difference with its sign."""
    return f"{'+' if number > 0 else '−'}{texts.number(abs(number))}"


def raised(texts: Texts, found: News) -> str:
    """That the peak rose, and by whom."""
    rose = texts.say("The peak rose; it was {n} before.", n=found.raised_from)
    if not found.raised_by:
        return rose
    named = [person(texts, one.email, [one.account]) for one in found.raised_by[:FEW]]
    with whole_names():
        listed = and_more(texts, named, len(found.raised_by) - FEW)
    return texts.say("{rose} Counted at it, and not before: {people}.", rose=rose, people=listed)


def did(texts: Texts, one: Did, who: Callable[[str], str]) -> str:
    """A change that moved the count."""
    people = texts.plural("{n} person", "{n} people", one.people)
    return texts.say(
        "• #{change}, {kind}: {people} ({accounts}), by {who}, on {at}",
        change=str(one.change),
        kind=texts.say(KINDS[one.kind]),
        people=people,
        accounts=accounts(texts, one.accounts),
        who=shown(author(texts, one.actor, who), LONGEST),
        at=one.at,
    )


def accounts(texts: Texts, names: Sequence[str]) -> str:
    """The first accounts of somebody's or of a change, and how many more."""
    named = [shown(name, LONGEST) for name in names[:MOST_ACCOUNTS]]
    return and_more(texts, named, len(names) - MOST_ACCOUNTS)


def person(texts: Texts, email: str | None, of: Sequence[str]) -> str:
    """Somebody by address, and where."""
    return f"{shown(address(texts, email), LONGEST_ADDRESS)} ({accounts(texts, of)})"


def held(texts: Texts, found: Attention) -> str:
    """Syncs that wait for an admin."""
    return texts.say(
        "Syncs that wait for an admin: {accounts}. Nobody is changed by them until then.",
        accounts=few(texts, [shown(one.account, LONGEST) for one in found.held], FEW),
    )


def stale(texts: Texts, some: Sequence[StaleSync]) -> str:
    """Accounts that were not synced for long."""
    named = [
        texts.say("{account} (last on {at})", account=shown(one.account, LONGEST), at=one.since)
        if one.since
        else texts.say("{account} (never)", account=shown(one.account, LONGEST))
        for one in some[:FEW]
    ]
    with whole_names():
        listed = and_more(texts, named, len(some) - FEW)
    return texts.say("Not synced for two days or more: {accounts}.", accounts=listed)


def trials(texts: Texts, some: Sequence[EndingTrial]) -> str:
    """Trials that convert or end soon."""
    named = [trial(texts, one) for one in some[:FEW]]
    with whole_names():
        listed = and_more(texts, named, len(some) - FEW)
    return texts.say("Trials that are about to end: {trials}.", trials=listed)


def trial(texts: Texts, one: EndingTrial) -> str:
    message = (
        NN_("{account} on {day}, {n} user counted from then on", "{account} on {day}, {n} users counted from then on")
        if one.planned
        else NN_(
            "{account} on {day}, {n} user counted once it converts",
            "{account} on {day}, {n} users counted once it converts",
        )
    )
    return texts.plural(*message, one.active, account=shown(one.account, LONGEST), day=day_of(texts, one))


def day_of(texts: Texts, one: EndingTrial) -> date:
    return one.at.astimezone(texts.zone).date()


def suggestions(texts: Texts, some: Sequence[Suggestion], until: date) -> str:
    """Who could be set inactive before the next period begins."""
    named = [person(texts, one.email, [one.account]) for one in some[:FEW]]
    with whole_names():
        listed = and_more(texts, named, len(some) - FEW)
    told = texts.plural(
        "{n} person may be counted by mistake: {people}.",
        "{n} people may be counted by mistake: {people}.",
        len(some),
        people=listed,
    )
    return texts.say("{told} Whoever is inactive before {day} is not in the next bill.", told=told, day=until)


def repeated(texts: Texts, some: Sequence[Repeated]) -> str:
    """Who is counted more than once."""
    named = [person(texts, one.email, one.accounts) for one in some[:FEW]]
    with whole_names():
        listed = and_more(texts, named, len(some) - FEW)
    return texts.plural(
        "{n} person is counted in more than one account: {people}.",
        "{n} people are counted in more than one account: {people}.",
        len(some),
        people=listed,
    )

"""Answers to questions about billing in sentences: this MSP's own figures, whom to ask, and what to say where no topic
is meant."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.services.errors import N_
from bot.services.faq.answers import Named, Reply
from bot.services.faq.live import (
    Bills,
    DenyLists,
    Live,
    MoreThanOnce,
    Paused,
    Returns,
    Syncs,
    Trials,
)
from bot.services.faq.topics import Ask, Topic
from bot.services.workspaces import Workspace
from bot.views import reports, stories
from bot.views.parts import Part
from bot.views.texts import Texts, shown

ROOT = "{root}"
FIGURES_FIRST = {"billing-date"}
"""Topics whose figures are what was asked for: they stand before the answer."""
NAMED = 3
"""So many people or accounts are named in a sentence."""
ASK: Mapping[Ask, str] = MappingProxyType(
    {
        Ask.DISTRIBUTOR: N_("Whom to ask: your distributor."),
        Ask.ACCOUNT_MANAGER: N_("Whom to ask: your account manager at usecure."),
        Ask.BOTH: N_("Whom to ask: your distributor, or your account manager at usecure."),
    }
)


def answer(topic: Topic, root: str) -> str:
    """The answer of a topic, with the name that the slash command has here."""
    return topic.answer.replace(ROOT, root)


def ask(texts: Texts, topic: Topic) -> list[str]:
    """Whom to ask, where an answer is not ours to give."""
    return [texts.say(ASK[topic.ask])] if topic.ask else []


def unknown(texts: Texts) -> str:
    """No topic answers the question."""
    return texts.say(
        "I have no answer to that. For prices, licences and invoices ask your distributor; for resale, your account "
        "manager at usecure; for the platform itself, usecure’s support."
    )


def unsure(texts: Texts) -> str:
    """Several topics may be meant."""
    return texts.say("I am not sure what you mean. Is it one of these?")


def others(texts: Texts) -> str:
    """Other topics may be meant than the one that is answered."""
    return texts.say("Or did you mean one of these?")


def live(texts: Texts, workspace: Workspace, topic: str, found: Live | None) -> list[str]:
    """This MSP's own figures for a topic, a sentence each; none where there is nothing to tell."""
    texts = texts.within(workspace.calendar.zone)
    if isinstance(found, Bills):
        return BILLS[topic](texts, workspace, found)
    if isinstance(found, Returns):
        return returns(texts, found)
    if isinstance(found, MoreThanOnce):
        return more_than_once(texts, found)
    if isinstance(found, DenyLists):
        return deny_lists(texts, found)
    if isinstance(found, Syncs):
        return syncs(texts, found)
    if isinstance(found, Trials):
        return trials(texts, found)
    return paused(texts, found) if isinstance(found, Paused) else []


def dates(texts: Texts, workspace: Workspace, bills: Bills) -> list[str]:
    """When the running period began and ends."""
    return [
        texts.say(
            "Your running billing period is {first} to {last} ({zone}); the next one begins on {next}.",
            first=bills.period.first_day,
            last=bills.period.last_day,
            zone=workspace.calendar.zone.key,
            next=bills.period.end_day,
        )
    ]


def peaks(texts: Texts, workspace: Workspace, bills: Bills) -> list[str]:
    """Today's count beside the peak, and the peak of the period whose bill is at hand."""
    said = [
        texts.plural("Now {n} user is counted.", "Now {n} users are counted.", bills.current),
        *running(texts, bills),
    ]
    return [*said, *before(texts, bills)]


def bill(texts: Texts, workspace: Workspace, bills: Bills) -> list[str]:
    """What the running period and the one before bill."""
    return [*running(texts, bills), *before(texts, bills)]


def effect(texts: Texts, workspace: Workspace, bills: Bills) -> list[str]:
    """What the running bill counts in any case, and what the next one begins with."""
    return [
        texts.plural(
            "The bill of your running period, which ends on {last}, counts {n} user whomever you deactivate now.",
            "The bill of your running period, which ends on {last}, counts {n} users whomever you deactivate now.",
            bills.peak,
            last=bills.period.last_day,
        ),
        texts.plural(
            "As it stands, the next one begins on {next} with {n} user.",
            "As it stands, the next one begins on {next} with {n} users.",
            bills.current,
            next=bills.period.end_day,
        ),
    ]


def running(texts: Texts, bills: Bills) -> list[str]:
    fields: dict[str, Any] = {"first": bills.period.first_day, "last": bills.period.last_day}
    if bills.peak_at is None:
        return [texts.say("In your running period, {first} to {last}, nobody has been counted so far.", **fields)]
    return [
        texts.say(
            "The peak of your running period, {first} to {last}, is {peak} so far, first reached on {at}.",
            peak=bills.peak,
            at=bills.peak_at,
            **fields,
        )
    ]


def before(texts: Texts, bills: Bills) -> list[str]:
    """The peak of the period before; nothing where nobody was counted."""
    if bills.last_peak_at is None:
        return []
    return [
        texts.say(
            "The period before, {first} to {last}, had a peak of {peak}, first reached on {at}.",
            first=bills.last.first_day,
            last=bills.last.last_day,
            peak=bills.last_peak,
            at=bills.last_peak_at,
        )
    ]


BILLS: Mapping[str, Callable[[Texts, Workspace, Bills], list[str]]] = MappingProxyType(
    {
        "billing-date": dates,
        "peak-vs-current": peaks,
        "when-changes-take-effect": effect,
        "how-billing-works": bill,
    }
)


def returns(texts: Texts, found: Returns) -> list[str]:
    """Who came back by a sync, and who of them would come back again."""
    people = found.people
    if not people:
        return [
            texts.say("Since {since} no sync has brought back anybody whom you had deactivated.", since=found.since)
        ]
    said = [
        texts.plural(
            "Since {since} a sync brought back {n} person whom you had deactivated: {names}.",
            "Since {since} syncs brought back {n} people whom you had deactivated: {names}.",
            len(people),
            since=found.since,
            names=some(texts, [f"{one.email} ({shown(one.account)})" for one in people]),
        )
    ]
    unkept = sum(not one.denied for one in people)
    if unkept == len(people):
        said.append(
            texts.plural(
                "This person is on no deny list, so it can happen again.",
                "None of them is on a deny list, so it can happen again.",
                unkept,
            )
        )
    elif unkept:
        said.append(
            texts.plural(
                "{n} of them is on no deny list, so it can happen again.",
                "{n} of them are on no deny list, so it can happen again.",
                unkept,
            )
        )
    return said


def more_than_once(texts: Texts, found: MoreThanOnce) -> list[str]:
    """Who is counted in more than one account."""
    people = found.people
    if not people:
        return [texts.say("At present nobody is counted in more than one of your accounts.")]
    named = [f"{one.email} ({texts.listing([shown(name) for name in one.accounts])})" for one in people]
    return [
        texts.plural(
            "At present {n} person is counted in more than one of your accounts: {names}.",
            "At present {n} people are counted in more than one of your accounts: {names}.",
            len(people),
            names=some(texts, named),
        )
    ]


def deny_lists(texts: Texts, found: DenyLists) -> list[str]:
    """How long the deny lists are."""
    lists = found.lists
    if not lists:
        return [texts.say("None of your accounts has an entry on its deny list yet.")]
    entries = sum(one.entries for one in lists)
    return [
        texts.plural(
            "Your deny lists have {n} entry: {names}.",
            "Your deny lists have {n} entries: {names}.",
            entries,
            names=some(texts, [f"{shown(one.account)} ({texts.number(one.entries)})" for one in lists]),
        )
    ]


def syncs(texts: Texts, found: Syncs) -> list[str]:
    """When syncs last changed something, and when the next are due."""
    lasts, nexts = (
        some(texts, [f"{shown(one.account)} ({texts.moment(one.at)})" for one in times])
        for times in (found.lasts, found.nexts)
    )
    said = [texts.say("Seatbot has recorded no sync yet.")]
    if found.lasts:
        said = [texts.say("The latest syncs that changed something: {names}.", names=lasts)]
    if found.nexts:
        said.append(texts.say("Seatbot’s next daily syncs: {names}.", names=nexts))
    return said


def trials(texts: Texts, found: Trials) -> list[str]:
    """Which accounts are on trial, and how many users would enter the bill."""
    if not found.accounts:
        return [texts.say("None of your accounts is on trial.")]
    named = [
        texts.plural("{account} ({n} active user)", "{account} ({n} active users)", one.active, account=shown(one.name))
        for one in found.accounts
    ]
    active = sum(one.active for one in found.accounts)
    return [
        texts.plural(
            "{n} of your accounts is on trial: {names}.",
            "{n} of your accounts are on trial: {names}.",
            len(found.accounts),
            names=some(texts, named),
        ),
        texts.plural(
            "Converted now, they would bring the count from {current} to {total} ({n} user more).",
            "Converted now, they would bring the count from {current} to {total} ({n} users more).",
            active,
            current=found.current,
            total=found.current + active,
        ),
    ]


def paused(texts: Texts, found: Paused) -> list[str]:
    """Which accounts have nobody active already."""
    if not found.paused and not found.others:
        return [texts.say("None of your accounts is billed at present.")]
    if not found.paused:
        return [texts.say("All of your billed accounts have active users at present.")]
    return [
        texts.plural(
            "{n} of your billed accounts has nobody active at present: {names}.",
            "{n} of your billed accounts have nobody active at present: {names}.",
            len(found.paused),
            names=some(texts, [shown(one.name) for one in found.paused]),
        )
    ]


def some(texts: Texts, named: Sequence[str]) -> str:
    """The first few of these, and how many more there are."""
    if len(named) <= NAMED:
        return texts.listing(named)
    return texts.plural(
        "{names} and {n} more", "{names} and {n} more", len(named) - NAMED, names=", ".join(named[:NAMED])
    )


def named(texts: Texts, workspace: Workspace, about: Named) -> list[Part]:
    """What holds of the person and the account that a question names, in the MSP's own zone as the figures beside."""
    texts = texts.within(workspace.calendar.zone)
    parts = []
    if about.stranger:
        unknown = texts.say("Seatbot knows nobody with the address {email}.", email=shown(about.stranger))
        parts.append(Part("stranger", unknown))
    for number, story in enumerate(about.stories[:NAMED]):
        told = [stories.title(texts, story), *(part.text for part in stories.standing(texts, story))]
        parts += [Part(f"person_{number}", text) for text in told]
    if about.account and (report := about.report):
        told = [texts.say("{name}: peak {peak}", name=shown(about.account.name), peak=report.peak)]
        told += reports.nothing(texts, report).split("\n") if report.absent else reports.of_account(texts, report)
        parts += [Part("account", text) for text in told]
    return parts


def told(texts: Texts, workspace: Workspace, reply: Reply, root: str) -> list[str]:
    """What is said in reply to a question, in paragraphs: the answer and the figures, or that there is none."""
    if reply.topic:
        own = " ".join(live(texts, workspace, reply.topic.id, reply.figures))
        both = [answer(reply.topic, root), own]
        if reply.topic.id in FIGURES_FIRST:
            both.reverse()
        return [*filter(None, both), *ask(texts, reply.topic)]
    return [unknown(texts) if reply.match.off else unsure(texts)]


def document(texts: Texts, workspace: Workspace, reply: Reply, root: str) -> dict[str, Any]:
    """The answer to a question (contracts.md, JSON of `faq`)."""
    offered = [] if reply.match.off else reply.offered
    return {
        "topic": reply.match.topic,
        "locale": reply.locale,
        "confidence": round(reply.match.confidence, 3),
        "answer": "\n".join(told(texts, workspace, reply, root)),
        "suggestions": [{"topic": topic.id, "question": topic.question} for topic in offered],
    }

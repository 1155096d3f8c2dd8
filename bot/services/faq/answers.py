"""What a question gets: the topic's answer with this MSP's figures, a question back, or that there is no answer."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.services import accounts, history
from bot.services.accounts import Account
from bot.services.billing import peaks
from bot.services.billing.peaks import Report
from bot.services.errors import Refusal
from bot.services.faq import live, matching, named, own
from bot.services.faq.live import Live
from bot.services.faq.matching import Match
from bot.services.faq.named import Written
from bot.services.faq.topics import Topic
from bot.services.history import Story
from bot.services.workspaces import Workspace

STAND_IN = "Acme"
"""Questions are matched with this name in the place of an account's: the topics' phrasings have it."""
Known = Mapping[tuple[str, str], Topic]
"""Topics by id and language."""


@dataclass(frozen=True, slots=True)
class Named:
    """The person and the account that a question names, if any, with their stories and its running report."""

    stories: tuple[Story, ...] = ()
    account: Account | None = None
    report: Report | None = None
    stranger: str | None = None
    """An address in it that nobody has."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question gets. `offered` are the topics that may be meant, instead of `topic` where there is one, or those
    that are not far where the question is off topic."""

    match: Match
    topic: Topic | None = None
    figures: Live | None = None
    related: tuple[Topic, ...] = ()
    offered: tuple[Topic, ...] = ()
    named: Named = Named()

    @property
    def locale(self) -> str:
        """The language of the question, in which it is answered."""
        return self.match.locale


def reply(
    session: Session,
    workspace: Workspace,
    question: str,
    locale: str,
    now: datetime,
    *,
    patience: float | None = None,
) -> Reply:
    """What a question gets, asked by somebody of that language; its own language wins. `patience` as of `matched`."""
    meant = account_in(session, workspace, question)
    match = matched(session, workspace, question, locale, meant, patience=patience)
    about = named_in(session, workspace, question, meant.account if meant else None, now)
    known = topics(session, workspace)
    offered = tuple(find(known, id_, match.locale) for id_ in (*match.suggestions, *match.near))
    if not match.topic:
        return Reply(match, offered=offered, named=about)
    found = of_topic(session, workspace, match.topic, match.locale, now)
    related = tuple(topic for topic in found.related if topic not in offered)
    return replace(found, match=match, related=related, offered=offered, named=about)


def account_in(session: Session, workspace: Workspace, question: str) -> Written | None:
    """The account that a question names, as it is written there."""
    return named.account(accounts.everyone(session, workspace), question)


def matched(
    session: Session,
    workspace: Workspace,
    question: str,
    locale: str,
    meant: Written | None,
    *,
    patience: float | None = None,
) -> Match:
    """What a question means among the bot's topics and this MSP's own; `meant` is the account that it names. The own
    ones are left out if they were changed a moment ago and cannot be known within so many seconds."""
    plain = named.renamed(question, meant.written, STAND_IN) if meant else question
    return matching.matcher().match(plain, locale, own.standing(session, workspace), patience=patience)


def expect(session: Session, workspace: Workspace) -> None:
    """Make ready for questions about this MSP's own topics, which were changed."""
    matching.matcher.begin(own.standing(session, workspace))


def of_topic(session: Session, workspace: Workspace, topic: str, locale: str, now: datetime) -> Reply:
    """The answer of a topic that was chosen."""
    known = topics(session, workspace)
    found = find(known, topic, locale)
    ids = {id_ for id_, _ in known}
    related = tuple(find(known, id_, locale) for id_ in found.related if id_ in ids and id_ != topic)
    return Reply(Match(topic, locale, 1.0), found, live.figures(session, workspace, topic, now), related)


def topics(session: Session, workspace: Workspace) -> Known:
    """All topics as they are answered to this MSP's people."""
    return {(line.topic.id, line.topic.locale): line.topic for line in own.listed(session, workspace)}


def find(known: Known, topic: str, locale: str) -> Topic:
    """A topic in a language, or in the one that it has. Raises UnknownTopic."""
    if found := known.get((topic, locale)):
        return found
    if others := [one for (id_, _), one in known.items() if id_ == topic]:
        return others[0]
    raise own.unknown(topic, {id_ for id_, _ in known})


def named_in(session: Session, workspace: Workspace, question: str, account: Account | None, now: datetime) -> Named:
    """What there is about the person and the account that a question names."""
    stories: tuple[Story, ...] = ()
    addresses = named.addresses(question)
    email = named.person(session, workspace, addresses)
    if email:
        with suppress(Refusal):  # of somebody who has no story, since what gave them one was retracted
            stories = tuple(history.why(session, workspace, email, now))
    about = Named(stories, stranger=addresses[0] if addresses and not email else None)
    if account is None:
        return about
    period = workspace.calendar.holding(now)
    return replace(about, account=account, report=peaks.report(session, workspace, period, now, account.id))

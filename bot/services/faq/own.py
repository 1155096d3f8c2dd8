"""An MSP's own topics: of ids that begin with `own-`, or overriding one of the bot's (faq-topics.md).

Append-only like a deny list: a topic that changes is a new row, and the same change removes the old one.
"""

import difflib
import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, names, requests
from bot.services.billing import ledger
from bot.services.changes import Change
from bot.services.errors import (
    FormOutdated,
    NotOverridden,
    TooManyOwnTopics,
    UndoBlocked,
    UnknownTopic,
    UnknownTopicSuggestion,
)
from bot.services.faq import topics as builtin_topics
from bot.services.faq.topics import Ask, Topic
from bot.services.workspaces import Workspace
from db.models import CHANGE, FAQ_TOPIC, Kind

MOST = 200
"""So many topics of its own a workspace may have in each language."""

Key = tuple[str, str]
"""Id and language."""


class Origin(StrEnum):
    """Whose a topic is."""

    BUILTIN = "builtin"
    OWN = "own"
    OVERRIDDEN = "overridden"
    """One of the bot's, with this MSP's answer."""


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic as it is answered to this MSP's people."""

    topic: Topic
    origin: Origin


def standing(session: Session, workspace: Workspace) -> tuple[Topic, ...]:
    """The topics that an MSP wrote, by id and language."""
    return tuple(read(row) for _, row in sorted(rows_of(session, workspace).items()))


def listed(session: Session, workspace: Workspace) -> list[TopicLine]:
    """All topics as they are answered to this MSP's people: the bot's in their order, then the MSP's by id."""
    known = builtin_topics.builtin()
    mine = {(topic.id, topic.locale): topic for topic in standing(session, workspace)}
    lines = [
        TopicLine(overridden(topic, mine[key]), Origin.OVERRIDDEN) if key in mine else TopicLine(topic, Origin.BUILTIN)
        for key, topic in known.items()
    ]
    return lines + [TopicLine(topic, Origin.OWN) for key, topic in mine.items() if key not in known]


def overridden(topic: Topic, by: Topic) -> Topic:
    """One of the bot's topics with an MSP's question and answer: what leads to it leads to it still."""
    phrasings = tuple(dict.fromkeys((*topic.phrasings, *by.phrasings)))
    return replace(by, related=by.related or topic.related, phrasings=phrasings)


@dataclass(frozen=True, slots=True)
class Seen:
    """A topic by its id and language as somebody saw it; `mark` is empty where there was none of the MSP's own."""

    id: str
    locale: str
    mark: str


def seen(session: Session, workspace: Workspace, id_: str, locale: str) -> Seen:
    """A topic as it is now."""
    return Seen(id_, locale, mark_of(rows_of(session, workspace).get((id_, locale))))


def mark_of(row: Row[Any] | None) -> str:
    """What tells one version of a topic from every other; empty where there is none."""
    return hashlib.sha256(repr(read(row)).encode()).hexdigest()[:16] if row is not None else ""


def save(
    session: Session,
    workspace: Workspace,
    topics: Iterable[Topic],
    *,
    actor: str,
    clock: Clock,
    request: str | None = None,
    source: str | None = None,
    seen: Seen | None = None,
) -> Change:
    """Keep an MSP's topics, each in the place of the one of its id and language. `source` is the name of their file.

    The change tells of those that were written; its id is None where all stood so already. Raises TooManyOwnTopics, and
    FormOutdated where one is no longer as it was `seen`.
    """
    wanted = {(topic.id, topic.locale): topic for topic in topics}
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        there = rows_of(session, workspace)
        if seen is not None and mark_of(there.get((seen.id, seen.locale))) != seen.mark:
            raise FormOutdated()
        new = {key: topic for key, topic in wanted.items() if key not in there or read(there[key]) != topic}
        if not new:
            return requests.keep(session, workspace, request, instant, Change(None, Kind.TOPICS))
        change = ledger.begin_change(session, workspace, Kind.TOPICS, actor, instant, source=source)
        take(session, (row for key, row in there.items() if key in new), change)
        put(session, workspace, [values(topic) for topic in new.values()], change)
        return requests.keep(session, workspace, request, instant, made(session, workspace, change))


def remove(
    session: Session,
    workspace: Workspace,
    topic: str,
    *,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Take an MSP's topic away in all its languages; one of the bot's is answered as before.

    Raises UnknownTopic (with the nearest, if one is near), NotOverridden for one of the bot's.
    """
    asked = topic.strip().lower()
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        there = rows_of(session, workspace)
        meant = [row for (id_, _), row in there.items() if id_ == asked]
        if not meant:
            raise unknown(asked, {id_ for id_, _ in there})
        change = ledger.begin_change(session, workspace, Kind.TOPICS, actor, instant)
        take(session, meant, change)
        return requests.keep(session, workspace, request, instant, made(session, workspace, change))


def unknown(asked: str, known: Collection[str]) -> UnknownTopic | NotOverridden:
    """No topic of the MSP's is called so."""
    shown = names.printable(asked)
    if asked in builtin_topics.ids():
        return NotOverridden(topic=shown)
    for near in difflib.get_close_matches(shown, sorted(known), n=1):
        return UnknownTopicSuggestion(asked=shown, nearest=near)
    return UnknownTopic(asked=shown)


def made(session: Session, workspace: Workspace, change: int) -> Change:
    written, removed = changes.topics_of(session, workspace, [change])[change]
    return Change(change, Kind.TOPICS, topics=written, topics_removed=removed)


def take_back(session: Session, workspace: Workspace, old: int, new: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make the topics that a change touched what they were before it, within the transaction of a new change: all or
    none. Gives the ids of those written anew and of those taken away.

    Raises UndoBlocked where later changes of these topics stand, and TooManyOwnTopics.
    """
    t = FAQ_TOPIC.c
    touched = or_(t.added_by == old, t.removed_by == old)
    rows = session.execute(select(FAQ_TOPIC).where(t.workspace_id == workspace.id, touched)).all()
    keys = {(row.topic, row.locale) for row in rows}
    check_latest(session, workspace, keys, old)
    take(session, (row for key, row in rows_of(session, workspace).items() if key in keys), new)
    before = [{name: row._mapping[name] for name in TEXTS} for row in rows if row.removed_by == old]
    put(session, workspace, before, new)
    return changes.topics_of(session, workspace, [new])[new]


def check_latest(session: Session, workspace: Workspace, keys: Collection[Key], old: int) -> None:
    """Raises UndoBlocked where a change after `old` touched one of the topics, unless it was taken back."""
    t, c = FAQ_TOPIC.c, CHANGE.c
    after = or_(t.added_by > old, t.removed_by > old)
    rows = session.execute(
        select(t.topic, t.locale, t.added_by, t.removed_by).where(t.workspace_id == workspace.id, after)
    ).all()
    by = {
        change: row.topic
        for row in rows
        for change in (row.added_by, row.removed_by)
        if (row.topic, row.locale) in keys and change is not None and change > old
    }
    undone = session.execute(select(c.id, c.takes_back).where(c.id.in_(by), c.takes_back.in_(by))).all()
    standing = by.keys() - {change for pair in undone for change in pair}
    if standing:
        topics = sorted({by[change] for change in standing})
        raise UndoBlocked(change=str(old), names=topics, by=[str(one) for one in sorted(standing)])


def redact(session: Session, workspace: Workspace, held: re.Pattern[str]) -> int:
    """Take out of all topics that ever stood what the pattern finds in their texts, as keys; gives in how many."""
    found = 0
    rows = session.execute(select(FAQ_TOPIC).where(FAQ_TOPIC.c.workspace_id == workspace.id)).all()
    for row in rows:
        topic = read(row)
        texts = (topic.question, topic.answer, *topic.sources, *topic.phrasings)
        if any(held.search(names.key(text)) for text in texts):
            found += 1
            clean = replace(
                topic,
                question=names.without(held, topic.question),
                answer=names.without(held, topic.answer),
                sources=tuple(names.without(held, text) for text in topic.sources),
                phrasings=tuple(names.without(held, text) for text in topic.phrasings),
            )
            session.execute(update(FAQ_TOPIC).where(FAQ_TOPIC.c.id == row.id).values(**values(clean)))
    return found


# Rows

TEXTS = ("topic", "locale", "question", "answer", "details")
"""The columns that a topic is made of."""


def rows_of(session: Session, workspace: Workspace) -> dict[Key, Row[Any]]:
    """The rows that stand."""
    t = FAQ_TOPIC.c
    rows = session.execute(select(FAQ_TOPIC).where(t.workspace_id == workspace.id, t.removed_by.is_(None)))
    return {(row.topic, row.locale): row for row in rows}


def read(row: Row[Any]) -> Topic:
    """The topic of a row."""
    details = json.loads(row.details)
    return Topic(
        row.topic,
        row.locale,
        row.question,
        row.answer,
        sources=tuple(details["sources"]),
        ask=Ask(details["ask"]) if details["ask"] else None,
        related=tuple(details["related"]),
        phrasings=tuple(details["phrasings"]),
    )


def values(topic: Topic) -> dict[str, str]:
    """The columns of a topic."""
    details = {name: getattr(topic, name) for name in ("sources", "ask", "related", "phrasings")}
    texts = (topic.id, topic.locale, topic.question, topic.answer, json.dumps(details, ensure_ascii=False))
    return dict(zip(TEXTS, texts, strict=True))


def take(session: Session, rows: Iterable[Row[Any]], change: int) -> None:
    """Let a change remove rows."""
    ids = [row.id for row in rows]
    session.execute(update(FAQ_TOPIC).where(FAQ_TOPIC.c.id.in_(ids)).values(removed_by=change))


def put(session: Session, workspace: Workspace, rows: Sequence[dict[str, str]], change: int) -> None:
    """Let a change add rows. Raises TooManyOwnTopics."""
    if rows:
        session.execute(insert(FAQ_TOPIC), [row | {"workspace_id": workspace.id, "added_by": change} for row in rows])
    counts = Counter(locale for _, locale in rows_of(session, workspace))
    if counts and max(counts.values()) > MOST:
        raise TooManyOwnTopics(most=MOST)

"""Questions that found no answer, or whose answer did not help: what an MSP's admins may want to write a topic for.

They are kept for 90 days, without who asked them and without addresses.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from bot.services import names
from bot.services.workspaces import Workspace
from db.models import FAQ_QUESTION, FaqOutcome
from db.session import begin_writing, is_sqlite

KEPT_FOR = timedelta(days=90)
LONGEST = 400
"""So many characters of a question are kept."""
WORD = re.compile(r"[^\s<>,;\"]+")
ADDRESS = "…@…"
"""What stands for an address, or for anybody mentioned."""
INSERT_SQLITE = sqlite.insert(FAQ_QUESTION).on_conflict_do_nothing()
INSERT_POSTGRES = postgresql.insert(FAQ_QUESTION).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the latest time it was asked (UTC) and what came of it then, and how often it was asked.

    `topic` is what was answered, where that did not help.
    """

    text: str
    locale: str
    outcome: FaqOutcome
    topic: str | None
    at: datetime
    times: int


def note(
    session: Session,
    workspace: Workspace,
    *,
    key: str,
    text: str,
    locale: str,
    outcome: FaqOutcome,
    topic: str | None = None,
    now: datetime,
) -> None:
    """Keep a question, once for each `key`, in a transaction of its own; those that are too old go."""
    begin_writing(session)
    session.execute(delete(FAQ_QUESTION).where(FAQ_QUESTION.c.at < now - KEPT_FOR))
    row = {"workspace_id": workspace.id, "key": key, "at": now, "locale": locale, "outcome": outcome, "topic": topic}
    # The same request may be answered by several processes at this very moment.
    session.execute(INSERT_SQLITE if is_sqlite(session) else INSERT_POSTGRES, [row | {"text": nameless(text)}])
    session.commit()


def listed(session: Session, workspace: Workspace, now: datetime, limit: int) -> list[Question]:
    """The questions of the last 90 days, newest first; one that was asked in the same words again is told once."""
    c = FAQ_QUESTION.c
    rows = session.execute(
        select(c.text, c.locale, c.outcome, c.topic, c.at)
        .where(c.workspace_id == workspace.id, c.at >= now - KEPT_FOR)
        .order_by(c.at.desc(), c.key)
    ).all()
    times = Counter(names.fold(row.text) for row in rows)
    latest = {names.fold(row.text): row for row in reversed(rows)}
    newest = sorted(latest.items(), key=lambda item: item[1].at, reverse=True)
    return [
        Question(row.text, row.locale, row.outcome, row.topic, row.at, times[folded]) for folded, row in newest[:limit]
    ]


def forget(session: Session, workspace: Workspace, held: re.Pattern[str]) -> int:
    """Delete the questions in whose texts, as keys, the pattern finds somebody's name; gives how many."""
    c = FAQ_QUESTION.c
    rows = session.execute(select(c.key, c.text).where(c.workspace_id == workspace.id)).all()
    gone = [row.key for row in rows if held.search(names.key(row.text))]
    for start in range(0, len(gone), 10_000):  # engines take so many parameters and no more
        some = c.key.in_(gone[start : start + 10_000])
        session.execute(delete(FAQ_QUESTION).where(c.workspace_id == workspace.id, some))
    return len(gone)


def nameless(text: str) -> str:
    """A question as it is kept: in one line, not endless, with no address in it."""
    text = WORD.sub(lambda word: ADDRESS if "@" in word[0] else word[0], text[: 4 * LONGEST])
    return names.printable(" ".join(text.split()), LONGEST)

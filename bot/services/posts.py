"""Posts: messages that Seatbot sends by itself, each kept with the change or the run that it tells of (house.md).

Slack has no key against repetition, so what is about to be sent is marked first: whoever finds it so after a cut asks
Slack whether it is there.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, String, delete, func, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from bot.services import names, sweeping, work
from bot.services.work import Due, Task
from bot.services.workspaces import Workspace
from db.models import MICROSECOND, POST, WORK, PostState, WorkState
from db.session import is_sqlite

NAME = "post"
"""The work's name; its subject is the post's id."""
IN_CHANNEL = "channel"
"""The name of the work that sends what is kept for a channel, in order; its subject is the channel."""
ADMINS = "admins"
"""The recipient that stands for everybody who is an admin when it is sent."""
CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}|#.+")
"""What a recipient is like that is a channel."""
SILENT, UNSURE = "silent", "unsure"
"""Our own words for why nobody knows that a post arrived: Slack took nothing for a day, or does not tell of either of
two."""
MADE_ANEW = "digest "
"""What the key of a post begins with that is made anew where its messages are emptied."""
OPEN = (PostState.WAITING, PostState.SENDING)
KEPT_FOR = timedelta(days=30)
INSERT_SQLITE = sqlite.insert(POST).on_conflict_do_nothing().returning(POST.c.id)
INSERT_POSTGRES = postgresql.insert(POST).on_conflict_do_nothing().returning(POST.c.id)

Message = Mapping[str, Any]
"""Text and blocks of a message, as Slack takes them."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message as whoever sends it has it. `messages` are by language, none where it was sent or emptied, since a
    person named in it was forgotten; `url` is sealed, `at` (UTC) is when it was kept."""

    id: int
    key: str
    recipient: str
    url: str | None
    messages: Mapping[str, Message]
    at: datetime
    state: PostState


def keep(
    session: Session,
    workspace: Workspace,
    key: str,
    recipient: str,
    messages: Mapping[str, Message],
    now: datetime,
    *,
    url: str | None = None,
) -> None:
    """Keep a message to be sent, once for each key, and hand its sending over; in the session's own transaction, which
    must be one that writes. Now and then old ones go."""
    if sweeping.is_due(key):
        session.execute(delete(POST).where(POST.c.at < now - KEPT_FOR))
    insert = INSERT_SQLITE if is_sqlite(session) else INSERT_POSTGRES
    values = {
        "workspace_id": workspace.id,
        "key": key,
        "recipient": recipient,
        "url": url,
        "messages": json.dumps(messages),
        "at": now,
        "state": PostState.WAITING,
    }
    id_ = session.execute(insert, values).scalar_one_or_none()
    if id_ is None:
        return
    if CHANNEL.fullmatch(recipient):
        work.hand_over(
            session, IN_CHANNEL, [Due(workspace.id, recipient, unused(session, workspace, recipient, now))], now
        )
    else:
        work.hand_over(session, NAME, [Due(workspace.id, str(id_), now)], now)


def unused(session: Session, workspace: Workspace, channel: str, now: datetime) -> datetime:
    """The first instant from `now` on for which nothing is handed over for a channel, since work is kept once for an
    instant."""
    w = WORK.c
    latest: datetime | None = session.execute(
        select(func.max(w.due_at)).where(
            w.workspace_id == workspace.id, w.name == IN_CHANNEL, w.subject == channel, w.due_at >= now
        )
    ).scalar_one()
    return latest + MICROSECOND if latest else now


def find(session: Session, id_: int) -> Post | None:
    """The post of that id."""
    row = session.execute(select(POST).where(POST.c.id == id_)).one_or_none()
    return read(row) if row else None


def next_in(session: Session, workspace: Workspace, channel: str) -> Post | None:
    """What is to be posted next in a channel, in the order in which it was kept."""
    c = POST.c
    # Written out, or PostgreSQL could not use the index of these states.
    is_open = c.state.in_([literal_column(f"'{state}'", String) for state in OPEN])
    mine = (c.workspace_id == workspace.id, c.recipient == channel, is_open)
    row = session.execute(select(POST).where(*mine).order_by(c.id).limit(1)).one_or_none()
    return read(row) if row else None


def since_sent(session: Session, workspace: Workspace, sent: str, wanted: str) -> bool:
    """Whether a post whose key begins with `wanted` was kept since the last one was sent whose key begins with `sent`,
    of those that are still known."""
    c = POST.c
    mine = select(func.max(c.id)).where(c.workspace_id == workspace.id)
    last = mine.where(c.key.startswith(sent, autoescape=True), c.state == PostState.SENT)
    latest: int | None = session.execute(mine.where(c.key.startswith(wanted, autoescape=True))).scalar_one()
    return latest is not None and latest > (session.execute(last).scalar_one() or 0)


def is_waited_for(session: Session, task: Task) -> bool:
    """Whether older work for the same channel waits, which sends all that is kept for it."""
    w = WORK.c
    older = (w.workspace_id == task.workspace, w.name == task.name, w.subject == task.subject, w.id < task.id)
    waits = select(w.id).where(*older, w.state == WorkState.WAITING)
    return session.execute(waits.limit(1)).first() is not None


def read(row: Row[Any]) -> Post:
    """The post of a row."""
    return Post(row.id, row.key, row.recipient, row.url, json.loads(row.messages or "{}"), row.at, row.state)


def forget(session: Session, workspace: Workspace, held: re.Pattern[str]) -> int:
    """Take out of what people would read in messages that wait what the pattern finds there, as keys; gives of how many
    messages. One of a digest is emptied, since it is made anew then, and so is one in which it stands elsewhere."""
    c, forgotten = POST.c, 0
    kept = select(c.id, c.key, c.messages).where(c.workspace_id == workspace.id, c.messages.is_not(None))
    for id_, key, text in session.execute(kept).all():
        messages = json.loads(text)  # in which a line begins with a word, in JSON with the n of its escaped end
        left = without(held, messages)
        is_elsewhere = any(held.search(names.key(one)) for one in strings(left))
        if left == messages and not is_elsewhere:
            continue
        is_empty = is_elsewhere or key.startswith(MADE_ANEW)
        values = {"messages": None if is_empty else json.dumps(left)}
        session.execute(update(POST).where(c.id == id_).values(**values))
        forgotten += 1
    return forgotten


def without(held: re.Pattern[str], message: Any) -> Any:
    """Messages, or a part of one, with nothing in their texts that the pattern finds."""
    if isinstance(message, list):
        return [without(held, one) for one in message]
    if not isinstance(message, dict):
        return message
    return {
        name: names.without(held, value) if name == "text" and isinstance(value, str) else without(held, value)
        for name, value in message.items()
    }


def strings(message: Any) -> Iterator[str]:
    """All strings in messages, or in a part of one."""
    if isinstance(message, str):
        yield message
    elif isinstance(message, list | dict):
        for one in message.values() if isinstance(message, dict) else message:
            yield from strings(one)


def mark(session: Session, post: Post, state: PostState) -> None:
    """It is so far now; in the session's own transaction. Of what is over nothing is kept but that it was."""
    is_over = state in (PostState.SENT, PostState.MAYBE)
    gone = {"messages": None, "url": None} if is_over else {}
    session.execute(update(POST).where(POST.c.id == post.id).values(state=state, **gone))

"""Posts: messages that Seatbot sends by itself, each kept with the change or the run that it tells of (house.md).

Slack has no key against repetition, so what is about to be sent is marked first: whoever finds it so after a cut asks
Slack whether it is there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from bot.services import work
from bot.services.work import Due
from bot.services.workspaces import Workspace
from db.models import POST, PostState
from db.session import is_sqlite

NAME = "post"
"""The work's name; its subject is the post's id."""
ADMINS = "admins"
"""The recipient that stands for everybody who is an admin when it is sent."""
KEPT_FOR = timedelta(days=30)
INSERT_SQLITE = sqlite.insert(POST).on_conflict_do_nothing()
INSERT_POSTGRES = postgresql.insert(POST).on_conflict_do_nothing()

Message = Mapping[str, Any]
"""Text and blocks of a message, as Slack takes them."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message as whoever sends it has it. `messages` are by language, none where it was sent or a person named in it
    was forgotten; `url` is sealed, `at` (UTC) is when it was kept."""

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
    must be one that writes. Old ones go."""
    session.execute(delete(POST).where(POST.c.at < now - KEPT_FOR))
    insert = INSERT_SQLITE if is_sqlite(session) else INSERT_POSTGRES
    id_ = session.execute(
        insert.values(
            workspace_id=workspace.id,
            key=key,
            recipient=recipient,
            url=url,
            messages=json.dumps(messages, ensure_ascii=False),  # names are looked for in it
            at=now,
            state=PostState.WAITING,
        ).returning(POST.c.id)
    ).scalar_one_or_none()
    if id_ is not None:
        work.hand_over(session, NAME, [Due(workspace.id, str(id_), now)], now)


def find(session: Session, id_: int) -> Post | None:
    """The post of that id."""
    c = POST.c
    row = session.execute(
        select(c.id, c.key, c.recipient, c.url, c.messages, c.at, c.state).where(c.id == id_)
    ).one_or_none()
    if row is None:
        return None
    return Post(row.id, row.key, row.recipient, row.url, json.loads(row.messages or "{}"), row.at, row.state)


def mark(session: Session, post: Post, state: PostState) -> None:
    """It is so far now; in the session's own transaction. Of what is over nothing is kept but that it was."""
    is_over = state in (PostState.SENT, PostState.MAYBE)
    gone = {"messages": None, "url": None} if is_over else {}
    session.execute(update(POST).where(POST.c.id == post.id).values(state=state, **gone))

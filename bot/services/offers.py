"""Offers: what the buttons of an answer stand for, kept for whoever asked."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from bot.services import sweeping
from bot.services.errors import OfferGone
from bot.services.workspaces import Workspace
from db.models import OFFER
from db.session import begin_writing, is_sqlite

GOOD_FOR = timedelta(days=1)
"""After that a preview says little about what would happen now."""
ANYBODY = ""
"""The actor of what is offered to whoever reads a message."""
GOOD_FOR_ALL = timedelta(days=35)
"""What stands in a channel is read for longer: a digest of a period, until the next one."""
INSERT_SQLITE = sqlite.insert(OFFER).on_conflict_do_nothing()
INSERT_POSTGRES = postgresql.insert(OFFER).on_conflict_do_nothing()


def key_of(request: str, number: int) -> str:
    """The id of the offer of that number in the answer to a request: the same when the request is delivered again.

    Slack's ids of requests hold a secret of 128 bits, so that nobody guesses what is made of them.
    """
    return hashlib.sha256(f"{request} {number}".encode()).hexdigest()[:32]


def keep(session: Session, workspace: Workspace, offered: Mapping[str, str], *, actor: str, now: datetime) -> None:
    """Keep the texts of commands by the ids of the buttons that stand for them; those kept already stay as they are.

    Now and then the old ones of anybody's go.
    """
    begin_writing(session)
    put(session, workspace, offered, actor=actor, now=now)
    session.commit()


def put(session: Session, workspace: Workspace, offered: Mapping[str, str], *, actor: str, now: datetime) -> None:
    """As `keep`, in the session's own transaction, which must be one that writes."""
    if sweeping.is_due(next(iter(offered))):
        c = OFFER.c
        is_old = and_(c.offered_at < now - GOOD_FOR, or_(c.actor != ANYBODY, c.offered_at < now - GOOD_FOR_ALL))
        session.execute(delete(OFFER).where(is_old))
    rows = [
        {"id": key, "workspace_id": workspace.id, "actor": actor, "offered_at": now, "command": text}
        for key, text in offered.items()
    ]
    # The same request may be answered by several processes at this very moment.
    session.execute(INSERT_SQLITE if is_sqlite(session) else INSERT_POSTGRES, rows)


def find(session: Session, workspace: Workspace, offer: str, *, actor: str | None, now: datetime) -> str:
    """The text of the command; without an actor, whoever it was offered to. Raises OfferGone for an offer that is
    unknown, old, forgotten or somebody else's."""
    c = OFFER.c
    row = session.execute(
        select(c.command, c.actor, c.offered_at).where(c.id == offer, c.workspace_id == workspace.id)
    ).first()
    if row is None or row.command is None:
        raise OfferGone()
    if now - row.offered_at > (GOOD_FOR_ALL if row.actor == ANYBODY else GOOD_FOR):
        raise OfferGone()
    if actor not in (None, row.actor) and row.actor != ANYBODY:
        raise OfferGone()
    command: str = row.command
    return command

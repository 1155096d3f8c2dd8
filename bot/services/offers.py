"""Offers: commands that wait behind a button for whoever asked to confirm them."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from bot.services.billing import ledger
from bot.services.errors import OfferGone
from bot.services.workspaces import Workspace
from db.models import OFFER

GOOD_FOR = timedelta(days=1)
"""After that a preview says little about what would happen now."""


def make(
    session: Session, workspace: Workspace, commands: list[str], *, actor: str, now: datetime, request: str
) -> list[str]:
    """Keep the words of commands that may follow; gives an unguessable id for each.

    The same request, delivered again, gets the same ids.
    """
    offered = {key_of(request, number): command for number, command in enumerate(commands)}
    c = OFFER.c
    with ledger.locked(session, workspace):
        known = set(session.execute(select(c.id).where(c.id.in_(offered))).scalars())
        rows = [
            {"id": key, "workspace_id": workspace.id, "actor": actor, "offered_at": now, "command": command}
            for key, command in offered.items()
            if key not in known
        ]
        if rows:
            session.execute(insert(OFFER), rows)
    return list(offered)


def key_of(request: str, number: int) -> str:
    """Slack's ids of requests hold a secret of 128 bits, so that nobody guesses what is made of them."""
    return hashlib.sha256(f"{request} {number}".encode()).hexdigest()[:32]


def find(session: Session, workspace: Workspace, offer: str, *, actor: str, now: datetime) -> str:
    """The words of the command. Raises OfferGone for an offer that is unknown, withdrawn, old or somebody else's."""
    c = OFFER.c
    row = session.execute(
        select(c.command, c.actor, c.offered_at).where(c.id == offer, c.workspace_id == workspace.id)
    ).first()
    if row is None or row.command is None or row.actor != actor or now - row.offered_at > GOOD_FOR:
        raise OfferGone()
    command: str = row.command
    return command


def withdraw(session: Session, workspace: Workspace, offer: str, *, actor: str) -> None:
    """Take an offer back: its button does nothing any more."""
    c = OFFER.c
    with ledger.locked(session, workspace):
        session.execute(delete(OFFER).where(c.id == offer, c.workspace_id == workspace.id, c.actor == actor))

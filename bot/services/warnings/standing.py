"""Warnings added, removed and muted by hand; append-only like a deny list, but for how long one is mute."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, requests
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.changes import Change
from bot.services.errors import TooManyWarnings, UndoPointless, UnknownWarning
from bot.services.recipients import Recipient
from bot.services.warnings import lines
from bot.services.workspaces import Workspace
from db.models import WARNING, WARNING_WATCH, Kind, WarningKind
from db.models import Change as ChangeRow
from db.session import is_sqlite

MOST = 200
KINDS = (Kind.WARN_ADD, Kind.WARN_REMOVE, Kind.WARN_MUTE)
"""The kinds of changes that are made here."""


def add(
    session: Session,
    workspace: Workspace,
    kind: WarningKind,
    recipient: Recipient,
    *,
    threshold: int,
    accounts: Sequence[Account] = (),
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Let a channel or a person be warned from now on, of all accounts or of these. `threshold` as
    `kinds.threshold_of`, `recipient` as whoever knows Slack checked it.

    The change has no id where the same warning stands already. What is due already is told at once; a rise counts from
    now on. Raises TooManyWarnings.
    """
    ids = json.dumps(sorted({account.id for account in accounts})) if accounts else None
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        w = WARNING.c
        mine = (w.workspace_id == workspace.id, w.removed_by.is_(None))
        same = (
            w.kind == kind,
            w.recipient == recipient.id,
            w.threshold == threshold,
            w.accounts.is_not_distinct_from(ids),
        )
        known = session.execute(select(w.id).where(*mine, *same)).scalars().first()
        if known is not None:
            there = tuple(lines.read(session, workspace, w.id == known))
            return requests.keep(session, workspace, request, instant, Change(None, Kind.WARN_ADD, warnings=there))
        if session.execute(select(func.count()).where(*mine)).scalar_one() >= MOST:
            raise TooManyWarnings(most=MOST)
        change = ledger.begin_change(session, workspace, Kind.WARN_ADD, actor, instant)
        values = {"kind": kind, "recipient": recipient.id, "recipient_name": recipient.name, "threshold": threshold}
        values |= {"workspace_id": workspace.id, "accounts": ids, "seen": instant, "seen_change": change, "told": "{}"}
        session.execute(insert(WARNING).values(**values, added_by=change))
        watch(session, workspace, instant)
        return requests.keep(session, workspace, request, instant, made(session, workspace, change, Kind.WARN_ADD))


def remove(
    session: Session, workspace: Workspace, id_: int, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Let a warning stand no longer. Raises UnknownWarning."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        find(session, workspace, id_)
        change = ledger.begin_change(session, workspace, Kind.WARN_REMOVE, actor, instant)
        session.execute(update(WARNING).where(WARNING.c.id == id_).values(removed_by=change))
        return requests.keep(session, workspace, request, instant, made(session, workspace, change, Kind.WARN_REMOVE))


def mute(
    session: Session,
    workspace: Workspace,
    id_: int,
    days: int,
    *,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Tell nothing of a warning for so many days, each of 24 hours, nor what happens in them afterwards. Raises
    UnknownWarning."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        find(session, workspace, id_)
        change = ledger.begin_change(session, workspace, Kind.WARN_MUTE, actor, instant)
        until = instant + timedelta(days=days)
        session.execute(update(WARNING).where(WARNING.c.id == id_).values(muted_until=until, muted_by=change))
        return requests.keep(session, workspace, request, instant, made(session, workspace, change, Kind.WARN_MUTE))


def find(session: Session, workspace: Workspace, id_: int) -> None:
    """Raises UnknownWarning where none of that number stands."""
    w = WARNING.c
    standing = (w.workspace_id == workspace.id, w.removed_by.is_(None))
    if session.execute(select(w.id).where(*standing, w.id == id_)).first() is None:
        raise UnknownWarning(asked=str(id_))


def undo(session: Session, workspace: Workspace, old: ChangeRow, actor: str, instant: datetime) -> Change:
    """Take back what a change did to a warning, within its transaction: one that was removed is told of what happens
    from now on, one that was muted is told again. Raises UndoPointless where that is no longer so, and where the same
    warning was added again."""
    assert old.id is not None
    w = WARNING.c
    new = ledger.begin_change(session, workspace, Kind.UNDO, actor, instant, takes_back=old.id)
    fresh = {"seen": instant, "seen_change": new, "told": "{}"}
    other = WARNING.alias().c
    same = (other[name].is_not_distinct_from(w[name]) for name in ("kind", "recipient", "threshold", "accounts"))
    twin = exists().where(other.workspace_id == w.workspace_id, other.removed_by.is_(None), *same)
    steps: dict[Kind, tuple[ColumnElement[bool], dict[str, Any]]] = {
        Kind.WARN_ADD: (and_(w.added_by == old.id, w.removed_by.is_(None)), {"removed_by": new}),
        Kind.WARN_REMOVE: (and_(w.removed_by == old.id, ~twin), {"removed_by": None, **fresh}),
        Kind.WARN_MUTE: (and_(w.muted_by == old.id, w.removed_by.is_(None)), {"muted_until": None, "muted_by": None}),
    }
    meant, values = steps[old.kind]
    ids = list(session.execute(select(w.id).where(w.workspace_id == workspace.id, meant)).scalars())
    if not ids:
        raise UndoPointless(change=str(old.id))
    session.execute(update(WARNING).where(w.id.in_(ids)).values(**values))
    watch(session, workspace, instant)
    touched = tuple(lines.read(session, workspace, w.id.in_(ids)))
    return Change(new, Kind.UNDO, warnings=touched, takes_back=old.id, undone=changes.made(session, old.id))


def made(session: Session, workspace: Workspace, change: int, kind: Kind) -> Change:
    """What a change did to a warning."""
    return Change(change, kind, warnings=lines.of_changes(session, workspace, [change]).get(change, ()))


def watch(session: Session, workspace: Workspace, instant: datetime) -> None:
    """Let the warnings of a workspace be looked at at once; within a transaction that writes."""
    insert_ = sqlite.insert(WARNING_WATCH) if is_sqlite(session) else postgresql.insert(WARNING_WATCH)
    at_once = {"next_at": instant, "wakes_at": instant}
    row = {"workspace_id": workspace.id, "last_instant": instant, "runs_since": instant, **at_once}
    session.execute(insert_.values(row).on_conflict_do_update(index_elements=["workspace_id"], set_=at_once))

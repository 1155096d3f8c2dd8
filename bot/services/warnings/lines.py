"""The warnings that stand, as they are listed, and those that a change touched."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session

from bot.services import names
from bot.services.errors import UnknownWarning
from bot.services.recipients import Recipient
from bot.services.workspaces import Workspace
from db.bulk import batched
from db.models import ACCOUNT, CHANGE, WARNING, WarningKind


@dataclass(frozen=True, slots=True)
class WarningLine:
    """A warning: of what, to which channel or person, from how many people or days on, of which accounts by name (none:
    of all). Instants are UTC; `muted_until` may be over."""

    id: int
    kind: WarningKind
    recipient: Recipient
    threshold: int
    accounts: tuple[str, ...]
    added_at: datetime
    added_by: str
    muted_until: datetime | None = None


def listed(session: Session, workspace: Workspace) -> list[WarningLine]:
    """The warnings that stand, oldest first."""
    return read(session, workspace, WARNING.c.removed_by.is_(None))


def of_changes(session: Session, workspace: Workspace, ids: Sequence[int]) -> dict[int, tuple[WarningLine, ...]]:
    """The warnings that each of these changes added, removed or muted, as they are now."""
    w = WARNING.c
    found: dict[int, tuple[WarningLine, ...]] = {}
    for some in batched(ids):
        touching = or_(w.added_by.in_(some), w.removed_by.in_(some), w.muted_by.in_(some))
        rows = session.execute(
            select(w.id, w.added_by, w.removed_by, w.muted_by).where(w.workspace_id == workspace.id, touching)
        ).all()
        if not rows:
            continue
        lines = {line.id: line for line in read(session, workspace, w.id.in_([row.id for row in rows]))}
        for change in some:
            meant = [row.id for row in rows if change in (row.added_by, row.removed_by, row.muted_by)]
            if meant:
                found[change] = tuple(lines[id_] for id_ in sorted(meant))
    return found


def by_ids(session: Session, workspace: Workspace, ids: Sequence[int]) -> tuple[WarningLine, ...]:
    """The warnings of these numbers, whether they stand or not."""
    return tuple(read(session, workspace, WARNING.c.id.in_(list(ids)))) if ids else ()


def standing(session: Session, workspace: Workspace, id_: int) -> WarningLine:
    """The warning of that number. Raises UnknownWarning where none of it stands."""
    for line in read(session, workspace, and_(WARNING.c.id == id_, WARNING.c.removed_by.is_(None))):
        return line
    raise UnknownWarning(asked=f"#{id_}")


def read(session: Session, workspace: Workspace, which: ColumnElement[bool]) -> list[WarningLine]:
    """The warnings that meet a condition on WARNING, oldest first."""
    w, c = WARNING.c, CHANGE.c
    rows = session.execute(
        select(WARNING, c.recorded_at, c.actor)
        .join_from(WARNING, CHANGE, c.id == w.added_by)
        .where(w.workspace_id == workspace.id, which)
        .order_by(w.id)
    ).all()
    ids = {id_ for row in rows for id_ in json.loads(row.accounts or "[]")}
    called: dict[int, str] = {}
    for some in batched(sorted(ids)):
        rows_of = session.execute(select(ACCOUNT.c.id, ACCOUNT.c.name).where(ACCOUNT.c.id.in_(some)))
        called |= {row.id: row.name for row in rows_of}
    return [
        WarningLine(
            row.id,
            row.kind,
            Recipient(row.recipient, row.recipient_name),
            row.threshold,
            tuple(
                sorted((called[id_] for id_ in json.loads(row.accounts or "[]") if id_ in called), key=names.sorting)
            ),
            row.recorded_at,
            row.actor,
            row.muted_until,
        )
        for row in rows
    ]

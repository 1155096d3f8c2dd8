"""How far the rollups are true, and whether anything is newer. Apart from them, since they need arrays and this not."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session

from db.models import LEDGER, WORKSPACE

if TYPE_CHECKING:
    from bot.services.workspaces import Workspace


def rolled_to(session: Session, workspace: "Workspace") -> tuple[datetime, datetime]:
    """The watermark, and the last live instant of the ledger."""
    c = WORKSPACE.c
    mark, last = session.execute(select(c.rolled_to, c.last_instant).where(c.id == workspace.id)).one()
    return mark, last


def newer_rows(session: Session, workspace: "Workspace", mark: datetime, end: datetime, limit: int) -> int:
    """How many ledger rows lie in `[mark, end)`, counted as far as `limit`."""
    c = LEDGER.c
    newer = select(c.id).where(c.workspace_id == workspace.id, c.at >= mark, c.at < end)
    return len(session.execute(newer.limit(limit)).all())

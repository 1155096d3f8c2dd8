"""How far the rollups are true, and whether anything is newer. Apart from them, since they need arrays and this not."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Select, bindparam, func, or_, select
from sqlmodel import Session

from db.models import LEDGER, WORKSPACE
from db.session import remembered

if TYPE_CHECKING:
    from bot.services.workspaces import Workspace


def unrolled() -> Select[tuple[datetime, datetime, int]]:
    """The statement of `standing`."""
    w, c = WORKSPACE.c, LEDGER.c
    until = or_(c.at <= bindparam("now", type_=c.at.type), c.at <= w.last_instant)
    newer = select(func.count()).where(c.workspace_id == w.id, c.at >= w.rolled_to, until).scalar_subquery()
    return select(w.rolled_to, w.last_instant, newer).where(w.id == bindparam("workspace"))


UNROLLED = unrolled()


def standing(session: Session, workspace: "Workspace", now: datetime) -> tuple[datetime, datetime, int]:
    """The watermark, the last live instant of the ledger, and how many rows from the watermark to `now` or, if that is
    later, to the last live instant are not rolled up."""

    def read() -> tuple[datetime, datetime, int]:
        mark, last, newer = session.execute(UNROLLED, {"workspace": workspace.id, "now": now}).one()
        return mark, last, newer

    return remembered(session, ("standing", workspace.id, now), read)


def rolled_to(session: Session, workspace: "Workspace") -> tuple[datetime, datetime]:
    """The watermark, and the last live instant of the ledger."""
    c = WORKSPACE.c
    mark, last = session.execute(select(c.rolled_to, c.last_instant).where(c.id == workspace.id)).one()
    return mark, last

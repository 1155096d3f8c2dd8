"""The digests that are due: `digest.next_at` is when the next one is."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, or_, select, update
from sqlmodel import Session

from bot.services.billing.periods import Calendar
from bot.services.rhythm import Rhythm
from bot.services.work import Due
from db.models import DIGEST, WORKSPACE

if TYPE_CHECKING:
    from bot.services.workspaces import Workspace


class DueDigests:
    """The digests that are due. However late one is, it is one."""

    def is_any(self, session: Session, now: datetime) -> bool:
        return session.execute(select(DIGEST.c.id).where(DIGEST.c.next_at <= now).limit(1)).first() is not None

    def claim(self, session: Session, now: datetime, most: int) -> list[Due]:
        d, w = DIGEST.c, WORKSPACE.c
        found = session.execute(
            select(d.id, d.workspace_id, d.next_at, d.every, d.at_minute, d.timezone, w.billing_day, w.timezone)
            .join_from(DIGEST, WORKSPACE, w.id == d.workspace_id)
            .where(d.next_at <= now)
            .order_by(d.next_at, d.id)
            .limit(most)
            .with_for_update(skip_locked=True, of=DIGEST)
        ).all()
        if found:
            moved = update(DIGEST).where(d.id == bindparam("digest"), d.next_at == bindparam("was"))
            dues = [
                {"digest": row[0], "was": row[2], "then": following(row[3], row[4], row[5], row[6], row[7], now)}
                for row in found
            ]
            session.execute(moved.values(next_at=bindparam("then")), dues)
        return [Due(row[1], str(row[0]), row[2]) for row in found]


def following(every: str, minute: int, timezone: str, billing_day: int, billed_in: str, now: datetime) -> datetime:
    """The first instant (UTC) after `now` at which a digest is due."""
    return Rhythm(every, minute, ZoneInfo(timezone)).after(now, Calendar(billing_day, ZoneInfo(billed_in)))


def reschedule(session: Session, workspace: "Workspace", now: datetime) -> None:
    """The workspace is billed by another day or zone from now on, which its digests by the period follow; within the
    transaction of that."""
    d = DIGEST.c
    by_period = or_(d.every == "period-end", d.every.like("before-end:%"))
    rows = session.execute(
        select(d.id, d.every, d.at_minute, d.timezone).where(
            d.workspace_id == workspace.id, by_period, d.next_at.is_not(None)
        )
    ).all()
    for row in rows:
        then = Rhythm(row.every, row.at_minute, ZoneInfo(row.timezone)).after(now, workspace.calendar)
        session.execute(update(DIGEST).where(d.id == row.id).values(next_at=then))

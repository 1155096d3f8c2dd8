"""The closing job: `workspace.close_at` is when periods that are over are looked for again (domain.md, Closed
periods)."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, or_, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services.billing import freezing
from bot.services.billing.periods import Calendar
from bot.services.work import Due
from bot.services.workspaces import Workspace, zone_of
from db.models import WORKSPACE

NAME = "close"
"""The work's name; its subject is the workspace's id."""
DELAY = timedelta(minutes=10)
"""So long after its end a period is closed: by then every process's clock has passed it."""
AT_ONCE = 12
"""So many periods are closed before other work has its turn."""


class Closings:
    """The workspaces in which a period has to be closed. However late it is, all are closed that are over."""

    def is_any(self, session: Session, now: datetime) -> bool:
        return session.execute(select(WORKSPACE.c.id).where(is_due(now)).limit(1)).first() is not None

    def claim(self, session: Session, now: datetime, most: int) -> list[Due]:
        c = WORKSPACE.c
        found = session.execute(
            select(c.id, c.close_at, c.billing_day, c.timezone)
            .where(is_due(now))
            .order_by(c.close_at, c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        ).all()
        if found:
            moved = update(WORKSPACE).where(c.id == bindparam("workspace"))
            session.connection().execute(
                moved.values(close_at=bindparam("then")),
                [
                    {"workspace": row.id, "then": following(Calendar(row.billing_day, zone_of(row.timezone)), now)}
                    for row in found
                ],
            )
        return [Due(row.id, str(row.id), row.close_at or now) for row in found]


def is_due(now: datetime) -> ColumnElement[bool]:
    return or_(WORKSPACE.c.close_at.is_(None), WORKSPACE.c.close_at <= now)


def following(calendar: Calendar, now: datetime) -> datetime:
    """The first instant (UTC) after `now` at which a period is closed. Pure."""
    period = calendar.holding(now)
    at = period.start + DELAY
    return at if at > now else period.end + DELAY


def close(session: Session, workspace: Workspace, clock: Clock) -> bool:
    """Close periods that are over, each in a transaction of its own; whether there are more of them."""
    wanted = freezing.unclosed(session, workspace, clock() - DELAY)
    for period in wanted[:AT_ONCE]:
        freezing.freeze(session, workspace, period, clock)
    return len(wanted) > AT_ONCE

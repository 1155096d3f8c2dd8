"""The daily syncs of accounts that have a directory: `connection.next_at` is when the next one is due."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from bot.services.schedule import next_daily
from bot.services.work import Due
from db.models import CONNECTION

NAME = "sync"
"""The work's name; its subject is the account's id."""


class DailySyncs:
    """The accounts whose sync is due. However late it is, it is one sync."""

    def is_any(self, session: Session, now: datetime) -> bool:
        return (
            session.execute(select(CONNECTION.c.account_id).where(CONNECTION.c.next_at <= now).limit(1)).first()
            is not None
        )

    def claim(self, session: Session, now: datetime, most: int) -> list[Due]:
        c = CONNECTION.c
        found = session.execute(
            select(c.account_id, c.workspace_id, c.next_at)
            .where(c.next_at <= now)
            .order_by(c.next_at, c.account_id)
            .limit(most)
            .with_for_update(skip_locked=True)
        ).all()
        if found:
            moved = update(CONNECTION).where(c.account_id == bindparam("account"), c.next_at == bindparam("was"))
            session.execute(
                moved.values(next_at=bindparam("then")),
                [
                    {"account": row.account_id, "was": row.next_at, "then": next_daily(row.account_id, now)}
                    for row in found
                ],
            )
        return [Due(row.workspace_id, str(row.account_id), row.next_at) for row in found]

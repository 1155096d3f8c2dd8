"""The demo's digest: a daily one in each language, due when the demo begins, with something of every kind to tell."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.playground.demo_data import SILENT_FOR
from bot.playground.team import BILLING, INVOICING
from bot.services import connections, digests, sync
from bot.services.connections import Connection
from bot.services.directories.base import Member, Pool, Progress
from bot.services.recipients import Recipient
from bot.services.sync import SCHEDULED
from bot.services.workspaces import Workspace
from db.models import CHANGE, CONNECTION, DIGEST, SYNC_RUN, SyncOutcome

SINCE = timedelta(days=10)
"""The first one tells what happened for so long, which holds the sync that was made by mistake."""
FAILURES = 4


class Nobody:
    """A directory in which an outage shows nobody."""

    def read(self, progress: Progress) -> Pool:
        members: Sequence[Member] = ()
        return Pool(tuple(members))


def unseen(pages: int, users: int) -> None:
    """Nobody waits for it."""


def seed(session: Session, workspace: Workspace, clock: Clock, admin: str) -> None:
    """Add the digests, as `admin` might have; of the directories one has failed for days, and what another answered
    waits for an admin."""
    first, *others = connections.everyone(session, workspace)
    last = {first.account.id: clock() - SILENT_FOR} | {one.account.id: clock() for one in others}
    for one in (first, *others):
        synced(session, workspace, one, last[one.account.id])
    session.execute(update(CONNECTION).where(CONNECTION.c.account_id == first.account.id).values(failures=FAILURES))
    session.commit()
    for one in others:
        sync.sync(session, workspace, one.account, Nobody(), actor=SCHEDULED, clock=clock, progress=unseen)
    for channel, locale in ((BILLING, None), (INVOICING, "fr")):
        wanted = digests.check(workspace, Recipient(channel.id, f"#{channel.name}"), "day", locale=locale)
        digests.add(session, workspace, wanted, actor=admin, clock=clock)
    since, c = clock() - SINCE, CHANGE.c
    before = select(func.coalesce(func.max(c.id), 0)).where(c.workspace_id == workspace.id, c.recorded_at <= since)
    session.execute(update(DIGEST).values(told_to=since, told_change=before.scalar_subquery(), next_at=clock()))
    session.commit()


def synced(session: Session, workspace: Workspace, connection: Connection, at: datetime) -> None:
    """A sync that changed nobody."""
    run = {"workspace_id": workspace.id, "account_id": connection.account.id, "actor": SCHEDULED}
    session.execute(insert(SYNC_RUN).values(**run, started_at=at, ended_at=at, outcome=SyncOutcome.UNCHANGED))

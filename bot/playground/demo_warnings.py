"""The demo's warnings: one of each kind for a channel and for somebody who reads French; and how the latest syncs went.

They were added some days ago and nobody has looked since, so that they tell at once what happened in between.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import Session

from bot.playground.demo_data import SILENT_FOR
from bot.services.directories.failures import DirectoryBusy, kept
from bot.services.recipients import Recipient
from bot.services.schedule import DAY
from bot.services.sync import SCHEDULED
from bot.services.warnings import facts, standing
from bot.services.warnings.kinds import DEFAULTS
from bot.services.warnings.rules import TROUBLES, Trouble
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CHANGE, CONNECTION, LEDGER, SYNC_RUN, WARNING, Kind, Source, SyncOutcome, WarningKind

GOOGLE, MICROSOFT = "admin.googleapis.com", "graph.microsoft.com"
AGO = 13 * DAY
"""Within that the demo has a jump, peaks, and people whom a sync brought back."""
THRESHOLDS = DEFAULTS | {WarningKind.TRIAL: 14, WarningKind.PERIOD_END: 31}
"""So that there is something to tell on any day."""


def seed(session: Session, workspace: Workspace, now: datetime, *, admin: str, to: Sequence[Recipient]) -> None:
    """Add the warnings as if `admin` had done it days ago, and write down how the latest syncs went."""
    c = CHANGE.c
    since = now - AGO
    before = select(func.max(c.id)).where(c.workspace_id == workspace.id, c.recorded_at <= since)
    seen_change = session.execute(before).scalar_one()
    seed_runs(session, workspace, now)
    # Whoever is good now was failing when somebody looked last, and so there is news of each.
    good = [one.id for one in facts.sync_states(session, workspace, None) if not one.failing]
    told = {WarningKind.SYNC: json.dumps({str(id_): TROUBLES.index(Trouble.FAILING) for id_ in good})}
    for recipient in to:
        for kind, threshold in THRESHOLDS.items():
            change = {"workspace_id": workspace.id, "kind": Kind.WARN_ADD, "actor": admin, "recorded_at": since}
            added_by = session.execute(insert(CHANGE).values(change).returning(c.id)).scalar_one()
            row = {"workspace_id": workspace.id, "kind": kind, "threshold": threshold}
            row |= {"recipient": recipient.id, "recipient_name": recipient.name, "added_by": added_by}
            session.execute(
                insert(WARNING).values(row | {"seen": since, "seen_change": seen_change, "told": told.get(kind, "{}")})
            )
    standing.watch(session, workspace, now)
    session.commit()


def seed_runs(session: Session, workspace: Workspace, now: datetime) -> None:
    """Every sync that changed somebody was good. In the nights since, Microsoft's found nothing to change until some
    days ago, and neither it nor Google had time for any since."""
    a, c, k, r = ACCOUNT.c, CHANGE.c, CONNECTION.c, LEDGER.c
    connected = select(a.id, k.source, k.next_at).join(CONNECTION, k.account_id == a.id)
    for account, source, next_at in session.execute(connected.where(a.workspace_id == workspace.id)).all():
        good = session.execute(
            select(c.id, c.recorded_at)
            .join_from(LEDGER, CHANGE, c.id == r.change_id)
            .where(r.account_id == account, c.kind == Kind.SYNC, c.recorded_at <= now)
            .distinct()
            .order_by(c.id)
        ).all()
        at = {"workspace_id": workspace.id, "account_id": account, "actor": SCHEDULED}
        rows = [run(at, ended, SyncOutcome.APPLIED) | {"change_id": change} for change, ended in good]
        night = max(ended for _, ended in good) + DAY
        while night < min(now, next_at):
            if source == Source.GOOGLE or night > now - SILENT_FOR:
                busy = DirectoryBusy(host=GOOGLE if source == Source.GOOGLE else MICROSOFT, minutes=30)
                rows.append(run(at, night, SyncOutcome.FAILED) | {"refusal": kept(busy)})
            else:
                rows.append(run(at, night, SyncOutcome.UNCHANGED))
            night += DAY
        for row in rows:
            session.execute(insert(SYNC_RUN).values(row))


def run(at: dict[str, Any], ended: datetime, outcome: SyncOutcome) -> dict[str, Any]:
    """A sync that took a minute."""
    return at | {"started_at": ended - timedelta(minutes=1), "ended_at": ended, "outcome": outcome}

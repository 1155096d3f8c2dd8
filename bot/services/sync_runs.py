"""Runs of syncs as they are kept, and the holds among them that wait for the admins."""

import json
import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Update, bindparam, delete, insert, or_, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import names
from bot.services.accounts import Account
from bot.services.directories import failures
from bot.services.directories.base import Member
from bot.services.directories.failures import HoldOutdated, HoldSettled
from bot.services.errors import Refusal
from bot.services.workspaces import Workspace
from db.bulk import insert_rows
from db.models import ACCOUNT, HELD_MEMBER, SYNC_RUN, HoldState, SyncOutcome
from db.session import begin_writing


def begin(session: Session, workspace: Workspace, account: Account, actor: str, clock: Clock) -> int:
    """Keep that a sync begins, in a transaction of its own; gives the id of the run."""
    begin_writing(session)
    run = session.execute(
        insert(SYNC_RUN)
        .values(workspace_id=workspace.id, account_id=account.id, actor=actor, started_at=clock())
        .returning(SYNC_RUN.c.id)
    ).scalar_one()
    session.commit()
    return int(run)


def end(
    session: Session,
    run: int,
    outcome: SyncOutcome,
    at: datetime,
    *,
    figures: dict[str, int] | None = None,
    refusal: Refusal | None = None,
    change: int | None = None,
) -> None:
    """Keep what a sync came to, within the session's transaction."""
    values = {
        "run": run,
        "came_to": outcome,
        "at": at,
        "counts": json.dumps(figures) if figures else None,
        "why": failures.kept(refusal) if refusal else None,
        "by": change,
    }
    session.execute(ENDED, values)


def ended() -> Update:
    """The statement of `end`."""
    r = SYNC_RUN.c
    values = {r.outcome: "came_to", r.ended_at: "at", r.figures: "counts", r.refusal: "why", r.change_id: "by"}
    given = {column: bindparam(name, type_=column.type) for column, name in values.items()}
    return update(SYNC_RUN).where(r.id == bindparam("run")).values(given)


ENDED = ended()


def hold(session: Session, account: Account, run: int, shown: str, members: Sequence[Member]) -> None:
    """Keep the pool of a run that waits for the admins; what waited before is outdated by it."""
    outdate(session, account.id)
    session.execute(update(SYNC_RUN).where(SYNC_RUN.c.id == run).values(shown=shown, hold=HoldState.WAITING))
    rows = ((run, one.id, one.email, one.name) for one in members)
    insert_rows(session, HELD_MEMBER.name, ("run_id", "external_id", "email", "name"), rows)


def pool_of(session: Session, run: int) -> list[Member]:
    """The pool of a run that waits."""
    h = HELD_MEMBER.c
    return [Member(*row) for row in session.execute(select(h.external_id, h.email, h.name).where(h.run_id == run))]


def same_question(session: Session, account: Account, shown: str, states: Sequence[HoldState]) -> int | None:
    """The run that asked the admins about the same changes last, if that is in one of these states. A sync since then
    that was not held makes it another question: what vanished once, came back and vanishes again is news."""
    r = SYNC_RUN.c
    tells = or_(r.hold.is_not(None), r.outcome.in_((SyncOutcome.APPLIED, SyncOutcome.UNCHANGED)))
    latest = select(r.id, r.shown, r.hold).where(r.account_id == account.id, tells).order_by(r.id.desc())
    found = session.execute(latest.limit(1)).first()
    return found.id if found and found.shown == shown and found.hold in states else None


def account_of(session: Session, workspace: Workspace, run: int) -> Account:
    """The account of a run that was held. Raises HoldSettled where there is none."""
    a, r = ACCOUNT.c, SYNC_RUN.c
    found = session.execute(
        select(a.id, a.name)
        .join_from(SYNC_RUN, ACCOUNT, a.id == r.account_id)
        .where(r.id == run, r.workspace_id == workspace.id, r.hold.is_not(None))
    ).first()
    if found is None:
        raise HoldSettled()
    return Account(*found)


def waiting(session: Session, run: int) -> str:
    """The digest of what the admins were shown of a run that waits. Raises HoldSettled, HoldOutdated."""
    r = SYNC_RUN.c
    state, shown = session.execute(select(r.hold, r.shown).where(r.id == run)).one()
    if state == HoldState.OUTDATED:
        raise HoldOutdated()
    if state != HoldState.WAITING:
        raise HoldSettled()
    return str(shown)


def rejected_by(session: Session, run: int) -> str | None:
    """Who rejected a run that was held, if somebody did."""
    r = SYNC_RUN.c
    return session.execute(select(r.settled_by).where(r.id == run, r.hold == HoldState.REJECTED)).scalar_one_or_none()


def settle(session: Session, run: int, state: HoldState, actor: str, at: datetime) -> None:
    """A run waits no longer; its pool is thrown away. What was settled before stays so."""
    r = SYNC_RUN.c
    session.execute(delete(HELD_MEMBER).where(HELD_MEMBER.c.run_id == run))
    waits = (r.id == run, r.hold == HoldState.WAITING)
    session.execute(update(SYNC_RUN).where(*waits).values(hold=state, settled_by=actor, settled_at=at))


def outdate(session: Session, account: int) -> int:
    """Whatever waits of an account waits no longer, since something later knows better; gives how many did."""
    runs = list(session.execute(WAITING, {"account": account}).scalars())
    if not runs:
        return 0
    session.execute(delete(HELD_MEMBER).where(HELD_MEMBER.c.run_id.in_(runs)))
    session.execute(update(SYNC_RUN).where(SYNC_RUN.c.id.in_(runs)).values(hold=HoldState.OUTDATED))
    return len(runs)


WAITING = select(SYNC_RUN.c.id).where(
    SYNC_RUN.c.account_id == bindparam("account"), SYNC_RUN.c.hold == HoldState.WAITING
)


def forget(session: Session, workspace: Workspace, held: re.Pattern[str]) -> None:
    """Outdate what waits for the admins with somebody in its pool in whose address or name, as keys, the pattern finds
    a trace: without them it would do something else than was shown."""
    h, r = HELD_MEMBER.c, SYNC_RUN.c
    rows = session.execute(
        select(r.account_id, h.email, h.name)
        .join_from(HELD_MEMBER, SYNC_RUN, r.id == h.run_id)
        .where(r.workspace_id == workspace.id)
    )
    for account in {row.account_id for row in rows if held.search(names.key(f"{row.email} {row.name or ''}"))}:
        outdate(session, account)

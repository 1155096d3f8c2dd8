"""What the rules of warnings go by, as the store has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlmodel import Session

from bot.services import account_status, people
from bot.services import accounts as clients
from bot.services.billing import counted, ledger, peaks
from bot.services.changes import Made
from bot.services.people import Person
from bot.services.warnings.rules import Series, SyncState, Trial
from bot.services.workspaces import Workspace
from db.models import (
    ACCOUNT,
    CHANGE,
    CONNECTION,
    LEDGER,
    MICROSECOND,
    SYNC_RUN,
    USER,
    Cause,
    HoldState,
    Status,
    SyncOutcome,
    from_micros,
    without_index,
)

Accounts = frozenset[int] | None
"""The ids of the accounts that a warning is about; None for all."""


def series(session: Session, workspace: Workspace, accounts: Accounts, since: datetime, now: datetime) -> Series:
    """The billable users of these accounts together, from the start of the billing period of `since` to `now`; within a
    transaction that writes."""
    from bot.services.billing import rollups  # not before: importing numpy takes long
    from bot.services.billing.replay import Counts

    peaks.refresh(session, workspace, now)
    period = workspace.calendar.holding(since)
    opening = rollups.stored_counts(session, workspace, workspace.calendar.before(period))
    which = None
    if accounts is not None:
        kept = [number for number, id_ in enumerate(opening.account.tolist()) if id_ in accounts]
        opening = Counts(opening.account[kept], opening.active[kept], opening.code[kept])
        which = of_accounts(LEDGER.c.account_id, accounts)
    totals = rollups.read_slice(session, workspace, period.start, now + MICROSECOND, opening, which).totals
    steps = zip(map(from_micros, totals.at.tolist()), totals.count.tolist(), strict=True)
    return Series(period.start, totals.opening, tuple(steps))


def of_accounts(column: ColumnElement[int], accounts: Accounts) -> ColumnElement[bool]:
    """The condition that a row is of one of these accounts."""
    return true() if accounts is None else column.in_(sorted(accounts))


@dataclass(frozen=True, slots=True)
class Gain:
    """How much the count of an account rose, or fell, between two instants."""

    account: str
    n: int


@dataclass(frozen=True, slots=True)
class Raised:
    """Who is counted at a later instant and was not at an earlier one, the gains and losses of accounts by that, the
    largest first, and the changes that set people or accounts active in between."""

    people: tuple[Person, ...]
    gains: tuple[Gain, ...]
    changes: tuple[Made, ...]


def raised(
    session: Session,
    workspace: Workspace,
    accounts: Accounts,
    before: datetime,
    after: datetime,
    seen_change: int | None,
) -> Raised:
    """What raised the count between two instants; of the changes also those after `seen_change`, which may have
    corrected the past."""
    was, now = (counted_at(session, workspace, accounts, instant) for instant in (before, after))
    found = people.among(session, workspace, [id_ for id_ in now if id_ not in was])
    gains: dict[int, int] = {}
    for ids, sign in ((now, 1), (was, -1)):
        for account in ids.values():
            gains[account] = gains.get(account, 0) + sign
    named = {one.id: one.name for one in clients.everyone(session, workspace)}
    rows = [Gain(named[id_], n) for id_, n in gains.items() if n]
    made = changes_between(session, workspace, accounts, before, after, seen_change)
    return Raised(tuple(found), tuple(sorted(rows, key=lambda gain: (-gain.n, gain.account))), made)


def counted_at(session: Session, workspace: Workspace, accounts: Accounts, instant: datetime) -> dict[int, int]:
    """The ids of who is billable at an instant, each with the id of the account."""
    gone = ledger.retracted(session, workspace)
    billable = counted.billable_accounts(session, workspace, instant, gone)
    u = USER.c
    rows = session.execute(
        select(u.id, u.account_id).where(
            u.workspace_id == workspace.id,
            of_accounts(u.account_id, accounts),
            counted.status_at(instant, gone) == Status.ACTIVE,
        )
    )
    return {row.id: row.account_id for row in rows if row.account_id in billable}


def changes_between(
    session: Session,
    workspace: Workspace,
    accounts: Accounts,
    before: datetime,
    after: datetime,
    seen_change: int | None,
) -> tuple[Made, ...]:
    """The changes that set people or accounts active in `(before, after]`, or before that but only after
    `seen_change`."""
    c, row = CHANGE.c, LEDGER.c
    corrects = false() if seen_change is None else and_(c.id > seen_change, c.recorded_at > row.at)
    rows = session.execute(
        select(c.id, c.kind, c.actor, c.recorded_at)
        .join_from(LEDGER, CHANGE, c.id == row.change_id)
        .where(row.workspace_id == workspace.id, row.status == Status.ACTIVE, of_accounts(row.account_id, accounts))
        .where(row.at <= after, or_(row.at > before, corrects))
        .where(ledger.counts(c.id, ledger.retracted(session, workspace)))
        .distinct()
        .order_by(c.id)
    )
    return tuple(Made(*found) for found in rows)


def trials(session: Session, workspace: Workspace, accounts: Accounts, now: datetime) -> list[Trial]:
    """The accounts that are on trial, with the end of it or, where that is earlier, the instant from which they are to
    be active; none of which neither is known."""
    gone = ledger.retracted(session, workspace)
    statuses = counted.statuses_at(session, workspace, now, gone)
    plans = account_status.activations(session, workspace, now)
    a = ACCOUNT.c
    rows = session.execute(
        select(a.id, a.name, a.trial_ends)
        .where(a.workspace_id == workspace.id, of_accounts(a.id, accounts))
        .order_by(a.name_key)
    ).all()
    found = []
    for id_, name, ends in rows:
        converts = plans.get(id_)
        known = min((at for at in (ends, converts) if at is not None), default=None)
        if statuses.get(id_) == Status.TRIAL and known is not None:
            found.append(Trial(id_, name, known, 0, planned=known == converts))
    return [Trial(one.id, one.account, one.ends, active_in(session, one.id, now, gone), one.planned) for one in found]


def active_in(session: Session, account: int, now: datetime, gone: Sequence[int]) -> int:
    """How many users of an account are active."""
    is_active = counted.status_at(now, gone) == Status.ACTIVE
    return int(session.execute(select(func.count()).where(USER.c.account_id == account, is_active)).scalar_one())


def next_planned(session: Session, workspace: Workspace, now: datetime) -> datetime | None:
    """When the next row that is planned takes effect."""
    row = LEDGER.c
    later: datetime | None = session.execute(
        select(func.min(row.at)).where(row.workspace_id == workspace.id, row.at > now)
    ).scalar_one()
    return later


def sync_states(session: Session, workspace: Workspace, accounts: Accounts) -> list[SyncState]:
    """How the syncs of the connected accounts go, in the order of names."""
    a, c, r = ACCOUNT.c, CONNECTION.c, SYNC_RUN.c
    of_account = (r.account_id == c.account_id, r.workspace_id == c.workspace_id)
    good = select(func.max(r.ended_at)).where(*of_account, r.outcome.in_((SyncOutcome.APPLIED, SyncOutcome.UNCHANGED)))
    tells = (*of_account, r.ended_at.is_not(None), r.outcome != SyncOutcome.PREVIEW, r.ended_at >= c.connected_at)
    latest = select(r.outcome).where(*tells).order_by(r.ended_at.desc(), r.id.desc()).limit(1)
    waits = select(func.count()).where(*of_account, r.hold == HoldState.WAITING)
    rows = session.execute(
        select(
            c.account_id,
            a.name,
            c.connected_at,
            good.scalar_subquery().label("good"),
            latest.scalar_subquery().label("latest"),
            waits.scalar_subquery().label("waits"),
        )
        .join_from(CONNECTION, ACCOUNT, a.id == c.account_id)
        .where(c.workspace_id == workspace.id, of_accounts(c.account_id, accounts))
        .order_by(a.name_key)
    )
    return [
        SyncState(
            row.account_id,
            row.name,
            max(row.connected_at, row.good) if row.good else row.connected_at,
            failing=row.latest == SyncOutcome.FAILED,
            held=bool(row.waits),
        )
        for row in rows
    ]


def reactivated(
    session: Session, workspace: Workspace, accounts: Accounts, seen_change: int, now: datetime
) -> list[Person]:
    """Who was set active by a sync after `seen_change`, is so still, and had been set inactive by hand before, by
    account and address."""
    row, before = LEDGER.c, LEDGER.alias().c
    gone = ledger.retracted(session, workspace)
    earlier = (
        before.user_id == row.user_id,
        or_(before.at < row.at, and_(before.at == row.at, before.change_id < row.change_id)),
    )
    last = (
        select(before.cause)
        .where(*earlier, ledger.counts(before.change_id, gone))
        .order_by(before.at.desc(), before.change_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    was = (
        select(before.status)
        .where(*earlier, ledger.counts(before.change_id, gone))
        .order_by(before.at.desc(), before.change_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    back = (
        select(row.user_id)
        .where(without_index(row.workspace_id) == workspace.id, row.change_id > seen_change)
        .where(of_accounts(row.account_id, accounts), row.user_id.is_not(None))
        .where(row.status == Status.ACTIVE, row.cause == Cause.SYNC)
        .where(was == Status.INACTIVE, last == Cause.MANUAL)
    )
    is_so = counted.status_at(now, gone) == Status.ACTIVE
    return people.among(session, workspace, back, is_so & USER.c.email.is_not(None))

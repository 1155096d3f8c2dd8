"""Rollups: what reports read. Derived from the ledger by `replay`, rebuilt from the watermark on, never incremented."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Executable,
    Integer,
    Select,
    bindparam,
    case,
    delete,
    func,
    select,
    true,
    type_coerce,
)
from sqlmodel import Session

from bot.services.billing import ledger
from bot.services.billing.periods import DAY, Day, Period
from bot.services.billing.replay import (
    AccountRows,
    Code,
    Counts,
    Ints,
    Spans,
    Steps,
    Totals,
    UserRows,
    look_up,
    peaks,
    replay,
    total,
)
from bot.services.billing.watermark import rolled_to
from db.bulk import insert_rows
from db.models import (
    ACCOUNT_PERIOD,
    LEDGER,
    MICROSECOND,
    WORKSPACE_DAY,
    Status,
    from_micros,
    to_micros,
)

if TYPE_CHECKING:
    from bot.services.workspaces import Workspace

CODES = {Status.TRIAL: Code.TRIAL, Status.ACTIVE: Code.ACTIVE, Status.CLOSED: Code.CLOSED}
STATUSES = {Code.NONE: None} | {code: status.value for status, code in CODES.items()}
NOTHING = Counts(*(np.empty(0, np.int64) for _ in range(3)))
FETCH = 20_000
Recorded = TypeVar("Recorded", UserRows, AccountRows)


@dataclass(frozen=True, slots=True)
class Latest:
    """One account in a slice: its peak there, and what holds at its end."""

    status: Status | None
    active: int
    billable: int
    peak: int
    peak_at: datetime


@dataclass(frozen=True, slots=True)
class Slice:
    """What the ledger says of a stretch of time: the counts before it, and the steps in it."""

    opening: Counts
    steps: Steps
    totals: Totals

    def by_account(self) -> dict[int, Latest]:
        """What each account's steps in a slice come to, by account id."""
        steps = self.steps
        found: dict[int, Latest] = {}
        rows = (steps.account, steps.at, steps.active, steps.billable, steps.code)
        for account, at, active, billable, code in zip(*(row.tolist() for row in rows), strict=True):
            status = STATUSES[code]
            before = found.get(account)
            peak, peak_at = (
                (billable, from_micros(at)) if not before or billable > before.peak else (before.peak, before.peak_at)
            )
            found[account] = Latest(Status(status) if status else None, active, billable, peak, peak_at)
        return found


@dataclass(frozen=True, slots=True)
class Rows:
    """The ledger's rows of a stretch of time, after an opening; `before` holds the ids of those of its users who were
    active just before it."""

    opening: Counts
    users: UserRows
    before: Ints
    accounts: AccountRows

    def without(self, change: int) -> "Rows":
        """The same without the rows of a change."""
        users, accounts = self.users, self.accounts
        return replace(
            self, users=only(users, users.change != change), accounts=only(accounts, accounts.change != change)
        )

    def until(self, end: datetime) -> "Rows":
        """The same as far as before an instant."""
        users, accounts, last = self.users, self.accounts, to_micros(end)
        return replace(self, users=only(users, users.at < last), accounts=only(accounts, accounts.at < last))

    def slice(self) -> Slice:
        """What they come to."""
        steps = replay(self.users, self.before, self.accounts, self.opening)
        return Slice(self.opening, steps, total(steps, self.opening))


def only(rows: Recorded, kept: Any) -> Recorded:
    """Those of the rows of users or of accounts where an array says so."""
    return type(rows)(*(getattr(rows, column.name)[kept] for column in fields(rows)))


def read_slice(
    session: Session,
    workspace: "Workspace",
    start: datetime,
    end: datetime,
    opening: Counts,
    which: ColumnElement[bool] | None = None,
) -> Slice:
    """The steps of the rows in `[start, end)` after an opening; `which` limits them by a condition on LEDGER."""
    return read_rows(session, workspace, start, end, opening, which).slice()


def read_rows(
    session: Session,
    workspace: "Workspace",
    start: datetime,
    end: datetime,
    opening: Counts,
    which: ColumnElement[bool] | None = None,
) -> Rows:
    """The rows in `[start, end)`, as `read_slice`."""
    gone = ledger.retracted(session, workspace)
    of_users, of_accounts, of_active = slice_statements(bool(gone)) if which is None else statements(bool(gone), which)
    wanted: dict[str, Any] = {"workspace": workspace.id, "start": to_micros(start), "end": to_micros(end)}
    wanted |= {"gone": gone} if gone else {}
    users = arrays(session, of_users, 5, wanted)
    accounts = arrays(session, of_accounts, 4, wanted)
    before = np.empty(0, np.int64)
    if len(opening.account) and len(users[0]):
        (before,) = arrays(session, of_active, 1, wanted)
    return Rows(opening, UserRows(*users), np.sort(before), AccountRows(*accounts))


def statements(has_gone: bool, which: ColumnElement[bool]) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """The rows of users and of accounts in a stretch of time, and which of its users were active just before it."""
    c = LEDGER.c
    start, end = (bindparam(name, type_=BigInteger) for name in ("start", "end"))
    at = type_coerce(c.at, BigInteger)
    gone: BindParameter[int] | list[int] = bindparam("gone", expanding=True, type_=Integer) if has_gone else []
    rows = ledger.counts(c.change_id, gone)
    here = (c.workspace_id == bindparam("workspace"), at >= start, at < end, rows, which)
    active = case((c.status == Status.ACTIVE, 1), else_=0)
    of_user = c.user_id.is_not(None)
    # In order, so that each user's rows are looked up next to those of the one before: twice as fast.
    touched = select(c.user_id.label("id")).where(*here, of_user).distinct().order_by(c.user_id).subquery().c.id
    latest = select(c.status).where(c.user_id == touched, at < start, rows).order_by(c.at.desc(), c.change_id.desc())
    return (
        select(c.user_id, c.account_id, at, c.change_id, active).where(*here, of_user),
        select(c.account_id, at, c.change_id, status_code(c.status)).where(*here, ~of_user),
        select(touched).where(latest.limit(1).scalar_subquery() == Status.ACTIVE),
    )


@cache
def slice_statements(has_gone: bool) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """The same of all rows, built once: building them takes as long as running them."""
    return statements(has_gone, true())


def status_code(status: ColumnElement[Status]) -> ColumnElement[int]:
    return case({status: int(code) for status, code in CODES.items()}, value=status, else_=int(Code.NONE))


def arrays(
    session: Session, query: Executable, columns: int, parameters: Mapping[str, Any] | None = None
) -> list[Ints]:
    """The columns of a query of whole numbers. Read from the driver's own cursor: a Row object each costs 3 times."""
    cursor = session.connection().execute(query, parameters).cursor
    assert cursor is not None
    parts = [np.empty(0, np.int64)]
    while rows := cursor.fetchmany(FETCH):
        parts.append(np.fromiter(chain.from_iterable(rows), np.int64, len(rows) * columns))
    flat = np.concatenate(parts).reshape(-1, columns)
    return [np.ascontiguousarray(flat[:, column]) for column in range(columns)]


def stored_counts(session: Session, workspace: "Workspace", period: Period, account: int | None = None) -> Counts:
    """The counts at the end of a period, or at the watermark, as stored; of all accounts or of one."""
    c = ACCOUNT_PERIOD.c
    query = select(c.account_id, c.active, status_code(c.status)).order_by(c.account_id)
    query = query.where(c.workspace_id == workspace.id, c.period_start == period.start)
    if account is not None:
        query = query.where(c.account_id == account)
    return Counts(*arrays(session, query, 3))


@dataclass(frozen=True, slots=True)
class DaySpans:
    """Peaks by local day of one count, and what held at each day's end; tables of one row."""

    peak: Ints
    peak_at: Ints
    close: Ints


def day_peaks(totals: Totals, days: list[Day]) -> DaySpans:
    """The peaks of a count by local day; its steps begin on the first day or later."""
    opening = np.array([totals.opening], np.int64)
    starts = np.array([to_micros(day.start) for day in days], np.int64)
    spans = peaks(np.zeros(len(totals.at), np.int64), totals.at, totals.count, opening, starts)
    return DaySpans(spans.peak, spans.peak_at, at_end(spans.last, totals.count, opening))


@dataclass(frozen=True, slots=True)
class Rollups:
    """Rollup rows as arrays: `periods` and `days` are tables of account by period, and of the one sum by local day."""

    account: Ints
    period_starts: Ints
    status: Ints
    active: Ints
    close: Ints
    periods: Spans
    exists: Any
    days: list[Day]
    day_peaks: DaySpans


def compute(session: Session, workspace: "Workspace", first: Period, end: datetime, opening: Counts) -> Rollups:
    """The rollups from the start of a period to before `end`, after an opening."""
    part = read_slice(session, workspace, first.start, end, opening)
    steps = part.steps
    account = np.union1d(opening.account, steps.account)
    active, code = look_up(opening.account, account, opening.active, opening.code)
    starts = period_starts(workspace, first, end)
    entity = np.searchsorted(account, steps.account)
    billable = np.where(code == Code.ACTIVE, active, 0)
    spans = peaks(entity, steps.at, steps.billable, billable, starts)
    days = list(workspace.calendar.days(first.first_day, workspace.calendar.day_of(end - MICROSECOND) + DAY))
    return Rollups(
        account=account,
        period_starts=starts,
        status=at_end(spans.last, steps.code, code),
        active=at_end(spans.last, steps.active, active),
        close=at_end(spans.last, steps.billable, billable),
        periods=spans,
        exists=(spans.last >= 0) | np.isin(account, opening.account)[:, None],
        days=days,
        day_peaks=day_peaks(part.totals, days),
    )


def at_end(last: Ints, values: Ints, opening: Ints) -> Ints:
    """What held at the end of each span."""
    return np.where(last >= 0, values[last] if len(values) else 0, opening[:, None])


def period_starts(workspace: "Workspace", first: Period, end: datetime) -> Ints:
    starts = []
    period = first
    while period.start < end:
        starts.append(to_micros(period.start))
        period = workspace.calendar.after(period)
    return np.array(starts, np.int64)


def roll(session: Session, workspace: "Workspace", as_of: datetime) -> None:
    """Rebuild the rollups from the watermark's period on, as far as `as_of`. Within a transaction that writes.

    A watermark later than that comes from a machine whose clock ran ahead: what it rolled up has not happened yet.
    """
    end = as_of + MICROSECOND
    mark, _ = rolled_to(session, workspace)
    stale = workspace.calendar.holding(min(mark, as_of))
    c, d = ACCOUNT_PERIOD.c, WORKSPACE_DAY.c
    session.execute(delete(ACCOUNT_PERIOD).where(c.workspace_id == workspace.id, c.period_start >= stale.start))
    session.execute(delete(WORKSPACE_DAY).where(d.workspace_id == workspace.id, d.day >= stale.first_day))
    earliest = first_instant(session, workspace)
    if earliest is not None and earliest < end:
        first = workspace.calendar.holding(max(stale.start, earliest))
        opening = stored_counts(session, workspace, workspace.calendar.before(first))
        write(session, workspace, compute(session, workspace, first, end, opening))
    ledger.move_mark(session, workspace, end)


def first_instant(session: Session, workspace: "Workspace") -> datetime | None:
    first: datetime | None = session.execute(
        select(func.min(LEDGER.c.at)).where(LEDGER.c.workspace_id == workspace.id)
    ).scalar_one()
    return first


PERIOD_COLUMNS = ("workspace_id", "period_start", "account_id", "status", "active", "close", "peak", "peak_at")
DAY_COLUMNS = ("workspace_id", "day", "close", "peak", "peak_at")


def period_rows(workspace: "Workspace", rollups: Rollups) -> list[tuple[Any, ...]]:
    """The rows of `account_period`, as stored, in the order of their key."""
    spans, (account, period) = rollups.periods, np.nonzero(rollups.exists)
    order = np.lexsort((account, period))
    account, period = account[order], period[order]
    columns = (
        rollups.period_starts[period].tolist(),
        rollups.account[account].tolist(),
        [STATUSES[code] for code in rollups.status[account, period].tolist()],
        rollups.active[account, period].tolist(),
        rollups.close[account, period].tolist(),
        spans.peak[account, period].tolist(),
        spans.peak_at[account, period].tolist(),
    )
    return [(workspace.id, *row) for row in zip(*columns, strict=True)]


def day_rows(workspace: "Workspace", rollups: Rollups) -> list[tuple[Any, ...]]:
    """The rows of `workspace_day`, as stored, in order."""
    spans = rollups.day_peaks
    columns = (
        [day.date.isoformat() for day in rollups.days],
        spans.close[0].tolist(),
        spans.peak[0].tolist(),
        spans.peak_at[0].tolist(),
    )
    return [(workspace.id, *row) for row in zip(*columns, strict=True)]


def write(session: Session, workspace: "Workspace", rollups: Rollups) -> None:
    insert_rows(session, "account_period", PERIOD_COLUMNS, period_rows(workspace, rollups))
    insert_rows(session, "workspace_day", DAY_COLUMNS, day_rows(workspace, rollups))

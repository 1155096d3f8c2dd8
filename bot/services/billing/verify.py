"""Whether everything derived agrees with the ledger, and every statement."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, select
from sqlmodel import Session

from bot.services.billing import freezing
from bot.services.billing.frozen import NOBODY, Share, cut, figures
from bot.services.billing.rollups import (
    DAY_COLUMNS,
    NOTHING,
    PERIOD_COLUMNS,
    compute,
    day_rows,
    first_instant,
    period_rows,
    read_slice,
)
from bot.services.billing.watermark import rolled_to
from db.models import ACCOUNT, ACCOUNT_PERIOD, EPOCH, MICROSECOND, WORKSPACE_DAY, Status, from_micros

if TYPE_CHECKING:
    from bot.services.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Figures:
    """A derived row: what held at the end, the peak and its instant (UTC); `active` and `status` of an account only."""

    close: int
    peak: int
    peak_at: datetime
    active: int | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a stored row differs from what the ledger comes to: an account's billing period (`day` is the local date
    of its start), or, without an account, a local day of all accounts. None where there is no such row."""

    account: str | None
    day: date
    stored: Figures | None
    expected: Figures | None


@dataclass(frozen=True, slots=True)
class StatementDifference:
    """Where the latest revision of a statement differs from what the ledger comes to: a line of it or, without an
    account, its head, which has no share. None where there is no such line."""

    account: str | None
    month: date
    revision: int
    stored: Share | None
    expected: Share | None


def differences(session: Session, workspace: "Workspace") -> list[Difference | StatementDifference]:
    """Where the stored rollups and the statements differ from those computed anew from the whole ledger; none if all is
    well."""
    mark, _ = rolled_to(session, workspace)
    first = first_instant(session, workspace)
    wanted_periods: list[tuple[Any, ...]] = []
    wanted_days: list[tuple[Any, ...]] = []
    if first is not None and first < mark:
        rollups = compute(session, workspace, workspace.calendar.holding(first), mark, NOTHING)
        wanted_periods, wanted_days = period_rows(workspace, rollups), day_rows(workspace, rollups)
    last_day = workspace.calendar.day_of(mark - MICROSECOND)
    periods = stored(session, workspace, ACCOUNT_PERIOD, PERIOD_COLUMNS, ACCOUNT_PERIOD.c.period_start < mark)
    days = stored(session, workspace, WORKSPACE_DAY, DAY_COLUMNS, WORKSPACE_DAY.c.day <= last_day)
    days = [(row[0], str(row[1]), *row[2:]) for row in days]
    return [
        *of_periods(session, workspace, periods, wanted_periods),
        *of_days(days, wanted_days),
        *of_statements(session, workspace),
    ]


def of_periods(
    session: Session, workspace: "Workspace", stored: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]]
) -> list[Difference]:
    """The differences of accounts' periods, by period and account."""
    pairs = compared(stored, wanted, key=3)
    if not pairs:
        return []
    a = ACCOUNT.c
    named = {row.id: row.name for row in session.execute(select(a.id, a.name).where(a.workspace_id == workspace.id))}
    return [
        Difference(named.get(account, "–"), workspace.calendar.day_of(from_micros(start)), *map(account_figures, pair))
        for (_, start, account), pair in pairs
    ]


def of_days(stored: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]]) -> list[Difference]:
    """The differences of days, in order."""
    return [
        Difference(None, date.fromisoformat(day), *map(day_figures, pair))
        for (_, day), pair in compared(stored, wanted, key=2)
    ]


def of_statements(session: Session, workspace: "Workspace") -> list[StatementDifference]:
    """The differences of statements, by period and account. One whose period has other bounds by the present calendar
    is revised once that is over, and is not looked at."""
    rows = [
        row
        for row in freezing.latest_rows(session, workspace)
        if freezing.has_bounds(row, freezing.period_of(workspace, row))
    ]
    if not rows:
        return []
    whole = read_slice(session, workspace, EPOCH, max(row.period_end for row in rows), NOTHING)
    found = []
    for row in rows:
        expected = figures(cut(whole, row.period_start, row.period_end), row.period_start)
        stored = freezing.figures_of(session, row)
        heads = [Share(one.peak, one.peak_at, 0) for one in (stored, expected)]
        if heads[0] != heads[1]:
            found.append(StatementDifference(None, row.month, row.revision, *heads))
        for id_ in sorted(stored.accounts.keys() | expected.accounts.keys()):
            pair = stored.accounts.get(id_), expected.accounts.get(id_)
            if (pair[0] or NOBODY) != (pair[1] or NOBODY):
                name = session.execute(select(ACCOUNT.c.name).where(ACCOUNT.c.id == id_)).scalar_one()
                found.append(StatementDifference(name, row.month, row.revision, *pair))
    return found


def account_figures(row: tuple[Any, ...] | None) -> Figures | None:
    if row is None:
        return None
    status, active, close, peak, peak_at = row[3:]
    return Figures(close, peak, from_micros(peak_at), active, Status(status) if status else None)


def day_figures(row: tuple[Any, ...] | None) -> Figures | None:
    return None if row is None else Figures(row[2], row[3], from_micros(row[4]))


def stored(
    session: Session, workspace: "Workspace", table: Table, columns: tuple[str, ...], which: ColumnElement[bool]
) -> list[tuple[Any, ...]]:
    query = select(*(table.c[name] for name in columns)).where(table.c.workspace_id == workspace.id, which)
    cursor = session.connection().execute(query).cursor
    assert cursor is not None
    return list(cursor.fetchall())


def compared(
    stored: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]], key: int
) -> list[tuple[tuple[Any, ...], tuple[tuple[Any, ...] | None, tuple[Any, ...] | None]]]:
    """The rows that differ, by their first columns, each as stored and as wanted."""
    has, should = ({row[:key]: row for row in rows} for rows in (stored, wanted))
    differ = sorted(has.keys() | should.keys())
    return [(at, (has.get(at), should.get(at))) for at in differ if has.get(at) != should.get(at)]

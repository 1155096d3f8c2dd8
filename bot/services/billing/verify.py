"""Whether everything derived agrees with the ledger."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, select
from sqlmodel import Session

from bot.services.billing.rollups import (
    DAY_COLUMNS,
    NOTHING,
    PERIOD_COLUMNS,
    compute,
    day_rows,
    first_instant,
    period_rows,
)
from bot.services.billing.watermark import rolled_to
from db.models import ACCOUNT_PERIOD, MICROSECOND, WORKSPACE_DAY

if TYPE_CHECKING:
    from bot.services.workspaces import Workspace


def differences(session: Session, workspace: "Workspace") -> list[str]:
    """Where the stored rollups differ from those computed anew from the whole ledger, a line each; empty if nowhere."""
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
    return [*compare("account_period", periods, wanted_periods), *compare("workspace_day", days, wanted_days)]


def stored(
    session: Session, workspace: "Workspace", table: Table, columns: tuple[str, ...], which: ColumnElement[bool]
) -> list[tuple[Any, ...]]:
    query = select(*(table.c[name] for name in columns)).where(table.c.workspace_id == workspace.id, which)
    cursor = session.connection().execute(query).cursor
    assert cursor is not None
    return list(cursor.fetchall())


def compare(table: str, stored: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]]) -> list[str]:
    has, should = set(stored), set(wanted)
    return [f"{table}: {row} is stored and should not be" for row in sorted(has - should, key=str)] + [
        f"{table}: {row} is not stored and should be" for row in sorted(should - has, key=str)
    ]

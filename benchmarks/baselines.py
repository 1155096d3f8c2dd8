"""The plain ways of doing the main jobs, with which the product is compared."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session, col
from sqlmodel import select as select_objects

from benchmarks.stores import CHANGES, LEDGER_COLUMNS, PEOPLE, Store
from bot.services.billing.peaks import Report
from bot.services.billing.periods import DAY, Period
from bot.services.workspaces import Workspace
from db.bulk import insert_rows
from db.models import CHANGE, LEDGER, USER, Kind, LedgerRow, Status, to_micros
from db.session import begin_writing

Step = tuple[datetime, int]
"""From this instant on the count is this."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report says, in numbers: the peak of each account that has one, and of each local day its peak and
    close."""

    current: int
    peak: Step
    account_peaks: dict[int, Step]
    daily: dict[date, tuple[int, int]]


def figures_of(report: Report) -> Figures:
    assert report.peak_at is not None, "a history without a billable user measures nothing"
    return Figures(
        report.current,
        (report.peak_at, report.peak),
        {account.id: (account.peak_at, account.peak) for account in report.accounts if account.peak_at},
        {day.date: (day.peak, day.close) for day in report.daily},
    )


@dataclass(slots=True)
class Tally:
    """Everybody's status and the counts that follow, as far as rows were applied."""

    user_status: dict[int, Status] = field(default_factory=dict)
    account_status: dict[int, Status] = field(default_factory=dict)
    active: Counter[int] = field(default_factory=Counter)
    total: int = 0

    def billable(self, account: int) -> int:
        return self.active[account] if self.account_status.get(account) == Status.ACTIVE else 0

    def apply(self, row: LedgerRow) -> int:
        """Count a row; gives its account."""
        account = row.account_id
        before = self.billable(account)
        if row.user_id is None:
            self.account_status[account] = row.status
        else:
            was_active = self.user_status.get(row.user_id) == Status.ACTIVE
            self.user_status[row.user_id] = row.status
            self.active[account] += (row.status == Status.ACTIVE) - was_active
        self.total += self.billable(account) - before
        return account


def replay(session: Session, workspace: Workspace, period: Period, now: datetime) -> Figures:
    """The report of the running period from every row ever recorded, each an object; rows of one instant act
    together."""
    query = (
        select_objects(LedgerRow)
        .where(LedgerRow.workspace_id == workspace.id, col(LedgerRow.at) <= now)
        .order_by(col(LedgerRow.at), col(LedgerRow.change_id))
        .execution_options(yield_per=10_000)
    )
    tally = Tally()
    totals: list[Step] = []
    of_accounts: dict[int, list[Step]] = {}
    for at, rows in groupby(session.exec(query), attrgetter("at")):
        if at > period.start and not totals:
            totals.append((period.start, tally.total))
            of_accounts = {account: [(period.start, tally.billable(account))] for account in tally.active}
        touched = {tally.apply(row) for row in rows}
        if totals:
            totals.append((at, tally.total))
            for account in touched:
                of_accounts.setdefault(account, [(period.start, 0)]).append((at, tally.billable(account)))
    account_peaks = {account: highest(steps) for account, steps in of_accounts.items()}
    return Figures(
        tally.total,
        highest(totals),
        {account: step for account, step in account_peaks.items() if step[1]},
        by_day(workspace, period, now, totals),
    )


def highest(steps: Sequence[Step]) -> Step:
    """The earliest of the highest."""
    return max(steps, key=lambda step: step[1])


def by_day(workspace: Workspace, period: Period, now: datetime, totals: list[Step]) -> dict[date, tuple[int, int]]:
    """Peak and close of each local day of a period as far as `now`."""
    steps_of = {day: list(steps) for day, steps in groupby(totals, lambda step: workspace.calendar.day_of(step[0]))}
    daily = {}
    carried = totals[0]
    for day in workspace.calendar.days(period.first_day, workspace.calendar.day_of(now) + DAY):
        steps = steps_of.get(day.date, [])
        if not steps or steps[0][0] > day.start:
            steps = [carried, *steps]
        carried = steps[-1]
        daily[day.date] = (highest(steps)[1], carried[1])
    return daily


def stored_rows(store: Store, table: Table, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a table as they are stored, in the order of their ids."""
    with store.session() as session:
        cursor = session.connection().execute(select(*(table.c[name] for name in columns)).order_by(table.c.id)).cursor
        assert cursor is not None
        return list(cursor.fetchall())


def insert_bare(store: Store, people: list[tuple[Any, ...]], rows: list[tuple[Any, ...]]) -> None:
    """Insert the users, the change and the ledger rows of an import with nothing around it; the accounts are there."""
    change = (store.workspace.id, Kind.IMPORT_USERS.value, "cli:anna", to_micros(store.clock()))
    with store.session() as session:
        begin_writing(session)
        insert_rows(session, CHANGE.name, CHANGES, [change])
        insert_rows(session, USER.name, PEOPLE, people)
        insert_rows(session, LEDGER.name, LEDGER_COLUMNS, rows)
        session.commit()

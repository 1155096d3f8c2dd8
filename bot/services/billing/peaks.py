"""What is billed, and who: reports of a period, the bill as it stands, the people behind a figure (domain.md, Peak)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlmodel import Session

from bot.services import names
from bot.services.billing import counted, ledger, watermark
from bot.services.billing.counted import Repeated
from bot.services.billing.periods import DAY, Period
from bot.services.workspaces import Workspace
from db.bulk import stored_rows
from db.models import ACCOUNT, ACCOUNT_PERIOD, EPOCH, MICROSECOND, WORKSPACE_DAY, Status, from_micros
from db.session import is_writing, remembered

if TYPE_CHECKING:
    from bot.services.billing.replay import Counts, Totals
    from bot.services.billing.rollups import Rows, Slice

# The rollups' module is imported where something must be replayed: importing numpy takes longer than a quick report.

SLICE = 1_000
"""A report replays up to so many rows that are newer than the rollups; more are rolled up first."""


class AccountFigures(NamedTuple):  # of which a report makes thousands, several times as fast as of a frozen dataclass
    """One account in one period. `active` counts active users whatever the status, the rest billable ones."""

    id: int
    name: str
    status: Status
    active: int
    current: int
    peak: int
    peak_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The highest billable count of a local day, and the one just before its end (or now)."""

    date: date
    peak: int
    close: int


@dataclass(frozen=True, slots=True)
class Absent:
    """An account that has no status in a period: its name, and its first status with the instant (UTC) from which it
    will hold, if one is planned."""

    name: str
    status: Status | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """A billing period, of the workspace or, with `account`, of one account. Instants are UTC; a past period's counts
    are those just before its end."""

    workspace: Workspace
    period: Period
    closed: bool
    current: int
    peak: int
    peak_at: datetime | None
    accounts: tuple[AccountFigures, ...]
    daily: tuple[DayFigures, ...]
    account: AccountFigures | None = None
    absent: Absent | None = None
    """The account that was asked for, where it has no status by then."""
    as_of: datetime = field(default=EPOCH, compare=False)
    """The instant that it was made at."""

    @property
    def sum_of_account_peaks(self) -> int:
        return sum(account.peak for account in self.accounts)


@dataclass(frozen=True, slots=True)
class Bill:
    """The running bill as it stands: its peak so far, and the count with which the next period begins if nothing
    changes."""

    peak: int
    current: int


@dataclass(frozen=True, slots=True)
class DayPeak:
    """One local day of a count: its peak, the earliest instant of that, and what held at its end."""

    date: date
    peak: int
    peak_at: datetime
    close: int


class Fresh(NamedTuple):
    """Rollups that can be read: the instant that the read may look at, and the one up to which they hold all (the
    watermark or, where nothing is newer, just after the other)."""

    as_of: datetime
    mark: datetime


def refresh(session: Session, workspace: Workspace, now: datetime) -> Fresh:
    """Bring the rollups up to date where a read could not do without.

    The instant is `now`, or the last live one where another machine's clock is ahead. The session is left reading the
    snapshot in which this is true.
    """
    while True:
        mark, last, newer = watermark.standing(session, workspace, now)
        as_of = max(now, last)
        if is_fresh(workspace, mark, as_of) and newer <= SLICE:
            return Fresh(as_of, mark if newer else as_of + MICROSECOND)
        from bot.services.billing import rollups

        if is_writing(session):
            rollups.roll(session, workspace, as_of)
        else:
            with ledger.locked(session, workspace) as last:
                rollups.roll(session, workspace, max(now, last))


def is_fresh(workspace: Workspace, mark: datetime, as_of: datetime) -> bool:
    """Whether the rollups reach into the running period, and not beyond this instant."""
    return workspace.calendar.holding(as_of).start < mark <= as_of + MICROSECOND


class Rolled:
    """What the rollups hold of a period, each part read when it is first needed, and what is newer than they are."""

    def __init__(self, session: Session, workspace: Workspace, period: Period) -> None:
        self._session, self._workspace, self.period = session, workspace, period
        self._newer: dict[datetime, Rows] = {}

    @cached_property
    def opening(self) -> "Counts":
        """The accounts' counts at the watermark."""
        from bot.services.billing import rollups

        return rollups.stored_counts(self._session, self._workspace, self.period)

    @cached_property
    def days(self) -> list[DayPeak]:
        """The local days that had a row, and the last such day before the period."""
        wanted = {"workspace": self._workspace.id, "first": self.period.first_day, "end": self.period.end_day}
        return [DayPeak(*found) for found in self._session.execute(STORED_DAYS, wanted)]

    def newer(self, mark: datetime, end: datetime) -> "Slice | None":
        """What happened from the watermark, as of `refresh`, to before an instant of the period; None if nothing."""
        if mark >= end:
            return None
        from bot.services.billing import rollups

        if mark not in self._newer:
            rows = rollups.read_rows(self._session, self._workspace, mark, self.period.end, self.opening)
            self._newer[mark] = rows
        return self._newer[mark].until(end).slice()


def rolled_up(session: Session, workspace: Workspace, period: Period) -> Rolled:
    """What the rollups hold of a period, as the session's snapshot has it."""
    key = ("rolled up", workspace.id, period.start)
    return remembered(session, key, lambda: Rolled(session, workspace, period))


def report(session: Session, workspace: Workspace, period: Period, now: datetime, account: int | None = None) -> Report:
    """Counts and peaks of a period that has begun, of all accounts or of the one with that id."""
    as_of, mark = refresh(session, workspace, now)
    end, rolled = min(period.end, as_of + MICROSECOND), rolled_up(session, workspace, period)
    newer = rolled.newer(mark, end)
    accounts = account_figures(session, workspace, period, newer, account)
    if account is None:
        only, absent = None, None
        days = workspace_days(workspace, rolled, end, mark, newer)
    else:
        only = accounts[0] if accounts else None
        absent = None if only else absent_account(session, workspace, account)
        days = account_days(session, workspace, period, end, account)
    peak, peak_at = highest(days)
    return Report(
        workspace=workspace,
        period=period,
        closed=period.end <= as_of,
        current=days[-1].close,
        peak=peak,
        peak_at=peak_at,
        accounts=tuple(accounts),
        daily=tuple(DayFigures(day.date, day.peak, day.close) for day in days),
        account=only,
        absent=absent,
        as_of=as_of,
    )


def active(session: Session, workspace: Workspace, now: datetime) -> tuple[datetime, dict[int, int]]:
    """The instant (UTC) that `refresh` gives for `now`, and how many users are active at it, by the ids of the accounts
    that have a status."""
    as_of, mark = refresh(session, workspace, now)
    period = workspace.calendar.holding(as_of)
    newer = rolled_up(session, workspace, period).newer(mark, as_of + MICROSECOND)
    return as_of, {one.id: one.active for one in account_figures(session, workspace, period, newer)}


def before(session: Session, found: Report) -> Report:
    """The same report of the period before."""
    one = found.account
    workspace = found.workspace
    period = workspace.calendar.before(found.period)
    return report(session, workspace, period, found.as_of, one.id if one else None)


def repeated(session: Session, found: Report) -> list[Repeated]:
    """Who was counted more than once at the peak of a report over all accounts, as `counted.more_than_once`; nobody
    where nobody was counted."""
    return counted.more_than_once(session, found.workspace, found.peak_at) if found.peak_at else []


def absent_account(session: Session, workspace: Workspace, account: int) -> Absent:
    """What is known of an account that has no status by then."""
    name = session.execute(select(ACCOUNT.c.name).where(ACCOUNT.c.id == account)).scalar_one()
    first = next(iter(counted.statuses_of(session, workspace, account)), None)
    return Absent(name, first.status, first.at) if first else Absent(name, None, None)


def bill(session: Session, workspace: Workspace, now: datetime) -> Bill:
    """The bill of the running period as it stands at `now`."""
    as_of, mark = refresh(session, workspace, now)
    return bill_of(days_of(workspace, rolled_up(session, workspace, workspace.calendar.holding(as_of)), as_of, mark))


def bills(session: Session, workspace: Workspace, mark: datetime, instant: datetime, change: int) -> tuple[Bill, Bill]:
    """The bill of the running period at an instant without the rows of a change and with them, by one reading of all
    that is newer than `mark`, an instant in that period up to which the rollups hold all."""
    from bot.services.billing import rollups

    rolled, end = Rolled(session, workspace, workspace.calendar.holding(instant)), instant + MICROSECOND
    rows = rollups.read_rows(session, workspace, mark, end, rolled.opening)
    before, after = (
        bill_of(workspace_days(workspace, rolled, end, mark, part.slice())) for part in (rows.without(change), rows)
    )
    return before, after


def bill_of(days: list[DayPeak]) -> Bill:
    """What the days of a period come to so far. Pure."""
    return Bill(highest(days)[0], days[-1].close)


def peak(session: Session, workspace: Workspace, period: Period, now: datetime) -> tuple[int, datetime | None]:
    """The peak of a period that has begun, over all accounts, and its earliest instant; none where it is 0."""
    as_of, mark = refresh(session, workspace, now)
    return highest(days_of(workspace, rolled_up(session, workspace, period), as_of, mark))


def days_of(workspace: Workspace, rolled: Rolled, as_of: datetime, mark: datetime) -> list[DayPeak]:
    """The local days of a period as far as `as_of`, of the sum over all accounts."""
    end = min(rolled.period.end, as_of + MICROSECOND)
    return workspace_days(workspace, rolled, end, mark, rolled.newer(mark, end))


def highest(days: list[DayPeak]) -> tuple[int, datetime | None]:
    """The peak of a stretch of days and its earliest instant; none where nobody was counted."""
    best = max(days, key=lambda day: day.peak)  # the first of several equals
    return best.peak, best.peak_at if best.peak else None


@cache
def stored_accounts(*, also_new: bool, of_one: bool) -> Select[Any]:
    """The statement that reads the accounts, or one, with their rollup of a period, `also_new` those without one."""
    a, p = ACCOUNT.c, ACCOUNT_PERIOD.c
    of_workspace: BindParameter[int] = bindparam("workspace")
    of_period = bindparam("start", type_=p.period_start.type)
    rolled = (p.account_id == a.id) & (p.period_start == of_period) & (p.workspace_id == of_workspace)
    wanted = (a.workspace_id == of_workspace, *([a.id == bindparam("account")] if of_one else []))
    return (
        select(a.id, a.name, p.status, p.active, p.close, p.peak, p.peak_at)
        .join_from(ACCOUNT, ACCOUNT_PERIOD, rolled, isouter=also_new)
        .where(*wanted)
    )


def stored_days() -> Select[Any]:
    """The statement that reads the rollups of the days of a period, and of the last one before it."""
    c, before = WORKSPACE_DAY.c, WORKSPACE_DAY.alias().c
    of_workspace: BindParameter[int] = bindparam("workspace")
    first = bindparam("first", type_=c.day.type)
    last = select(func.max(before.day)).where(before.workspace_id == of_workspace, before.day < first)
    since = func.coalesce(last.scalar_subquery(), first)
    return select(c.day, c.peak, c.peak_at, c.close).where(
        c.workspace_id == of_workspace, c.day >= since, c.day < bindparam("end")
    )


STORED_DAYS = stored_days()
STATUSES = {status.value: status for status in Status}


def account_figures(
    session: Session, workspace: Workspace, period: Period, newer: "Slice | None", account: int | None = None
) -> list[AccountFigures]:
    """Every account that had a status in the period or before, in the order of names, or the one with that id."""
    wanted = {"workspace": workspace.id, "start": period.start} | ({"account": account} if account else {})
    query = stored_accounts(also_new=newer is not None, of_one=account is not None)
    stored = stored_rows(session, query, wanted)
    stored.sort(key=lambda row: names.sorting(row[1]))
    latest = newer.by_account() if newer else {}
    figures = []
    for id_, name, stored_status, active, close, stored_peak, stored_at in stored:
        status, peak, peak_at = (
            STATUSES.get(stored_status),
            stored_peak or 0,
            from_micros(stored_at) if stored_peak else None,
        )
        if step := latest.get(id_):
            status, active, close = step.status, step.active, step.billable
            if step.peak > peak:
                peak, peak_at = step.peak, step.peak_at
        if status is not None:
            figures.append(AccountFigures(id_, name, status, active, close, peak, peak_at))
    return figures


def workspace_days(
    workspace: Workspace, rolled: Rolled, end: datetime, mark: datetime, newer: "Slice | None"
) -> list[DayPeak]:
    """The local days of a period as far as `end`, of the sum over all accounts."""
    known, period = {day.date: day for day in rolled.days}, rolled.period
    carried = next((day.close for day in rolled.days if day.date < period.first_day), 0)
    if newer:
        for day in span_days(workspace, newer.totals, workspace.calendar.day_of(mark), end):
            stored = known.get(day.date)
            known[day.date] = replace(stored, close=day.close) if stored and stored.peak >= day.peak else day
    days = []
    for local in workspace.calendar.days(period.first_day, workspace.calendar.day_of(end - MICROSECOND) + DAY):
        day = known.get(local.date) or DayPeak(local.date, carried, local.start, carried)
        days.append(day)
        carried = day.close
    return days


def account_days(session: Session, workspace: Workspace, period: Period, end: datetime, account: int) -> list[DayPeak]:
    """The local days of a period as far as `end`, of one account, from its own rows."""
    from bot.services.billing import rollups

    def read() -> "Rows":
        opening = rollups.stored_counts(session, workspace, workspace.calendar.before(period), account)
        which = ledger.of_account(account)
        return rollups.read_rows(session, workspace, period.start, period.end, opening, which)

    rows = remembered(session, ("account", account, period.start), read)
    return span_days(workspace, rows.until(end).slice().totals, period.first_day, end)


def span_days(workspace: Workspace, totals: "Totals", first: date, end: datetime) -> list[DayPeak]:
    """The local days from `first` to the one before `end`, of a count whose steps begin on the first day or later."""
    from bot.services.billing import rollups

    days = list(workspace.calendar.days(first, workspace.calendar.day_of(end - MICROSECOND) + DAY))
    spans = rollups.day_peaks(totals, days)
    rows = zip(days, spans.peak[0].tolist(), spans.peak_at[0].tolist(), spans.close[0].tolist(), strict=True)
    return [DayPeak(day.date, peak, from_micros(at), close) for day, peak, at, close in rows]

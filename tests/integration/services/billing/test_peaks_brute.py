"""Whatever the history, a report says what counting every instant says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import Session, SQLModel

from bot.services import workspaces
from bot.services.billing import counted, ledger, peaks, verify
from bot.services.billing.peaks import Bill
from bot.services.billing.periods import Period
from bot.services.changes import Effect, Meter
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, USER, Account, Cause, Kind, LedgerRow, Status, User
from tests.brute import Brute, Row
from tests.conftest import Store

START = datetime(2018, 10, 1, tzinfo=UTC)  # the clocks change in most of these, in São Paulo at midnight
ZONES = [
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/St_Johns",
]
DAYS = [1, 15, 28, 29, 30, 31]
ACCOUNTS, USERS = ("a", "b"), ("u", "v", "w")

# Few instants, so that rows meet: at one instant, at midnights, at the bounds of periods.
instants = st.one_of(
    st.integers(0, 80).map(lambda day: START + timedelta(days=day)),
    st.integers(0, 80 * 24).map(lambda hour: START + timedelta(hours=hour)),
    st.sampled_from([START + timedelta(days=31), START + timedelta(days=31, microseconds=-1)]),
)
accounts = st.sampled_from(ACCOUNTS)
user_rows = st.tuples(accounts, st.sampled_from(USERS), instants, st.sampled_from(["active", "inactive"]))
account_rows = st.tuples(accounts, st.none(), instants, st.sampled_from(["trial", "active", "closed"]))
steps = st.one_of(
    st.lists(st.one_of(user_rows, account_rows), min_size=1, max_size=8),  # a change
    st.integers(0, 30),  # the retraction of an earlier one
    st.just("report"),  # makes the rollups, which later rows must outdate
    st.tuples(st.sampled_from(DAYS), st.sampled_from(ZONES)),  # another calendar: a correction of the past
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(steps, min_size=1, max_size=10),
    billing_day=st.sampled_from(DAYS),
    zone=st.sampled_from(ZONES),
    now=st.integers(0, 100 * 24).map(lambda hour: START + timedelta(hours=hour)),
)
def test_a_report_is_what_counting_every_instant_gives(
    store: Store, history: list[Any], billing_day: int, zone: str, now: datetime
) -> None:
    clear(store)
    with store.session() as session:
        workspace = workspaces.create(session, workspaces.check("M", billing_day=billing_day, timezone=zone))
        workspace, rows = replayed(session, workspace, history, now)
        brute = Brute(rows)
        assert verify.differences(session, workspace) == []
        period = workspace.calendar.holding(START - timedelta(days=40))
        while period.start <= now:
            check(session, workspace, brute, period, now)
            period = workspace.calendar.after(period)
        assert verify.differences(session, workspace) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(steps, max_size=6),
    turned=st.lists(st.one_of(user_rows, account_rows), max_size=4),
    billing_day=st.sampled_from(DAYS),
    zone=st.sampled_from(ZONES),
    now=instants,
)
def test_what_a_change_does_to_the_bill_is_what_counting_before_and_after_it_gives(
    store: Store, history: list[Any], turned: list[Any], billing_day: int, zone: str, now: datetime
) -> None:
    clear(store)
    with store.session() as session:
        workspace = workspaces.create(session, workspaces.check("M", billing_day=billing_day, timezone=zone))
        # A change takes effect after all that was recorded, but not after all that was planned.
        workspace, rows = replayed(session, workspace, history, now - timedelta(microseconds=1))
        with ledger.writing(session, workspace, lambda: now) as instant:
            meter, change, new = Meter(session, workspace, instant), None, []
            if turned:
                live = [(account, user, instant, status) for account, user, _, status in turned]
                change, new = recorded(session, workspace, live, instant)
            effect = meter.effect(change)
        period = workspace.calendar.holding(instant)
        assert effect == Effect(*(bill(Brute(part), period, instant) for part in (rows, rows + new)), period)
        assert verify.differences(session, workspace) == []


def bill(brute: Brute, period: Period, now: datetime) -> Bill:
    if not brute.accounts:
        return Bill(0, 0)
    return Bill(brute.peak(brute.total, period.start, now + timedelta(microseconds=1))[0], brute.total(now))


def check(session: Session, workspace: Workspace, brute: Brute, period: Any, now: datetime) -> None:
    end = min(period.end, now + timedelta(microseconds=1))
    last = end - timedelta(microseconds=1)
    report = peaks.report(session, workspace, period, now)
    assert (report.peak, report.peak_at) == brute.peak(brute.total, period.start, end)
    assert report.current == brute.total(last)
    assert report.closed == (period.end <= now)
    expected = {
        account: (
            brute.status(account, last),
            brute.active(account, last),
            brute.billable(account, last),
            *brute.peak(lambda instant, account=account: brute.billable(account, instant), period.start, end),
        )
        for account in brute.accounts
        if brute.status(account, last)
    }
    found = {a.name: (a.status, a.active, a.current, a.peak, a.peak_at) for a in report.accounts}
    assert found == expected
    assert_daily(workspace, report.daily, brute, brute.total, period, end)
    for figures in report.accounts:
        one = peaks.report(session, workspace, period, now, account=figures.id)
        count = lambda instant, name=figures.name: brute.billable(name, instant)  # noqa: E731
        assert (one.peak, one.peak_at) == (figures.peak, figures.peak_at)
        assert one.current == figures.current
        assert_daily(workspace, one.daily, brute, count, period, end)
    if report.peak_at:
        assert len(counted.people_counted(session, workspace, report.peak_at)) == report.peak


def assert_daily(workspace: Workspace, daily: Any, brute: Brute, count: Any, period: Any, end: datetime) -> None:
    zone: ZoneInfo = workspace.calendar.zone
    quarter = timedelta(minutes=15)
    instants_of_period = [period.start + quarter * n for n in range((end - period.start) // quarter + 1)]
    dates = sorted({instant.astimezone(zone).date() for instant in instants_of_period if instant < end})
    assert [day.date for day in daily] == dates
    for day in daily:
        first = workspace.calendar.days(day.date, day.date + timedelta(days=1))
        (local,) = first
        stop = min(local.end, end)
        assert day.peak == brute.peak(count, local.start, stop)[0]
        assert day.close == count(stop - timedelta(microseconds=1))


def replayed(
    session: Session,
    workspace: Workspace,
    history: list[Any],
    now: datetime,
    owners: tuple[str, ...] = ACCOUNTS,
    close: Callable[[Workspace], None] | None = None,
) -> tuple[Workspace, list[Row]]:
    """Write the history; gives the workspace as it is then, and the rows that count: not retracted, and no user row in
    the future. `close` does what a step of that name means."""
    made(session, workspace, owners)
    changes: dict[int, list[Row]] = {}
    taken_back: set[int] = set()
    for step in history:
        if step == "report":
            peaks.report(session, workspace, workspace.calendar.holding(now), now)
        elif step == "close":
            assert close
            close(workspace)
        elif isinstance(step, tuple):
            day, zone = step
            workspace, _ = workspaces.change(
                session, workspace, actor="t", clock=lambda: now, billing_day=day, timezone=zone, correct=True
            )
        elif isinstance(step, int):
            standing = [change for change in changes if change not in taken_back]
            if standing:
                change = standing[step % len(standing)]
                taken_back.add(change)
                with ledger.locked(session, workspace):
                    ledger.begin_change(session, workspace, Kind.RETRACT, "t", now, takes_back=change)
                    if changes[change]:
                        ledger.outdate(session, workspace, min(row.at for row in changes[change]))
        else:
            with ledger.locked(session, workspace):
                told = [row for row in step if not row[1] or row[2] <= now]
                change, rows = recorded(session, workspace, told, now)
                changes[change] = rows
    return workspace, [row for change, rows in changes.items() if change not in taken_back for row in rows]


def made(session: Session, workspace: Workspace, owners: tuple[str, ...]) -> None:
    """Accounts of these names, each with the users."""
    accounts = [Account(workspace_id=workspace.id, name=name, name_key=name) for name in owners]
    session.add_all(accounts)
    session.flush()
    named = [(account.id, name) for account in accounts for name in USERS]
    session.add_all(User(workspace_id=workspace.id, account_id=id_, email=name, email_key=name) for id_, name in named)
    session.commit()


def recorded(session: Session, workspace: Workspace, step: list[Any], now: datetime) -> tuple[int, list[Row]]:
    """Record a change at an instant, under the lock; gives its id and its rows."""
    accounts = {one.name: one.id for one in session.execute(select(ACCOUNT.c.name, ACCOUNT.c.id))}
    users = {(one.account_id, one.email): one.id for one in session.execute(select(USER))}
    change = ledger.begin_change(session, workspace, Kind.IMPORT_USERS, "t", now)
    rows = list({(a, u, at): Row(a, u, at, status, change) for a, u, at, status in step}.values())
    for row in rows:
        session.add(
            LedgerRow(
                workspace_id=workspace.id,
                account_id=accounts[row.account],
                user_id=users[accounts[row.account], row.user] if row.user else None,
                status=Status(row.status),
                at=row.at,
                cause=Cause.IMPORT,
                change_id=change,
            )
        )
        ledger.outdate(session, workspace, row.at)
    session.flush()
    return change, rows


def clear(store: Store) -> None:
    with store.engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())

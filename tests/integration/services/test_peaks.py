"""Reports, the bill, and the people behind a figure."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.services import privacy, workspaces
from bot.services.billing import counted, peaks
from bot.services.billing.counted import Repeated
from bot.services.imports.accounts import import_accounts
from bot.services.imports.users import import_users
from db.models import USER
from tests.integration.services.conftest import Msp


def test_a_report_has_a_day_for_every_local_day_so_far(msp: Msp) -> None:
    days = msp.report().daily
    assert (days[0].date.isoformat(), days[-1].date.isoformat(), len(days)) == ("2026-10-27", "2026-11-24", 29)
    past = msp.report(msp.clock() - timedelta(days=60)).daily
    assert (past[0].date.isoformat(), past[-1].date.isoformat()) == ("2026-08-27", "2026-09-26")


def test_the_daily_peak_of_a_day_without_changes_is_what_stood(msp: Msp) -> None:
    msp.users("Acme,eve@acme.test,active,2026-11-03T12:00", "Acme,eve@acme.test,inactive,2026-11-03T13:00")
    days = {day.date.isoformat(): (day.peak, day.close) for day in msp.report().daily}
    assert (days["2026-11-02"], days["2026-11-03"], days["2026-11-04"]) == ((2, 2), (3, 2), (2, 2))


def test_a_change_exactly_at_the_start_is_in_effect_from_the_first_instant(msp: Msp) -> None:
    msp.users("Acme,bob@acme.test,inactive,2026-10-27", "Acme,cid@acme.test,active,2026-10-27T00:00:00.000001")
    before, report = msp.report(msp.clock() - timedelta(days=30)), msp.report()
    assert (before.current, report.daily[0].peak) == (2, 2)
    assert report.peak_at == report.period.start + timedelta(microseconds=1)  # one, then two


def test_a_report_is_the_same_whether_its_rows_are_rolled_up_or_not(msp: Msp) -> None:
    msp.report()
    msp.users(*(f"Acme,u{n}@acme.test,active,2026-11-{1 + n % 24:02}T09:{n % 60:02}" for n in range(300)))
    msp.deactivate("u0@acme.test", "u1@acme.test")
    report = msp.report()
    with msp.session.get_bind().begin() as connection:  # type: ignore[union-attr]
        connection.exec_driver_sql("UPDATE workspace SET rolled_to = 0")
    msp.session.rollback()
    assert msp.report() == report
    msp.verify()


def test_the_bill_is_that_of_the_report(msp: Msp) -> None:
    msp.activate("cid@acme.test")
    msp.deactivate("bob@acme.test", "cid@acme.test")
    bill = peaks.bill(msp.session, msp.workspace, msp.clock())
    assert (bill.peak, bill.current) == (msp.report().peak, msp.report().current) == (3, 1)
    period = msp.workspace.calendar.holding(msp.clock())
    assert peaks.peak(msp.session, msp.workspace, period, msp.clock()) == (3, msp.report().peak_at)


def test_the_people_behind_a_figure(msp: Msp) -> None:
    msp.activate("cid@acme.test")
    report = msp.report()
    assert report.peak_at is not None
    people = counted.people_counted(msp.session, msp.workspace, report.peak_at)
    assert [(one.account, one.email) for one in people] == [
        ("Acme", "ann@acme.test"),
        ("Acme", "bob@acme.test"),
        ("Acme", "cid@acme.test"),
    ]
    before = report.peak_at - timedelta(microseconds=1)
    assert len(counted.people_counted(msp.session, msp.workspace, before)) == 2
    assert counted.people_counted(msp.session, msp.workspace, report.peak_at, msp.account("Blue").id) == []


def test_who_is_counted_in_several_accounts_is_known_by_the_folded_address(msp: Msp) -> None:
    assert counted.more_than_once(msp.session, msp.workspace, msp.clock()) == []  # Blue is on trial
    msp.accounts("Blue,active,2026-11-01", "Zeta,active,2026-11-01")
    msp.users("Zeta,ANN@Acme.test,active,2026-11-05", "Zeta,BOB@acme.test,active,2026-11-05")
    ann = msp.session.execute(select(USER.c.id).where(USER.c.email == "ann@acme.test").order_by(USER.c.id)).first()
    assert ann is not None
    assert counted.more_than_once(msp.session, msp.workspace, msp.clock()) == [
        Repeated("ann@acme.test", None, ("Acme", "Blue", "Zeta"), ann.id),
        Repeated("bob@acme.test", None, ("Acme", "Zeta"), ann.id + 1),
    ]
    assert [one.too_many for one in peaks.repeated(msp.session, msp.report())] == [2, 1]
    before = datetime(2026, 11, 5, tzinfo=UTC) - timedelta(hours=1, microseconds=1)
    assert [one.accounts for one in counted.more_than_once(msp.session, msp.workspace, before)] == [("Acme", "Blue")]


def test_those_who_were_counted_more_than_once_are_those_of_the_peak(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-11-01")
    msp.deactivate("ann@acme.test", account=msp.account("Blue"))
    msp.clock.advance(minutes=1)
    assert [one.email for one in peaks.repeated(msp.session, msp.report())] == ["ann@acme.test"]
    assert counted.more_than_once(msp.session, msp.workspace, msp.clock()) == []
    nobody = msp.report(datetime(2026, 1, 5, tzinfo=UTC))
    assert (nobody.peak_at, peaks.repeated(msp.session, nobody)) == (None, [])


def test_the_forgotten_are_not_told_from_each_other(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-11-01")
    peak = msp.clock()
    msp.clock.advance(hours=1)
    msp.deactivate("ann@acme.test", account=msp.account("Acme"))
    msp.deactivate("ann@acme.test", account=msp.account("Blue"))
    msp.clock.advance(hours=1)
    assert len(counted.more_than_once(msp.session, msp.workspace, peak)) == 1
    privacy.forget(msp.session, msp.workspace, "ann@acme.test", actor="t", clock=msp.clock)
    assert counted.more_than_once(msp.session, msp.workspace, peak) == []


def test_a_report_sees_the_last_change_though_this_machines_clock_is_behind(msp: Msp) -> None:
    msp.activate("cid@acme.test")
    msp.clock.advance(minutes=-30)
    assert msp.report().current == 3


def test_a_report_on_a_past_period_is_the_same_on_any_later_day(msp: Msp) -> None:
    past = msp.report(msp.clock() - timedelta(days=30))
    msp.deactivate("bob@acme.test")
    msp.clock.advance(days=400)
    period = msp.workspace.calendar.holding(datetime(2026, 10, 20, tzinfo=UTC))
    again = peaks.report(msp.session, msp.workspace, period, msp.clock())
    assert again == past
    assert again.closed


def test_years_without_a_change_carry_what_stood(msp: Msp) -> None:
    msp.clock.advance(days=3000)
    report = msp.report()
    assert (report.peak, report.current, report.peak_at) == (2, 2, report.period.start)
    msp.verify()


def test_the_worked_example_bills_20_then_0(msp: Msp) -> None:
    """domain.md B6, in a workspace of its own."""
    own = workspaces.create(msp.session, workspaces.check("Example", billing_day=27, timezone="Europe/London"))
    with_ = {"actor": "t", "clock": msp.clock}
    import_accounts(msp.session, own, msp.file("account,status,at", "First,active,2026-01-15"), **with_)  # type: ignore[arg-type]
    lines = [
        f"First,u{n}@x.test,{status},2026-01-{day}"
        for n in range(20)
        for day, status in ((15, "active"), (26, "inactive"))
    ]
    import_users(msp.session, own, msp.file("account,email,status,at", *lines), **with_)  # type: ignore[arg-type]
    bills = [
        peaks.report(msp.session, own, own.calendar.starting_in(year, month), msp.clock()).peak
        for year, month in ((2025, 12), (2026, 1), (2026, 2))
    ]
    assert bills == [20, 0, 0]


def test_a_clock_that_ran_ahead_leaves_no_figures_of_the_future(msp: Msp) -> None:
    """Another machine's clock was in the next period when it made a report."""
    msp.accounts("Blue,active,2026-12-10")  # planned: from then on Ann is counted there too
    before = msp.report()
    msp.clock.advance(days=30)
    assert msp.report().peak == 3
    msp.clock.advance(days=-30)
    assert msp.report() == before
    msp.clock.advance(hours=-1)
    assert [day.date.isoformat() for day in msp.report().daily][-1] == "2026-11-24"
    msp.verify()

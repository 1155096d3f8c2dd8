"""Closed periods: frozen once, revised by whatever alters their figures, told of once (domain.md, Closed periods)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.services import account_status, posts, pricing, privacy, undo, workspaces
from bot.services.billing import billed, freezing, statements, verify
from bot.services.billing.statements import Statement
from bot.services.billing.verify import StatementDifference
from bot.services.errors import NothingToState, PeriodRuns, UnknownRevision
from db.models import STATEMENT, STATEMENT_ACCOUNT, WORK, Kind, Status
from tests.integration.services.conftest import Msp
from tests.integration.services.conftest import msp as filled

msp = filled
LATE = "Acme,dan@acme.test,active,2026-10-01"


def stated(msp: Msp, period: str | None = None, revision: int | None = None) -> Statement:
    return statements.statement(msp.session, msp.workspace, period, msp.clock, revision)


def shares(found: Statement) -> dict[str, tuple[int, int]]:
    return {line.name: (line.peak, line.share) for line in found.lines}


def because(found: Statement) -> list[int]:
    assert found.difference
    return [one.id for one in found.difference.because]


def people(msp: Msp, found: Statement) -> list[tuple[str, int, str | None]]:
    return [(one.account, one.number, one.email) for one in billed.people(msp.session, found)]


def tellings(msp: Msp) -> list[str]:
    query = select(WORK.c.subject).where(WORK.c.name == freezing.TELLING).order_by(WORK.c.id)
    return list(msp.session.execute(query).scalars())


def test_without_a_period_it_is_the_last_one_that_is_over_and_asked_again_the_same(msp: Msp) -> None:
    found = stated(msp)
    assert (found.period.first_day.isoformat(), found.period.last_day.isoformat()) == ("2026-09-27", "2026-10-26")
    assert (found.revision, found.peak, shares(found)) == (1, 2, {"Acme": (2, 2), "Blue": (0, 0)})
    assert (found.reference, found.difference) == ("2026-09-r1", None)
    msp.clock.advance(days=1)
    assert stated(msp, "2026-09") == found
    assert msp.session.execute(select(STATEMENT.c.id)).all() == [(found.id,)]
    msp.verify()


def test_a_backdated_import_revises_in_its_own_transaction_with_difference_and_cause(msp: Msp) -> None:
    first = stated(msp)
    change = msp.users(LATE).change
    second = stated(msp)
    assert (second.revision, second.peak, second.difference and second.difference.peak) == (2, 3, 1)
    assert [(one.account, one.share_before, one.share) for one in second.difference.accounts] == [("Acme", 2, 3)]  # type: ignore[union-attr]
    assert because(second) == [change]
    assert second.difference.because[0].kind == Kind.IMPORT_USERS  # type: ignore[union-attr]
    again = stated(msp, None, 1)
    assert (again.peak, shares(again), again.difference) == (first.peak, shares(first), None)
    assert [(one.number, one.peak) for one in again.revisions] == [(1, 2), (2, 3)]
    assert tellings(msp) == [str(change)]
    msp.verify()


def test_what_leaves_every_figure_as_it_was_revises_nothing(msp: Msp) -> None:
    stated(msp)
    msp.users("Blue,zoe@blue.test,active,2026-10-01")  # on trial
    msp.users("Acme,cid@acme.test,inactive,2026-10-02")
    msp.deactivate("ann@acme.test", account=msp.account("Acme"))
    msp.accounts("New,trial,2026-10-01")
    assert stated(msp).revision == 1
    assert tellings(msp) == []
    msp.verify()


def test_the_cause_names_each_change_since_the_revision_before(msp: Msp) -> None:
    stated(msp)
    quiet = msp.users("Blue,zoe@blue.test,active,2026-10-01").change
    live = msp.deactivate("bob@acme.test").id
    loud = msp.accounts("Blue,active,2026-10-05").change
    found = stated(msp)
    assert because(found) == [quiet, loud]
    assert live not in because(found)
    assert shares(found) == {"Acme": (2, 2), "Blue": (2, 2)}


@pytest.mark.parametrize("of", ["accounts", "users"])
def test_a_retraction_revises_back(msp: Msp, of: str) -> None:
    stated(msp)
    made = msp.accounts("Blue,active,2026-10-05") if of == "accounts" else msp.users(LATE)
    msp.clock.advance(hours=1)
    back = undo.retract(msp.session, msp.workspace, str(made.change), actor="t", clock=msp.clock)
    found = stated(msp)
    assert (found.revision, found.peak, because(found)) == (3, 2, [back.id])
    assert [len(people(msp, stated(msp, None, number))) for number in (1, 2, 3)] == [2, 3, 2]
    msp.verify()


def test_a_planned_status_of_before_the_end_is_in_the_first_revision(msp: Msp) -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    blue = msp.account("Blue")
    account_status.set_status(msp.session, msp.workspace, blue, Status.ACTIVE, at=at, actor="t", clock=msp.clock)
    msp.clock.now = datetime(2027, 1, 2, tzinfo=UTC)
    found = stated(msp)
    assert (found.peak, found.peak_at, shares(found)["Blue"]) == (3, at, (1, 1))
    msp.verify()


def test_changes_of_one_import_revise_every_period_they_touch_and_are_told_once(msp: Msp) -> None:
    msp.clock.now = datetime(2027, 3, 1, tzinfo=UTC)
    assert len(statements.close(msp.session, msp.workspace, None, msp.clock)) == 6
    change = msp.users(LATE).change
    revised = freezing.latest_rows(msp.session, msp.workspace)
    assert [row.revision for row in revised] == [1, 2, 2, 2, 2, 2]
    assert tellings(msp) == [str(change)]
    told = statements.by_change(msp.session, msp.workspace, change or 0, revised[-1].created_at)
    assert [f"{one.month:%Y-%m}" for one in told] == ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01"]


def test_what_a_clock_that_was_ahead_has_frozen_stays_right_and_is_told_to_nobody(msp: Msp) -> None:
    now, msp.clock.now = msp.clock.now, datetime(2027, 3, 1, tzinfo=UTC)
    statements.close(msp.session, msp.workspace, None, msp.clock)
    msp.clock.now = now
    msp.deactivate("bob@acme.test")
    assert tellings(msp) == []
    msp.verify()
    change = msp.users(LATE).change
    assert tellings(msp) == [str(change)]
    told = freezing.latest_rows(msp.session, msp.workspace)[-1].created_at
    assert [f"{one.month:%Y-%m}" for one in statements.by_change(msp.session, msp.workspace, change or 0, told)] == [
        "2026-09"
    ]
    msp.clock.now = datetime(2027, 3, 1, tzinfo=UTC)
    assert stated(msp, "2027-01").peak == 2
    msp.verify()


def test_another_billing_day_revises_the_statements_of_the_same_months(msp: Msp) -> None:
    stated(msp, "2026-08")
    stated(msp, "2026-09")
    stated(msp, "2026-10-26")
    by = {"actor": "t", "clock": msp.clock, "correct": True}
    msp.workspace, change = workspaces.change(msp.session, msp.workspace, billing_day=1, timezone="UTC", **by)  # type: ignore[arg-type]
    found = stated(msp, "2026-09")
    assert (found.revision, found.period.start, found.zone.key) == (2, datetime(2026, 9, 1, tzinfo=UTC), "UTC")
    assert because(found) == [change]
    old = stated(msp, "2026-09", 1)
    assert (old.period.first_day.day, old.zone.key) == (27, "Europe/Paris")
    msp.verify()


def test_a_period_that_runs_by_a_new_calendar_is_revised_when_it_is_over(msp: Msp) -> None:
    msp.clock.now = datetime(2026, 11, 28, tzinfo=UTC)
    assert stated(msp).reference == "2026-10-r1"
    by = {"actor": "t", "clock": msp.clock, "correct": True}
    msp.workspace, change = workspaces.change(msp.session, msp.workspace, billing_day=31, **by)  # type: ignore[arg-type]
    with pytest.raises(PeriodRuns):
        stated(msp, "2026-10")
    assert stated(msp, "2026-10", 1).revision == 1
    msp.verify()
    msp.clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    found = stated(msp, "2026-10")
    assert (found.revision, found.period.last_day.day, because(found)) == (2, 29, [change])
    assert tellings(msp)[-1] == str(change)
    msp.verify()


@pytest.mark.parametrize("together", [True, False])
def test_a_price_is_never_the_cause_of_other_bounds(msp: Msp, together: bool) -> None:
    msp.clock.now = datetime(2026, 11, 28, tzinfo=UTC)
    stated(msp)
    wanted = pricing.wanted(msp.workspace, price="4", currency="EUR")
    by = {"actor": "t", "clock": msp.clock}
    day = {"billing_day": 31, "correct": True, "prices": wanted if together else None}
    msp.workspace, change = workspaces.change(msp.session, msp.workspace, **day, **by)  # type: ignore[arg-type]
    msp.workspace, _ = workspaces.change(msp.session, msp.workspace, prices=wanted, **by)  # type: ignore[arg-type]
    msp.clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    assert because(stated(msp, "2026-10")) == [change]
    msp.verify()


def test_who_was_billed_is_numbered_by_client_and_stays_so(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-09-01")
    first = stated(msp)
    was = [("Acme", 1, "ann@acme.test"), ("Acme", 2, "bob@acme.test"), ("Blue", 1, "ann@acme.test")]
    assert people(msp, first) == was
    msp.users("Acme,aaa@acme.test,active,2026-10-01", "Acme,bob@acme.test,inactive,2026-10-01")
    assert people(msp, stated(msp, None, 1)) == was
    blue = msp.account("Blue").id
    assert [one.email for one in billed.people(msp.session, first, blue)] == ["ann@acme.test"]


def test_whoever_is_forgotten_stays_as_a_line_without_an_address(msp: Msp) -> None:
    found = stated(msp)
    msp.deactivate("ann@acme.test", account=msp.account("Acme"))
    msp.deactivate("ann@acme.test", account=msp.account("Blue"))
    privacy.forget(msp.session, msp.workspace, "ann@acme.test", actor="t", clock=msp.clock)
    assert people(msp, stated(msp)) == [("Acme", 1, "bob@acme.test"), ("Acme", 2, None)]
    assert stated(msp).peak == found.peak == 2
    msp.verify()


@pytest.mark.parametrize(
    ("period", "revision", "refusal"),
    [
        ("current", None, PeriodRuns),
        ("2026-11-24", None, PeriodRuns),
        ("2026-01", None, NothingToState),
        ("2026-09", 2, UnknownRevision),
        ("current", 3, PeriodRuns),
    ],
)
def test_what_is_not_there_is_refused_and_freezes_nothing(
    msp: Msp, period: str, revision: int | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        stated(msp, period, revision)
    assert msp.session.execute(select(STATEMENT.c.id)).all() == []


def test_close_takes_all_that_is_over_or_one_and_nothing_twice(msp: Msp) -> None:
    made = statements.close(msp.session, msp.workspace, "2026-09", msp.clock)
    assert [one.reference for one in made] == ["2026-09-r1"]
    assert statements.close(msp.session, msp.workspace, "2026-09", msp.clock) == []
    made = statements.close(msp.session, msp.workspace, None, msp.clock)
    assert [one.reference for one in made] == ["2026-08-r1"]
    with pytest.raises(NothingToState):
        statements.close(msp.session, msp.workspace, "2025-01", msp.clock)
    with pytest.raises(PeriodRuns):
        statements.close(msp.session, msp.workspace, "current", msp.clock)


def test_verify_sees_a_statement_that_is_not_what_the_ledger_says(msp: Msp) -> None:
    found = stated(msp)
    acme = msp.account("Acme").id
    of_acme = STATEMENT_ACCOUNT.c.account_id == acme
    msp.session.execute(STATEMENT_ACCOUNT.update().where(of_acme).values(share=1))
    msp.session.execute(STATEMENT.update().values(peak=7))
    msp.session.commit()
    head, line = verify.differences(msp.session, msp.workspace)
    assert isinstance(head, StatementDifference)
    assert isinstance(line, StatementDifference)
    assert (head.account, head.revision, head.stored and head.stored.peak) == (None, 1, 7)
    assert (head.expected and head.expected.peak) == found.peak
    assert (line.account, line.stored and line.stored.share, line.expected and line.expected.share) == ("Acme", 1, 2)


def test_revisions_are_told_to_the_admins(msp: Msp) -> None:
    assert statements.recipients(msp.session, msp.workspace) == [posts.ADMINS]

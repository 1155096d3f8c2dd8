"""Statuses of accounts by hand: at once, planned, taken back (domain.md, History and Billable)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.services import account_status, accounts, undo
from bot.services.changes import Change, StatusChange, Unconfirmed
from bot.services.errors import (
    AccountExists,
    BadName,
    LongName,
    NotYetAnAccount,
    PastInstant,
    TrialEndsBefore,
    UndoBlocked,
)
from db.models import ACCOUNT, LEDGER, Status
from tests.integration.services.conftest import Msp

DECEMBER = datetime(2026, 12, 9, 23, tzinfo=UTC)  # the 10th in Paris
JANUARY = datetime(2027, 1, 9, 23, tzinfo=UTC)
FEBRUARY = datetime(2027, 2, 9, 23, tzinfo=UTC)


def add(msp: Msp, name: str, status: Status = Status.ACTIVE, **more: Any) -> Change:
    return account_status.add(msp.session, msp.workspace, name, status, actor="t", clock=msp.clock, **more)


def put(msp: Msp, name: str, status: Status, **more: Any) -> Change:
    found = msp.account(name)
    return account_status.set_status(msp.session, msp.workspace, found, status, actor="t", clock=msp.clock, **more)


def take_back(msp: Msp, change: Change) -> Change:
    return undo.undo(msp.session, msp.workspace, change=str(change.id), actor="t", clock=msp.clock)


def status(msp: Msp, name: str) -> Status:
    found = {line.name: line.status for line in accounts.listed(msp.session, msp.workspace, msp.clock())}
    return found[name]


def bill(change: Change) -> tuple[int, int, int, int]:
    assert change.effect is not None
    before, after = change.effect.before, change.effect.after
    return before.peak, before.current, after.peak, after.current


def rows_of(msp: Msp, change: Change) -> list[tuple[Any, ...]]:
    c = LEDGER.c
    return [tuple(row) for row in msp.session.execute(select(c.user_id, c.at).where(c.change_id == change.id))]


def test_a_new_account_has_its_status_at_once_and_one_row_without_a_user(msp: Msp) -> None:
    msp.clock.advance(minutes=1)
    change = add(msp, "  Initech ", Status.TRIAL, until=DECEMBER)
    [told] = change.statuses
    assert (told.account, told.before, told.after, told.at) == ("Initech", None, Status.TRIAL, None)
    assert told.until is not None
    assert told.until.isoformat() == "2026-12-10T00:00:00+01:00"
    assert rows_of(msp, change) == [(None, msp.clock())]
    assert status(msp, "Initech") == Status.TRIAL
    kept = select(ACCOUNT.c.trial_ends).where(ACCOUNT.c.name == "Initech")
    assert msp.session.execute(kept).scalar_one() == DECEMBER
    msp.verify()


def test_activating_counts_all_active_users_in_this_bill_too(msp: Msp) -> None:
    change = put(msp, "Blue", Status.ACTIVE)
    assert change.statuses == (StatusChange("Blue", Status.TRIAL, Status.ACTIVE, counted=1),)
    assert bill(change) == (2, 2, 3, 3)
    msp.verify()


def test_closing_lowers_the_next_bill_and_not_this_one(msp: Msp) -> None:
    change = put(msp, "Acme", Status.CLOSED)
    assert change.statuses[0].counted == -2
    assert bill(change) == (2, 2, 2, 0)
    msp.verify()


def test_a_planned_status_is_foretold_and_holds_from_its_day_on(msp: Msp) -> None:
    change = put(msp, "Acme", Status.CLOSED, at=DECEMBER)
    assert bill(change) == (2, 2, 2, 2)  # the next period begins before the plan
    assert change.statuses[0].counted == -2
    assert (status(msp, "Acme"), rows_of(msp, change)) == (Status.ACTIVE, [(None, DECEMBER)])
    msp.clock.now = DECEMBER
    assert (status(msp, "Acme"), msp.report().current) == (Status.CLOSED, 0)
    msp.verify()


def test_a_plan_for_the_first_instant_of_the_next_period_counts_in_that_one_alone(msp: Msp) -> None:
    start = msp.workspace.calendar.holding(msp.clock()).end
    assert bill(put(msp, "Blue", Status.ACTIVE, at=start)) == (2, 2, 2, 3)


def test_a_plan_within_this_period_raises_its_bill(msp: Msp) -> None:
    tomorrow = datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert bill(put(msp, "Blue", Status.ACTIVE, at=tomorrow)) == (2, 2, 3, 3)
    msp.clock.advance(days=1)
    assert msp.report().peak == 3
    msp.verify()


def test_what_is_so_already_changes_nothing(msp: Msp) -> None:
    change = put(msp, "Acme", Status.ACTIVE)
    assert (change.id, change.statuses) == (None, (StatusChange("Acme", Status.ACTIVE, Status.ACTIVE),))
    planned = put(msp, "Acme", Status.ACTIVE, at=DECEMBER)
    assert planned.id is None


def test_another_end_of_a_trial_is_a_change(msp: Msp) -> None:
    first = put(msp, "Blue", Status.TRIAL, until=DECEMBER)
    assert first.id is not None
    assert put(msp, "Blue", Status.TRIAL, until=DECEMBER).id is None
    assert put(msp, "Blue", Status.TRIAL, until=JANUARY).id is not None


@pytest.mark.parametrize("name", ["Acme", " aCME "])
def test_an_account_that_exists_is_told_with_its_status(msp: Msp, name: str) -> None:
    with pytest.raises(AccountExists) as refused:
        add(msp, name)
    assert refused.value.fields == {"account": "Acme", "status": Status.ACTIVE}


@pytest.mark.parametrize(
    ("name", "refusal"), [("", BadName), (" ", BadName), ("a\x07b", BadName), ("x" * 501, LongName)]
)
def test_what_is_no_name_is_refused(msp: Msp, name: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        add(msp, name)


def test_the_past_is_refused_and_so_is_a_trial_that_ends_before_it_begins(msp: Msp) -> None:
    with pytest.raises(PastInstant):
        put(msp, "Acme", Status.CLOSED, at=msp.clock())
    with pytest.raises(PastInstant):
        add(msp, "Initech", at=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(TrialEndsBefore):
        add(msp, "Initech", Status.TRIAL, until=DECEMBER, at=DECEMBER)
    assert [line.name for line in accounts.listed(msp.session, msp.workspace, msp.clock())] == ["Acme", "Blue"]


def test_before_its_first_status_an_account_cannot_get_another(msp: Msp) -> None:
    add(msp, "Initech", at=DECEMBER)
    with pytest.raises(NotYetAnAccount):
        put(msp, "Initech", Status.CLOSED)
    assert put(msp, "Initech", Status.CLOSED, at=JANUARY).id is not None
    with pytest.raises(AccountExists):
        add(msp, "Initech")


def test_what_stays_planned_is_named_with_the_change_that_planned_it(msp: Msp) -> None:
    plan = put(msp, "Blue", Status.ACTIVE, at=DECEMBER)
    change = put(msp, "Blue", Status.CLOSED)
    assert [(one.before, one.after, one.by) for one in change.planned] == [(Status.TRIAL, Status.ACTIVE, plan.id)]
    assert put(msp, "Blue", Status.TRIAL, at=JANUARY).planned == ()


@pytest.mark.parametrize("at", [None, DECEMBER, JANUARY])
def test_more_than_ten_counted_users_are_asked_about(msp: Msp, at: datetime | None) -> None:
    msp.users(*(f"Acme,u{number}@acme.test,active,2026-10-01" for number in range(9)))
    with pytest.raises(Unconfirmed) as question:
        put(msp, "Acme", Status.CLOSED, at=at, unasked=10)
    assert question.value.change.statuses[0].counted == -11
    assert (status(msp, "Acme"), put(msp, "Acme", Status.CLOSED, at=at, unasked=11).statuses[0].counted) == (
        Status.ACTIVE,
        -11,
    )


def test_undo_gives_the_status_from_before_now_and_no_peak_is_lowered(msp: Msp) -> None:
    change = put(msp, "Blue", Status.ACTIVE)
    msp.clock.advance(hours=1)
    done = take_back(msp, change)
    assert done.statuses == (StatusChange("Blue", Status.ACTIVE, Status.TRIAL, counted=-1),)
    assert (bill(done), rows_of(msp, done)) == ((3, 3, 3, 2), [(None, msp.clock())])
    msp.verify()


def test_undo_closes_an_account_that_was_new(msp: Msp) -> None:
    done = take_back(msp, add(msp, "Initech"))
    assert (status(msp, "Initech"), done.statuses[0].after) == (Status.CLOSED, Status.CLOSED)
    msp.verify()


def test_undo_takes_a_plan_back_at_its_own_instant(msp: Msp) -> None:
    start = msp.workspace.calendar.holding(msp.clock()).end
    change = put(msp, "Blue", Status.ACTIVE, at=start)
    done = take_back(msp, change)
    assert (rows_of(msp, done), bill(done)) == ([(None, start)], (2, 3, 2, 2))
    msp.clock.now = JANUARY
    assert (status(msp, "Blue"), msp.report(start).peak) == (Status.TRIAL, 2)
    msp.verify()


def test_a_plan_that_is_taken_back_keeps_what_was_set_meanwhile(msp: Msp) -> None:
    plan = put(msp, "Blue", Status.ACTIVE, at=DECEMBER)
    put(msp, "Blue", Status.CLOSED)
    take_back(msp, plan)
    msp.clock.now = JANUARY
    assert status(msp, "Blue") == Status.CLOSED
    msp.verify()


def test_a_plan_whose_day_has_come_is_taken_back_now(msp: Msp) -> None:
    plan = put(msp, "Blue", Status.ACTIVE, at=DECEMBER)
    msp.clock.now = JANUARY
    done = take_back(msp, plan)
    assert (rows_of(msp, done), status(msp, "Blue")) == ([(None, JANUARY)], Status.TRIAL)
    msp.verify()


def test_a_planned_new_account_never_counts_once_it_is_taken_back(msp: Msp) -> None:
    take_back(msp, add(msp, "Initech", at=DECEMBER))
    msp.clock.now = JANUARY
    assert status(msp, "Initech") == Status.CLOSED
    msp.verify()


def test_what_a_later_change_stands_against_is_not_undone_and_not_spent(msp: Msp) -> None:
    first = put(msp, "Blue", Status.ACTIVE)
    later = put(msp, "Blue", Status.CLOSED)
    with pytest.raises(UndoBlocked) as refused:
        take_back(msp, first)
    assert refused.value.fields == {"change": str(first.id), "names": ["Blue"], "by": [str(later.id)]}
    take_back(msp, later)
    with pytest.raises(UndoBlocked):  # the undo stands against it
        take_back(msp, first)
    assert status(msp, "Blue") == Status.ACTIVE


def test_a_request_that_is_delivered_twice_is_done_once_and_answered_alike(msp: Msp) -> None:
    msp.users("Blue,bea@blue.test,active,2026-10-01")
    for do in (
        lambda: add(msp, "Initech", Status.TRIAL, until=DECEMBER, at=datetime(2026, 12, 1, tzinfo=UTC), request="a"),
        lambda: put(msp, "Blue", Status.ACTIVE, at=DECEMBER, request="b"),
        lambda: put(msp, "Blue", Status.CLOSED, request="c"),
    ):
        first = do()
        msp.clock.advance(hours=1)
        assert do() == first


def test_an_ended_trial_has_no_end_any_more(msp: Msp) -> None:
    add(msp, "Initech", Status.TRIAL, until=DECEMBER)
    put(msp, "Initech", Status.ACTIVE)
    listed = {line.name: line.trial_ends for line in accounts.listed(msp.session, msp.workspace, msp.clock())}
    assert listed["Initech"] is None


def trial_ends(msp: Msp) -> datetime | None:
    return msp.session.execute(select(ACCOUNT.c.trial_ends).where(ACCOUNT.c.name == "Initech")).scalar_one()


def test_an_undo_brings_the_earlier_end_of_a_trial_back_and_says_so(msp: Msp) -> None:
    add(msp, "Initech", Status.TRIAL, until=DECEMBER)
    longer = put(msp, "Initech", Status.TRIAL, until=JANUARY)
    [told] = take_back(msp, longer).statuses
    assert told.until == trial_ends(msp) == DECEMBER


def test_an_undo_leaves_the_end_of_a_trial_that_was_set_since(msp: Msp) -> None:
    first = add(msp, "Initech", Status.TRIAL, at=DECEMBER, until=JANUARY)
    msp.session.execute(update(ACCOUNT).where(ACCOUNT.c.name == "Initech").values(trial_ends=FEBRUARY))
    msp.session.commit()
    take_back(msp, first)
    assert trial_ends(msp) == FEBRUARY

"""Every kind of warning: told once, from its threshold on, and nothing of it while it is mute."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from bot.services import undo, workspaces
from bot.services.billing import ledger
from bot.services.errors import UndoPointless
from bot.services.people import selected
from bot.services.warnings import standing
from bot.services.warnings.rules import Trouble
from bot.services.warnings.watch import Jumped, Peaked, PeriodEnds, Reactivated, SyncsChanged, TrialsEnd
from db.models import CONNECTION, SYNC_RUN, USER, Cause, HoldState, Kind, Status, SyncOutcome, WarningKind
from tests.conftest import NOW
from tests.integration.services.conftest import Msp
from tests.integration.services.warnings.conftest import Look, Warn

JUMP, PEAK, TRIAL, END, SYNC, BACK = WarningKind


def hire(msp: Msp, n: int, account: str = "Acme", at: datetime | None = None) -> None:
    """So many new people, at once or from an instant on."""
    msp.hired = getattr(msp, "hired", 0)  # type: ignore[attr-defined]
    first, msp.hired = msp.hired, msp.hired + n  # type: ignore[attr-defined]
    instant = at.isoformat() if at else ""
    msp.users(*(f"{account},new{number}@acme.test,active,{instant}" for number in range(first, first + n)))


def test_a_jump_is_told_from_its_threshold_on_and_once(msp: Msp, warn: Warn, look: Look) -> None:
    warn(JUMP, 3)
    assert look() == []
    msp.clock.advance(minutes=1)
    hire(msp, 2)
    assert look() == []
    msp.clock.advance(minutes=1)
    hire(msp, 1)
    [told] = look()
    assert isinstance(told.what, Jumped)
    assert (told.what.rise.before, told.what.rise.after) == (2, 5)
    assert [person.email for person in told.what.raised.people] == [f"new{n}@acme.test" for n in range(3)]
    assert [(gain.account, gain.n) for gain in told.what.raised.gains] == [("Acme", 3)]
    assert [made.kind for made in told.what.raised.changes] == [Kind.IMPORT_USERS] * 2
    msp.clock.advance(minutes=1)
    assert look() == []
    hire(msp, 2)
    assert look() == []
    msp.clock.advance(minutes=1)
    hire(msp, 1)
    [told] = look()
    assert (told.what.rise.before, told.what.rise.after) == (5, 8)  # type: ignore[union-attr]


def test_what_rises_slowly_is_no_jump(msp: Msp, warn: Warn, look: Look) -> None:
    warn(JUMP, 2)
    for _ in range(5):
        msp.clock.advance(days=1, seconds=1)
        hire(msp, 1)
        assert look() == []


def test_a_jump_that_fell_again_before_anybody_looked_is_told_late(msp: Msp, warn: Warn, look: Look) -> None:
    warn(JUMP, 3)
    look()
    msp.clock.advance(minutes=1)
    hire(msp, 3)
    msp.clock.advance(hours=1)
    msp.deactivate(*(f"new{n}@acme.test" for n in range(3)))
    msp.clock.advance(days=3)
    [told] = look()
    assert (told.what.rise.before, told.what.rise.after) == (2, 5)  # type: ignore[union-attr]
    assert look() == []


def test_an_import_that_corrects_the_past_is_a_jump(msp: Msp, warn: Warn, look: Look) -> None:
    warn(JUMP, 3)
    msp.clock.advance(minutes=1)
    look()
    msp.clock.advance(minutes=1)
    hire(msp, 3, at=NOW - timedelta(days=5))
    [told] = look()
    assert (told.what.rise.before, told.what.rise.after) == (2, 5)  # type: ignore[union-attr]
    assert [made.kind for made in told.what.raised.changes] == [Kind.IMPORT_USERS]  # type: ignore[union-attr]
    assert look() == []


def test_a_jump_of_one_account_is_not_one_of_another(msp: Msp, warn: Warn, look: Look) -> None:
    msp.accounts("Core,active,2026-09-01")
    warn(JUMP, 3, "Core")
    msp.clock.advance(minutes=1)
    hire(msp, 5)
    assert look() == []
    hire(msp, 3, "Core")
    [told] = look()
    assert (told.what.rise.before, told.what.rise.after) == (0, 3)  # type: ignore[union-attr]


def test_a_peak_is_told_once_and_again_only_an_hour_later(msp: Msp, warn: Warn, look: Look) -> None:
    warn(PEAK)
    assert look() == []
    told = []
    for _ in range(5):
        msp.clock.advance(minutes=1)
        hire(msp, 1)
        told += look()
    [first] = told
    assert isinstance(first.what, Peaked)
    assert (first.what.peak.before, first.what.peak.after) == (2, 3)
    msp.clock.advance(hours=1)
    [second] = look()
    assert (second.what.peak.before, second.what.peak.after) == (3, 7)  # type: ignore[union-attr]
    assert len(second.what.raised.people) == 4  # type: ignore[union-attr]
    assert look() == []


def test_a_peak_below_the_threshold_is_not_told(msp: Msp, warn: Warn, look: Look) -> None:
    warn(PEAK, 5)
    msp.clock.advance(minutes=1)
    hire(msp, 4)
    assert look() == []
    msp.clock.advance(minutes=1)
    hire(msp, 1)
    [told] = look()
    assert (told.what.peak.before, told.what.peak.after) == (2, 7)  # type: ignore[union-attr]


def test_with_a_new_period_the_peak_begins_with_what_is_counted_then(msp: Msp, warn: Warn, look: Look) -> None:
    warn(PEAK)
    msp.clock.advance(minutes=1)
    hire(msp, 5)
    look()
    msp.clock.advance(hours=1)
    msp.deactivate(*(f"new{n}@acme.test" for n in range(4)))
    msp.clock.advance(days=4)  # the 28th; the period began on the 27th
    assert look() == []
    hire(msp, 1)
    [told] = look()
    assert (told.what.peak.before, told.what.peak.after) == (3, 4)  # type: ignore[union-attr]


def test_the_peak_of_a_period_that_ended_is_told_late(msp: Msp, warn: Warn, look: Look) -> None:
    warn(PEAK)
    look()
    msp.clock.advance(minutes=1)
    hire(msp, 5)
    msp.clock.advance(days=4)
    [told] = look()
    assert (told.what.peak.period.end_day.isoformat(), told.what.peak.after) == ("2026-11-27", 7)  # type: ignore[union-attr]
    assert look() == []


def test_a_peak_that_was_told_and_then_retracted_hides_none_that_comes_after(msp: Msp, warn: Warn, look: Look) -> None:
    warn(PEAK)
    look()
    msp.clock.advance(minutes=1)
    wrong = msp.users(*(f"Acme,wrong{n}@acme.test,active," for n in range(9)))
    [told] = look()
    assert told.what.peak.after == 11  # type: ignore[union-attr]
    msp.clock.advance(hours=2)
    undo.retract(msp.session, msp.workspace, str(wrong.change), actor="t", clock=msp.clock)
    assert look() == []
    msp.clock.advance(minutes=1)
    hire(msp, 2)
    [told] = look()
    assert (told.what.peak.before, told.what.peak.after) == (2, 4)  # type: ignore[union-attr]
    assert [person.email for person in told.what.raised.people] == ["new0@acme.test", "new1@acme.test"]  # type: ignore[union-attr]


def test_another_billing_day_makes_no_news_of_the_past(msp: Msp, warn: Warn, look: Look) -> None:
    hire(msp, 7, at=datetime(2026, 10, 5, tzinfo=UTC))
    msp.clock.advance(minutes=1)
    msp.users(*(f"Acme,new{n}@acme.test,inactive,2026-10-20" for n in range(7)))
    warn(PEAK)
    look()
    by = {"actor": "t", "clock": msp.clock, "correct": True}
    msp.clock.advance(minutes=1)
    msp.workspace, _ = workspaces.change(msp.session, msp.workspace, billing_day=1, **by)  # type: ignore[arg-type]
    assert look() == []
    msp.clock.advance(minutes=1)
    msp.activate("new0@acme.test")
    [told] = look()
    assert (told.what.peak.before, told.what.peak.after) == (2, 3)  # type: ignore[union-attr]


def test_a_trial_is_told_once_for_each_end_that_it_has(msp: Msp, warn: Warn, look: Look) -> None:
    msp.accounts("Blue,trial,2026-09-01,2026-12-04", columns="account,status,at,trial_ends")
    warn(TRIAL, 7)
    assert look() == []
    msp.clock.now = datetime(2026, 11, 26, 22, 59, 59, tzinfo=UTC)
    assert look() == []
    msp.clock.advance(seconds=1)  # midnight in Paris, seven days before
    [told] = look()
    assert isinstance(told.what, TrialsEnd)
    assert [(one.account, one.active, one.planned) for one in told.what.trials] == [("Blue", 1, False)]
    assert look() == []
    msp.accounts("Blue,trial,2026-09-01,2026-12-31", columns="account,status,at,trial_ends")
    assert look() == []
    msp.clock.now = datetime(2026, 12, 24, 12, tzinfo=UTC)
    [told] = look()
    assert [one.account for one in told.what.trials] == ["Blue"]  # type: ignore[union-attr]


def test_a_planned_conversion_is_told_as_one(msp: Msp, warn: Warn, look: Look) -> None:
    msp.accounts("Blue,active,2026-11-30")
    warn(TRIAL, 7)
    [told] = look()
    assert [(one.account, one.planned) for one in told.what.trials] == [("Blue", True)]  # type: ignore[union-attr]


def test_a_trial_that_ended_before_anybody_wanted_to_know_is_not_told(msp: Msp, warn: Warn, look: Look) -> None:
    msp.accounts("Blue,trial,2026-09-01,2026-11-01", columns="account,status,at,trial_ends")
    warn(TRIAL)
    assert look() == []


def test_before_the_period_ends_the_people_worth_deactivating_are_told_once(msp: Msp, warn: Warn, look: Look) -> None:
    msp.users("Acme,scanner@acme.test,active,2026-10-01", "Blue,printer@acme.test,active,2026-10-01")
    msp.clock.now = datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC)
    warn(END, 2)
    assert look() == []
    msp.clock.advance(seconds=1)  # midnight in Paris, two days before the 27th
    [told] = look()
    assert isinstance(told.what, PeriodEnds)
    assert told.what.period.end_day.isoformat() == "2026-11-27"
    assert [(one.account, one.email) for one in told.what.people] == [("Acme", "scanner@acme.test")]
    assert look() == []
    msp.clock.advance(days=30)
    [told] = look()
    assert told.what.period.end_day.isoformat() == "2026-12-27"  # type: ignore[union-attr]


def end_sync(msp: Msp, account: int, outcome: SyncOutcome, **more: object) -> None:
    run = {"workspace_id": msp.workspace.id, "account_id": account, "actor": "sync", "started_at": msp.clock()}
    msp.session.execute(insert(SYNC_RUN).values(**run, ended_at=msp.clock(), outcome=outcome, **more))
    msp.session.commit()


def test_a_sync_is_told_when_it_fails_when_it_is_stale_and_when_it_goes_on(msp: Msp, warn: Warn, look: Look) -> None:
    msp.session.execute(
        insert(CONNECTION).values(
            account_id=msp.account("Acme").id,
            workspace_id=msp.workspace.id,
            source="m365",
            target="t",
            target_key="t",
            options="{}",
            connected_by="t",
            connected_at=NOW,
            reviewed=True,
            failures=0,
        )
    )
    msp.session.commit()
    acme = msp.account("Acme").id
    warn(SYNC, 2)
    assert look() == []
    told = []
    for hours, outcome in ((1, "failed"), (1, "failed"), (46, None), (1, "unchanged"), (1, "unchanged")):
        msp.clock.advance(hours=hours)
        if outcome:
            end_sync(msp, acme, SyncOutcome(outcome))
        told.append([trouble for one in look() for _, trouble in one.what.states])  # type: ignore[union-attr]
    assert told == [[Trouble.FAILING], [], [Trouble.STALE], [None], []]
    msp.clock.advance(hours=1)
    end_sync(msp, acme, SyncOutcome.HELD, hold=HoldState.WAITING)
    [told_held] = look()
    assert isinstance(told_held.what, SyncsChanged)
    assert [trouble for _, trouble in told_held.what.states] == [Trouble.HELD]
    msp.session.execute(update(SYNC_RUN).values(hold=HoldState.REJECTED))
    msp.session.commit()
    assert look() == []


def sync_on(msp: Msp, *emails: str) -> None:
    """A sync sets people active."""
    with ledger.writing(msp.session, msp.workspace, msp.clock) as instant:
        people = selected(msp.session, msp.workspace, USER.c.email_key.in_(emails) & USER.c.synced)
        change = ledger.begin_change(msp.session, msp.workspace, Kind.SYNC, "sync", instant)
        ledger.record(msp.session, msp.workspace, change, people, Status.ACTIVE, Cause.SYNC, instant)


def test_people_are_told_whom_a_sync_set_active_again_after_somebody_had_set_them_inactive(
    msp: Msp, warn: Warn, look: Look
) -> None:
    msp.synced("bob@acme.test", "cid@acme.test")
    warn(BACK)
    assert look() == []
    msp.clock.advance(minutes=1)
    msp.deactivate("bob@acme.test")
    assert look() == []
    msp.clock.advance(minutes=1)
    sync_on(msp, "bob@acme.test", "cid@acme.test")  # an import had set Cid inactive
    [told] = look()
    assert isinstance(told.what, Reactivated)
    assert [person.email for person in told.what.people] == ["bob@acme.test"]
    assert look() == []


def test_whoever_is_inactive_again_before_anybody_looked_is_not_told(msp: Msp, warn: Warn, look: Look) -> None:
    msp.synced("bob@acme.test")
    warn(BACK)
    for act in (msp.deactivate, lambda email: sync_on(msp, email), msp.deactivate):
        msp.clock.advance(minutes=1)
        act("bob@acme.test")
    assert look() == []


@pytest.mark.parametrize("kind", list(WarningKind))
def test_a_mute_warning_tells_nothing_and_nothing_piles_up(msp: Msp, warn: Warn, look: Look, kind: WarningKind) -> None:
    msp.accounts("Blue,trial,2026-09-01,2026-11-26", columns="account,status,at,trial_ends")
    msp.synced("bob@acme.test")
    connect_accounts_of(msp)
    line = warn(kind, 1)
    standing.mute(msp.session, msp.workspace, line.id, 2, actor="t", clock=msp.clock)
    msp.clock.advance(minutes=1)
    msp.deactivate("bob@acme.test")
    msp.clock.advance(minutes=1)
    sync_on(msp, "bob@acme.test")
    hire(msp, 3)
    end_sync(msp, msp.account("Acme").id, SyncOutcome.FAILED)
    msp.clock.now = datetime(2026, 11, 26, 12, tzinfo=UTC) - timedelta(seconds=1)
    assert look() == []
    msp.clock.advance(seconds=61)
    assert look() == []


def connect_accounts_of(msp: Msp) -> None:
    msp.session.execute(
        insert(CONNECTION).values(
            account_id=msp.account("Acme").id,
            workspace_id=msp.workspace.id,
            source="m365",
            target="t",
            target_key="t",
            options="{}",
            connected_by="t",
            connected_at=NOW,
            reviewed=True,
            failures=0,
        )
    )
    msp.session.commit()


def test_a_warning_is_taken_back_and_brought_back(msp: Msp, warn: Warn, look: Look) -> None:
    warn(JUMP, 3)
    undone = undo.undo(msp.session, msp.workspace, actor="t", clock=msp.clock)
    assert [line.id for line in undone.warnings] == [1]
    hire(msp, 5)
    assert look() == []
    warn(JUMP, 3)
    removed = standing.remove(msp.session, msp.workspace, 2, actor="t", clock=msp.clock)
    msp.clock.advance(minutes=1)
    hire(msp, 5)
    assert look() == []
    undo.undo(msp.session, msp.workspace, change=str(removed.id), actor="t", clock=msp.clock)
    assert look() == []
    msp.clock.advance(minutes=1)
    hire(msp, 3)
    assert len(look()) == 1


def test_one_that_was_added_again_is_not_brought_back_beside_it(msp: Msp, warn: Warn, look: Look) -> None:
    line = warn(PEAK)
    removed = standing.remove(msp.session, msp.workspace, line.id, actor="t", clock=msp.clock)
    again = warn(PEAK)
    with pytest.raises(UndoPointless):
        undo.undo(msp.session, msp.workspace, change=str(removed.id), actor="t", clock=msp.clock)
    msp.clock.advance(minutes=1)
    hire(msp, 1)
    assert [told.warning.id for told in look()] == [again.id]
    standing.remove(msp.session, msp.workspace, again.id, actor="t", clock=msp.clock)
    assert undo.undo(msp.session, msp.workspace, change=str(removed.id), actor="t", clock=msp.clock).warnings

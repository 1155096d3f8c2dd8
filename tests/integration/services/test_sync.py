"""Syncs of an account: what the pool does, what waits for the admins, what a failure leaves alone."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from bot.services import deny_list, history, privacy, sync, sync_notes, workspaces
from bot.services.directories.base import Absentee, Member, Outside, Pool, Progress
from bot.services.directories.failures import (
    DirectoryAway,
    HeldActivations,
    HeldDeactivations,
    HeldEmpty,
    HeldUnseen,
    HoldOutdated,
    HoldSettled,
)
from bot.services.errors import AccountClosed
from bot.services.sync import Synced
from bot.services.sync_plan import Figures
from db.models import (
    CONNECTION,
    HELD_MEMBER,
    LEDGER,
    SYNC_RUN,
    USER,
    Connection,
    HoldState,
    Source,
    SyncOutcome,
)
from tests.integration.services.conftest import Msp


def member(number: int, name: str) -> Member:
    return Member(f"id-{number}", f"{name}@acme.test", name.title())


ANN, BOB, CID, DAN = (member(number, name) for number, name in enumerate(["ann", "bob", "cid", "dan"]))


class Given:
    """A directory that answers as it is told."""

    def __init__(self, *members: Member, absent: tuple[Absentee, ...] = (), fails: Exception | None = None) -> None:
        self.members, self.absent, self.fails = members, absent, fails

    def read(self, progress: Progress) -> Pool:
        if self.fails:
            raise self.fails
        return Pool(self.members, self.absent)


def crowd(count: int, start: int = 100) -> list[Member]:
    return [member(number, f"p{number}") for number in range(start, start + count)]


def synced(msp: Msp, *members: Member, actor: str = "t", account: str = "Acme", **options: Any) -> Synced:
    directory = options.pop("directory", None) or Given(*members)
    return sync.sync(
        msp.session,
        msp.workspace,
        msp.account(account),
        directory,
        actor=actor,
        clock=msp.clock,
        progress=lambda pages, users: None,
        **options,
    )


def rows(msp: Msp) -> int:
    msp.session.rollback()
    return int(msp.session.execute(select(func.count()).select_from(LEDGER)).scalar_one())


def test_the_pool_overrides_the_hand_and_leavers_become_inactive(msp: Msp) -> None:
    first = synced(msp, ANN, BOB, DAN)
    assert (first.outcome, first.figures) == (SyncOutcome.APPLIED, Figures(created=1, unchanged=2))
    msp.deactivate("bob@acme.test")
    second = synced(msp, BOB, DAN)
    assert second.figures == Figures(reactivated=1, deactivated=1, unchanged=1)
    assert [(one.email, one.status.value) for one in second.turned] == [
        ("ann@acme.test", "inactive"),
        ("bob@acme.test", "active"),
    ]
    assert msp.statuses() == {"ann": "inactive", "bob": "active", "cid": "inactive", "dan": "active"}
    msp.verify()


def test_whom_a_sync_set_inactive_the_next_one_does_not_bring_back(msp: Msp) -> None:
    synced(msp, ANN, BOB)
    synced(msp, ANN)
    (story,) = history.why(msp.session, msp.workspace, "bob@acme.test", msp.clock())
    assert (story.standing.status, story.comes_back) == ("inactive", False)


def test_the_same_pool_twice_writes_no_row(msp: Msp) -> None:
    synced(msp, ANN, BOB, DAN)
    before = rows(msp)
    again = synced(msp, DAN, BOB, ANN)
    assert (again.outcome, again.change, again.turned) == (SyncOutcome.UNCHANGED, None, ())
    assert rows(msp) == before


def test_a_swap_in_one_sync_does_not_raise_the_peak(msp: Msp) -> None:
    synced(msp, *crowd(5))
    msp.clock.advance(hours=1)
    peak = msp.report().peak
    done = synced(msp, *crowd(5, start=200))
    assert done.figures == Figures(created=5, deactivated=5)
    assert msp.report().peak == peak
    msp.verify()


def test_the_deny_list_wins_over_the_sync(msp: Msp) -> None:
    synced(msp, ANN, BOB, DAN)
    deny_list.add(msp.session, msp.workspace, msp.account("Acme"), ["dan@acme.test"], actor="t", clock=msp.clock)
    again = synced(msp, ANN, BOB, DAN)
    assert (again.outcome, again.figures) == (SyncOutcome.UNCHANGED, Figures(denied=1, unchanged=2))
    assert msp.statuses()["dan"] == "inactive"


def test_whom_no_sync_brought_is_never_touched(msp: Msp) -> None:
    done = synced(msp, DAN)
    assert done.figures == Figures(created=1)
    assert msp.statuses() == {"ann": "active", "bob": "active", "cid": "inactive", "dan": "active"}


def test_another_account_is_never_touched(msp: Msp) -> None:
    synced(msp, ANN, account="Blue")
    before = msp.statuses("Blue")
    synced(msp, DAN)
    synced(msp, *crowd(3))
    assert msp.statuses("Blue") == before


def test_a_failure_changes_nobody_and_is_kept(msp: Msp) -> None:
    synced(msp, ANN, BOB)
    before = rows(msp)
    failed = synced(msp, directory=Given(fails=DirectoryAway(host="graph.test")))
    assert (failed.outcome, failed.figures) == (SyncOutcome.FAILED, Figures())
    assert isinstance(failed.refusal, DirectoryAway)
    assert rows(msp) == before
    kept = msp.session.execute(select(SYNC_RUN.c.outcome, SYNC_RUN.c.refusal).order_by(SYNC_RUN.c.id.desc())).first()
    assert kept is not None
    assert (kept.outcome, "graph.test" in kept.refusal) == (SyncOutcome.FAILED, True)


def test_a_preview_changes_nothing_and_has_the_figures_of_the_sync(msp: Msp) -> None:
    before = rows(msp)
    shown = synced(msp, ANN, DAN, preview=True)
    assert (shown.outcome, shown.change, rows(msp)) == (SyncOutcome.PREVIEW, None, before)
    done = synced(msp, ANN, DAN)
    assert (done.figures, done.turned, done.effect) == (shown.figures, shown.turned, shown.effect)


def test_an_empty_pool_is_held(msp: Msp) -> None:
    synced(msp, ANN)
    held = synced(msp)
    assert (held.outcome, type(held.refusal)) == (SyncOutcome.HELD, HeldEmpty)
    assert msp.statuses()["ann"] == "active"


@pytest.mark.parametrize(("left", "held"), [(40, False), (39, True)])
def test_more_than_a_fifth_of_deactivations_are_held(msp: Msp, left: int, held: bool) -> None:
    synced(msp, *crowd(48), force=True)  # and Ann and Bob, whom no sync brought
    done = synced(msp, *crowd(left - 2))
    assert done.figures.deactivated == 50 - left
    assert (done.outcome == SyncOutcome.HELD) == held
    assert isinstance(done.refusal, HeldDeactivations) == held


@pytest.mark.parametrize(("more", "held"), [(30, False), (31, True)])
def test_more_than_half_as_many_activations_are_held_after_the_first_sync(msp: Msp, more: int, held: bool) -> None:
    assert synced(msp, *crowd(58)).outcome == SyncOutcome.APPLIED
    done = synced(msp, *crowd(58 + more))
    assert done.figures.created == more
    assert (done.outcome == SyncOutcome.HELD) == held
    assert isinstance(done.refusal, HeldActivations) == held


def test_force_applies_what_would_be_held(msp: Msp) -> None:
    synced(msp, ANN)
    assert synced(msp, force=True).figures == Figures(deactivated=1)


def test_a_confirmation_applies_what_was_shown_once(msp: Msp) -> None:
    synced(msp, ANN, DAN)
    held = synced(msp)
    assert held.run
    done = sync.confirm(msp.session, msp.workspace, held.run, actor="grace", clock=msp.clock)
    assert (done.outcome, done.turned) == (SyncOutcome.APPLIED, held.turned)
    assert msp.statuses()["dan"] == "inactive"
    with pytest.raises(HoldSettled):
        sync.confirm(msp.session, msp.workspace, held.run, actor="grace", clock=msp.clock)
    msp.verify()


def test_a_confirmation_of_what_is_no_longer_true_is_refused(msp: Msp) -> None:
    synced(msp, ANN, DAN)
    held = synced(msp)
    assert held.run
    msp.deactivate("dan@acme.test")
    before = rows(msp)
    for _ in range(2):
        with pytest.raises(HoldOutdated):
            sync.confirm(msp.session, msp.workspace, held.run, actor="grace", clock=msp.clock)
    assert rows(msp) == before


def test_what_was_rejected_is_not_applied_and_not_asked_again_by_the_schedule(msp: Msp) -> None:
    connect(msp)
    synced(msp, ANN, DAN)
    held = synced(msp, actor=sync.SCHEDULED)
    assert held.run
    assert sync.reject(msp.session, msp.workspace, held.run, actor="grace", clock=msp.clock).name == "Acme"
    with pytest.raises(HoldSettled):
        sync.confirm(msp.session, msp.workspace, held.run, actor="grace", clock=msp.clock)
    again = synced(msp, actor=sync.SCHEDULED)
    assert (again.outcome, again.waits) == (SyncOutcome.HELD, True)
    assert not synced(msp).waits


def test_the_same_question_is_asked_once(msp: Msp) -> None:
    connect(msp)
    synced(msp, ANN, DAN)
    first, second = synced(msp, actor=sync.SCHEDULED), synced(msp, actor=sync.SCHEDULED)
    assert (first.waits, second.waits, second.run) == (False, True, first.run)


def test_a_later_sync_outdates_what_waits(msp: Msp) -> None:
    synced(msp, ANN, DAN)
    held = synced(msp)
    assert held.run
    synced(msp, ANN, DAN)
    with pytest.raises(HoldOutdated):
        sync.confirm(msp.session, msp.workspace, held.run, actor="grace", clock=msp.clock)
    assert msp.session.execute(select(func.count()).select_from(HELD_MEMBER)).scalar_one() == 0


def connect(msp: Msp) -> None:
    msp.session.add(
        Connection(
            account_id=msp.account("Acme").id,
            workspace_id=msp.workspace.id,
            source=Source.M365,
            target="acme.test",
            target_key="acme.test",
            options="{}",
            connected_by="t",
            connected_at=msp.clock(),
        )
    )
    msp.session.commit()


def test_a_scheduled_sync_that_nobody_has_seen_waits(msp: Msp) -> None:
    connect(msp)
    held = synced(msp, DAN, actor=sync.SCHEDULED)
    assert (held.outcome, type(held.refusal)) == (SyncOutcome.HELD, HeldUnseen)
    synced(msp, DAN, preview=True)
    assert synced(msp, DAN, actor=sync.SCHEDULED).outcome == SyncOutcome.APPLIED
    assert msp.session.execute(select(CONNECTION.c.reviewed)).scalar_one()


def test_a_closed_account_is_not_synced(msp: Msp) -> None:
    msp.accounts("Acme,closed,2026-11-20")
    with pytest.raises(AccountClosed):
        synced(msp, ANN)


def test_addresses_follow_and_ids_stay(msp: Msp) -> None:
    synced(msp, ANN, BOB)
    done = synced(msp, ANN._replace(email="bob@acme.test"), BOB._replace(email="ann@acme.test"))
    assert (done.outcome, done.figures, done.turned) == (SyncOutcome.UNCHANGED, Figures(unchanged=2), ())
    assert done.change
    found = msp.session.execute(select(USER.c.external_id, USER.c.email_key).where(USER.c.external_id.is_not(None)))
    assert sorted(map(tuple, found)) == [("id-0", "bob@acme.test"), ("id-1", "ann@acme.test")]


def test_what_is_no_address_is_outside_of_the_pool(msp: Msp) -> None:
    absent = (Absentee("id-9", None, Outside.GUEST), Absentee("id-8", None, Outside.NO_ADDRESS))
    done = synced(msp, directory=Given(ANN, Member("id-7", "nobody"), absent=absent))
    assert done.outside == {Outside.GUEST: 1, Outside.NO_ADDRESS: 2}
    assert done.figures == Figures(unchanged=1)


@pytest.mark.parametrize("email", ["x\0y@acme.test", "nobody", "\u202eann@acme.test "])
def test_what_a_directory_says_of_the_blocked_fails_no_sync(msp: Msp, email: str) -> None:
    blocked = Absentee("id-9", email, Outside.DISABLED)
    assert synced(msp, directory=Given(ANN, absent=(blocked,))).outside == {Outside.DISABLED: 1}
    notes = sync_notes.of_workspace(msp.session, msp.workspace)
    assert [key for _, key in notes] == (["ann@acme.test"] if "ann" in email else [])


def test_a_billing_day_that_changes_while_the_directory_is_read_is_the_one_that_counts(msp: Msp) -> None:
    synced(msp, *crowd(5))

    class Slow(Given):
        def read(self, progress: Progress) -> Pool:
            with Session(msp.session.get_bind()) as other:
                workspaces.change(
                    other, msp.workspace, actor="u", clock=msp.clock, billing_day=10, timezone="UTC", correct=True
                )
            return Pool(self.members)

    msp.clock.advance(hours=1)
    assert synced(msp, directory=Slow(*crowd(4))).outcome == SyncOutcome.APPLIED
    msp.workspace = workspaces.find(msp.session)
    assert [account.name for account in msp.report().accounts] == ["Acme", "Blue"]
    msp.verify()


def test_somebody_who_is_forgotten_leaves_no_trace_in_what_waits_or_was_their_address(msp: Msp) -> None:
    synced(msp, ANN, DAN, *crowd(3))
    synced(msp, DAN._replace(email="ann@acme.test"), *crowd(3))  # Ann left, and Dan has her address
    held = synced(msp)
    assert held.run
    synced(msp, force=True)
    held = synced(msp, *crowd(40), DAN._replace(email="ann@acme.test", name="Ann"))
    assert held.outcome == SyncOutcome.HELD
    msp.deactivate("ann@acme.test", account=msp.account("Blue"))
    privacy.forget(msp.session, msp.workspace, "ann@acme.test", actor="t", clock=msp.clock)
    texts = [*msp.session.execute(select(USER.c.email)).scalars(), *msp.session.execute(select(HELD_MEMBER.c.email))]
    assert "ann@acme.test" not in texts
    assert msp.session.execute(select(SYNC_RUN.c.hold).where(SYNC_RUN.c.id == held.run)).scalar_one() == (
        HoldState.OUTDATED
    )


def test_thousands_of_people_come_at_once(msp: Msp) -> None:
    done = synced(msp, *crowd(5_000))
    assert done.figures.created == 5_000
    assert msp.report().current == 5_002
    assert synced(msp, *crowd(5_000)).outcome == SyncOutcome.UNCHANGED

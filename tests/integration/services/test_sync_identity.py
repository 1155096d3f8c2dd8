"""Whom a sync takes for whom, and what odd things of a directory come to."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.services import connections, deny_list, sync, users
from bot.services.directories.base import Member, Options, Pool, Progress
from bot.services.directories.failures import ConnectionChanged, HeldUnseen, HoldSettled
from bot.services.errors import AccountClosed
from bot.services.sync_plan import Figures
from db.models import CONNECTION, SYNC_RUN, USER, HoldState, Source, Status, SyncOutcome
from tests.integration.services.conftest import Msp
from tests.integration.services.test_sync import ANN, BOB, DAN, crowd, rows, synced
from tests.tenants import tenant_of

TENANT = "acme.example"
RIGHT_TO_LEFT, ISOLATE = "\u202e", "\u2066"


def stored(msp: Msp) -> dict[str | None, tuple[str | None, bool]]:
    """The id of each address of Acme, and whether a sync brought it."""
    u = USER.c
    found = select(u.email, u.external_id, u.synced).where(u.account_id == msp.account("Acme").id)
    return {row.email: (row.external_id, row.synced) for row in msp.session.execute(found)}


def connect(msp: Msp, *, guests: bool = False) -> None:
    account = msp.account("Acme")
    by: Any = {"identify": tenant_of, "actor": "t", "clock": msp.clock}
    connections.connect(msp.session, msp.workspace, account, Source.M365, TENANT, options=Options(guests=guests), **by)


def reviewed(msp: Msp) -> bool:
    return bool(msp.session.execute(select(CONNECTION.c.reviewed)).scalar_one())


class Meanwhile:
    """A directory while which is read something else happens."""

    def __init__(self, happening: object, *members: Member) -> None:
        self.happening, self.members = happening, members

    def read(self, progress: Progress) -> Pool:
        self.happening()  # type: ignore[operator]
        return Pool(self.members)


# Whom a file brought


def test_whom_a_file_brought_becomes_the_directorys_when_a_sync_meets_the_address(msp: Msp) -> None:
    assert synced(msp, ANN).figures == Figures(unchanged=1)
    assert stored(msp)["ann@acme.test"] == ("id-0", True)


def test_whom_a_file_brought_stays_the_files_while_the_deny_list_keeps_the_member_out(msp: Msp) -> None:
    deny_list.add(msp.session, msp.workspace, msp.account("Acme"), ["*@acme.test"], actor="t", clock=msp.clock)
    before = rows(msp)
    done = synced(msp, ANN, BOB)
    assert (done.outcome, done.figures, done.change) == (SyncOutcome.UNCHANGED, Figures(denied=2), None)
    assert stored(msp)["ann@acme.test"] == (None, False)
    assert msp.statuses()["ann"] == "active"
    assert rows(msp) == before


def test_an_id_from_a_file_makes_nobody_the_directorys(msp: Msp) -> None:
    msp.users("Acme,eve@acme.test,active,id-77", columns="account,email,status,external_id")
    synced(msp, ANN)
    synced(msp, BOB)
    assert stored(msp)["eve@acme.test"] == ("id-77", False)
    assert msp.statuses()["eve"] == "active"
    done = synced(msp, BOB, Member("id-77", "evelyn@acme.test"))
    assert done.figures == Figures(unchanged=2)
    assert stored(msp)["evelyn@acme.test"] == ("id-77", True)
    assert synced(msp, BOB).figures == Figures(deactivated=1, unchanged=1)


# Odd names and addresses


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("x" * 500, "x" * 500),
        ("x" * 501, "x" * 499 + "…"),
        ("ß" * 2_000, "ß" * 499 + "…"),
        (f"{RIGHT_TO_LEFT}Dan{ISOLATE}", "Dan"),
        ("Dan\r\nBcc: x\x00\x1b[31m", "Dan��Bcc: x��[31m"),
        ("\ud800Dan", "�Dan"),
        (f" {RIGHT_TO_LEFT} ", None),
        ("\u200b", "\u200b"),
        ("   ", None),
        ("", None),
    ],
)
def test_a_name_is_kept_in_one_line_as_it_can_be_shown(msp: Msp, given: str, kept: str | None) -> None:
    for _ in range(2):
        done = synced(msp, DAN._replace(name=given))
        assert (done.figures.activated + done.figures.unchanged, rows(msp)) == (1, rows(msp))
    assert (done.outcome, done.change) == (SyncOutcome.UNCHANGED, None)
    name = msp.session.execute(select(USER.c.name).where(USER.c.external_id == DAN.id)).scalar_one()
    assert name == kept


@pytest.mark.parametrize(
    "email",
    ["dan", "dan@", "a@b@c", "dan @acme.test", "dan\x00@acme.test", "dan\n@acme.test", "\ud800@acme.test", "d" * 400],
)
def test_what_is_no_address_counts_nobody(msp: Msp, email: str) -> None:
    done = synced(msp, ANN, Member("id-9", email))
    assert (done.figures, sum(done.outside.values())) == (Figures(unchanged=1), 1)


@pytest.mark.parametrize(
    "spelled", ["DAN@ACME.TEST", " dan@acme.test ", "Dan@Acme.Test\t", f"{RIGHT_TO_LEFT}dan@acme.test"]
)
def test_an_address_is_the_same_however_it_is_spelled(msp: Msp, spelled: str) -> None:
    synced(msp, DAN)
    done = synced(msp, Member("new", spelled))
    assert (done.outcome, done.figures) == (SyncOutcome.UNCHANGED, Figures(unchanged=1))
    assert synced(msp, Member("new", spelled)).change is None


# One address, several members


def test_of_members_who_share_an_address_the_one_stands_who_changes_least(msp: Msp) -> None:
    synced(msp, Member("2", "info@acme.test"), Member("1", "eve@acme.test"))
    assert synced(msp, Member("2", "info@acme.test"), Member("1", "info@acme.test")).figures == Figures(
        deactivated=1, unchanged=1
    )
    assert stored(msp)["info@acme.test"] == ("2", True)
    for _ in range(2):
        again = synced(msp, Member("1", "info@acme.test"), Member("2", "info@acme.test"))
        assert (again.outcome, again.change) == (SyncOutcome.UNCHANGED, None)
    back = synced(msp, Member("1", "eve@acme.test"), Member("2", "info@acme.test"))
    assert back.figures == Figures(reactivated=1, unchanged=1)


# What changes while a directory is read


def test_a_connection_that_is_changed_while_its_directory_is_read_changes_nobody(msp: Msp) -> None:
    connect(msp)
    synced(msp, ANN, BOB)
    before = rows(msp)
    for preview in (False, True):
        other = lambda preview=preview: connect(msp, guests=not preview)  # noqa: E731
        done = synced(msp, directory=Meanwhile(other, DAN), preview=preview, force=True)
        assert (done.outcome, type(done.refusal)) == (SyncOutcome.FAILED, ConnectionChanged)
        assert (rows(msp), reviewed(msp)) == (before, False)


def test_a_connection_that_ends_while_its_directory_is_read_leaves_nothing_to_confirm(msp: Msp) -> None:
    connect(msp)
    synced(msp, ANN, BOB)

    def end() -> None:
        connections.disconnect(msp.session, msp.workspace, msp.account("Acme"), actor="t", clock=msp.clock)

    done = synced(msp, directory=Meanwhile(end))
    assert (done.outcome, type(done.refusal)) == (SyncOutcome.FAILED, ConnectionChanged)
    assert not msp.session.execute(select(SYNC_RUN.c.id).where(SYNC_RUN.c.hold.is_not(None))).all()


def test_an_account_that_closes_while_its_directory_is_read_is_not_synced(msp: Msp) -> None:
    synced(msp, ANN)

    def close() -> None:
        msp.accounts(f"Acme,closed,{msp.clock():%Y-%m-%dT%H:%M:%SZ}")

    with pytest.raises(AccountClosed):
        synced(msp, directory=Meanwhile(close, ANN, DAN))
    assert "dan" not in msp.statuses()
    outcome = msp.session.execute(select(SYNC_RUN.c.outcome).order_by(SYNC_RUN.c.id.desc())).scalars().first()
    assert outcome == SyncOutcome.FAILED


def test_a_hand_that_acts_while_a_directory_is_read_is_overruled(msp: Msp) -> None:
    synced(msp, ANN, BOB)
    done = synced(msp, directory=Meanwhile(lambda: msp.deactivate("bob@acme.test"), ANN, BOB))
    assert done.figures == Figures(reactivated=1, unchanged=1)
    msp.verify()


# What the admins are asked


def test_a_scheduled_sync_that_changes_nobody_was_seen_by_nobody(msp: Msp) -> None:
    connect(msp)
    assert synced(msp, ANN, actor=sync.SCHEDULED).outcome == SyncOutcome.UNCHANGED
    assert not reviewed(msp)
    held = synced(msp, ANN, DAN, actor=sync.SCHEDULED)
    assert (held.outcome, type(held.refusal)) == (SyncOutcome.HELD, HeldUnseen)
    assert held.run
    sync.confirm(msp.session, msp.workspace, held.run, actor="grace", clock=msp.clock)
    assert reviewed(msp)
    assert synced(msp, ANN, actor=sync.SCHEDULED).outcome == SyncOutcome.APPLIED


def test_what_was_rejected_is_asked_again_once_a_good_sync_lies_between(msp: Msp) -> None:
    connect(msp)
    synced(msp, *crowd(20))
    for _ in range(2):
        held = synced(msp, *crowd(2), actor=sync.SCHEDULED)
        assert (held.outcome, held.waits) == (SyncOutcome.HELD, False)
        assert held.run
        sync.reject(msp.session, msp.workspace, held.run, actor="grace", clock=msp.clock)
        assert synced(msp, *crowd(2), actor=sync.SCHEDULED).waits
        assert synced(msp, *crowd(20), actor=sync.SCHEDULED).outcome == SyncOutcome.UNCHANGED


def test_a_confirmation_after_a_rejection_leaves_the_rejection(msp: Msp) -> None:
    synced(msp, ANN, DAN)
    held = synced(msp)
    assert held.run
    sync.reject(msp.session, msp.workspace, held.run, actor="grace", clock=msp.clock)
    with pytest.raises(HoldSettled):
        sync.confirm(msp.session, msp.workspace, held.run, actor="mallory", clock=msp.clock)
    kept = msp.session.execute(select(SYNC_RUN.c.hold, SYNC_RUN.c.settled_by).where(SYNC_RUN.c.id == held.run)).one()
    assert tuple(kept) == (HoldState.REJECTED, "grace")


def test_nobody_of_the_directory_is_active_twice_by_a_second_file(msp: Msp) -> None:
    """Somebody who left and whom a file sets active again is the directory's still, and leaves with the next sync."""
    synced(msp, ANN, BOB, DAN)
    synced(msp, ANN, BOB)
    msp.users("Acme,dan@acme.test,active", columns="account,email,status")
    assert {line.email for line in users.listed(msp.session, msp.workspace, msp.account("Acme"), Status.ACTIVE)} == {
        "ann@acme.test",
        "bob@acme.test",
        "dan@acme.test",
    }
    assert synced(msp, ANN, BOB).figures == Figures(deactivated=1, unchanged=2)

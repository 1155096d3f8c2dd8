"""Killed at any point, a sync or an answer to one that waits was done or was not; repeated, it is done once."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from bot.services import account_status, accounts, sync
from bot.services.accounts import Account
from bot.services.billing import verify
from bot.services.directories.base import Member, Pool, Progress
from bot.services.directories.failures import DirectoryAway, HoldSettled
from bot.services.errors import Refusal
from bot.services.workspaces import Workspace
from db.models import SYNC_RUN, HoldState, Status, SyncOutcome
from tests.conftest import NOW, DrivenClock, Store
from tests.crash_points import Chosen, Operation, contents, crash, points_of, restore, save

STAFF = tuple(Member(f"id-{number}", f"p{number}@acme.test", f"P {number}") for number in range(15))
CHANGED = (
    *STAFF[4:],
    STAFF[2]._replace(email=STAFF[3].email),
    STAFF[3]._replace(email=STAFF[2].email),
    Member("id-20", "new@acme.test"),
    Member("id-21", "p0@acme.test"),  # made anew
    Member("id-22", "p22@acme.test"),
)


class Given:
    """A directory that answers, after two pages, or does not."""

    def __init__(self, members: tuple[Member, ...] | None) -> None:
        self.members = members

    def read(self, progress: Progress) -> Pool:
        progress(1, 5)
        progress(2, 10)
        if self.members is None:
            raise DirectoryAway(host="graph.test")
        return Pool(self.members)


def synced(session: Session, workspace: Workspace, members: tuple[Member, ...] | None, clock: Any = lambda: NOW) -> Any:
    told = lambda pages, users: None  # noqa: E731
    by: Any = {"actor": "ada", "clock": clock, "progress": told}
    return sync.sync(session, workspace, acme(session, workspace), Given(members), **by)


def acme(session: Session, workspace: Workspace) -> Account:
    return accounts.find(session, workspace, "Acme")


def held(session: Session) -> int:
    return int(session.execute(select(SYNC_RUN.c.id).where(SYNC_RUN.c.hold.is_not(None))).scalar_one())


def confirm(session: Session, workspace: Workspace) -> Any:
    return sync.confirm(session, workspace, held(session), actor="ada", clock=lambda: NOW)


def reject(session: Session, workspace: Workspace) -> Any:
    return sync.reject(session, workspace, held(session), actor="ada", clock=lambda: NOW)


OPERATIONS: dict[str, tuple[Callable[[Session, Workspace], Any], int]] = {
    "sync": (lambda session, workspace: synced(session, workspace, CHANGED), 3),
    "hold": (lambda session, workspace: synced(session, workspace, ()), 0),
    "failure": (lambda session, workspace: synced(session, workspace, None), 0),
    "confirm": (confirm, 15),
    "reject": (reject, 0),
}
"""What is cut off, and how many rows of the ledger it writes."""


@pytest.fixture
def furnished(store: Store, session: Session, workspace: Workspace) -> Workspace:
    """Acme, to which a sync brought 15 people."""
    clock = DrivenClock(NOW.replace(day=1))
    account_status.add(session, workspace, "Acme", Status.ACTIVE, actor="setup", clock=clock)
    assert synced(session, workspace, STAFF, clock).figures.created == 15
    return workspace


def seen(engine: Engine, workspace: Workspace) -> dict[str, Any]:
    """What a store holds, of runs only those that were held or changed somebody: of others one more or less is the
    same."""
    with Session(engine) as session:
        assert verify.differences(session, workspace) == []
        found: dict[str, Any] = contents(session)
        r = SYNC_RUN.c
        runs = select(r.outcome, r.hold, r.shown, r.settled_by, r.figures)
        found["syncs"] = sorted(
            map(tuple, session.execute(runs.where(r.hold.is_not(None) | r.change_id.is_not(None)))), key=str
        )
        return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_any_point_and_repeated_it_is_done_once(
    store: Store, furnished: Workspace, name: str, chosen: Chosen
) -> None:
    engine, (work, rows) = store.engine, OPERATIONS[name]

    def operation(engine: Engine) -> Any:
        with Session(engine, expire_on_commit=False) as session:
            return work(session, furnished)

    if name in ("confirm", "reject"):
        with Session(engine, expire_on_commit=False) as session:
            assert synced(session, furnished, ()).outcome == SyncOutcome.HELD
    store.close()
    saved, before = save(engine), seen(engine, furnished)
    points = points_of(engine, operation)
    after = seen(engine, furnished)
    assert len(after["ledger"]) - len(before["ledger"]) == rows
    was_done = False
    for number in chosen(points):
        point = points[number]
        restore(engine, saved)
        crash(engine, operation, number)
        found = seen(engine, furnished)
        assert found in (before, after), f"half done at point {number} of {len(points)}: {point}"
        if before != after:
            assert found == after or not was_done, f"lost again at point {number} of {len(points)}: {point}"
            was_done = found == after
        assert_told(name, repeated(operation, engine), again=was_done)
        assert seen(engine, furnished) == after, f"not the same after point {number} of {len(points)}: {point}"
    assert was_done or before == after


def repeated(operation: Operation, engine: Engine) -> Any:
    """What somebody is told who does it once more."""
    try:
        return operation(engine)
    except Refusal as refusal:
        return refusal


def assert_told(name: str, told: Any, *, again: bool) -> None:
    if name in ("confirm", "reject"):
        assert isinstance(told, HoldSettled) == again
    elif name == "sync":
        assert told.outcome == (SyncOutcome.UNCHANGED if again else SyncOutcome.APPLIED)
    else:
        assert told.outcome == (SyncOutcome.HELD if name == "hold" else SyncOutcome.FAILED)
        assert told.waits == again


def test_a_sync_that_was_cut_off_is_told_from_one_that_ended(store: Store, furnished: Workspace) -> None:
    def operation(engine: Engine) -> Any:
        with Session(engine, expire_on_commit=False) as session:
            return synced(session, furnished, CHANGED)

    store.close()
    saved = save(store.engine)
    points = points_of(store.engine, operation)
    restore(store.engine, saved)
    crash(store.engine, operation, points.index("after commit") + 1)  # it has begun, and reads
    with Session(store.engine) as session:
        r = SYNC_RUN.c
        runs = session.execute(select(r.outcome, r.hold, r.ended_at.is_not(None)).order_by(r.id)).all()
    assert [tuple(run) for run in runs] == [(SyncOutcome.APPLIED, None, True), (None, None, False)]
    assert HoldState.WAITING not in {run.hold for run in runs}

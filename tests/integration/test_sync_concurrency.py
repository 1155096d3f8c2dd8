"""Several at one account at once, in threads and in processes: each change is made once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from bot.services import account_status, accounts, sync, users
from bot.services.billing import ledger, verify
from bot.services.directories.base import Member, Pool, Progress
from bot.services.directories.failures import HoldSettled
from bot.services.errors import SyncUnderWay
from bot.services.one_at_a_time import alone
from bot.services.sync import Synced
from bot.services.sync_plan import Figures
from bot.services.workspaces import Workspace
from db.models import CHANGE, LEDGER, Kind, Status, SyncOutcome
from tests.conftest import NOW, DrivenClock, Store
from tests.crash_points import FORK, forked

STAFF = [Member(f"id-{number}", f"p{number}@acme.test") for number in range(20)]
LATER = NOW + timedelta(hours=1)
PATIENCE = 60


class Given:
    """A directory that answers; `first` happens while it is read."""

    def __init__(self, members: list[Member], first: Callable[[], Any] = lambda: None) -> None:
        self.members, self.first = members, first

    def read(self, progress: Progress) -> Pool:
        self.first()
        return Pool(tuple(self.members))


@pytest.fixture
def furnished(store: Store, session: Session, workspace: Workspace) -> Workspace:
    """Acme, to which a sync brought 20 people."""
    account_status.add(session, workspace, "Acme", Status.ACTIVE, actor="setup", clock=DrivenClock())
    synced(store.engine, workspace, Given(STAFF))
    store.close()
    return workspace


def synced(engine: Engine, workspace: Workspace, directory: Given, **how: Any) -> Synced:
    with Session(engine, expire_on_commit=False) as session:
        account = accounts.find(session, workspace, "Acme")
        told = lambda pages, users: None  # noqa: E731
        by: Any = {"actor": "t", "clock": lambda: NOW, "progress": told}
        return sync.sync(session, workspace, account, directory, **by, **how)


def alone_synced(engine: Engine, workspace: Workspace, directory: Given) -> SyncOutcome | None:
    """What a sync comes to; None where another one is under way."""
    with Session(engine) as session:
        account = accounts.find(session, workspace, "Acme").id
    try:
        with alone(engine, account):
            return synced(engine, workspace, directory).outcome
    except SyncUnderWay:
        return None


def check(engine: Engine, workspace: Workspace, *, rows: int) -> None:
    """The ledger has so many rows of users, in an order, and all that is derived agrees with it."""
    with Session(engine) as session:
        assert verify.differences(session, workspace) == []
        changes = session.execute(select(CHANGE.c.recorded_at).order_by(CHANGE.c.id)).scalars().all()
        assert all(one < following for one, following in pairwise(changes))
        written = select(func.count()).select_from(LEDGER).where(LEDGER.c.user_id.is_not(None))
        assert session.execute(written).scalar_one() == rows


def test_of_two_syncs_in_threads_one_is_under_way(store: Store, furnished: Workspace) -> None:
    reading, go_on = Event(), Event()

    def first() -> None:
        reading.set()
        assert go_on.wait(PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        one = pool.submit(alone_synced, store.engine, furnished, Given(STAFF[1:], first))
        assert reading.wait(PATIENCE)
        assert alone_synced(store.engine, furnished, Given(STAFF[2:])) is None
        go_on.set()
        assert one.result() == SyncOutcome.APPLIED
    check(store.engine, furnished, rows=21)


def test_of_two_syncs_in_processes_one_is_under_way(store: Store, furnished: Workspace) -> None:
    told, tell = FORK.Pipe(duplex=False)
    asked, ask = FORK.Pipe(duplex=False)

    def first() -> None:
        tell.send("reading")
        asked.recv()

    child = forked(store.engine, lambda: alone_synced(store.engine, furnished, Given(STAFF[1:], first)))
    assert told.recv() == "reading"
    assert alone_synced(store.engine, furnished, Given(STAFF[2:])) is None
    ask.send("go on")
    assert child.result() == SyncOutcome.APPLIED
    assert alone_synced(store.engine, furnished, Given(STAFF[1:])) == SyncOutcome.UNCHANGED
    check(store.engine, furnished, rows=21)
    for end in (told, tell, asked, ask):
        end.close()


def test_two_syncs_that_nothing_keeps_apart_do_it_once(store: Store, furnished: Workspace) -> None:
    barrier = Barrier(2)
    pool_ = [*STAFF[3:], Member("id-50", "new@acme.test")]
    with ThreadPoolExecutor(2) as pool:
        directory = Given(pool_, lambda: barrier.wait(PATIENCE))
        both = [pool.submit(synced, store.engine, furnished, directory) for _ in range(2)]
        done = sorted((one.result() for one in both), key=lambda one: one.outcome)
    assert [one.outcome for one in done] == [SyncOutcome.APPLIED, SyncOutcome.UNCHANGED]
    assert done[0].figures == Figures(created=1, deactivated=3, unchanged=17)
    check(store.engine, furnished, rows=24)


@pytest.mark.parametrize("rejects", [0, 4])
def test_of_eight_who_answer_at_once_one_is_heard(store: Store, furnished: Workspace, rejects: int) -> None:
    held = synced(store.engine, furnished, Given([]))
    assert held.run
    run, barrier = held.run, Barrier(8)

    def answer(number: int) -> str:
        with Session(store.engine, expire_on_commit=False) as session:
            barrier.wait(PATIENCE)
            try:
                if number < rejects:
                    sync.reject(session, furnished, run, actor="t", clock=lambda: NOW)
                    return "rejected"
                sync.confirm(session, furnished, run, actor="t", clock=lambda: NOW)
                return "confirmed"
            except HoldSettled:
                return "settled"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(answer, range(8)))
    assert answers.count("settled") == 7
    check(store.engine, furnished, rows=40 if "confirmed" in answers else 20)


def test_hands_that_act_while_syncs_apply_lose_nothing(store: Store, furnished: Workspace) -> None:
    """The sync wins over the hand, whichever came first, and each row turns somebody."""
    rounds, barrier = 8, Barrier(3)

    def sync_on() -> None:
        barrier.wait(PATIENCE)
        for turn in range(rounds):
            synced(store.engine, furnished, Given(STAFF[turn % 2 :]))

    def deactivate(number: int) -> None:
        barrier.wait(PATIENCE)
        with Session(store.engine, expire_on_commit=False) as session:
            for turn in range(rounds):
                hand = users.deactivate if turn % 2 else users.activate
                emails = [STAFF[number].email, STAFF[number + turn % 5].email]
                hand(session, furnished, emails, actor=f"hand {number}", clock=lambda: NOW)

    with ThreadPoolExecutor(3) as pool:
        for one in [pool.submit(sync_on), pool.submit(deactivate, 0), pool.submit(deactivate, 10)]:
            one.result()
    synced(store.engine, furnished, Given(STAFF))
    with Session(store.engine) as session:
        rows = ledger.entries(session, furnished, LEDGER.c.user_id.is_not(None))
        account = accounts.find(session, furnished, "Acme")
        assert {line.status for line in users.listed(session, furnished, account)} == {Status.ACTIVE}
    for one, following in pairwise(rows):
        assert one.user != following.user or one.status != following.status
    check(store.engine, furnished, rows=len(rows))


def test_a_sync_is_one_change_with_one_instant(store: Store, furnished: Workspace) -> None:
    synced(store.engine, furnished, Given([*STAFF[5:], *(Member(f"n{n}", f"n{n}@acme.test") for n in range(5))]))
    with Session(store.engine) as session:
        c = LEDGER.c
        of_syncs = select(c.at).join(CHANGE, CHANGE.c.id == c.change_id).where(CHANGE.c.kind == Kind.SYNC).distinct()
        instants: list[datetime] = list(session.execute(of_syncs).scalars())
    assert len(instants) == 2
    assert max(instants) < LATER

"""Background work in several processes, some of which are killed."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from bot.clock import Clock
from bot.jobs import Do, Jobs
from bot.services.daily_syncs import DailySyncs
from bot.services.one_at_a_time import alone
from bot.services.schedule import next_daily
from bot.services.work import Task
from bot.services.workspaces import Workspace
from db.models import SLACK_REQUEST, WorkState
from db.session import begin_writing, is_sqlite
from tests.background import PAUSE, connect_accounts, due_ats, hand_over, open_pieces, pieces, until
from tests.conftest import NOW, DrivenClock, Store
from tests.crash_points import FORK, Child, forked

PROCESSES = 4
DONE = WorkState.DONE
postgres_only = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


def working(store: Store, name: str, clock: Clock, do: Do, recurring: DailySyncs | None = None) -> list[str]:
    """Work until there is no more, however much others do of it; gives the subjects of what was done here."""
    engine = store.engine
    subjects: list[str] = []

    def do_and_tell(engine: Engine, task: Task, clock: Clock) -> None:
        do(engine, task, clock)
        subjects.append(task.subject)

    jobs = Jobs(engine, clock)
    jobs.register(name, do_and_tell, recurring)

    jobs.tick()
    jobs.start()
    until(lambda: not open_pieces(engine), "the end of all work")
    jobs.close(30)
    engine.dispose()
    return subjects


def at_once(engine: Engine, work: Callable[[], list[str]]) -> list[list[str]]:
    """What each process did."""
    children = [forked(engine, work) for _ in range(PROCESSES)]
    return [child.result() for child in children]


@postgres_only
def test_a_thousand_due_syncs_with_four_racing_processes_run_once_each(
    store: Store, session: Session, workspace: Workspace, clock: DrivenClock
) -> None:
    ids = connect_accounts(session, workspace.id, [NOW - timedelta(seconds=number) for number in range(1000)])
    store.close()

    found = at_once(store.engine, lambda: working(store, "sync", clock, lambda *_: None, DailySyncs()))
    assert Counter(chain(*found)) == Counter(map(str, ids))
    assert all(found), "a process had nothing to do"
    assert {piece[1:] for piece in pieces(store.engine)} == {(DONE, 1)}
    assert due_ats(store.engine) == [next_daily(id_, NOW) for id_ in ids]


@postgres_only
def test_racing_processes_never_have_two_at_one_account(store: Store, workspace: Workspace, clock: DrivenClock) -> None:
    for number in range(8):
        hand_over(store.engine, workspace.id, map(str, range(1, 11)), NOW - timedelta(hours=number))
    store.close()

    def sync(engine: Engine, task: Task, clock: Clock) -> None:
        with alone(engine, int(task.subject)):  # raises where another one is at it, and that were an attempt more
            pass

    found = at_once(store.engine, lambda: working(store, "note", clock, sync))
    assert Counter(chain(*found)) == {str(account): 8 for account in range(1, 11)}
    assert {piece[1:] for piece in pieces(store.engine)} == {(DONE, 1)}


def post_once(engine: Engine, task: Task, clock: Clock) -> None:
    """Something that cannot happen twice, as a row of a unique key."""
    row = {"workspace_id": task.workspace, "key": task.subject, "at": NOW}
    with Session(engine) as session:
        begin_writing(session)
        dialect = sqlite if is_sqlite(session) else postgresql
        session.execute(dialect.insert(SLACK_REQUEST).values(**row).on_conflict_do_nothing())
        session.commit()


@pytest.mark.parametrize("is_effected", [False, True], ids=["before its effect", "after its effect"])
def test_what_a_killed_worker_was_at_is_taken_up_again_and_takes_effect_once(
    store: Store, workspace: Workspace, clock: DrivenClock, is_effected: bool
) -> None:
    hand_over(store.engine, workspace.id, ["a", "b"])
    store.close()
    receiver, sender = FORK.Pipe(duplex=False)

    def hang(engine: Engine, task: Task, clock: Clock) -> None:
        if is_effected:
            post_once(engine, task, clock)
        sender.send(task.subject)
        PAUSE.wait()

    def work() -> None:
        jobs = Jobs(store.engine, clock)
        jobs.register("note", hang)
        jobs.tick()
        PAUSE.wait()

    child = forked(store.engine, work)
    assert {receiver.recv(), receiver.recv()} == {"a", "b"}
    kill(child)
    receiver.close()
    sender.close()
    jobs = Jobs(store.engine, clock)
    jobs.register("note", post_once)
    # The server may take a moment until it sees that nobody is there.
    until(lambda: jobs.tick() or not open_pieces(store.engine), "the work to end")  # type: ignore[func-returns-value]
    jobs.close(30)
    assert sorted(pieces(store.engine)) == [("a", DONE, 2), ("b", DONE, 2)]
    with store.engine.connect() as connection:
        assert sorted(connection.execute(select(SLACK_REQUEST.c.key)).scalars()) == ["a", "b"]


@postgres_only
def test_what_a_worker_is_at_is_left_to_it_however_long_it_takes(
    store: Store, workspace: Workspace, clock: DrivenClock
) -> None:
    hand_over(store.engine, workspace.id, ["a"])
    store.close()
    receiver, sender = FORK.Pipe(duplex=False)

    def hang(engine: Engine, task: Task, clock: Clock) -> None:
        sender.send(task.subject)
        PAUSE.wait()

    def work() -> None:
        jobs = Jobs(store.engine, clock)
        jobs.register("note", hang)
        jobs.tick()
        PAUSE.wait()

    child = forked(store.engine, work)
    assert receiver.recv() == "a"
    clock.advance(days=1)
    jobs = Jobs(store.engine, clock)
    jobs.register("note", post_once)
    for _ in range(3):
        jobs.tick()
    jobs.close(30)
    assert pieces(store.engine) == [("a", WorkState.DOING, 1)]
    kill(child)
    receiver.close()
    sender.close()


def kill(child: Child) -> None:
    assert child.process.pid is not None
    os.kill(child.process.pid, signal.SIGKILL)
    assert child.result() is None

"""Background work in one process: handed over once, done once, tried again, parked, taken up again."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from queue import Queue
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, select, text
from sqlmodel import Session

from bot import jobs as jobs_module
from bot.clock import Clock
from bot.jobs import Again, Do, Jobs
from bot.services import posts, sweeping, work
from bot.services.daily_syncs import DailySyncs
from bot.services.schedule import next_daily
from bot.services.work import MOST_ATTEMPTS, Presence, Task
from bot.services.workspaces import Workspace
from db.models import POST, WorkState
from tests.background import connect_accounts, due_ats, grow_old, hand_over, note, notes, open_pieces, pieces, until
from tests.conftest import NOW, DrivenClock, Store

DONE, WAITING, DOING, FAILED = WorkState.DONE, WorkState.WAITING, WorkState.DOING, WorkState.FAILED
postgres_only = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
Hire = Callable[..., Jobs]


@pytest.fixture
def hire(store: Store, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hire]:
    """Gives workers that do what work of the name `note` is to do; with so many threads, if that is said."""
    hired: list[Jobs] = []

    def hire(do: Do, threads: int | None = None) -> Jobs:
        if threads:
            monkeypatch.setattr(jobs_module, "THREADS", {"sqlite": threads, "postgresql": threads})
        jobs = Jobs(store.engine, clock)
        jobs.register("note", do)
        hired.append(jobs)
        return jobs

    yield hire
    for jobs in hired:
        jobs.close(10)


def leave_a_note(engine: Engine, task: Task, clock: Clock) -> None:
    note(engine, task.workspace, "worker", task.subject)


def finish(jobs: Jobs, store: Store) -> None:
    """Tick once, and wait until nobody is at anything."""
    jobs.tick()
    until(lambda: all(state is not DOING for _, state, _ in pieces(store.engine)), "the end of what is under way")


def test_what_is_handed_over_is_done_once(store: Store, workspace: Workspace, hire: Hire) -> None:
    hand_over(store.engine, workspace.id, "abcdefghij")
    jobs = hire(leave_a_note)
    jobs.tick()
    until(lambda: not open_pieces(store.engine), "the work to end")
    jobs.tick()
    assert sorted(what for _, what in notes(store.engine)) == list("abcdefghij")
    assert {piece[1:] for piece in pieces(store.engine)} == {(DONE, 1)}


def test_work_for_the_same_instant_is_kept_once(store: Store, workspace: Workspace) -> None:
    for _ in range(2):
        hand_over(store.engine, workspace.id, ["a", "b"])
    hand_over(store.engine, workspace.id, ["a"], NOW + timedelta(microseconds=1))
    assert [subject for subject, _, _ in pieces(store.engine)] == ["a", "b", "a"]


def test_work_that_nobody_here_knows_is_left_to_others(store: Store, workspace: Workspace, hire: Hire) -> None:
    hand_over(store.engine, workspace.id, ["a"], name="unknown")
    finish(hire(leave_a_note), store)
    assert pieces(store.engine) == [("a", WAITING, 0)]


def test_work_is_not_done_before_it_is_due(store: Store, workspace: Workspace, clock: DrivenClock, hire: Hire) -> None:
    hand_over(store.engine, workspace.id, ["a"], NOW + timedelta(seconds=1))
    jobs = hire(leave_a_note)
    finish(jobs, store)
    assert pieces(store.engine) == [("a", WAITING, 0)]
    clock.advance(seconds=1)
    jobs.tick()
    until(lambda: pieces(store.engine) == [("a", DONE, 1)], "the work to be done")


def test_of_one_subject_nothing_is_done_at_the_same_time(store: Store, workspace: Workspace) -> None:
    for seconds in range(2):
        hand_over(store.engine, workspace.id, ["a"], NOW + timedelta(seconds=seconds))
    hand_over(store.engine, workspace.id, ["b"], NOW + timedelta(seconds=2))
    now = NOW + timedelta(hours=1)
    with Session(store.engine) as session:
        first, second = (work.claim(session, ["note"], 1, now) for _ in range(2))
        assert (first and first.subject, second and second.subject) == ("a", "b")
        assert work.claim(session, ["note"], 1, now) is None
        assert first is not None
        work.done(session, first, now)
        session.commit()
        third = work.claim(session, ["note"], 1, now)
        assert third is not None
        assert (third.subject, third.due_at) == ("a", NOW + timedelta(seconds=1))


def test_what_fails_is_tried_again_after_growing_pauses_and_then_given_up(
    store: Store, workspace: Workspace, clock: DrivenClock, hire: Hire
) -> None:
    def fail(engine: Engine, task: Task, clock: Clock) -> None:
        raise RuntimeError(task.subject)

    hand_over(store.engine, workspace.id, ["a"])
    jobs = hire(fail)
    for attempt, minutes in enumerate((0, 1, 2, 4, 8), 1):
        clock.advance(minutes=minutes, microseconds=-1)
        finish(jobs, store)
        assert pieces(store.engine) == [("a", WAITING, attempt - 1)] or attempt == 1
        clock.advance(microseconds=1)
        finish(jobs, store)
        until(lambda attempt=attempt: pieces(store.engine)[0][2] == attempt, "another attempt")
    until(lambda: pieces(store.engine) == [("a", FAILED, MOST_ATTEMPTS)], "the work to be given up")
    clock.advance(days=1)
    finish(jobs, store)
    assert pieces(store.engine) == [("a", FAILED, MOST_ATTEMPTS)]


def test_what_is_parked_holds_no_worker_and_goes_on_when_it_said(
    store: Store, workspace: Workspace, clock: DrivenClock, hire: Hire
) -> None:
    throttled = {"a"}

    def throttle(engine: Engine, task: Task, clock: Clock) -> Again | None:
        if task.subject in throttled:
            return Again(clock() + timedelta(hours=1))
        return leave_a_note(engine, task, clock)

    hand_over(store.engine, workspace.id, ["a", "b"])
    jobs = hire(throttle, threads=1)
    jobs.tick()
    until(lambda: pieces(store.engine) == [("a", WAITING, 0), ("b", DONE, 1)], "the other one to be done")
    throttled.clear()
    clock.advance(minutes=59)
    finish(jobs, store)
    assert pieces(store.engine)[0] == ("a", WAITING, 0)
    clock.advance(minutes=1)
    jobs.tick()
    until(lambda: pieces(store.engine)[0] == ("a", DONE, 1), "the parked one to be done")


def test_a_process_that_is_told_to_stop_finishes_what_is_under_way_and_takes_up_nothing_new(
    store: Store, workspace: Workspace, hire: Hire
) -> None:
    begun: Queue[str] = Queue()
    go_on = Event()

    def wait(engine: Engine, task: Task, clock: Clock) -> None:
        begun.put(task.subject)
        assert go_on.wait(30)

    hand_over(store.engine, workspace.id, ["a", "b"])
    jobs = hire(wait, threads=1)
    jobs.tick()
    assert begun.get(timeout=30) == "a"
    closing = Thread(target=jobs.close, args=(30,))
    closing.start()
    until(lambda: jobs.is_stopping, "the worker to stop")
    assert closing.is_alive()
    go_on.set()
    closing.join(30)
    assert pieces(store.engine) == [("a", DONE, 1), ("b", WAITING, 0)]


def test_what_a_gone_process_was_at_is_taken_up_again_at_the_start(
    store: Store, workspace: Workspace, hire: Hire
) -> None:
    hand_over(store.engine, workspace.id, ["a"])
    gone = Presence(store.engine)
    with Session(store.engine) as session:
        assert work.claim(session, ["note"], gone.number(), NOW)
    gone.end()
    hire(leave_a_note).tick()
    until(lambda: pieces(store.engine) == [("a", DONE, 2)], "the work to be done")
    assert notes(store.engine) == [("worker", "a")]


def test_whoever_comes_too_late_ends_nothing(store: Store, workspace: Workspace) -> None:
    hand_over(store.engine, workspace.id, ["a"])
    with Session(store.engine) as session:
        first = work.claim(session, ["note"], 1, NOW)
        assert work.recover(session, 2, (), NOW) == 1
        second = work.claim(session, ["note"], 2, NOW)
        assert first is not None
        assert second is not None
        work.done(session, first, NOW)
        session.commit()
        assert pieces(store.engine) == [("a", DOING, 2)]
        work.park(session, second, NOW)
        session.commit()
    assert pieces(store.engine) == [("a", WAITING, 1)]


def test_what_is_cut_off_again_and_again_is_given_up(store: Store, workspace: Workspace) -> None:
    hand_over(store.engine, workspace.id, ["a"])
    with Session(store.engine) as session:
        for _ in range(MOST_ATTEMPTS):
            assert work.claim(session, ["note"], 1, NOW)
            assert work.recover(session, 2, (), NOW) == 1
    assert pieces(store.engine) == [("a", FAILED, MOST_ATTEMPTS)]


@pytest.mark.parametrize("is_cut_off", [False, True], ids=["failed", "cut off"])
def test_whoever_waits_for_work_that_is_given_up_is_told_once(
    store: Store, workspace: Workspace, clock: DrivenClock, is_cut_off: bool
) -> None:
    def fail(engine: Engine, task: Task, clock: Clock) -> None:
        raise RuntimeError(task.subject)

    def tell(session: Session, task: Task, id_: str, now: datetime) -> None:
        posts.keep(session, workspace, f"{task.subject} {task.attempts}", "U1", {"en": {"text": id_}}, now)

    hand_over(store.engine, workspace.id, ["a"])
    jobs = Jobs(store.engine, clock)
    jobs.register("note", fail, given_up=tell)
    for _ in range(MOST_ATTEMPTS):
        clock.advance(hours=1)
        with Session(store.engine) as session:
            task = work.claim(session, ["note"], 1, clock())
            assert task is not None
            if is_cut_off:
                work.recover(session, 2, (), clock(), jobs._give_up)
        if not is_cut_off:
            jobs._do(task)
    jobs.tick()
    with store.engine.connect() as connection:
        assert connection.execute(select(POST.c.key)).scalars().all() == [f"a {MOST_ATTEMPTS}"]
    jobs.close(10)


def test_whoever_comes_too_late_gives_nothing_up(store: Store, workspace: Workspace) -> None:
    hand_over(store.engine, workspace.id, ["a"])
    with Session(store.engine) as session:
        for _ in range(MOST_ATTEMPTS):
            task = work.claim(session, ["note"], 1, NOW)
            assert task is not None
            work.recover(session, 2, (), NOW)
        assert not work.failed(session, task, NOW)


def test_work_whose_end_could_not_be_kept_is_taken_up_again(
    store: Store, workspace: Workspace, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        monkeypatch.undo()
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(work, "done", broken)
    hand_over(store.engine, workspace.id, ["a"])
    jobs = hire(leave_a_note)
    jobs.tick()
    until(lambda: jobs.tick() or pieces(store.engine) == [("a", DONE, 2)], "the work to be done")  # type: ignore[func-returns-value]


@postgres_only
def test_a_worker_whose_connection_the_server_lost_gets_another_number(store: Store) -> None:
    presence = Presence(store.engine)
    number = presence.number()
    assert presence.number() == number
    lose_workers(store)
    assert presence.number() != number
    presence.end()


def lose_workers(store: Store) -> None:
    """The server ends the connections by which it knows workers."""
    with store.engine.connect() as connection:
        here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        holders = text(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE classid = :of AND {here}")  # noqa: S608
        assert connection.execute(holders, {"of": work.WORKERS}).scalars().all() == [True]


@postgres_only
def test_what_a_worker_is_at_whose_connection_the_server_lost_is_left_to_it(
    store: Store, workspace: Workspace, hire: Hire
) -> None:
    hand_over(store.engine, workspace.id, ["a"])
    begun, go_on = Queue[str](), Event()

    def wait(engine: Engine, task: Task, clock: Clock) -> None:
        begun.put(task.subject)
        assert go_on.wait(30)

    jobs, other = hire(wait), hire(wait)
    jobs.tick()
    assert begun.get(timeout=30) == "a"
    lose_workers(store)
    jobs.tick()
    other.tick()
    assert pieces(store.engine) == [("a", DOING, 1)]
    go_on.set()
    until(lambda: pieces(store.engine) == [("a", DONE, 1)], "the work to end")
    assert begun.empty()


def test_the_timer_finds_what_is_due_by_itself_and_survives_trouble(
    store: Store, workspace: Workspace, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "TICK_SECONDS", 0.05)
    recover, troubles = work.recover, iter(range(3))

    def troubled(*args: object) -> int:
        if next(troubles, None) is not None:
            raise RuntimeError("the database is away")
        return recover(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "recover", troubled)
    hand_over(store.engine, workspace.id, ["a"])
    hire(leave_a_note).start()
    until(lambda: pieces(store.engine) == [("a", DONE, 1)], "the work to be done")


def test_work_that_ended_long_ago_goes(
    store: Store, workspace: Workspace, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "EVERY", 1)
    hand_over(store.engine, workspace.id, ["a", "b"])
    finish(hire(leave_a_note), store)
    until(lambda: not open_pieces(store.engine), "the work to end")
    grow_old(store.engine, NOW - work.KEPT_FOR - timedelta(seconds=1))
    hand_over(store.engine, workspace.id, ["c"])
    assert [subject for subject, _, _ in pieces(store.engine)] == ["c"]


# What comes again


def test_the_daily_syncs_that_are_due_become_work_and_are_due_again_at_their_time(
    store: Store, session: Session, workspace: Workspace, clock: DrivenClock, hire: Hire
) -> None:
    due, never, later = NOW, None, NOW + timedelta(seconds=1)
    ids = connect_accounts(session, workspace.id, [due, never, later, due - timedelta(hours=2)])
    jobs = hire(leave_a_note)
    jobs.register("sync", leave_a_note, DailySyncs())
    jobs.tick()
    until(lambda: not open_pieces(store.engine), "the syncs to end")
    jobs.tick()
    assert sorted(what for _, what in notes(store.engine)) == ["1", "4"]
    assert due_ats(store.engine) == [next_daily(ids[0], NOW), never, later, next_daily(ids[3], NOW)]
    clock.advance(days=1)
    jobs.tick()
    until(lambda: not open_pieces(store.engine), "the syncs to end")
    assert sorted(what for _, what in notes(store.engine)) == ["1", "1", "3", "4", "4"]


def test_a_sync_that_is_days_late_runs_once(store: Store, session: Session, workspace: Workspace, hire: Hire) -> None:
    connect_accounts(session, workspace.id, [NOW - timedelta(days=3)])
    jobs = hire(leave_a_note)
    jobs.register("sync", leave_a_note, DailySyncs())
    for _ in range(3):
        jobs.tick()
    until(lambda: not open_pieces(store.engine), "the sync to end")
    assert notes(store.engine) == [("worker", "1")]
    assert due_ats(store.engine) == [next_daily(1, NOW)]


def test_a_due_that_cannot_be_handed_over_is_not_moved_on(
    store: Store, session: Session, workspace: Workspace, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_accounts(session, workspace.id, [NOW])
    jobs = hire(leave_a_note)
    jobs.register("sync", leave_a_note, DailySyncs())
    with monkeypatch.context() as patched:
        patched.setattr(work, "hand_over", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            jobs.tick()
    assert (due_ats(store.engine), pieces(store.engine)) == ([NOW], [])
    jobs.tick()
    until(lambda: pieces(store.engine) == [("1", DONE, 1)], "the sync to end")

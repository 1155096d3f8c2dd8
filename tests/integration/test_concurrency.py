"""Several writers at once, in threads and in processes: each change is made once, and instants never run backwards."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.services import accounts, deny_list, undo, users
from bot.services import store as stores
from bot.services.billing import ledger, peaks, verify
from bot.services.errors import ClockBehind, Refusal
from bot.services.faq import own, unanswered
from bot.services.imports.accounts import import_accounts
from bot.services.imports.topics import import_topics
from bot.services.imports.users import import_users
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CHANGE, LEDGER, USER, Cause, FaqOutcome, Kind
from tests.brute import Brute, Row
from tests.conftest import NOW, DrivenClock, Store
from tests.crash_points import contents, forked

THREADS, PROCESSES, STEPS = 8, 2, 25
ALPHA = [f"{name}@alpha.test" for name in ("ann", "bob", "cat", "dan")]
BETA = [f"{name}@beta.test" for name in ("eve", "fay", "gus")]
PEOPLE = [*(("Alpha", email) for email in ALPHA), *(("Beta", email) for email in BETA)]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def furnished(store: Store, session: Session, workspace: Workspace, tmp_path: Path) -> Workspace:
    """Two clients with people whom a sync brought and others."""
    by: Any = {"actor": "setup", "clock": DrivenClock(NOW - timedelta(days=40))}
    (tmp_path / "first.csv").write_text("account,status,at\nAlpha,active,2026-09-01\nBeta,active,2026-09-01\n")
    lines = "".join(f"{account},{email},active,2026-09-10\n" for account, email in PEOPLE)
    (tmp_path / "people.csv").write_text(f"account,email,status,at\n{lines}")
    import_accounts(session, workspace, tmp_path / "first.csv", **by)
    import_users(session, workspace, tmp_path / "people.csv", **by)
    session.execute(update(USER).where(USER.c.email.in_(ALPHA[:2] + BETA[:2])).values(synced=True))
    session.commit()
    store.close()
    return workspace


class Writer:
    """Somebody who does what comes to mind, the same for each seed, on a machine whose clock is not quite right."""

    def __init__(self, session: Session, workspace: Workspace, folder: Path, seed: int) -> None:
        self.session, self.workspace, self.folder, self.seed = session, workspace, folder, seed
        self.random = random.Random(seed)  # noqa: S311 - nothing secret
        self.by: Any = {"actor": f"admin {seed % 4}", "clock": self.clock}

    def clock(self) -> datetime:
        return NOW + timedelta(seconds=self.random.uniform(-120, 120))

    def step(self) -> int | str | None:
        """Do something; gives the change that it made, None if there was nothing to do, or why it was refused."""
        often = (self.deactivate, self.activate, self.users_file)
        jobs = (*often, *often, self.deny, self.allow, self.undo, self.retract, self.accounts_file, self.report)
        try:
            return self.random.choice(jobs)()
        except Refusal as refusal:
            return type(refusal).__name__
        except DBAPIError as error:
            if refusal := stores.trouble(error):
                return type(refusal).__name__
            raise

    def some(self) -> tuple[Any, list[str]]:
        name, emails = self.random.choice([("Alpha", ALPHA), ("Beta", BETA)])
        return accounts.find(self.session, self.workspace, name), self.random.sample(emails, self.random.randint(1, 2))

    def file(self, *lines: str) -> Path:
        path = self.folder / f"{self.seed}.csv"
        path.write_text("\n".join(lines))
        return path

    def deactivate(self) -> int | None:
        account, emails = self.some()
        return users.deactivate(self.session, self.workspace, emails, account=account, **self.by).id

    def activate(self) -> int | None:
        account, emails = self.some()
        return users.activate(self.session, self.workspace, emails, account=account, **self.by).id

    def deny(self) -> int | None:
        account, emails = self.some()
        return deny_list.add(self.session, self.workspace, account, emails, **self.by).id

    def allow(self) -> int | None:
        account, emails = self.some()
        return deny_list.remove(self.session, self.workspace, account, emails[:1], **self.by).id

    def undo(self) -> int | None:
        newest = self.session.execute(select(func.max(CHANGE.c.id))).scalar_one()
        named = self.random.choice([None, None, str(self.random.randint(max(1, newest - 8), newest))])
        return undo.undo(self.session, self.workspace, change=named, **self.by).id

    def retract(self) -> int | None:
        imports = select(CHANGE.c.id).where(CHANGE.c.kind == Kind.IMPORT_USERS, CHANGE.c.actor != "setup")
        known = self.session.execute(imports.order_by(CHANGE.c.id)).scalars().all()
        chosen = str(self.random.choice(known)) if known else "0"
        return undo.retract(self.session, self.workspace, chosen, **self.by).id

    def users_file(self) -> int | None:
        dates = ["", "", "2026-10-30", "2026-11-12T09:30"]
        people = self.random.sample([*PEOPLE, ("Beta", f"new{self.random.randint(0, 9)}@beta.test")], 3)
        lines = [f"{a},{e},{self.random.choice(['active', 'inactive'])},{self.random.choice(dates)}" for a, e in people]
        path = self.file("account,email,status,at", *lines)
        complete = self.random.random() < 0.2
        return import_users(self.session, self.workspace, path, complete=complete, force=complete, **self.by).change

    def accounts_file(self) -> int | None:
        path = self.file("account,status", f"Beta,{self.random.choice(['trial', 'active', 'active'])}")
        return import_accounts(self.session, self.workspace, path, **self.by).change

    def report(self) -> None:
        now = self.clock()
        report = peaks.report(self.session, self.workspace, self.workspace.calendar.holding(now), now)
        assert report.current == sum(account.current for account in report.accounts) <= report.peak


def write(engine: Engine, workspace: Workspace, folder: Path, seed: int) -> list[int | str | None]:
    with Session(engine) as session:
        writer = Writer(session, workspace, folder, seed)
        return [writer.step() for _ in range(STEPS)]


def test_threads_and_processes_that_write_at_once_leave_one_history(
    store: Store, furnished: Workspace, tmp_path: Path
) -> None:
    engine = store.engine
    jobs = [lambda seed=seed: write(engine, furnished, tmp_path, seed) for seed in range(THREADS + PROCESSES)]
    children = [forked(engine, job) for job in jobs[THREADS:]]
    with ThreadPoolExecutor(THREADS) as pool:
        threads = [pool.submit(job) for job in jobs[:THREADS]]
        answers = [thread.result() for thread in threads] + [child.result() for child in children]
    made = [answer for some in answers for answer in some if isinstance(answer, int)]
    with Session(engine) as session:
        known = select(CHANGE.c.id).where(CHANGE.c.actor != "setup").order_by(CHANGE.c.id)
        assert sorted(made) == list(session.execute(known).scalars()), "a change was lost, or told twice"
        assert len(made) > STEPS
        assert_in_order(session)
        assert verify.differences(session, furnished) == []
        assert_counted(session, furnished)
        assert verify.differences(session, furnished) == []


def assert_in_order(session: Session) -> None:
    """Of the changes, each has an instant later than the one before; live rows have their change's, one a person."""
    instants = session.execute(select(CHANGE.c.recorded_at).order_by(CHANGE.c.id)).scalars().all()
    assert all(earlier < later for earlier, later in pairwise(instants))
    row = LEDGER.c
    joined = select(row.change_id, row.user_id, row.at, row.cause, CHANGE.c.recorded_at).join(
        CHANGE, CHANGE.c.id == row.change_id
    )
    rows = session.execute(joined).all()
    live = [row for row in rows if row.cause != Cause.IMPORT]
    assert all(row.at == row.recorded_at for row in live)
    assert all(row.at <= row.recorded_at for row in rows)
    assert len({(row.change_id, row.user_id) for row in live}) == len(live) > 0


def assert_counted(session: Session, workspace: Workspace) -> None:
    """The reports of the periods so far say what counting every instant says."""
    row = LEDGER.c
    found = session.execute(
        select(ACCOUNT.c.name, row.user_id, row.at, row.status, row.change_id)
        .join(ACCOUNT, ACCOUNT.c.id == row.account_id)
        .where(ledger.counts(row.change_id, ledger.retracted(session, workspace)))
    )
    brute = Brute([Row(name, user and str(user), at, status, change) for name, user, at, status, change in found])
    period = workspace.calendar.holding(NOW - timedelta(days=60))
    while period.start <= LATER:
        end = min(period.end, LATER + timedelta(microseconds=1))
        report = peaks.report(session, workspace, period, LATER)
        assert (report.peak, report.peak_at) == brute.peak(brute.total, period.start, end)
        assert report.current == brute.total(end - timedelta(microseconds=1))
        for one in report.accounts:
            count = lambda instant, name=one.name: brute.billable(name, instant)  # noqa: E731
            assert (one.peak, one.peak_at) == brute.peak(count, period.start, end)
        period = workspace.calendar.after(period)


def at_once(store: Store, workers: int, work: Callable[[Session, int], Any]) -> list[Any]:
    """What each of several workers gets who do the same at the same moment, each with a session of its own."""
    barrier = Barrier(workers)

    def one(number: int) -> Any:
        with Session(store.engine, expire_on_commit=False) as session:
            barrier.wait()
            return work(session, number)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(workers)))


def test_two_admins_who_deactivate_the_same_people_at_the_same_moment_write_one_row_each_person(
    store: Store, furnished: Workspace, clock: DrivenClock
) -> None:
    def deactivate(session: Session, number: int) -> Any:
        return users.deactivate(session, furnished, ALPHA, actor=f"admin {number}", clock=clock)

    for _ in range(5):
        done, other = sorted(at_once(store, 2, deactivate), key=lambda change: change.id is None)
        assert [person.email for person in done.changed] == ALPHA
        assert (other.id, other.changed) == (None, ())
        assert [person.email for person in other.unchanged] == ALPHA
        with Session(store.engine) as session:
            rows = select(LEDGER.c.user_id).join(CHANGE, CHANGE.c.id == LEDGER.c.change_id)
            written = session.execute(rows.where(CHANGE.c.kind == Kind.DEACTIVATE, CHANGE.c.id >= done.id)).all()
            assert len(written) == len(set(written)) == len(ALPHA)
            users.activate(session, furnished, ALPHA, actor="ada", clock=clock)


def test_the_same_file_of_topics_imported_by_four_at_the_same_moment_is_written_once(
    store: Store, furnished: Workspace, clock: DrivenClock, tmp_path: Path
) -> None:
    path = tmp_path / "own.yaml"
    lines = (f"  own-{number}: {{question: Q, answer: A, phrasings: p}}\n" for number in range(50))
    path.write_text("language: en\ntopics:\n" + "".join(lines))

    def imported(session: Session, number: int) -> Any:
        return import_topics(session, furnished, path, actor=f"admin {number}", clock=clock)

    done, *others = sorted(at_once(store, 4, imported), key=lambda change: change.id is None)
    assert len(done.topics) == 50
    assert [change.id for change in others] == [None] * 3
    with Session(store.engine) as session:
        assert len(own.standing(session, furnished)) == 50


def test_two_files_of_topics_imported_at_the_same_moment_leave_one_of_each_topic(
    store: Store, furnished: Workspace, clock: DrivenClock, tmp_path: Path
) -> None:
    for number in range(4):
        text = f"language: en\ntopics:\n  own-a: {{question: Q, answer: Answer {number}, phrasings: p}}\n"
        (tmp_path / f"{number}.yaml").write_text(text)

    def imported(session: Session, number: int) -> Any:
        return import_topics(session, furnished, tmp_path / f"{number}.yaml", actor="ada", clock=clock)

    done = at_once(store, 4, imported)
    last = max(range(4), key=lambda number: done[number].id)
    with Session(store.engine) as session:
        (topic,) = own.standing(session, furnished)
        assert topic.answer == f"Answer {last}"


def test_a_question_that_slack_delivers_eight_times_at_once_is_kept_once(
    store: Store, furnished: Workspace, clock: DrivenClock
) -> None:
    def note(session: Session, number: int) -> None:
        how: Any = {"locale": "en", "outcome": FaqOutcome.UNANSWERED, "now": clock()}
        unanswered.note(session, furnished, key="Ev1", text="what about VAT", **how)

    at_once(store, 8, note)
    with Session(store.engine) as session:
        assert [one.times for one in unanswered.listed(session, furnished, clock(), 9)] == [1]


@pytest.mark.parametrize("kind", ["deactivate", "deny add", "undo"])
def test_a_request_that_slack_delivers_eight_times_at_once_is_done_once(
    store: Store, furnished: Workspace, clock: DrivenClock, kind: str
) -> None:
    how: Any = {"actor": "ada", "clock": clock}
    with Session(store.engine) as session:
        alpha = accounts.find(session, furnished, "Alpha")
        users.deactivate(session, furnished, ALPHA[2:], **how)  # two that ada could undo
        users.deactivate(session, furnished, BETA, **how)
        before = contents(session)
    how["request"] = "T1.1"
    jobs: dict[str, Callable[[Session], Any]] = {
        "deactivate": lambda session: users.deactivate(session, furnished, ALPHA[:2], **how),
        "deny add": lambda session: deny_list.add(session, furnished, alpha, ALPHA[:2], **how),
        "undo": lambda session: undo.undo(session, furnished, **how),
    }
    told = at_once(store, 8, lambda session, _: jobs[kind](session))
    assert len({change.id for change in told}) == 1
    assert told[0].id is not None
    assert {change.changed for change in told} == {told[0].changed}
    with Session(store.engine) as session:
        after = contents(session)
    assert len(after["changes"]) == len(before["changes"]) + 1
    assert len(after["ledger"]) == len(before["ledger"]) + len(told[0].changed)
    assert len(told[0].changed) == (3 if kind == "undo" else 2)


def test_instants_go_on_when_the_clock_jumps_back_a_minute(
    store: Store, furnished: Workspace, clock: DrivenClock
) -> None:
    with Session(store.engine) as session:
        users.deactivate(session, furnished, ALPHA[:1], actor="ada", clock=clock)
        clock.advance(minutes=-1)
        users.activate(session, furnished, ALPHA[:1], actor="ada", clock=clock)
        last = session.execute(select(CHANGE.c.recorded_at).order_by(CHANGE.c.id.desc()).limit(2)).scalars().all()
        assert last == [NOW + timedelta(microseconds=1), NOW]
        assert_in_order(session)


def test_a_clock_six_minutes_behind_the_last_change_is_refused_and_nothing_is_changed(
    store: Store, furnished: Workspace, clock: DrivenClock
) -> None:
    with Session(store.engine) as session:
        users.deactivate(session, furnished, ALPHA[:1], actor="ada", clock=clock)
        before = contents(session)
        clock.advance(minutes=-6)
        with pytest.raises(ClockBehind) as refused:
            users.deactivate(session, furnished, ALPHA[1:], actor="ada", clock=clock)
        assert refused.value.fields == {"minutes": 6}
        assert contents(session) == before

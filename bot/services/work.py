"""Background work in the store: what is to be done, who is at it, and what became of it.

A piece of work is handed over in the transaction that asks for it, kept once for the instant for which it is due, and
claimed by one worker; nothing of the same name and subject is done at the same time. Work whose worker is gone waits
again, so that its effect must be one that can be repeated: a function may also end its work in the transaction of that
effect (`done`), and then both happen once.
"""

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Engine,
    Row,
    Select,
    String,
    and_,
    bindparam,
    delete,
    exists,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bot.services import sweeping
from db.models import WORK, WorkState
from db.server_lock import ServerLock
from db.session import begin_writing, is_sqlite

KEPT_FOR = timedelta(days=30)
MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(minutes=1)
WORKERS = 7_328_329
"""The namespace of PostgreSQL's locks whose numbers are workers; any number would do."""
# Written out, or PostgreSQL could not use the indexes of these states.
WAITING, DOING = literal_column(f"'{WorkState.WAITING}'", String), literal_column(f"'{WorkState.DOING}'", String)
ALIVE = text(
    f"SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = {WORKERS} AND objsubid = 2 "  # noqa: S608 - our own number
    "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
).columns(WORK.c.claimed_by)
INSERT_SQLITE = sqlite.insert(WORK).on_conflict_do_nothing()
INSERT_POSTGRES = postgresql.insert(WORK).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class Due:
    """Work to be handed over: of which workspace, about whom, and for which instant. The payload goes into JSON and
    holds no addresses or names."""

    workspace: int
    subject: str
    at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work as its worker has it; `attempts` counts this one too."""

    id: int
    name: str
    workspace: int
    subject: str
    payload: Mapping[str, Any]
    due_at: datetime
    attempts: int


GivenUp = Callable[[Session, Task], None]
"""Told of work that is given up, in the transaction in which that is kept."""


def untold(session: Session, task: Task) -> None:
    """Nobody waits for it."""


def hand_over(session: Session, name: str, dues: Sequence[Due], now: datetime) -> None:
    """Keep work in the session's own transaction, which must be one that writes; what is kept already stays as it is.

    Now and then work that ended long ago goes.
    """
    if any(sweeping.is_due(f"{due.subject} {due.at}") for due in dues):
        session.execute(delete(WORK).where(WORK.c.ended_at < now - KEPT_FOR))
    rows = [
        {
            "name": name,
            "workspace_id": due.workspace,
            "subject": due.subject,
            "payload": json.dumps(due.payload),
            "due_at": due.at,
            "next_at": due.at,
            "state": WorkState.WAITING,
            "attempts": 0,
        }
        for due in dues
    ]
    if rows:
        session.execute(INSERT_SQLITE if is_sqlite(session) else INSERT_POSTGRES, rows)


def is_waiting(session: Session, workspace: int, name: str, subject: str, payload: Mapping[str, Any]) -> bool:
    """Whether such work is kept that nobody has taken up yet; within a transaction that writes, in which nobody who
    takes it up now has read anything before."""
    c = WORK.c
    same = (c.workspace_id == workspace, c.name == name, c.subject == subject, c.payload == json.dumps(payload))
    query = select(c.id).where(*same, c.state == WAITING, c.attempts == 0).limit(1)
    return session.execute(query.with_for_update()).first() is not None


def claim(session: Session, names: Collection[str], worker: int, now: datetime) -> Task | None:
    """Take up the work with one of these names that has waited longest; None where there is none."""
    wanted = {"names": list(names), "now": now}
    while True:
        if is_sqlite(session):  # a look is free, the only write lock is not
            session.rollback()
            if session.execute(FREE, wanted).first() is None:
                session.rollback()
                return None
        begin_writing(session)
        try:
            row = session.execute(TAKING, wanted | {"worker": worker}).one_or_none()
            session.commit()
        except IntegrityError:  # another worker has begun something of the same subject at this very moment
            continue
        if row is None:
            return None
        return as_task(row)


def free() -> Select[tuple[int]]:
    """The statement that reads which work has waited longest."""
    waits, other = WORK.alias(), WORK.alias()
    at_it = exists().where(
        other.c.state == DOING,
        other.c.workspace_id == waits.c.workspace_id,
        other.c.name == waits.c.name,
        other.c.subject == waits.c.subject,
    )
    due = (waits.c.next_at <= NOW, waits.c.name.in_(bindparam("names", expanding=True)))
    return (
        select(waits.c.id)
        .where(waits.c.state == WAITING, *due, ~at_it)
        .order_by(waits.c.next_at, waits.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


# Every idle thread asks for work all the time, and building a statement takes longer than answering it.
NOW: BindParameter[datetime] = bindparam("now", type_=WORK.c.next_at.type)
FREE = free()
TAKING = (
    update(WORK)
    .where(WORK.c.id == FREE.scalar_subquery())
    .values(state=WorkState.DOING, claimed_by=bindparam("worker"), claimed_at=NOW, attempts=WORK.c.attempts + 1)
    .returning(WORK)
)


def as_task(row: Row[Any]) -> Task:
    """A row of work as its worker has it."""
    return Task(row.id, row.name, row.workspace_id, row.subject, json.loads(row.payload), row.due_at, row.attempts)


def done(session: Session, task: Task, now: datetime) -> None:
    """The work is done; in the session's own transaction, which must be one that writes."""
    settle(session, task, state=WorkState.DONE, ended_at=now)


def park(session: Session, task: Task, at: datetime) -> None:
    """The work goes on at an instant, by whichever worker, and has not failed. In the session's own transaction."""
    settle(session, task, state=WorkState.WAITING, next_at=at, attempts=task.attempts - 1)


def failed(session: Session, task: Task, now: datetime) -> bool:
    """The work failed: it is tried again after a growing pause. True where it was tried often enough and is given up by
    this. In the session's own transaction."""
    if task.attempts >= MOST_ATTEMPTS:
        return settle(session, task, state=WorkState.FAILED, ended_at=now)
    settle(session, task, state=WorkState.WAITING, next_at=now + FIRST_PAUSE * 2 ** (task.attempts - 1))
    return False


def settle(session: Session, task: Task, **values: Any) -> bool:
    """Changes nothing, and says so, where another worker has taken the work up since: then there was one attempt
    more."""
    c = WORK.c
    still_mine = and_(c.state == WorkState.DOING, c.attempts == task.attempts)
    changed = session.execute(update(WORK).where(c.id == task.id, still_mine).values(**values).returning(c.id))
    return changed.first() is not None


def rename(session: Session, former: int, worker: int, under_way: Collection[int]) -> None:
    """A worker has another number: what it is at, by ids, stays its own, where nobody else has taken it up since."""
    c = WORK.c
    mine = (c.state == DOING, c.claimed_by == former, c.id.in_(under_way))
    begin_writing(session)
    session.execute(update(WORK).where(*mine).values(claimed_by=worker))
    session.commit()


def recover(
    session: Session, worker: int, under_way: Collection[int], now: datetime, given_up: GivenUp = untold
) -> int:
    """Let wait again what was cut off; gives how many pieces. What was cut off as often as work may fail is given up,
    and `given_up` told of it in the same transaction.

    Cut off is what a worker has that is gone, and what this one has that is not `under_way`, by ids.
    """
    c = WORK.c
    gone = c.claimed_by != worker if is_sqlite(session) else c.claimed_by.not_in(ALIVE)
    lost = and_(c.claimed_by == worker, c.id.not_in(under_way))
    cut_off = and_(c.state == DOING, or_(gone, lost))
    session.rollback()
    is_any = session.execute(select(c.id).where(cut_off).limit(1)).first()
    session.rollback()
    if not is_any:
        return 0
    begin_writing(session)
    last = update(WORK).where(cut_off, c.attempts >= MOST_ATTEMPTS).values(state=WorkState.FAILED, ended_at=now)
    others = update(WORK).where(cut_off).values(state=WorkState.WAITING)
    ended = session.execute(last.returning(WORK)).all()
    waiting = session.execute(others.returning(c.id)).all()
    for row in ended:
        given_up(session, as_task(row))
    session.commit()
    return len(ended) + len(waiting)


class Presence:
    """A worker that others can tell from one that is gone. On SQLite there is one process, and nobody else to tell."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock: ServerLock | None = None
        self._number: int | None = None

    def number(self) -> int:
        """The worker's number; another one than before where the server has lost sight of it."""
        if self._number is not None and (self._lock is None or self._lock.is_held()):
            return self._number
        while True:
            number = secrets.randbits(31)
            if self._engine.dialect.name == "sqlite":
                break
            lock = ServerLock(self._engine, WORKERS, number)
            if lock.acquire():
                self._lock = lock
                break
        self._number = number
        return number

    def end(self) -> None:
        if self._lock is not None:
            self._lock.release()
        self._lock = self._number = None

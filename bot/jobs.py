"""Background work: what is due is handed over once, and done by threads of as many processes as there are.

All of it lives in the store (bot/services/work.py), so that a kill loses nothing. APScheduler is the timer only. What
work does is registered by name: nothing here knows it.
"""

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Protocol

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.clock import Clock
from bot.services import work
from bot.services.work import Due, Presence, Task
from db.session import begin_writing

THREADS = {"sqlite": 3, "postgresql": 8}
"""Most of what work takes is waiting for others; SQLite has one writer."""
TICK_SECONDS = 1
AT_ONCE = 100
"""So many dues go into one transaction."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Again:
    """The work is not done: it goes on at that instant, and until then it holds no worker."""

    at: datetime


Do = Callable[[Engine, Task, Clock], Again | None]
"""Does a piece of work. It may be cut off anywhere and is done again then. What it raises is a failure: it is tried
again after growing pauses, five times in all."""
GivenUp = Callable[[Session, Task, str, datetime], None]
"""Tells whoever waits for work that is given up now, in that transaction, and so once: by the id under which the log
has why."""


class Recurring(Protocol):
    """Dues that stand in the store and come again."""

    def is_any(self, session: Session, now: datetime) -> bool:
        """Whether anything is due."""

    def claim(self, session: Session, now: datetime, most: int) -> Sequence[Due]:
        """Some of what is due, each moved on to its next instant by compare-and-set, in a transaction that writes."""


class Jobs:
    """The background work of one process."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._works: dict[str, Do] = {}
        self._recurring: dict[str, Recurring] = {}
        self._given_up: dict[str, GivenUp] = {}
        self._presence = Presence(engine)
        self._number = 0
        self._threads = THREADS[engine.dialect.name]
        self._pool = ThreadPoolExecutor(self._threads, "work")
        self._claiming = Lock()
        self._under_way: set[int] = set()
        self.is_stopping = False
        self._is_troubled = False
        self._timer: BackgroundScheduler | None = None

    def register(self, name: str, do: Do, recurring: Recurring | None = None, given_up: GivenUp | None = None) -> None:
        """Say what work of that name does, where its dues stand, if it comes again, and who is told when it is given
        up. Before the start."""
        self._works[name] = do
        if recurring is not None:
            self._recurring[name] = recurring
        if given_up is not None:
            self._given_up[name] = given_up

    def start(self) -> None:
        """Look every second for what is due and what is to be done, until `close`."""
        self._timer = BackgroundScheduler(timezone=UTC)
        # However late a tick is, it is not dropped, and several that are late are one.
        self._timer.add_job(self._tick_or_log, "interval", seconds=TICK_SECONDS, coalesce=True, misfire_grace_time=None)
        self._timer.start()

    def close(self, within: float) -> None:
        """Take up nothing new and wait for what is under way; whoever does not wait so long ends the process."""
        self.is_stopping = True
        if self._timer is not None:
            self._timer.shutdown()
        self._pool.shutdown()
        self._presence.end()

    def tick(self) -> None:
        """Hand over what is due, take up again what was cut off, and give every idle thread something to do."""
        now, fault = self._clock(), None
        with Session(self._engine) as session:
            for name, recurring in self._recurring.items():
                try:
                    hand_over(session, name, recurring, now)
                except Exception as error:  # the other work need not wait for that
                    fault = error
            with self._claiming:
                former, self._number = self._number, self._presence.number()
                if former not in (0, self._number):
                    work.rename(session, former, self._number, list(self._under_way))
                cut_off = work.recover(session, self._number, list(self._under_way), now, self._give_up)
            if cut_off:
                log.warning("taken up again", pieces=cut_off)
            while not self.is_stopping and (task := self._claim(session)):
                self._pool.submit(self._work, task)
        if fault:
            raise fault

    def _tick_or_log(self) -> None:
        try:
            self.tick()
            self._is_troubled = False
        except Exception:
            if not self._is_troubled:  # once, as long as it lasts
                log.exception("background work cannot be looked for")
            self._is_troubled = True

    def _claim(self, session: Session) -> Task | None:
        with self._claiming:  # so that nothing seems cut off that is only just claimed
            if len(self._under_way) >= self._threads or self.is_stopping:
                return None
            task = work.claim(session, self._works, self._number, self._clock())
            if task:
                self._under_way.add(task.id)
            return task

    def _work(self, first: Task) -> None:
        """Do a piece of work, and others as long as there are any."""
        task: Task | None = first
        while task:
            try:
                self._do(task)
            except Exception:  # it counts as cut off
                log.exception("the end of work could not be kept", work=task.name, id=task.id)
            finally:
                self._under_way.discard(task.id)
            try:
                with Session(self._engine) as session:
                    task = self._claim(session)
            except Exception:  # the next tick tells
                return

    def _do(self, task: Task) -> None:
        again, fault = None, None
        try:
            again = self._works[task.name](self._engine, task, self._clock)
        except Exception as error:
            log.exception("work failed", work=task.name, id=task.id, attempts=task.attempts)
            fault = error
        with Session(self._engine) as session:
            begin_writing(session)
            if again:
                work.park(session, task, again.at)
            elif fault is None:
                work.done(session, task, self._clock())
            elif work.failed(session, task, self._clock()):
                self._give_up(session, task, fault)
            session.commit()

    def _give_up(self, session: Session, task: Task, fault: Exception | None = None) -> None:
        """Log that work is given up, of what was cut off without a fault, and tell who waits for it. Raises DBAPIError:
        then it is not given up yet."""
        id_ = secrets.token_hex(4)
        about = {"work": task.name, "id": task.id, "workspace": task.workspace, "subject": task.subject}
        log.error("work given up", error=id_, **about, exc_info=fault)
        if task.name not in self._given_up:
            return
        try:
            with session.begin_nested():
                self._given_up[task.name](session, task, id_, self._clock())
        except DBAPIError:
            raise
        except Exception:  # or it would be given up again and again, and other work would wait for that
            log.exception("nobody could be told that work was given up", error=id_, **about)


def hand_over(session: Session, name: str, recurring: Recurring, now: datetime) -> None:
    """Hand over all that is due; several processes may do that at once."""
    session.rollback()
    while recurring.is_any(session, now):
        begin_writing(session)
        dues = recurring.claim(session, now, AT_ONCE)
        work.hand_over(session, name, dues, now)
        session.commit()
        if not dues:  # others are at it
            return
    session.rollback()

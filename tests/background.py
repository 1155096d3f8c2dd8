"""Work to be done in tests, and what it came to."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from threading import Event
from time import monotonic
from typing import Any

from sqlalchemy import Engine, func, insert, select, update
from sqlmodel import Session

from bot.services import closings, work
from bot.services.work import Due
from db.models import ACCOUNT, CONNECTION, LOG_ENTRY, WORK, Source, WorkState
from db.session import begin_writing
from tests.conftest import NOW

PATIENCE = 60
PAUSE = Event()


def until(condition: Callable[[], Any], what: str) -> None:
    """Ask again and again until it is so."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, f"waited in vain for {what}"
        PAUSE.wait(0.01)


def connect_accounts(session: Session, workspace: int, next_at: Sequence[datetime | None]) -> list[int]:
    """Accounts with a directory each, whose next syncs are due then; gives their ids."""
    ids = list(range(1, len(next_at) + 1))
    session.execute(
        insert(ACCOUNT),
        [{"id": id_, "workspace_id": workspace, "name": f"A{id_}", "name_key": f"a{id_}"} for id_ in ids],
    )
    connection = {
        "workspace_id": workspace,
        "source": Source.M365,
        "options": "{}",
        "connected_by": "ada",
        "connected_at": NOW,
        "reviewed": True,
        "failures": 0,
    }
    session.execute(
        insert(CONNECTION),
        [
            {"account_id": id_, "target": f"t{id_}", "target_key": f"t{id_}", "next_at": at, **connection}
            for id_, at in zip(ids, next_at, strict=True)
        ],
    )
    session.commit()
    return ids


def due_ats(engine: Engine) -> list[datetime | None]:
    """When the accounts' next syncs are due, in the order of ids."""
    with engine.connect() as connection:
        return list(connection.execute(select(CONNECTION.c.next_at).order_by(CONNECTION.c.account_id)).scalars())


def hand_over(engine: Engine, workspace: int, subjects: Iterable[str], at: datetime = NOW, name: str = "note") -> None:
    with Session(engine) as session:
        begin_writing(session)
        work.hand_over(session, name, [Due(workspace, subject, at) for subject in subjects], at)
        session.commit()


def pieces(engine: Engine) -> list[tuple[str, WorkState, int]]:
    """All work but the closing of periods, which every worker begins with: as subject, state and attempts, in the order
    of ids."""
    c = WORK.c
    query = select(c.subject, c.state, c.attempts).where(c.name != closings.NAME).order_by(c.id)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def open_pieces(engine: Engine) -> int:
    """How many pieces of work have not ended."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).where(WORK.c.ended_at.is_(None))).scalar_one()


def note(engine: Engine, workspace: int, who: str, what: str) -> None:
    """Leave a trace, which stands there as often as it was left."""
    with Session(engine) as session:
        begin_writing(session)
        session.execute(insert(LOG_ENTRY).values(workspace_id=workspace, at=NOW, actor=who, asked=what, refusal="Note"))
        session.commit()


def notes(engine: Engine) -> list[tuple[str, str]]:
    """The traces, as who and what."""
    c = LOG_ENTRY.c
    with engine.connect() as connection:
        return [(row.actor, row.asked) for row in connection.execute(select(c.actor, c.asked).order_by(c.id))]


def grow_old(engine: Engine, ended_at: datetime) -> None:
    """Let all work that has ended have ended then."""
    with engine.begin() as connection:
        connection.execute(update(WORK).where(WORK.c.ended_at.is_not(None)).values(ended_at=ended_at))

"""What is read once in a snapshot."""

from sqlalchemy import select, update
from sqlmodel import Session

from bot.services.workspaces import Workspace
from db.models import WORKSPACE
from db.session import begin_writing, remembered
from tests.conftest import Store


def name(session: Session) -> str:
    return remembered(session, "name", lambda: str(session.execute(select(WORKSPACE.c.name)).scalar_one()))


def rename(session: Session, to: str) -> None:
    session.execute(update(WORKSPACE).values(name=to))


def test_a_snapshot_is_read_once_and_the_next_one_anew(store: Store, session: Session, workspace: Workspace) -> None:
    reads: list[int] = []

    def read() -> int:
        reads.append(1)
        return len(reads)

    session.rollback()
    assert [remembered(session, "count", read), remembered(session, "count", read)] == [1, 1]
    assert name(session) == "Northwind MSP"
    with store.session() as other:
        begin_writing(other)
        rename(other, "Southwind MSP")
        other.commit()
    assert name(session) == "Northwind MSP", "as everything else in the snapshot"
    session.rollback()
    assert name(session) == "Southwind MSP"
    assert remembered(session, "count", read) == 2


def test_whoever_writes_sees_what_was_written(session: Session, workspace: Workspace) -> None:
    session.rollback()
    assert name(session) == "Northwind MSP"
    begin_writing(session)
    for wanted in ("Southwind MSP", "Eastwind MSP"):
        rename(session, wanted)
        assert name(session) == wanted
    session.rollback()
    assert name(session) == "Northwind MSP"

"""Stores that many tests begin with: made once by the product's own imports, then copied, row by row."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import Engine, func, insert, select
from sqlmodel import Session, SQLModel

from db.session import begin_writing, is_sqlite
from tests.crash_points import Saved, save

T = TypeVar("T")


class Seeds:
    """What was put into the stores of this test process."""

    def __init__(self) -> None:
        self.known: dict[Hashable, tuple[Saved, Any]] = {}

    def fill(self, session: Session, what: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives when it fills the session's store. It is called for the first store of each engine that
        gets `what`; the later ones, which must be as empty, get the same rows."""
        engine = session.get_bind()
        assert isinstance(engine, Engine)
        key = (engine.dialect.name, what)
        if key not in self.known:
            given = make()
            self.known[key] = save(engine), given
            return given
        saved, given = self.known[key]
        put(session, saved)
        return given  # type: ignore[no-any-return]


def put(session: Session, saved: Saved) -> None:
    """Make the tables that were not empty when they were saved hold that again, and count on from there."""
    filled = [(table, rows) for table, rows in zip(SQLModel.metadata.sorted_tables, saved, strict=True) if rows]
    begin_writing(session)
    for table, _ in reversed(filled):
        session.execute(table.delete())
    for table, rows in filled:
        session.execute(insert(table), rows)
    if not is_sqlite(session):
        ids = [(table, table.autoincrement_column, rows) for table, rows in filled]
        last = [
            func.setval(func.pg_get_serial_sequence(table.name, id_.name), max(row[id_.name] for row in rows))
            for table, id_, rows in ids
            if id_ is not None
        ]
        session.execute(select(*last))
    session.commit()

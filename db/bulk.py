"""Many rows at once, in the engine's fastest way and as plain values: no ORM object and no type conversion a row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Executable
from sqlmodel import Session

from db.session import is_sqlite

MOST_PARAMETERS = 10_000
"""Engines take so many in one statement and no more."""
T = TypeVar("T")


def batched(values: Sequence[T], most: int = MOST_PARAMETERS) -> Iterator[Sequence[T]]:
    """The values in parts that one statement can take as parameters."""
    for start in range(0, len(values), most):
        yield values[start : start + most]


def stored_rows(session: Session, query: Executable, parameters: Mapping[str, Any]) -> list[Any]:
    """The rows of a query as tuples of stored values, all at once."""
    cursor = session.connection().execute(query, parameters).cursor
    assert cursor is not None
    return list(cursor.fetchall())


def insert_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of stored values (instants as microseconds, enums as their texts), within the session's transaction.

    `executemany` on SQLite, COPY on PostgreSQL; `rows` may be a generator and is read once. Without any the
    engine is not asked.
    """
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    driver = session.connection().connection.driver_connection
    assert driver is not None
    names = ", ".join(columns)
    cursor = driver.cursor()
    if is_sqlite(session):
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", chain([first], rows))  # noqa: S608 - our own names
    else:
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in chain([first], rows):
                copy.write_row(row)
    cursor.close()

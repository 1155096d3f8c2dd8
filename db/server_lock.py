"""Locks that PostgreSQL holds for a connection: whoever is killed leaves none behind."""

from contextlib import suppress
from functools import cache

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

SECONDS_TO_MISS = 30
"""The server looks so long after it last heard of a connection whether there is anybody."""


WATCHED = "; ".join(
    [
        f"SET tcp_keepalives_idle = {SECONDS_TO_MISS}",
        f"SET tcp_keepalives_interval = {SECONDS_TO_MISS // 3}",
        "SET tcp_keepalives_count = 3",
    ]
)


@cache
def apart(url: URL) -> Engine:
    """An engine for locks: from the store's own pool, those that are held for minutes would leave requests without a
    connection. One for all of a store, since what an engine first asks a server takes longer than a lock."""
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)


class ServerLock:
    """One lock, on a connection of its own, which is never idle in a transaction. The number is of the namespace."""

    def __init__(self, engine: Engine, namespace: int, number: int) -> None:
        self._key = (namespace, number)
        self._engine = apart(engine.url)
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Take it; False where somebody else has it."""
        connection = self._engine.connect()
        try:
            connection.exec_driver_sql(WATCHED)  # a machine that lost its power says no goodbye
            is_mine = bool(connection.execute(select(func.pg_try_advisory_lock(*self._key))).scalar_one())
        except BaseException:
            connection.close()
            raise
        if is_mine:
            self._connection = connection
        else:
            connection.close()
        return is_mine

    def is_held(self) -> bool:
        """Whether it is still ours: it is lost with its connection."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Give it back, if it is ours."""
        if self._connection is None:
            return
        if not self._connection.invalidated:
            with suppress(DBAPIError):  # the server takes it back with the connection
                # It would do that a moment after we closed, and whoever asks at once would be refused.
                self._connection.execute(select(func.pg_advisory_unlock(*self._key)))
        with suppress(DBAPIError):
            self._connection.close()
        self._connection = None

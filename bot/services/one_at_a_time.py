"""One sync of an account at a time, however many threads, processes and machines there are (sync.md, Invariants)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from bot.services.errors import StoreReadOnly, SyncUnderWay
from db.server_lock import ServerLock

ACCOUNTS = 7_328_330
"""The namespace of PostgreSQL's locks whose numbers are accounts' ids; any number would do."""


@contextmanager
def alone(engine: Engine, account_id: int) -> Iterator[None]:
    """Hold an account for a sync. Raises SyncUnderWay at once where somebody holds it. Ends with the process that
    holds it, however that ends."""
    if engine.dialect.name == "sqlite":
        with file_locked(Path(str(engine.url.database)), account_id):
            yield
        return
    lock = ServerLock(engine, ACCOUNTS, account_id)
    if not lock.acquire():
        raise SyncUnderWay()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def file_locked(database: Path, account_id: int) -> Iterator[None]:
    # Files beside the database, since the command line syncs while `seatbot serve` runs. They stay where they are:
    # whoever waits for one that is deleted holds another one than whoever comes next.
    folder = database.with_name(f"{database.name}.syncing")
    lock = FileLock(folder / str(account_id), timeout=0)
    try:
        folder.mkdir(exist_ok=True, mode=0o700)
        lock.acquire()
    except Timeout:
        raise SyncUnderWay() from None
    except OSError:
        raise StoreReadOnly() from None
    try:
        yield
    finally:
        lock.release()

"""Opening the database, and what its troubles mean to a person."""

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from bot.services.errors import (
    BadDatabaseUrl,
    Refusal,
    StoreFull,
    StoreLocked,
    StoreMissing,
    StoreNewer,
    StoreOutdated,
    StoreReadOnly,
    StoreUnreachable,
)
from db import migrations
from db.session import MissingDatabase, open_engine, shown_url

DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
SQLITE_TROUBLES = {
    "SQLITE_BUSY": StoreLocked,
    "SQLITE_LOCKED": StoreLocked,
    "SQLITE_READONLY": StoreReadOnly,
    "SQLITE_PERM": StoreReadOnly,
    "SQLITE_FULL": StoreFull,
    "SQLITE_IOERR": StoreUnreachable,
    "SQLITE_CANTOPEN": StoreUnreachable,
    "SQLITE_NOTADB": StoreUnreachable,
    "SQLITE_CORRUPT": StoreUnreachable,
}
POSTGRES_TROUBLES = {
    "55P03": StoreLocked,
    "40P01": StoreLocked,
    "25006": StoreReadOnly,
    "42501": StoreReadOnly,
    "53100": StoreFull,
    "3D000": StoreUnreachable,
}


def open_store(url: str) -> Engine:
    """The database, migrated to what this program needs.

    Raises StoreMissing, StoreOutdated, StoreNewer, StoreUnreachable, BadDatabaseUrl.
    """
    engine = engine_of(url, create=False)
    revision = revision_of(engine)
    if revision == migrations.HEAD:
        return engine
    engine.dispose()
    if revision is None:
        raise StoreMissing(place=shown_url(url))
    raise StoreOutdated() if revision in migrations.KNOWN else StoreNewer()


def create_store(url: str) -> Engine:
    """The database, made where there is none and brought up to date. Raises StoreNewer, StoreUnreachable, …"""
    engine = engine_of(url, create=True)
    revision = revision_of(engine)
    if revision not in (None, *migrations.KNOWN):
        engine.dispose()
        raise StoreNewer()
    if revision != migrations.HEAD:
        migrations.upgrade(engine)
    return engine


def engine_of(url: str, *, create: bool) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername not in DRIVERS or parsed.database in (None, "", ":memory:"):
            raise BadDatabaseUrl()
        if not accepted(parsed):
            raise BadDatabaseUrl()
        return open_engine(url, create=create)
    except MissingDatabase as error:
        raise StoreMissing(place=str(error)) from None
    except (ArgumentError, ValueError):
        raise BadDatabaseUrl() from None
    except OSError:
        raise StoreReadOnly() from None


def accepted(url: URL) -> bool:
    """Whether the driver takes the parameters of the address: it would fail in its own words, or heed none of them."""
    if url.get_backend_name() == "sqlite":
        is_uri = (url.database or "").startswith("file:")  # SQLite's own addresses have parameters of theirs
        return is_uri or not url.query
    numbers = ("connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count")
    if not all(str(url.query[name]).isdecimal() for name in numbers if name in url.query):
        return False
    import psycopg

    try:
        psycopg.conninfo.make_conninfo(**{name: str(value) for name, value in url.query.items()})
    except psycopg.ProgrammingError:
        return False
    return True


def revision_of(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return migrations.revision_of(connection)


def trouble(error: DBAPIError) -> Refusal | None:
    """What a database error means to a person; None where it is a fault of ours."""
    original = error.orig
    name = str(getattr(original, "sqlite_errorname", ""))
    for start, refusal in SQLITE_TROUBLES.items():
        if name.startswith(start):
            return refusal()
    state = getattr(original, "sqlstate", None)
    if state in POSTGRES_TROUBLES:
        return POSTGRES_TROUBLES[state]()
    # Without a statement it was the connection that failed; with one it is the statement, unless the server went away.
    lost = error.connection_invalidated or (error.statement is None and isinstance(error, OperationalError))
    if not name and lost:
        return StoreUnreachable()
    return None

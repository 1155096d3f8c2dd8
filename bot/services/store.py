"""Opening the database, and what its troubles mean to a person."""

from sqlalchemy import Engine, make_url
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
from db.session import MissingDatabase, open_engine

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
        raise StoreMissing(place=engine.url.render_as_string(hide_password=True))
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
        return open_engine(url, create=create)
    except MissingDatabase as error:
        raise StoreMissing(place=str(error)) from None
    except (ArgumentError, ValueError):
        raise BadDatabaseUrl() from None
    except OSError:
        raise StoreReadOnly() from None


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
    if not name and state is None and (error.connection_invalidated or isinstance(error, OperationalError)):
        return StoreUnreachable()
    return None

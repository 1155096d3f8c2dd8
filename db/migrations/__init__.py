"""Migrations by Alembic, run by `seatbot init` and at the start of `seatbot serve`."""

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

KNOWN = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
)
"""The revisions in `versions/`, oldest first. A test compares them: asking Alembic would cost every command a third of
a second."""

HEAD = KNOWN[-1]
"""The revision that this program needs."""


def revision_of(connection: Connection) -> str | None:
    """The revision of the database; None where nothing was ever migrated."""
    # Asked outright: SQLAlchemy's inspection takes several queries on PostgreSQL, and every command asks this first.
    try:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except (OperationalError, ProgrammingError) as error:
        connection.rollback()
        if "alembic_version" not in str(error.orig):
            raise
        return None


def upgrade(engine: Engine, revision: str = HEAD) -> None:
    """Bring the database to a revision, all of it or nothing; what is there already stays as it is."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "db:migrations")
    config.attributes["engine"] = engine
    command.upgrade(config, revision)

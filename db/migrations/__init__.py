"""Migrations by Alembic, run by `seatbot init` and at the start of `seatbot serve`."""

from sqlalchemy import Connection, Engine, inspect, text

KNOWN = ("0001",)
"""The revisions in `versions/`, oldest first. A test compares them: asking Alembic would cost every command a third of
a second."""

HEAD = KNOWN[-1]
"""The revision that this program needs."""


def revision_of(connection: Connection) -> str | None:
    """The revision of the database; None where nothing was ever migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def upgrade(engine: Engine, revision: str = HEAD) -> None:
    """Bring the database to a revision, all of it or nothing; what is there already stays as it is."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "db:migrations")
    config.attributes["engine"] = engine
    command.upgrade(config, revision)

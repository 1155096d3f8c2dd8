"""Migrations by Alembic, run by `seatbot init` and at the start of `seatbot serve`."""

from sqlalchemy import Connection, Engine, inspect, text

HEAD = "0001"
"""The revision that this program needs. A test compares it with the newest file of `versions/`: reading that with
Alembic would cost every command a third of a second."""


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

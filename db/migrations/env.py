"""Run by Alembic: one transaction on the engine that `upgrade` hands over."""

from alembic import context
from sqlalchemy import Connection, Engine, text
from sqlmodel import SQLModel

import db.models  # noqa: F401 - fills the metadata
from db.session import WRITING

ONE_AT_A_TIME = 7_328_328  # an advisory lock's number; any would do


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # A batch migration makes a table anew, and dropping the old one must not delete what points at it.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.rollback()
        connection = connection.execution_options(**{WRITING: True})
    else:  # whoever waited for the lock must see what the other one made
        connection = connection.execution_options(isolation_level="READ COMMITTED")
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
    )
    with connection.begin():
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})
        context.run_migrations()
        if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("a migration left rows that point nowhere")
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


engine: Engine = context.config.attributes["engine"]
with engine.connect() as opened:
    run(opened)

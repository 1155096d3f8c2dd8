"""Background work."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "work",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_work_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
    )
    op.create_index("uq_work_due", "work", ["workspace_id", "name", "subject", "due_at"], unique=True)
    for name, columns, state in (
        ("uq_work_doing", ["workspace_id", "name", "subject"], "doing"),
        ("ix_work_waiting", ["next_at"], "waiting"),
    ):
        where = sa.text(f"state = '{state}'")
        op.create_index(name, "work", columns, unique=state == "doing", sqlite_where=where, postgresql_where=where)
    op.create_index(op.f("ix_work_ended_at"), "work", ["ended_at"], unique=False)

"""Warnings: what a channel or a person is told at once."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "warning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("recipient_name", sa.String(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.String(), nullable=True),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("muted_until", sa.BigInteger(), nullable=True),
        sa.Column("muted_by", sa.Integer(), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("seen_change", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_warning_workspace_id")),
        sa.ForeignKeyConstraint(["added_by"], ["change.id"], name=op.f("fk_warning_added_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["change.id"], name=op.f("fk_warning_removed_by")),
        sa.ForeignKeyConstraint(["muted_by"], ["change.id"], name=op.f("fk_warning_muted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning")),
    )
    for column in ("workspace_id", "added_by", "removed_by", "muted_by"):
        op.create_index(op.f(f"ix_warning_{column}"), "warning", [column], unique=False)
    op.create_table(
        "warning_watch",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("wakes_at", sa.BigInteger(), nullable=True),
        sa.Column("last_instant", sa.BigInteger(), nullable=False),
        sa.Column("runs_since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_warning_watch_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_warning_watch")),
    )
    op.create_index(op.f("ix_warning_watch_next_at"), "warning_watch", ["next_at"], unique=False)
    op.create_index("ix_sync_run_workspace_ended", "sync_run", ["workspace_id", "ended_at"], unique=False)

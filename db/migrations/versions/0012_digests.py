"""Digests: reports that are posted by a rhythm."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("channel_name", sa.String(), nullable=False),
        sa.Column("every", sa.String(), nullable=False),
        sa.Column("at_minute", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("accounts", sa.String(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("told_to", sa.BigInteger(), nullable=False),
        sa.Column("told_change", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("paused_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_digest_workspace_id")),
        sa.ForeignKeyConstraint(["added_by"], ["change.id"], name=op.f("fk_digest_added_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["change.id"], name=op.f("fk_digest_removed_by")),
        sa.ForeignKeyConstraint(["paused_by"], ["change.id"], name=op.f("fk_digest_paused_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
    )
    op.create_index(op.f("ix_digest_workspace_id"), "digest", ["workspace_id"], unique=False)
    op.create_index(op.f("ix_digest_next_at"), "digest", ["next_at"], unique=False)
    is_open = sa.text("state IN ('waiting', 'sending')")
    op.create_index(
        "ix_post_open",
        "post",
        ["workspace_id", "recipient", "id"],
        unique=False,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )

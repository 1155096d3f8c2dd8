"""Statements: closed periods, frozen, and their revisions."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("workspace", sa.Column("close_at", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_workspace_close_at"), "workspace", ["close_at"], unique=False)
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.BigInteger(), nullable=False),
        sa.Column("period_end", sa.BigInteger(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("peak", sa.Integer(), nullable=False),
        sa.Column("peak_at", sa.BigInteger(), nullable=True),
        sa.Column("ledger_to", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("price", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_statement_workspace_id")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_statement_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    op.create_index("uq_statement_period_revision", "statement", ["workspace_id", "month", "revision"], unique=True)
    op.create_index("ix_statement_workspace_end", "statement", ["workspace_id", "period_end"], unique=False)
    op.create_index(op.f("ix_statement_change_id"), "statement", ["change_id"], unique=False)
    op.create_table(
        "statement_account",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("peak", sa.Integer(), nullable=False),
        sa.Column("peak_at", sa.BigInteger(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("resale", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_statement_account_statement_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_statement_account_account_id")),
        sa.PrimaryKeyConstraint("statement_id", "account_id", name=op.f("pk_statement_account")),
        sqlite_with_rowid=False,
    )

"""What syncs note of people who may be counted for nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "directory_note",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_directory_note_account_id")),
        sa.PrimaryKeyConstraint("account_id", "email_key", name=op.f("pk_directory_note")),
    )

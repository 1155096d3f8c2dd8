"""Of which account a change of a connection is, and which end of a trial a change of a status set."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("change", sa.Column("account_id", sa.Integer(), nullable=True))
    op.add_column("change", sa.Column("trial_before", sa.BigInteger(), nullable=True))
    op.add_column("change", sa.Column("trial_after", sa.BigInteger(), nullable=True))

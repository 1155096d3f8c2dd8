"""Prices: what a user costs the MSP and what it brings."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("workspace", sa.Column("currency", sa.String(), nullable=True))
    op.add_column("workspace", sa.Column("price", sa.String(), nullable=True))
    op.add_column("workspace", sa.Column("resale", sa.String(), nullable=True))
    op.add_column("account", sa.Column("resale", sa.String(), nullable=True))

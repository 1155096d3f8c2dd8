"""Prices: what a user costs the MSP and what it brings."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    pass

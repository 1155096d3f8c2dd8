"""Warnings: what a channel or a person is told at once."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    pass

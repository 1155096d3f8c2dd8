"""Digests: reports that are posted by a rhythm."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    pass

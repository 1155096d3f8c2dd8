"""Indexes by what addresses are made of, so that whoever may be counted by mistake is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def without(text: str, characters: str) -> str:
    for character in characters:
        text = f"replace({text}, '{character}', '')"
    return text


def upgrade() -> None:
    separators, alphabet = "-_.+@0123456789", "abcdefghijklmnopqrstuvwxyz"
    local = f"rtrim(email_key, {without('email_key', '@')})"
    domain = f"substr(email_key, length({local}) + 1)"
    words = f"ltrim(email_key, '{separators}')"
    first = f"substr({words}, 1, length({words}) - length(ltrim({words}, '{alphabet}')))"
    rest = f"length(ltrim({local}, '{alphabet}{separators}'))"
    first_word = f"substr('*', 1, {rest}) || substr({first}, 1 + 1000 * {rest})"
    for name, column, expression in (
        ("ix_account_user_account_domain", "account_id", domain),
        ("ix_account_user_workspace_letters", "workspace_id", without(local, separators)),
        ("ix_account_user_workspace_first_word", "workspace_id", first_word),
    ):
        op.create_index(name, "account_user", [column, sa.text(f"({expression})")], unique=False)

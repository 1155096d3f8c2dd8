"""Topics of the FAQ that an MSP wrote itself, and questions that found no answer."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "faq_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["change.id"], name=op.f("fk_faq_topic_added_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["change.id"], name=op.f("fk_faq_topic_removed_by")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_faq_topic_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faq_topic")),
    )
    op.create_index(
        "uq_faq_topic_standing",
        "faq_topic",
        ["workspace_id", "topic", "locale"],
        unique=True,
        sqlite_where=sa.text("removed_by IS NULL"),
        postgresql_where=sa.text("removed_by IS NULL"),
    )
    op.create_index("ix_faq_topic_workspace_added", "faq_topic", ["workspace_id", "added_by"], unique=False)
    op.create_index("ix_faq_topic_workspace_removed", "faq_topic", ["workspace_id", "removed_by"], unique=False)
    op.create_table(
        "faq_question",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_faq_question_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_faq_question")),
    )
    op.create_index(op.f("ix_faq_question_at"), "faq_question", ["at"], unique=False)

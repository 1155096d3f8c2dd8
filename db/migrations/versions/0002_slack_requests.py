"""Requests of Slack's in a table of their own, with what they came to; which blocks a workspace takes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "slack_request",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_slack_request_change_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_slack_request_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_slack_request")),
    )
    op.create_index(op.f("ix_slack_request_at"), "slack_request", ["at"], unique=False)
    op.create_index(op.f("ix_slack_request_change_id"), "slack_request", ["change_id"], unique=False)
    op.create_index(op.f("ix_offer_offered_at"), "offer", ["offered_at"], unique=False)
    with op.batch_alter_table("workspace") as workspace:
        workspace.add_column(sa.Column("native_blocks", sa.String(), nullable=True))
        workspace.add_column(sa.Column("native_blocks_at", sa.BigInteger(), nullable=True))
    # Requests of before are not carried over: what came of them was not kept, and Slack repeats nothing for so long.
    with op.batch_alter_table("change") as change:
        change.drop_index("uq_change_workspace_request")
        change.drop_column("request")

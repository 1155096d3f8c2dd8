"""The ledger, what it speaks of, and the rollups."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("billing_day", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("slack_team", sa.String(), nullable=True),
        sa.Column("last_instant", sa.BigInteger(), nullable=False),
        sa.Column("rolled_to", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("name_key", name=op.f("uq_workspace_name_key")),
        sa.UniqueConstraint("slack_team", name=op.f("uq_workspace_slack_team")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("trial_ends", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_account_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index("uq_account_workspace_name", "account", ["workspace_id", "name_key"], unique=True)

    op.create_table(
        "admin",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("slack_user", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_admin_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "slack_user", name=op.f("pk_admin")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "import_accounts",
                "import_users",
                "retract",
                "deactivate",
                "activate",
                "deny_add",
                "deny_remove",
                "deny_import",
                "sync",
                "undo",
                "forget",
                "set",
                name="kind",
                native_enum=False,
                length=None,
            ),
            nullable=False,
        ),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("takes_back", sa.Integer(), nullable=True),
        sa.Column("request", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["takes_back"], ["change.id"], name=op.f("fk_change_takes_back")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_change_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("takes_back", name=op.f("uq_change_takes_back")),
    )
    op.create_index("ix_change_workspace_actor", "change", ["workspace_id", "actor"], unique=False)
    op.create_index("ix_change_workspace_kind", "change", ["workspace_id", "kind", "takes_back"], unique=False)
    op.create_index("uq_change_workspace_request", "change", ["workspace_id", "request"], unique=True)

    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_log_entry_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    op.create_index(op.f("ix_log_entry_workspace_id"), "log_entry", ["workspace_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("command", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_offer_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(op.f("ix_offer_workspace_id"), "offer", ["workspace_id"], unique=False)

    op.create_table(
        "workspace_day",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("close", sa.Integer(), nullable=False),
        sa.Column("peak", sa.Integer(), nullable=False),
        sa.Column("peak_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_workspace_day_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "day", name=op.f("pk_workspace_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_period",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("active", "inactive", "trial", "closed", name="status", native_enum=False, length=None),
            nullable=True,
        ),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("close", sa.Integer(), nullable=False),
        sa.Column("peak", sa.Integer(), nullable=False),
        sa.Column("peak_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "period_start", "account_id", name=op.f("pk_account_period")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "account_user",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_key", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("synced", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_user_account_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_account_user_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_user")),
    )
    op.create_index("ix_account_user_workspace_email", "account_user", ["workspace_id", "email_key"], unique=False)
    op.create_index("uq_account_user_account_external_id", "account_user", ["account_id", "external_id"], unique=True)
    op.create_index("uq_account_user_account_email", "account_user", ["account_id", "email_key"], unique=True)

    op.create_table(
        "deny_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("pattern_key", sa.String(), nullable=True),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_deny_entry_account_id")),
        sa.ForeignKeyConstraint(["added_by"], ["change.id"], name=op.f("fk_deny_entry_added_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["change.id"], name=op.f("fk_deny_entry_removed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deny_entry")),
    )
    op.create_index(op.f("ix_deny_entry_added_by"), "deny_entry", ["added_by"], unique=False)
    op.create_index(op.f("ix_deny_entry_removed_by"), "deny_entry", ["removed_by"], unique=False)
    op.create_index(
        "uq_deny_entry_standing",
        "deny_entry",
        ["account_id", "pattern_key"],
        unique=True,
        sqlite_where=sa.text("removed_by IS NULL"),
        postgresql_where=sa.text("removed_by IS NULL"),
    )

    op.create_table(
        "ledger",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column(
            "status",
            sa.Enum("active", "inactive", "trial", "closed", name="status", native_enum=False, length=None),
            nullable=False,
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum("manual", "sync", "deny_list", "import", "undo", name="cause", native_enum=False, length=None),
            nullable=False,
        ),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("user_id IS NOT NULL OR status <> 'inactive'", name=op.f("ck_ledger_account_status")),
        sa.CheckConstraint("user_id IS NULL OR status IN ('active', 'inactive')", name=op.f("ck_ledger_user_status")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ledger_account_id")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_ledger_change_id")),
        sa.ForeignKeyConstraint(["user_id"], ["account_user.id"], name=op.f("fk_ledger_user_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_ledger_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.create_index("ix_ledger_account_at", "ledger", ["account_id", "at"], unique=False)
    op.create_index("ix_ledger_change", "ledger", ["change_id"], unique=False)
    op.create_index("ix_ledger_user_at_change", "ledger", ["user_id", "at", "change_id", "status"], unique=False)
    op.create_index("ix_ledger_workspace_at", "ledger", ["workspace_id", "at"], unique=False)

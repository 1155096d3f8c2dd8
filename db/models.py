"""The tables. The ledger (`Change` and `LedgerRow`) is the only truth; the rollups are derived and disposable."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Dialect, Enum, Index, Integer, MetaData, TypeDecorator, text
from sqlmodel import Field, SQLModel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

# Constraints need names, or Alembic could not change them on SQLite.
SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, stored on either engine as microseconds since 1970.

    Whole numbers compare exactly, are small in an index and go into arrays as they are.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware datetime. Raises TypeError for a naive one."""
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


class Status(StrEnum):
    """What a ledger row says: of a user active or inactive, of an account trial, active or closed."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    TRIAL = "trial"
    CLOSED = "closed"


class Cause(StrEnum):
    """Why a ledger row was written (domain.md, History)."""

    MANUAL = "manual"
    SYNC = "sync"
    DENY_LIST = "deny_list"
    IMPORT = "import"
    UNDO = "undo"


class Kind(StrEnum):
    """What somebody did: the kind of a change."""

    IMPORT_ACCOUNTS = "import_accounts"
    IMPORT_USERS = "import_users"
    RETRACT = "retract"
    DEACTIVATE = "deactivate"
    ACTIVATE = "activate"
    DENY_ADD = "deny_add"
    DENY_REMOVE = "deny_remove"
    DENY_IMPORT = "deny_import"
    SYNC = "sync"
    UNDO = "undo"
    FORGET = "forget"
    SET = "set"


def enum_of(kind: type[StrEnum]) -> Enum:
    """A text column that holds the enum's values; neither engine needs a migration for a new one."""
    return Enum(kind, native_enum=False, values_callable=lambda members: [m.value for m in members], length=None)


BIG_ID = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up an INTEGER key only


class Workspace(SQLModel, table=True):
    """One MSP, which is one Slack workspace."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    billing_day: int
    timezone: str
    locale: str
    slack_team: str | None = Field(default=None, unique=True)
    last_instant: datetime = Field(default=EPOCH, sa_type=Instant)
    """The last live instant of the ledger; the next one is later."""
    rolled_to: datetime = Field(default=EPOCH, sa_type=Instant)
    """The watermark: the rollups hold every row before it, and none after."""


class Account(SQLModel, table=True):
    """A client of the MSP. Its statuses are ledger rows without a user."""

    __table_args__ = (Index("uq_account_workspace_name", "workspace_id", "name_key", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    name_key: str
    domain: str | None = None
    trial_ends: datetime | None = Field(default=None, sa_type=Instant)


class User(SQLModel, table=True):
    """A person in one account. The address is empty once the person was forgotten."""

    __tablename__ = "account_user"  # `user` is a reserved word of PostgreSQL
    __table_args__ = (
        Index("uq_account_user_account_email", "account_id", "email_key", unique=True),
        Index("uq_account_user_account_external_id", "account_id", "external_id", unique=True),
        Index("ix_account_user_workspace_email", "workspace_id", "email_key"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    workspace_id: int = Field(foreign_key="workspace.id")
    account_id: int = Field(foreign_key="account.id")
    email: str | None = None
    email_key: str | None = None
    name: str | None = None
    external_id: str | None = None
    synced: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether a sync of the account ever brought this user."""


class Change(SQLModel, table=True):
    """One thing somebody did. What takes back another change names it; a change is taken back once at most."""

    __table_args__ = (
        Index("ix_change_workspace_actor", "workspace_id", "actor"),
        Index("ix_change_workspace_kind", "workspace_id", "kind", "takes_back"),  # the retracted ones, at once
        Index("uq_change_workspace_request", "workspace_id", "request", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    kind: Kind = Field(sa_type=enum_of(Kind))
    actor: str
    recorded_at: datetime = Field(sa_type=Instant)
    reason: str | None = None
    source: str | None = None
    """The file's name, for an import."""
    takes_back: int | None = Field(default=None, foreign_key="change.id", unique=True)
    request: str | None = None
    """The key of the Slack request that asked for it: asked twice, done once."""


class LedgerRow(SQLModel, table=True):
    """From this instant on the user (or, without one, the account) has this status. Append-only.

    Of two rows of one user at one instant, that of the later change holds. A row's recording time is its change's.
    Rows of a retracted import do not count.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        # Covering: the rows of a slice of time; the status of a user at an instant; the rows of an account.
        Index("ix_ledger_workspace_at", "workspace_id", "at"),
        Index("ix_ledger_user_at_change", "user_id", "at", "change_id", "status"),
        Index("ix_ledger_account_at", "account_id", "at"),
        Index("ix_ledger_change", "change_id"),
        CheckConstraint("user_id IS NOT NULL OR status <> 'inactive'", name="account_status"),
        CheckConstraint("user_id IS NULL OR status IN ('active', 'inactive')", name="user_status"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    workspace_id: int = Field(foreign_key="workspace.id")
    account_id: int = Field(foreign_key="account.id")
    user_id: int | None = Field(default=None, foreign_key="account_user.id", sa_type=BIG_ID)
    status: Status = Field(sa_type=enum_of(Status))
    at: datetime = Field(sa_type=Instant)
    cause: Cause = Field(sa_type=enum_of(Cause))
    change_id: int = Field(foreign_key="change.id")


class DenyEntry(SQLModel, table=True):
    """An address or `*@domain` that an account's sync keeps out. It stands until a change removes it."""

    __tablename__ = "deny_entry"
    __table_args__ = (
        Index(
            "uq_deny_entry_standing",
            "account_id",
            "pattern_key",
            unique=True,
            sqlite_where=text("removed_by IS NULL"),
            postgresql_where=text("removed_by IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    pattern: str
    pattern_key: str | None
    added_by: int = Field(foreign_key="change.id", index=True)
    removed_by: int | None = Field(default=None, foreign_key="change.id", index=True)


class Admin(SQLModel, table=True):
    """A person whom an admin made an admin, besides those of the settings."""

    workspace_id: int = Field(foreign_key="workspace.id", primary_key=True)
    slack_user: str = Field(primary_key=True)
    added_by: str
    added_at: datetime = Field(sa_type=Instant)


class LogEntry(SQLModel, table=True):
    """Something asked for and refused. What was done stands in `Change`."""

    __tablename__ = "log_entry"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    at: datetime = Field(sa_type=Instant)
    actor: str
    asked: str | None
    """The words of the command; empty once a person named in them was forgotten."""
    refusal: str
    """Name of the refusal's class in bot/services/errors.py."""


class Offer(SQLModel, table=True):
    """What a button of a Slack message stands for: a command that waits for its confirmation."""

    id: str = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    actor: str
    offered_at: datetime = Field(sa_type=Instant)
    command: str | None
    """The words of the command to run; empty once a person named in them was forgotten."""


class AccountPeriod(SQLModel, table=True):
    """Rollup: one account in one billing period, as far as the watermark. Every period since its first row has one."""

    __tablename__ = "account_period"
    __table_args__ = {"sqlite_with_rowid": False}

    workspace_id: int = Field(foreign_key="workspace.id", primary_key=True)
    period_start: datetime = Field(primary_key=True, sa_type=Instant)
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    status: Status | None = Field(sa_type=enum_of(Status))
    active: int
    """Active users at the end, whatever the account's status."""
    close: int
    """Billable users at the end."""
    peak: int
    peak_at: datetime = Field(sa_type=Instant)


class WorkspaceDay(SQLModel, table=True):
    """Rollup: the billable users of all accounts on one local day that had a row, as far as the watermark."""

    __tablename__ = "workspace_day"
    __table_args__ = {"sqlite_with_rowid": False}

    workspace_id: int = Field(foreign_key="workspace.id", primary_key=True)
    day: date = Field(primary_key=True)
    close: int
    peak: int
    peak_at: datetime = Field(sa_type=Instant)


# The same as plain tables, for statements over sets of rows.
WORKSPACE, ACCOUNT, USER, CHANGE, LEDGER, DENY_ENTRY, ADMIN, LOG_ENTRY, OFFER, ACCOUNT_PERIOD, WORKSPACE_DAY = (
    SQLModel.metadata.tables[str(model.__tablename__)]
    for model in (
        Workspace,
        Account,
        User,
        Change,
        LedgerRow,
        DenyEntry,
        Admin,
        LogEntry,
        Offer,
        AccountPeriod,
        WorkspaceDay,
    )
)

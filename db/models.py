"""The tables. The ledger (`Change` and `LedgerRow`) is the only truth; the rollups are derived and disposable."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Dialect,
    Enum,
    Index,
    Integer,
    MetaData,
    TypeDecorator,
    text,
)
from sqlmodel import Field, SQLModel

from db.addresses import DOMAIN, FIRST_WORD, LETTERS

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
    ACCOUNT_STATUS = "account_status"
    ADMIN_ADD = "admin_add"
    ADMIN_REMOVE = "admin_remove"
    SYNC = "sync"
    UNDO = "undo"
    FORGET = "forget"
    SET = "set"
    TOPICS = "topics"
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    DIGEST_ADD = "digest_add"
    DIGEST_REMOVE = "digest_remove"
    DIGEST_PAUSE = "digest_pause"
    DIGEST_RESUME = "digest_resume"
    DIGEST_RUN = "digest_run"
    WARN_ADD = "warn_add"
    WARN_REMOVE = "warn_remove"
    WARN_MUTE = "warn_mute"


class FaqOutcome(StrEnum):
    """Why a question is kept for the admins: it found no answer, or somebody said that its answer did not help."""

    UNANSWERED = "unanswered"
    UNHELPFUL = "unhelpful"


class Source(StrEnum):
    """What kind of directory an account's users come from."""

    M365 = "m365"
    GOOGLE = "google"


class SyncOutcome(StrEnum):
    """What a sync came to (contracts.md, JSON of `sync`)."""

    APPLIED = "applied"
    PREVIEW = "preview"
    UNCHANGED = "unchanged"
    HELD = "held"
    FAILED = "failed"


class WorkState(StrEnum):
    """How far a piece of background work is."""

    WAITING = "waiting"
    DOING = "doing"
    DONE = "done"
    FAILED = "failed"
    """Given up, after it was tried several times."""


class PostState(StrEnum):
    """How far a message is that Seatbot sends by itself."""

    WAITING = "waiting"
    SENDING = "sending"
    """It is on its way, or was when somebody was cut off: it may have arrived."""
    SENT = "sent"
    MAYBE = "maybe"
    """Nobody knows whether it arrived, or Slack does not take it; it is not sent again."""


class Note(StrEnum):
    """What a directory tells of somebody who may be counted for nothing."""

    UNLICENSED = "unlicensed"
    """In the pool, without a licence, where most have one."""
    DISABLED = "disabled"
    """Blocked, suspended or archived, and so not in the pool."""


class WarningKind(StrEnum):
    """What a warning tells of, by the word with which it is asked for."""

    JUMP = "jump"
    PEAK = "peak"
    TRIAL = "trial"
    PERIOD_END = "period-end"
    SYNC = "sync"
    REACTIVATED = "reactivated"


class HoldState(StrEnum):
    """What became of a sync that was held."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    OUTDATED = "outdated"


def without_index(column: ColumnElement[int]) -> ColumnElement[int]:
    """The same value, by which nothing is looked up: where ids lead to a few rows, SQLite would go by an index of the
    workspace all the same, through all that it ever had."""
    return column + 0


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
    native_blocks: str | None = None
    """Which of the newer blocks its Slack takes, separated by spaces; None while nobody asked."""
    native_blocks_at: datetime | None = Field(default=None, sa_type=Instant)
    """When Slack was asked that."""
    currency: str | None = None
    """Of all its prices."""
    price: str | None = None
    """What a user costs the MSP, as JSON of tiers; amounts are text, since SQLite would make floats of them."""
    resale: str | None = None
    """What the MSP's clients pay for a user, unless the account says otherwise."""
    last_instant: datetime = Field(default=EPOCH, sa_type=Instant)
    """The last live instant of the ledger; the next one is later."""
    rolled_to: datetime = Field(default=EPOCH, sa_type=Instant)
    """The watermark: the rollups hold every row before it, and none after."""
    close_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    """When the closing job looks again for periods that are over; at once where it is empty."""


class Account(SQLModel, table=True):
    """A client of the MSP. Its statuses are ledger rows without a user."""

    __table_args__ = (Index("uq_account_workspace_name", "workspace_id", "name_key", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    name_key: str
    domain: str | None = None
    trial_ends: datetime | None = Field(default=None, sa_type=Instant)
    resale: str | None = None
    """What this client pays for a user, where that differs."""


class User(SQLModel, table=True):
    """A person in one account. The address is empty once the person was forgotten."""

    __tablename__ = "account_user"  # `user` is a reserved word of PostgreSQL
    __table_args__ = (
        Index("uq_account_user_account_email", "account_id", "email_key", unique=True),
        Index("uq_account_user_account_external_id", "account_id", "external_id", unique=True),
        Index("ix_account_user_workspace_email", "workspace_id", "email_key"),
        # Whoever may be counted by mistake: of so many people nobody looks at each.
        Index("ix_account_user_account_domain", "account_id", text(f"({DOMAIN})")),
        Index("ix_account_user_workspace_letters", "workspace_id", text(f"({LETTERS})")),
        Index("ix_account_user_workspace_first_word", "workspace_id", text(f"({FIRST_WORD})")),
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
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    kind: Kind = Field(sa_type=enum_of(Kind))
    actor: str
    recorded_at: datetime = Field(sa_type=Instant)
    reason: str | None = None
    source: str | None = None
    """The file's name, for an import; the directory, for a connection."""
    takes_back: int | None = Field(default=None, foreign_key="change.id", unique=True)
    account_id: int | None = None
    """The account that was synced, connected or disconnected, or got a resale price; whom other changes touch, their
    rows say."""
    trial_before: datetime | None = Field(default=None, sa_type=Instant)
    trial_after: datetime | None = Field(default=None, sa_type=Instant)
    """The end of the account's trial that the change set, and the one before it."""


class SlackRequest(SQLModel, table=True):
    """A request of Slack's that was carried out: asked twice, done once. Kept for days."""

    __tablename__ = "slack_request"

    workspace_id: int = Field(foreign_key="workspace.id", primary_key=True)
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    change_id: int | None = Field(default=None, foreign_key="change.id", index=True)
    """The change that it made, if any."""
    outcome: str | None = None
    """What it came to, in numbers as JSON."""


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


class Connection(SQLModel, table=True):
    """The directory that an account's users come from."""

    __tablename__ = "connection"
    __table_args__ = (Index("uq_connection_target", "workspace_id", "source", "target_key", unique=True),)

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    workspace_id: int = Field(foreign_key="workspace.id")
    source: Source = Field(sa_type=enum_of(Source))
    target: str
    """The tenant (Microsoft 365) or the domain (Google), as it was named."""
    target_key: str
    """The tenant's id, or the domain; of a tenant that an earlier Seatbot connected, perhaps its domain."""
    subject: str | None = None
    """The administrator as whom Google's directory is read."""
    options: str
    """Groups, groups left out, guests, licensed only, as JSON."""
    connected_by: str
    connected_at: datetime = Field(sa_type=Instant)
    reviewed: bool = False
    """Whether somebody saw, or confirmed, what a sync with these options does."""
    next_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    """When the next scheduled sync is due."""
    failures: int = 0
    """How many scheduled syncs have failed since the last that did not."""


class Consent(SQLModel, table=True):
    """A client's administrator is asked to let Seatbot into a tenant of Microsoft 365. Gone once there is an answer."""

    state_hash: str = Field(primary_key=True)
    """Of the state that Microsoft sends back with the answer, which is kept nowhere."""
    workspace_id: int = Field(foreign_key="workspace.id")
    account_id: int = Field(foreign_key="account.id")
    options: str
    """As those of a connection."""
    replaces: datetime | None = Field(default=None, sa_type=Instant)
    """When the account's connection of that time was made, if it had one: of a later one this was not asked."""
    asked_by: str
    asked_at: datetime = Field(sa_type=Instant, index=True)


class SyncRun(SQLModel, table=True):
    """A sync that has begun. Without an outcome it is under way, or was cut off."""

    __tablename__ = "sync_run"
    __table_args__ = (
        Index("ix_sync_run_account_started", "account_id", "started_at"),
        Index("ix_sync_run_workspace_ended", "workspace_id", "ended_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    actor: str
    """Who asked for it; `sync` for a scheduled one."""
    started_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: SyncOutcome | None = Field(default=None, sa_type=enum_of(SyncOutcome))
    refusal: str | None = None
    """Why it was held or failed: the class of the refusal and its fields, as JSON."""
    figures: str | None = None
    """What it changed, or would change: numbers by name, as JSON."""
    change_id: int | None = Field(default=None, foreign_key="change.id", index=True)
    shown: str | None = None
    """Of a held one, a digest of the changes that the admins were shown."""
    hold: HoldState | None = Field(default=None, sa_type=enum_of(HoldState))
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


class HeldMember(SQLModel, table=True):
    """Somebody in the pool of a held sync, which is applied if an admin confirms it. Gone once that is settled."""

    __tablename__ = "held_member"

    run_id: int = Field(primary_key=True, foreign_key="sync_run.id")
    external_id: str = Field(primary_key=True)
    email: str
    name: str | None = None


class DirectoryNote(SQLModel, table=True):
    """What the latest sync of an account that was applied noted of somebody, for the suggestions."""

    __tablename__ = "directory_note"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    email_key: str = Field(primary_key=True)
    note: Note = Field(sa_type=enum_of(Note))


class Work(SQLModel, table=True):
    """A piece of background work, kept in the transaction that asks for it."""

    __tablename__ = "work"
    __table_args__ = (
        Index("uq_work_due", "workspace_id", "name", "subject", "due_at", unique=True),
        Index(
            "uq_work_doing",
            "workspace_id",
            "name",
            "subject",
            unique=True,
            sqlite_where=text("state = 'doing'"),
            postgresql_where=text("state = 'doing'"),
        ),
        Index(
            "ix_work_waiting",
            "next_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    workspace_id: int = Field(foreign_key="workspace.id")
    name: str
    """What kind of work it is."""
    subject: str
    """Whom it is about, such as an account's id. Nothing of the same name and subject is done at the same time."""
    payload: str
    """What else it needs, as JSON; no addresses or names."""
    due_at: datetime = Field(sa_type=Instant)
    """For when it was asked; of the same name, subject and instant there is one."""
    next_at: datetime = Field(sa_type=Instant)
    """From when on it may be taken up."""
    state: WorkState = Field(default=WorkState.WAITING, sa_type=enum_of(WorkState))
    attempts: int = 0
    """How often it was taken up and did not end by itself."""
    claimed_by: int | None = None
    """The number of the worker that took it up last."""
    claimed_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant, index=True)


class Post(SQLModel, table=True):
    """A message that Seatbot sends by itself, kept in the transaction of what it tells of."""

    __table_args__ = (
        Index("uq_post_key", "workspace_id", "key", unique=True),
        # What is next in a channel, at once.
        Index(
            "ix_post_open",
            "workspace_id",
            "recipient",
            "id",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    key: str
    """Of what it tells, and to whom, so that it is sent once. By it the message is found again in Slack."""
    recipient: str
    """A Slack user id, a channel's, or `admins`, who get a message each."""
    url: str | None = None
    """The `response_url` by which it is told instead, as long as Slack takes that; sealed."""
    messages: str | None
    """The message in each language that its readers may have, as JSON; empty once it was sent, or once a person named
    in it was forgotten."""
    at: datetime = Field(sa_type=Instant, index=True)
    state: PostState = Field(default=PostState.WAITING, sa_type=enum_of(PostState))


class Digest(SQLModel, table=True):
    """A report that is posted in a channel by a rhythm. It stands until a change removes it."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    channel: str
    """The channel's id or, where Slack was not asked for it, `#` and its name."""
    channel_name: str
    """As it is shown: `#` and the name that it had, or the id."""
    every: str
    """The rhythm as the command line takes it, such as `week:mon`."""
    at_minute: int
    """The time of day, in minutes after midnight."""
    timezone: str
    locale: str | None = None
    """None: as the workspace's at the time."""
    accounts: str | None = None
    """The ids of the accounts that it is about, as JSON; None: all."""
    next_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    """When it is due next; None while it is paused, and once it is removed."""
    told_to: datetime = Field(sa_type=Instant)
    """The instant up to which it told what happened."""
    told_change: int = 0
    """The last change that it told of."""
    trouble: str | None = None
    """What Slack said to its last post, if it did not take that, and its creator was told so."""
    added_by: int = Field(foreign_key="change.id")
    removed_by: int | None = Field(default=None, foreign_key="change.id")
    paused_by: int | None = Field(default=None, foreign_key="change.id")


class FaqTopic(SQLModel, table=True):
    """A topic of the FAQ that an MSP wrote itself, in one language. It stands until a change removes it."""

    __tablename__ = "faq_topic"
    __table_args__ = (
        Index(
            "uq_faq_topic_standing",
            "workspace_id",
            "topic",
            "locale",
            unique=True,
            sqlite_where=text("removed_by IS NULL"),
            postgresql_where=text("removed_by IS NULL"),
        ),
        # The latest change of a workspace's topics, at once.
        Index("ix_faq_topic_workspace_added", "workspace_id", "added_by"),
        Index("ix_faq_topic_workspace_removed", "workspace_id", "removed_by"),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    topic: str
    locale: str
    question: str
    answer: str
    details: str
    """Sources, whom to ask, related topics and phrasings, as JSON."""
    added_by: int = Field(foreign_key="change.id")
    removed_by: int | None = Field(default=None, foreign_key="change.id")


class FaqQuestion(SQLModel, table=True):
    """A question that found no answer, or whose answer did not help. Who asked it is not kept."""

    __tablename__ = "faq_question"

    workspace_id: int = Field(foreign_key="workspace.id", primary_key=True)
    key: str = Field(primary_key=True)
    """What made it, so that a repeated request keeps one."""
    at: datetime = Field(sa_type=Instant, index=True)
    locale: str
    text: str
    """Its first 400 characters, without addresses."""
    outcome: FaqOutcome = Field(sa_type=enum_of(FaqOutcome))
    topic: str | None = None
    """What was answered, where it did not help."""


class StandingWarning(SQLModel, table=True):
    """What a channel or a person is to be told at once. It stands until a change removes it."""

    __tablename__ = "warning"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    kind: WarningKind = Field(sa_type=enum_of(WarningKind))
    recipient: str
    """The Slack id of a channel or a person."""
    recipient_name: str
    """How that was called when the warning was added."""
    threshold: int
    """People or days, by the kind."""
    accounts: str | None = None
    """The ids of the accounts that it is about, as JSON; None for all."""
    added_by: int = Field(foreign_key="change.id", index=True)
    removed_by: int | None = Field(default=None, foreign_key="change.id", index=True)
    muted_until: datetime | None = Field(default=None, sa_type=Instant)
    muted_by: int | None = Field(default=None, foreign_key="change.id", index=True)
    seen: datetime = Field(sa_type=Instant)
    """The ledger's last live instant when it was looked at last."""
    seen_change: int
    """The last change that was looked at."""
    told: str = "{}"
    """What its rule must know of what was told, in numbers as JSON."""


class WarningWatch(SQLModel, table=True):
    """When the warnings of a workspace are looked at next; it has one once it had a warning."""

    __tablename__ = "warning_watch"

    workspace_id: int = Field(primary_key=True, foreign_key="workspace.id")
    next_at: datetime = Field(sa_type=Instant, index=True)
    """Not before that."""
    wakes_at: datetime | None = Field(default=None, sa_type=Instant)
    """When something may be due by time alone."""
    last_instant: datetime = Field(sa_type=Instant)
    """The ledger's last live instant when they were looked at; a later one is news."""
    runs_since: datetime = Field(sa_type=Instant)
    """A sync that ended later may be news."""


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
    offered_at: datetime = Field(sa_type=Instant, index=True)
    command: str | None
    """The words of the command to run; empty once a person named in them was forgotten."""


class AccountPeriod(SQLModel, table=True):
    """Rollup: one account in one billing period, as far as the watermark. Every period since its first row has one."""

    # No foreign keys: what is derived needs none, and PostgreSQL would spend two thirds of a write on checking them.
    __tablename__ = "account_period"
    __table_args__ = {"sqlite_with_rowid": False}

    workspace_id: int = Field(primary_key=True)
    period_start: datetime = Field(primary_key=True, sa_type=Instant)
    account_id: int = Field(primary_key=True)
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


class Statement(SQLModel, table=True):
    """A closed billing period as it was frozen, once for each revision. Nothing in it is ever changed."""

    __table_args__ = (
        Index("uq_statement_period_revision", "workspace_id", "month", "revision", unique=True),
        # Those that rows of an instant may outdate.
        Index("ix_statement_workspace_end", "workspace_id", "period_end"),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    month: date
    """The first day of the month that the period starts in: the same by every billing day and in every time zone."""
    revision: int
    period_start: datetime = Field(sa_type=Instant)
    period_end: datetime = Field(sa_type=Instant)
    timezone: str
    """The period's bounds, and the time zone whose midnights they are, by the calendar of then."""
    created_at: datetime = Field(sa_type=Instant)
    peak: int
    peak_at: datetime | None = Field(default=None, sa_type=Instant)
    ledger_to: int
    """The last change that it knows."""
    change_id: int | None = Field(default=None, foreign_key="change.id", index=True)
    """The change that brought this revision; none brought the first one."""
    price: str | None = None
    """What a user cost then, as `Workspace.price`."""


class StatementAccount(SQLModel, table=True):
    """One account in a statement; all that had a status before the period's end are in it."""

    __tablename__ = "statement_account"
    __table_args__ = {"sqlite_with_rowid": False}

    statement_id: int = Field(primary_key=True, foreign_key="statement.id")
    account_id: int = Field(primary_key=True, foreign_key="account.id")
    peak: int
    peak_at: datetime | None = Field(default=None, sa_type=Instant)
    share: int
    """How many of its users were counted at the instant of the MSP's peak."""
    resale: str | None = None
    """What its users were resold for then, each; kept with a price only."""


class Reconciliation(SQLModel, table=True):
    """An invoice that was compared with a statement. Addresses are not in it: people are named by their ids."""

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    statement_id: int = Field(foreign_key="statement.id", index=True)
    at: datetime = Field(sa_type=Instant)
    actor: str
    verdict: str
    """What was given and what came of it, as JSON."""
    request: str | None = Field(default=None, unique=True)
    """Slack's key of the request, with the workspace's id."""


# The same as plain tables, for statements over sets of rows.
(
    WORKSPACE,
    ACCOUNT,
    USER,
    CHANGE,
    LEDGER,
    DENY_ENTRY,
    CONNECTION,
    CONSENT,
    SYNC_RUN,
    HELD_MEMBER,
    DIRECTORY_NOTE,
    WORK,
    POST,
    DIGEST,
    FAQ_TOPIC,
    FAQ_QUESTION,
    WARNING,
    WARNING_WATCH,
    ADMIN,
    LOG_ENTRY,
    OFFER,
    SLACK_REQUEST,
    ACCOUNT_PERIOD,
    WORKSPACE_DAY,
    STATEMENT,
    STATEMENT_ACCOUNT,
    RECONCILIATION,
) = (
    SQLModel.metadata.tables[str(model.__tablename__)]
    for model in (
        Workspace,
        Account,
        User,
        Change,
        LedgerRow,
        DenyEntry,
        Connection,
        Consent,
        SyncRun,
        HeldMember,
        DirectoryNote,
        Work,
        Post,
        Digest,
        FaqTopic,
        FaqQuestion,
        StandingWarning,
        WarningWatch,
        Admin,
        LogEntry,
        Offer,
        SlackRequest,
        AccountPeriod,
        WorkspaceDay,
        Statement,
        StatementAccount,
        Reconciliation,
    )
)

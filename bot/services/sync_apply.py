"""Reads what a sync plans with, and writes what it planned: a few statements, however many people (sync.md)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    MetaData,
    String,
    Table,
    bindparam,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.schema import CreateTable, DropTable
from sqlmodel import Session

from bot.services.accounts import Account
from bot.services.billing import counted, ledger
from bot.services.sync_plan import Details, Known, Plan
from bot.services.workspaces import Workspace
from db.bulk import insert_rows
from db.models import BIG_ID, CHANGE, LEDGER, USER, Cause, Kind, Status, to_micros, without_index

STAGED = Table(
    "staged_details",
    MetaData(),
    Column("id", BIG_ID, primary_key=True),
    Column("external_id", String),
    Column("email", String),
    Column("email_key", String),
    Column("name", String),
    Column("synced", Boolean),
    prefixes=["TEMPORARY"],
)
"""What users are to be called, all at once: two may change addresses."""
NEW_USER = ("workspace_id", "account_id", "external_id", "email", "email_key", "name", "synced")
ROW = ("workspace_id", "account_id", "user_id", "status", "at", "cause", "change_id")


def known(session: Session, workspace: Workspace, account: Account, instant: datetime) -> list[Known]:
    """Every user of the account as they stand at an instant."""
    u = USER.c
    status = counted.status_at(instant, ledger.retracted(session, workspace))
    is_active = func.coalesce(status == Status.ACTIVE, false())
    rows = session.execute(
        select(u.id, u.external_id, u.email_key, u.email, u.name, u.synced, is_active).where(u.account_id == account.id)
    )
    return [Known._make(row) for row in rows.all()]


def is_touched(session: Session, workspace: Workspace, account: Account, seen: int) -> bool:
    """Whether a change after the one `seen` may have touched the account. A sync touches no other account than its
    own, and every other change might: few come between."""
    found = session.execute(TOUCHED, {"workspace": workspace.id, "account": account.id, "seen": seen})
    return found.first() is not None


# By the key: the changes of a moment are the last ones.
TOUCHED = (
    select(CHANGE.c.id)
    .where(CHANGE.c.id > bindparam("seen"), without_index(CHANGE.c.workspace_id) == bindparam("workspace"))
    .where(or_(CHANGE.c.kind != Kind.SYNC, CHANGE.c.account_id == bindparam("account")))
    .limit(1)
)


def write(
    session: Session,
    workspace: Workspace,
    account: Account,
    users: list[Known],
    planned: Plan,
    *,
    actor: str,
    at: datetime,
) -> int:
    """Carry out what is planned with the account's users, within the session's transaction; gives the id of the change.
    All rows carry one instant."""
    change = ledger.begin_change(session, workspace, Kind.SYNC, actor, at, account_id=account.id)
    if planned.details:
        rename(session, planned.details)
    if planned.created:
        create(session, workspace, account, max((one.id for one in users), default=0), planned, change, at)
    rows = [(user.id, Status.ACTIVE, Cause.SYNC) for user in planned.on]
    rows += [(user.id, Status.INACTIVE, cause) for user, cause in planned.off]
    fixed = (workspace.id, account.id)
    stored = ((*fixed, user, status.value, to_micros(at), cause.value, change) for user, status, cause in rows)
    insert_rows(session, LEDGER.name, ROW, stored)
    if planned.turns:
        ledger.outdate(session, workspace, at)
    return change


def rename(session: Session, details: tuple[Details, ...]) -> None:
    """Give users their ids, addresses and names."""
    s, u = STAGED.c, USER.c
    session.execute(CreateTable(STAGED))
    insert_rows(session, STAGED.name, ("id", "external_id", "email", "email_key", "name", "synced"), ordered(details))
    session.execute(update(USER).where(u.id.in_(select(s.id))).values(email_key=None, external_id=None))
    values: dict[str, Any] = {column.name: column for column in s if column.name != "id"}
    session.execute(update(USER).where(u.id == s.id).values(values))
    session.execute(DropTable(STAGED))


def ordered(details: tuple[Details, ...]) -> Iterator[tuple[Any, ...]]:
    """Details as rows of the staging table."""
    for one in details:
        yield one.id, one.external_id, one.email, one.key, one.name, one.synced


def create(
    session: Session, workspace: Workspace, account: Account, newest: int, planned: Plan, change: int, at: datetime
) -> None:
    """Make the new users, active; `newest` is the highest id of the account's users before."""
    u = USER.c
    fixed = (workspace.id, account.id)
    users = ((*fixed, one.external_id, one.email, one.key, one.name, True) for one in planned.created)
    insert_rows(session, USER.name, NEW_USER, users)
    rows = select(
        literal(workspace.id),
        literal(account.id),
        u.id,
        literal(Status.ACTIVE.value),
        literal(to_micros(at), BigInteger),
        literal(Cause.SYNC.value),
        literal(change),
    ).where(u.account_id == account.id, u.id > newest)
    session.execute(insert(LEDGER).from_select(ROW, rows))

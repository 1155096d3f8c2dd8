"""Who is counted: the people behind a figure, and the statuses of accounts that decide it (domain.md, Billable)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import BindParameter, Row, ScalarSelect, Select, bindparam, func, select
from sqlmodel import Session

from bot.services import names
from bot.services.billing import ledger
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, LEDGER, USER, Cause, Status


@dataclass(frozen=True, slots=True)
class Billable:
    """A person who is counted at an instant."""

    account: str
    email: str | None
    name: str | None
    id: int = 0


def people_counted(
    session: Session, workspace: Workspace, instant: datetime, account: int | None = None
) -> list[Billable]:
    """Who was billable at an instant, by account and address: the people behind a figure."""
    gone = ledger.retracted(session, workspace)
    billable = billable_accounts(session, workspace, instant, gone)
    a, u = ACCOUNT.c, USER.c
    status = status_at(instant, gone)
    query = (
        select(a.id, a.name, u.email, u.name, u.id)
        .join_from(USER, ACCOUNT, a.id == u.account_id)
        .where(u.workspace_id == workspace.id, status == Status.ACTIVE)
    )
    if account is not None:
        query = query.where(u.account_id == account)
    people = [found for found in session.execute(query) if found[0] in billable]
    people.sort(key=lambda found: (names.sorting(found[1]), names.sorting(found[2] or "")))
    return [Billable(found[1], found[2], found[3], found[4]) for found in people]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A person who is counted once in each of several accounts (domain.md, Identity), named as in the first of them;
    `id` is the user there."""

    email: str
    name: str | None
    accounts: tuple[str, ...]
    id: int = 0

    @property
    def too_many(self) -> int:
        """How many seats more than one the person takes."""
        return len(self.accounts) - 1


def more_than_once(session: Session, workspace: Workspace, instant: datetime) -> list[Repeated]:
    """Who was billable at an instant in more than one account, by the folded address: whoever was so in most of them
    first, then by address. Accounts stand in the order of names."""
    return repeated(shared(session, workspace, instant))


def shared(session: Session, workspace: Workspace, instant: datetime) -> list[Row[Any]]:
    """The billable users at an instant whose address more than one user has, billable or not: with `email_key`, the
    account's `id` and `name`, `email`, `person` and `user`, the user's id."""
    gone = ledger.retracted(session, workspace)
    found = session.execute(SHARING, {"workspace": workspace.id, "instant": instant, "gone": gone}).all()
    if not found:
        return []
    billable = billable_accounts(session, workspace, instant, gone)
    return [row for row in found if row.id in billable]


def repeated(found: Iterable[Row[Any]]) -> list[Repeated]:
    """What `more_than_once` gives, of the rows that `shared` does. Pure."""
    rows = sorted(found, key=lambda row: (row.email_key, names.sorting(row.name)))
    people = []
    for _, group in groupby(rows, key=lambda row: row.email_key):
        first, *others = group
        if others:
            name = next((row.person for row in (first, *others) if row.person), None)
            accounts = (first.name, *(row.name for row in others))
            people.append(Repeated(first.email, name, accounts, first.user))
    return sorted(people, key=lambda one: (-len(one.accounts), names.sorting(one.email)))


def status_at(
    instant: datetime | BindParameter[datetime], gone: Sequence[int] | BindParameter[int]
) -> ScalarSelect[Status]:
    """The status of each row of USER at an instant, without the rows of the retracted changes `gone`."""
    c = LEDGER.c
    return (
        select(c.status)
        .where(c.user_id == USER.c.id, c.at <= instant, ledger.counts(c.change_id, gone))
        .order_by(c.at.desc(), c.change_id.desc())
        .limit(1)
        .scalar_subquery()
    )


def billable_accounts(session: Session, workspace: Workspace, instant: datetime, gone: Sequence[int]) -> set[int]:
    """The ids of the accounts whose active users are billable at an instant, `gone` as of `status_at`."""
    return {id_ for id_, status in statuses_at(session, workspace, instant, gone).items() if status == Status.ACTIVE}


def statuses_at(session: Session, workspace: Workspace, instant: datetime, gone: Sequence[int]) -> dict[int, Status]:
    """The status of every account that has one at an instant, by account id, `gone` as of `status_at`."""
    rows = session.execute(ACCOUNT_STATUSES, {"workspace": workspace.id, "instant": instant, "gone": gone})
    return {account: status for account, status in rows}  # noqa: C416 - dict() would not take rows for pairs


def sharing() -> Select[Any]:
    """The statement that reads the active users of every address that more than one user has."""
    a, u = ACCOUNT.c, USER.c
    shared = (
        select(u.email_key)
        .where(u.workspace_id == OF_WORKSPACE, u.email_key.is_not(None))
        .group_by(u.email_key)
        .having(func.count() > 1)
    )
    return (
        select(u.email_key, a.id, a.name, u.email, u.name.label("person"), u.id.label("user"))
        .join_from(USER, ACCOUNT, a.id == u.account_id)
        .where(u.workspace_id == OF_WORKSPACE, u.email_key.in_(shared), status_at(INSTANT, GONE) == Status.ACTIVE)
    )


def account_statuses() -> Select[tuple[int, Status]]:
    """The statement of `statuses_at`."""
    c = LEDGER.c
    return (
        select(c.account_id, c.status)
        .where(c.workspace_id == OF_WORKSPACE, c.user_id.is_(None), c.at <= INSTANT)
        .where(ledger.counts(c.change_id, GONE))
        .order_by(c.at, c.change_id)
    )


# Reports use these, and building a statement takes longer than a small database takes to answer it.
OF_WORKSPACE: BindParameter[int] = bindparam("workspace")
INSTANT: BindParameter[datetime] = bindparam("instant", type_=LEDGER.c.at.type)
GONE: BindParameter[int] = bindparam("gone", expanding=True, type_=LEDGER.c.change_id.type)
SHARING, ACCOUNT_STATUSES = sharing(), account_statuses()


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """From `at` (UTC) on an account has this status."""

    at: datetime
    status: Status
    cause: Cause
    change: int


def statuses_of(session: Session, workspace: Workspace, account: int) -> list[AccountEntry]:
    """The statuses of one account in the order of their instants, planned ones too; of several at one instant the one
    recorded last."""
    c = LEDGER.c
    rows = session.execute(
        select(c.at, c.status, c.cause, c.change_id)
        .where(c.account_id == account, c.user_id.is_(None))
        .where(ledger.counts(c.change_id, ledger.retracted(session, workspace)))
        .order_by(c.at, c.change_id)
    )
    return list({row.at: AccountEntry(*row) for row in rows}.values())


def planned(session: Session, workspace: Workspace, now: datetime) -> dict[int, tuple[datetime, Status]]:
    """The first status of every account that has none yet, by account id, with the instant from which it will hold."""
    c = LEDGER.c
    rows = session.execute(
        select(c.account_id, c.at, c.status)
        .where(c.workspace_id == workspace.id, c.user_id.is_(None))
        .where(ledger.counts(c.change_id, ledger.retracted(session, workspace)))
        .order_by(c.at.desc(), c.change_id)
    )
    first: dict[int, tuple[datetime, Status]] = {}
    for account, at, status in rows:
        first[account] = (at, status)
    return {account: found for account, found in first.items() if found[0] > now}

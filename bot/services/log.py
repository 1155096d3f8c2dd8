"""The log: what was done, and what was asked for and refused."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlmodel import Session

from bot.clock import Clock
from bot.services import names
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.errors import Refusal
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CHANGE, DENY_ENTRY, LEDGER, LOG_ENTRY, USER, Kind, LogEntry


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log. A change has an id and a kind, a refusal the name of its class and the words asked.

    `at` is UTC. `people` counts the users that the change touched, `accounts` names up to three of their accounts.
    """

    at: datetime
    actor: str
    change: int | None = None
    kind: Kind | None = None
    people: int = 0
    accounts: tuple[str, ...] = ()
    reason: str | None = None
    source: str | None = None
    takes_back: int | None = None
    taken_back_by: int | None = None
    refusal: str | None = None
    asked: str | None = None


def read(
    session: Session,
    workspace: Workspace,
    *,
    account: Account | None = None,
    email: str | None = None,
    limit: int = 20,
) -> list[Line]:
    """The latest lines, newest first; with `account` or `email` only the changes that touched it."""
    c, later = CHANGE.c, CHANGE.alias().c
    taken_back = select(later.id).where(later.takes_back == c.id).scalar_subquery()
    query = select(c.recorded_at, c.actor, c.id, c.kind, c.reason, c.source, c.takes_back, taken_back.label("by"))
    query = query.where(c.workspace_id == workspace.id)
    if account is not None:
        query = query.where(touches_account(account.id))
    if email is not None:
        query = query.where(touches_address(names.key(email)))
    rows = session.execute(query.order_by(c.id.desc()).limit(limit)).all()
    touched = counts(session, [row.id for row in rows])
    lines = [
        Line(
            row.recorded_at,
            row.actor,
            row.id,
            row.kind,
            *touched.get(row.id, (0, ())),
            reason=row.reason,
            source=row.source,
            takes_back=row.takes_back,
            taken_back_by=row.by,
        )
        for row in rows
    ]
    if account is None and email is None:
        lines += refusals(session, workspace, limit)
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]


def refused(session: Session, workspace: Workspace, actor: str, asked: str, refusal: Refusal, clock: Clock) -> None:
    """Keep in the log that something was asked for and refused."""
    with ledger.locked(session, workspace):
        entry = LogEntry(
            workspace_id=workspace.id,
            at=clock(),
            actor=actor,
            asked=names.printable(asked, 500),
            refusal=type(refusal).__name__,
        )
        session.add(entry)


def refusals(session: Session, workspace: Workspace, limit: int) -> list[Line]:
    e = LOG_ENTRY.c
    rows = session.execute(
        select(e.at, e.actor, e.refusal, e.asked)
        .where(e.workspace_id == workspace.id)
        .order_by(e.id.desc())
        .limit(limit)
    )
    return [Line(row.at, row.actor, refusal=row.refusal, asked=row.asked) for row in rows]


def touches_account(account: int) -> ColumnElement[bool]:
    """The condition on CHANGE that it has a row or a deny-list entry of an account."""
    c, d, row = CHANGE.c, DENY_ENTRY.c, LEDGER.c
    return or_(
        exists().where(row.change_id == c.id, row.account_id == account),
        exists().where(d.account_id == account, or_(d.added_by == c.id, d.removed_by == c.id)),
    )


def touches_address(key: str) -> ColumnElement[bool]:
    """The condition on CHANGE that it has a row of a user, or a deny-list entry, with an address."""
    c, d, row, u = CHANGE.c, DENY_ENTRY.c, LEDGER.c, USER.c
    return or_(
        exists().where(row.change_id == c.id, row.user_id == u.id, u.email_key == key),
        exists().where(d.pattern_key == key, or_(d.added_by == c.id, d.removed_by == c.id)),
    )


def counts(session: Session, changes: list[int]) -> dict[int, tuple[int, tuple[str, ...]]]:
    """How many users each change touched, and up to three of their accounts by name."""
    c, a = LEDGER.c, ACCOUNT.c
    rows = session.execute(
        select(c.change_id, a.name, func.count(c.user_id.distinct()))
        .join_from(LEDGER, ACCOUNT, a.id == c.account_id)
        .where(c.change_id.in_(changes))
        .group_by(c.change_id, a.name, a.name_key)
        .order_by(a.name_key)
    )
    people: dict[int, int] = defaultdict(int)
    accounts: dict[int, list[str]] = defaultdict(list)
    for change, name, count in rows:
        people[change] += count
        accounts[change].append(name)
    return {change: (people[change], tuple(accounts[change][:3])) for change in accounts}

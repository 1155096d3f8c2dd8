"""Who is counted: the people behind a figure, and the statuses of accounts that decide it (domain.md, Billable)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from bot.services.billing import ledger
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, LEDGER, USER, Status


@dataclass(frozen=True, slots=True)
class Billable:
    """A person who is counted at an instant."""

    account: str
    email: str | None
    name: str | None


def people_counted(
    session: Session, workspace: Workspace, instant: datetime, account: int | None = None
) -> list[Billable]:
    """Who was billable at an instant, by account and address: the people behind a figure."""
    gone = ledger.retracted(session, workspace)
    billable = {id_ for id_, status in statuses_at(session, workspace, instant).items() if status == Status.ACTIVE}
    a, u, c = ACCOUNT.c, USER.c, LEDGER.c
    status = (
        select(c.status)
        .where(c.user_id == u.id, c.at <= instant, ledger.counts(c.change_id, gone))
        .order_by(c.at.desc(), c.change_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(a.id, a.name, u.email, u.name, a.name_key, u.email_key)
        .join_from(USER, ACCOUNT, a.id == u.account_id)
        .where(u.workspace_id == workspace.id, status == Status.ACTIVE)
    )
    if account is not None:
        query = query.where(u.account_id == account)
    people = [found for found in session.execute(query) if found[0] in billable]
    people.sort(key=lambda found: (found[4], found[5] or ""))
    return [Billable(found[1], found[2], found[3]) for found in people]


def statuses_at(session: Session, workspace: Workspace, instant: datetime) -> dict[int, Status]:
    """The status of every account that has one at an instant, by account id."""
    c = LEDGER.c
    rows = session.execute(
        select(c.account_id, c.status)
        .where(c.workspace_id == workspace.id, c.user_id.is_(None), c.at <= instant)
        .where(ledger.counts(c.change_id, ledger.retracted(session, workspace)))
        .order_by(c.at, c.change_id)
    )
    return {account: status for account, status in rows}  # noqa: C416 - dict() would not take rows for pairs


def statuses_of(session: Session, workspace: Workspace, account: int) -> list[tuple[datetime, Status]]:
    """The statuses of one account, each with the instant from which it holds, in order; of several at one instant the
    last holds."""
    c = LEDGER.c
    rows = session.execute(
        select(c.at, c.status)
        .where(c.account_id == account, c.user_id.is_(None))
        .where(ledger.counts(c.change_id, ledger.retracted(session, workspace)))
        .order_by(c.at, c.change_id)
    )
    return [(at, status) for at, status in rows]

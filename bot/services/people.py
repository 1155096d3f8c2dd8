"""Users as people: how answers name them, and whom a condition means."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from bot.services.accounts import Account
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, USER


@dataclass(frozen=True, slots=True)
class Person:
    """A user as they are named in answers; the address is None once the person was forgotten."""

    id: int
    account_id: int
    account: str
    email: str | None
    name: str | None
    synced: bool


def selected(session: Session, workspace: Workspace, which: ColumnElement[bool]) -> list[Person]:
    """The users that meet a condition on USER, in the order of account and address."""
    a, u = ACCOUNT.c, USER.c
    rows = session.execute(
        select(u.id, u.account_id, a.name, u.email, u.name.label("person"), u.synced)
        .join_from(USER, ACCOUNT, a.id == u.account_id)
        .where(u.workspace_id == workspace.id, which)
        .order_by(a.name_key, u.email_key)
    )
    return [Person(*row) for row in rows]


def of_account(session: Session, workspace: Workspace, account: Account) -> list[Person]:
    """Everybody of an account, active or not, by address."""
    return selected(session, workspace, USER.c.account_id == account.id)

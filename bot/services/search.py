"""Who and what is meant by the first letters that somebody types: answered while they type.

Addresses are found by how they begin, from the index. Where none begins so, whose address or name contains the words
is looked for, which reads through everybody.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session

from bot.services import accounts, names
from bot.services.accounts import Account
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, USER
from db.session import is_sqlite

MOST = 20
"""So many are shown; more letters tell the others apart."""
LONGEST = 80
FEWEST = 2
"""From so many letters on it is looked for within addresses and names."""
BEYOND = "\U0010ffff"
"""Behind every other letter."""


def people(session: Session, workspace: Workspace, typed: str) -> list[Person]:
    """At most twenty people, in the order of addresses: those whose addresses begin with what is typed, else those
    whose address or name contains its words. Nobody where nothing is typed."""
    if not (wanted := names.key(typed[:LONGEST])):
        return []
    if found := selected(session, workspace, beginning(wanted)):
        return found
    # Whoever comes first: to order them all takes longer than to look through them.
    some = select(USER.c.id).where(everybody(session, workspace), *containing(session, wanted)).limit(MOST)
    ids = list(session.execute(some).scalars()) if len(wanted) >= FEWEST else []
    return selected(session, workspace, USER.c.id.in_(ids)) if ids else []


def beginning(wanted: str) -> ColumnElement[bool]:
    """The condition on USER that an address begins so, which the index answers whatever the database's collation."""
    return and_(USER.c.email_key >= wanted, USER.c.email_key < wanted + BEYOND)


def everybody(session: Session, workspace: Workspace) -> ColumnElement[bool]:
    """The condition on USER that somebody is the workspace's, for whoever reads through all of them."""
    id_ = USER.c.workspace_id
    # SQLite would take the index, and look each row up from there: several times slower than the table from end to end.
    return id_ + 0 == workspace.id if is_sqlite(session) else id_ == workspace.id


def containing(session: Session, wanted: str) -> list[ColumnElement[bool]]:
    """The conditions on USER that each word is in the address or the name."""
    u = USER.c
    name: ColumnElement[Any] = u.name if is_sqlite(session) else func.lower(u.name)  # SQLite's LIKE minds no case
    return [
        or_(u.email_key.contains(word, autoescape=True), name.contains(word, autoescape=True))
        for word in wanted.split()
    ]


def selected(session: Session, workspace: Workspace, which: ColumnElement[bool]) -> list[Person]:
    """The first twenty of the users that meet a condition on USER, in the order of addresses."""
    a, u = ACCOUNT.c, USER.c
    query = (
        select(u.id, u.account_id, a.name, u.email, u.name.label("person"), u.synced)
        .join_from(USER, ACCOUNT, a.id == u.account_id)
        .where(u.workspace_id == workspace.id, u.email_key.is_not(None), which)
        .order_by(u.email_key)
        .limit(MOST)
    )
    return [Person(*row) for row in session.execute(query)]


def found_accounts(session: Session, workspace: Workspace, typed: str) -> list[Account]:
    """At most twenty accounts in the order of names, whose names begin with what is typed before those that contain it;
    accents and case do not matter. The first ones where nothing is typed."""
    wanted = names.fold(typed[:LONGEST])
    folded = [(names.fold(one.name), one) for one in accounts.everyone(session, workspace)]
    first = [one for name, one in folded if name.startswith(wanted)]
    others = [one for name, one in folded if wanted in name and not name.startswith(wanted)]
    return [*first, *others][:MOST]

"""Forgetting a person: every trace of an address goes, every figure stays (domain.md, Privacy)."""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, func, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import names
from bot.services.billing import ledger
from bot.services.errors import TraceLeft, UnknownPerson
from bot.services.workspaces import Workspace
from db.models import CHANGE, DENY_ENTRY, LOG_ENTRY, OFFER, USER, Kind
from db.session import is_sqlite


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was blanked: users, deny-list entries and texts of the log."""

    change: int
    users: int
    entries: int
    texts: int


def forget(session: Session, workspace: Workspace, email: str, *, actor: str, clock: Clock) -> Forgotten:
    """Blank an address, and the name that goes with it, wherever it stands; counts and statements stay as they were.

    Raises BadEmail, UnknownPerson where nothing holds the address, and TraceLeft where all is blanked but SQLite's log
    of writes still holds the old pages.
    """
    email = names.check_email(email)
    key = names.key(email)
    with ledger.writing(session, workspace, clock) as instant:
        u, d, c, e, o = USER.c, DENY_ENTRY.c, CHANGE.c, LOG_ENTRY.c, OFFER.c
        of_user = (u.workspace_id == workspace.id, u.email_key == key)
        people_names = [name for name in session.execute(select(u.name).where(*of_user)).scalars() if name]
        traces = {key, *map(names.key, people_names)}
        users = session.execute(
            update(USER).where(*of_user).values(email=None, email_key=None, name=None, external_id=None)
        )
        mine = d.added_by.in_(select(c.id).where(c.workspace_id == workspace.id))
        entries = session.execute(
            update(DENY_ENTRY)
            .where(mine, d.pattern_key == key)
            .values(pattern="", pattern_key=None, removed_by=func.coalesce(d.removed_by, d.added_by))
        )
        texts = 0
        for table, column in ((CHANGE, c.reason), (CHANGE, c.source), (LOG_ENTRY, e.asked), (OFFER, o.command)):
            texts += blank(session, workspace, table, column, traces)
        if not rows(users) and not rows(entries) and not texts:
            session.rollback()
            scrub(session)  # whoever blanked it before may have been killed before this
            raise UnknownPerson(email=names.printable(email))
        change = ledger.begin_change(session, workspace, Kind.FORGET, actor, instant)
        found = Forgotten(change, rows(users), rows(entries), texts)
    scrub(session)
    return found


def blank(
    session: Session, workspace: Workspace, table: Table, column: ColumnElement[str | None], traces: set[str]
) -> int:
    """Empty the texts of a column that hold one of the traces as a word, in any case and spelling; gives how many.

    SQLite's own `lower` knows ASCII only, so they are read.
    """
    filled = (table.c.workspace_id == workspace.id, column.is_not(None))
    texts = session.execute(select(table.c.id, column).where(*filled)).all()
    held = re.compile("|".join(rf"(?<!\w){re.escape(trace)}(?!\w)" for trace in traces))
    found = [id_ for id_, text in texts if held.search(names.key(text))]
    for start in range(0, len(found), 10_000):  # engines take so many parameters and no more
        some = table.c.id.in_(found[start : start + 10_000])
        session.execute(update(table).where(some).values({column.name: None}))
    return len(found)


def rows(result: object) -> int:
    return int(result.rowcount)  # type: ignore[attr-defined]


def scrub(session: Session) -> None:
    """Let no old page hold what was blanked: SQLite overwrites what it frees, but its log of writes is kept.

    Raises TraceLeft where somebody reads the database for so long that the log cannot be emptied.
    """
    if is_sqlite(session):
        with session.get_bind().engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # outside of any transaction
        if busy:
            raise TraceLeft()

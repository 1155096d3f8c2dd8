"""Forgetting a person: every trace of an address goes, every figure stays (domain.md, Privacy)."""

import re
import time
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.clock import Clock
from bot.services import names, people, posts, reconciliation, sync_notes, sync_plan, sync_runs
from bot.services.billing import ledger
from bot.services.errors import ReadsDirectory, StillActive, TraceLeft
from bot.services.faq import own, unanswered
from bot.services.workspaces import Workspace
from db.bulk import batched
from db.models import (
    ACCOUNT,
    CHANGE,
    CONNECTION,
    DENY_ENTRY,
    DIRECTORY_NOTE,
    FAQ_QUESTION,
    FAQ_TOPIC,
    HELD_MEMBER,
    LOG_ENTRY,
    OFFER,
    POST,
    RECONCILIATION,
    SYNC_RUN,
    USER,
    Kind,
    Status,
)
from db.session import BUSY_SECONDS, is_sqlite

LOCK_NOT_AVAILABLE = "55P03"
HOLDERS = (
    USER,
    DENY_ENTRY,
    CONNECTION,
    SYNC_RUN,
    HELD_MEMBER,
    DIRECTORY_NOTE,
    CHANGE,
    LOG_ENTRY,
    OFFER,
    POST,
    FAQ_TOPIC,
    FAQ_QUESTION,
    RECONCILIATION,
)
"""The tables that personal data can stand in."""
STATISTICS = "pg_catalog.pg_statistic"
"""Where PostgreSQL keeps samples of columns; it may be vacuumed by the owner of the database."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was blanked: users, deny-list entries and texts of the log. `change` is None where nothing held the
    address."""

    change: int | None
    users: int
    entries: int
    texts: int


def forget(session: Session, workspace: Workspace, email: str, *, actor: str, clock: Clock) -> Forgotten:
    """Blank an address, and the name that goes with it, wherever it stands; counts and statements stay as they were.

    Raises BadEmail, StillActive where somebody with the address is active, ReadsDirectory where a directory is read as
    that person, and TraceLeft where all is blanked but old pages of the database cannot be overwritten now; the same
    again does that then.
    """
    email = names.check_email(email)
    key = names.key(email)
    with ledger.writing(session, workspace, clock) as instant:
        u, d, c, e, o = USER.c, DENY_ENTRY.c, CHANGE.c, LOG_ENTRY.c, OFFER.c
        former = u.email_key.startswith(sync_plan.beside(key, ""), autoescape=True)
        of_user = (u.workspace_id == workspace.id, (u.email_key == key) | former)
        check_inactive(session, workspace, email)
        check_no_subject(session, workspace, email)
        people_names = [name for name in session.execute(select(u.name).where(*of_user)).scalars() if name]
        traces = {key, *map(names.key, people_names)}
        held = re.compile("|".join(rf"(?<!\w){re.escape(trace)}(?!\w)" for trace in traces), re.IGNORECASE)
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
        for table, column in (
            (CHANGE, c.reason),
            (CHANGE, c.source),
            (SYNC_RUN, SYNC_RUN.c.refusal),
            (LOG_ENTRY, e.asked),
            (OFFER, o.command),
        ):
            texts += blank(session, workspace, table, column, held)
        sync_runs.forget(session, workspace, held)
        sync_notes.forget(session, workspace, key)
        texts += reconciliation.forget(session, workspace, held) + posts.forget(session, workspace, held)
        texts += own.redact(session, workspace, held) + unanswered.forget(session, workspace, held)
        change = None
        if rows(users) or rows(entries) or texts:
            change = ledger.begin_change(session, workspace, Kind.FORGET, actor, instant)
        found = Forgotten(change, rows(users), rows(entries), texts)
    if not scrubbed(session):  # also where nothing was found: whoever blanked it may have been killed before this
        raise TraceLeft(change=str(change or "–"))
    return found


def check_inactive(session: Session, workspace: Workspace, email: str) -> None:
    """Raises StillActive with the accounts: a nobody would be counted for good, and twice once the person came
    again."""
    found = people.selected(session, workspace, USER.c.email_key == names.key(email))
    now = ledger.standings(session, workspace, ledger.of_users([person.id for person in found]))
    active = [person.account for person in found if person.id in now and now[person.id].status == Status.ACTIVE]
    if active:
        raise StillActive(email=names.printable(email), accounts=active)


def check_no_subject(session: Session, workspace: Workspace, email: str) -> None:
    """Raises ReadsDirectory with the accounts."""
    c, a = CONNECTION.c, ACCOUNT.c
    rows = session.execute(
        select(a.name, c.subject)
        .join_from(CONNECTION, ACCOUNT, a.id == c.account_id)
        .where(c.workspace_id == workspace.id, c.subject.is_not(None))
        .order_by(a.name_key)
    )
    found = [name for name, subject in rows if names.key(subject) == names.key(email)]
    if found:
        raise ReadsDirectory(email=names.printable(email), accounts=found)


def blank(
    session: Session, workspace: Workspace, table: Table, column: ColumnElement[str | None], held: re.Pattern[str]
) -> int:
    """Empty the texts of a column in which, as keys, the pattern finds a trace; gives how many.

    SQLite's own `lower` knows ASCII only, so they are read.
    """
    filled = (table.c.workspace_id == workspace.id, column.is_not(None))
    texts = session.execute(select(table.c.id, column).where(*filled)).all()
    found = [id_ for id_, text in texts if held.search(names.key(text))]
    for some in batched(found):
        session.execute(update(table).where(table.c.id.in_(some)).values({column.name: None}))
    return len(found)


def rows(result: object) -> int:
    return int(result.rowcount)  # type: ignore[attr-defined]


def scrubbed(session: Session) -> bool:
    """Let no old page hold what was blanked; gives whether that could be done now."""
    session.rollback()  # nothing of ours may be what still reads
    engine = session.get_bind().engine
    with engine.connect() as connection:
        if is_sqlite(session):
            return scrubbed_sqlite(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return scrubbed_postgres(connection)


def scrubbed_sqlite(connection: Connection) -> bool:
    """SQLite overwrites what it frees, but its log of writes is kept; somebody who reads for long keeps it full."""
    driver = connection.connection.driver_connection
    assert driver is not None
    busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # outside of any transaction
    return not busy


def scrubbed_postgres(connection: Connection) -> bool:
    """PostgreSQL keeps old rows in the pages of tables, indexes and statistics until they are written anew, and then
    also whatever an older snapshot could still see: those must be gone first.

    Its log of writes (WAL) keeps them until it is recycled, and that is the server's business.
    """
    tables = [f'VACUUM (FULL, ANALYZE) "{table.name}"' for table in HOLDERS]
    try:
        # The statistics come last: ANALYZE makes the old ones rubbish, for which one has to wait anew.
        for statements in (tables, [f"VACUUM (FULL) {STATISTICS}"]):
            if not nobody_looks_back(connection):
                return False
            for statement in statements:
                connection.exec_driver_sql(statement)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            return False
        raise
    return True


def nobody_looks_back(connection: Connection) -> bool:
    """Waits until nobody can see rows any more that are rubbish by now; gives whether that came within `BUSY_SECONDS`.

    That is a snapshot of this database that is older, or a transaction of any: it counts for the snapshot of VACUUM.
    """
    present = connection.exec_driver_sql("SELECT txid_current()").scalar_one()
    older = text(
        "SELECT txid_snapshot_xmin(txid_current_snapshot()) < :present OR EXISTS (SELECT FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' "
        "AND age(backend_xmin) > age(CAST(CAST(:present % 4294967296 AS text) AS xid)))"
    )
    patience = time.monotonic() + BUSY_SECONDS
    while connection.execute(older, {"present": present}).scalar_one():
        if time.monotonic() > patience:
            return False
        time.sleep(0.05)
    return True

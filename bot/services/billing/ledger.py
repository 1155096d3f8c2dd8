"""The ledger: append-only rows, written under the workspace's lock, from which everything else follows (domain.md,
History)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, delete, insert, select, true, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services.errors import CalendarChanged, ClockBehind
from db.models import (
    ACCOUNT_PERIOD,
    CHANGE,
    EPOCH,
    LEDGER,
    MICROSECOND,
    STATEMENT,
    WORKSPACE,
    WORKSPACE_DAY,
    Cause,
    Kind,
    Status,
    without_index,
)
from db.session import begin_writing, in_turn, remembered

if TYPE_CHECKING:
    from bot.services.people import Person
    from bot.services.workspaces import Workspace

CLOCK_TOLERANCE = timedelta(minutes=5)
LOCKED = "seatbot_locked"
"""Where a session under a workspace's lock keeps what it knows of it."""


@dataclass(slots=True)
class Locked:
    """What a session knows of the workspace whose lock it holds, and nobody else can change meanwhile: the watermark of
    the rollups, the changes that were retracted once they are read, and the instants since which its transaction has
    changed the ledger."""

    mark: datetime
    retracted: list[int] | None = None
    moved: list[datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """A user's status now: since when without a break, why, and the change whose row is the latest."""

    status: Status
    since: datetime
    cause: Cause
    change: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger row of a user that counts."""

    user: int
    at: datetime
    status: Status
    cause: Cause
    change: int


def lock() -> Select[Any]:
    """The statement that takes a workspace's lock. Whoever writes a row that only names the workspace, such as an
    offer, need not wait: FOR NO KEY UPDATE."""
    w = WORKSPACE.c
    wanted = select(w.last_instant, w.rolled_to, w.billing_day, w.timezone).where(w.id == bindparam("workspace"))
    return wanted.with_for_update(key_share=True)


LOCK = lock()


def held(session: Session) -> Locked:
    """What is known of the workspace whose lock the session holds."""
    known: Locked = session.info[LOCKED]
    return known


@contextmanager
def locked(session: Session, workspace: "Workspace") -> Iterator[datetime]:
    """One transaction that writes, under the workspace's lock; gives the last live instant of the ledger.

    Commits at the end, rolls back on any exception; a statement whose figures have changed is revised before the
    commit. Raises CalendarChanged where the workspace is billed by another day or zone than when it was read: what
    would be derived by the old ones is wrong.
    """
    session.rollback()  # whoever waits for their turn holds nothing
    with in_turn():
        begin_writing(session)
        try:
            last, mark, *calendar = session.execute(LOCK, {"workspace": workspace.id}).one()
            if calendar != [workspace.calendar.billing_day, workspace.calendar.zone.key]:
                raise CalendarChanged()
            session.info[LOCKED] = Locked(mark)
            yield last
            revise_statements(session, workspace)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(LOCKED, None)


@contextmanager
def writing(session: Session, workspace: "Workspace", clock: Clock) -> Iterator[datetime]:
    """As `locked`; gives the instant at which the live rows that it writes take effect.

    The clock is read once the lock is held, and the instant is later than every live one before it, so instants never
    run backwards, whichever process writes. Raises ClockBehind where the clock is more than 5 minutes behind the last
    live instant, and CalendarChanged.
    """
    with locked(session, workspace) as last:
        now = clock()
        if last - now > CLOCK_TOLERANCE:
            raise ClockBehind(minutes=(last - now) // timedelta(minutes=1))
        yield max(now, last + MICROSECOND)


def begin_change(
    session: Session,
    workspace: "Workspace",
    kind: Kind,
    actor: str,
    instant: datetime,
    *,
    reason: str | None = None,
    source: str | None = None,
    takes_back: int | None = None,
    account_id: int | None = None,
    trial_before: datetime | None = None,
    trial_after: datetime | None = None,
) -> int:
    """The id of a new change, with what `db.models.Change` keeps of it; ids grow in the order of recording."""
    values = {
        "workspace_id": workspace.id,
        "kind": kind,
        "actor": actor,
        "recorded_at": instant,
        "reason": reason,
        "source": source,
        "takes_back": takes_back,
        "account_id": account_id,
        "trial_before": trial_before,
        "trial_after": trial_after,
    }
    change: int = session.execute(NEW_CHANGE, values).scalar_one()
    if takes_back is not None:
        held(session).retracted = None
    session.execute(LIVE, {"workspace": workspace.id, "instant": instant})
    return change


NEW_CHANGE = insert(CHANGE).returning(CHANGE.c.id)
LIVE = (
    update(WORKSPACE)
    .where(WORKSPACE.c.id == bindparam("workspace"))
    .values(last_instant=bindparam("instant", type_=WORKSPACE.c.last_instant.type))
)


def record(
    session: Session,
    workspace: "Workspace",
    change: int,
    people: Iterable["Person"],
    status: Status,
    cause: Cause,
    at: datetime,
) -> None:
    """Write a row for each user."""
    rows: list[dict[str, Any]] = [
        {
            "workspace_id": workspace.id,
            "account_id": person.account_id,
            "user_id": person.id,
            "status": status,
            "at": at,
            "cause": cause,
            "change_id": change,
        }
        for person in people
    ]
    if rows:
        session.execute(insert(LEDGER), rows)
        outdate(session, workspace, at)


def outdate(session: Session, workspace: "Workspace", since: datetime) -> None:
    """The ledger says something else from `since` on: move the watermark of the rollups back to the period of that
    instant, if it is later."""
    known = held(session)
    known.moved.append(since)
    if known.mark > since:
        move_mark(session, workspace, workspace.calendar.holding(since).start)


def move_mark(session: Session, workspace: "Workspace", mark: datetime) -> None:
    """The rollups hold all that is before that instant, and nothing that is later."""
    session.execute(update(WORKSPACE).where(WORKSPACE.c.id == workspace.id).values(rolled_to=mark))
    held(session).mark = mark


def discard_rollups(session: Session, workspace: "Workspace") -> None:
    """Throw everything derived away, as another calendar demands: rows of the old one fit no period of the new one."""
    for table in (ACCOUNT_PERIOD, WORKSPACE_DAY):
        session.execute(delete(table).where(table.c.workspace_id == workspace.id))
    session.execute(update(WORKSPACE).where(WORKSPACE.c.id == workspace.id).values(close_at=None))
    held(session).moved.append(EPOCH)
    move_mark(session, workspace, EPOCH)


def revise_statements(session: Session, workspace: "Workspace") -> None:
    """Revise the statements whose figures the transaction has changed, if there are any that it could have."""
    moved = held(session).moved
    if not moved:
        return
    of_later = (STATEMENT.c.workspace_id == workspace.id, STATEMENT.c.period_end > min(moved))
    if session.execute(select(STATEMENT.c.id).where(*of_later).limit(1)).first() is None:
        return
    from bot.services.billing import freezing  # which needs arrays, and most changes do not

    freezing.revise(session, workspace.id, min(moved))


def retracted(session: Session, workspace: "Workspace") -> list[int]:
    """The ids of the changes that were retracted: their rows do not count."""

    def read() -> list[int]:
        return list(session.execute(RETRACTED, {"workspace": workspace.id}).scalars())

    if LOCKED not in session.info:
        return remembered(session, ("retracted", workspace.id), read)
    known = held(session)
    if known.retracted is None:
        known.retracted = read()
    return known.retracted


def retractions() -> Select[tuple[int]]:
    """The statement of `retracted`."""
    c = CHANGE.c
    return select(c.takes_back).where(
        c.takes_back.is_not(None), c.kind == Kind.RETRACT, c.workspace_id == bindparam("workspace")
    )


RETRACTED = retractions()


def latest_change(session: Session, workspace: "Workspace") -> int:
    """The id of the workspace's last change; 0 without any. Those before it are all in the store: they get their ids
    under the workspace's lock."""
    c = CHANGE.c
    # The last one is soon found by the key.
    latest = select(c.id).where(without_index(c.workspace_id) == workspace.id).order_by(c.id.desc()).limit(1)
    return session.execute(latest).scalar_one_or_none() or 0


def counts(change: ColumnElement[int], gone: Sequence[int] | BindParameter[int]) -> ColumnElement[bool]:
    """The condition that a row, by its column `change`, is not of one of the retracted changes `gone`, or of those that
    an expanding parameter will be."""
    return change.not_in(gone) if isinstance(gone, BindParameter) or gone else true()


def has_rows(session: Session, workspace: "Workspace") -> bool:
    """Whether anything was ever recorded."""
    return (
        session.execute(select(LEDGER.c.id).where(LEDGER.c.workspace_id == workspace.id).limit(1)).first() is not None
    )


def entries(session: Session, workspace: "Workspace", which: ColumnElement[bool]) -> list[Entry]:
    """The rows of users that count, by user, instant and recording; `which` is a condition on LEDGER.

    Of several rows of one user at one instant only the one recorded last is given.
    """
    c = LEDGER.c
    found = session.execute(
        select(c.user_id, c.at, c.status, c.cause, c.change_id)
        .where(which, c.user_id.is_not(None), without_index(c.workspace_id) == workspace.id)
        .where(counts(c.change_id, retracted(session, workspace)))
        .order_by(c.user_id, c.at, c.change_id)
    )
    kept: list[Entry] = []
    for row in found:
        entry = Entry(*row)
        if kept and (kept[-1].user, kept[-1].at) == (entry.user, entry.at):
            kept.pop()
        kept.append(entry)
    return kept


def standings(session: Session, workspace: "Workspace", which: ColumnElement[bool]) -> dict[int, Standing]:
    """What each user's status is now, by user id; a user without a row that counts is missing."""
    return {
        user: standing(list(rows))
        for user, rows in groupby(entries(session, workspace, which), lambda entry: entry.user)
    }


def standing(rows: list[Entry]) -> Standing:
    """What the rows of one user, in order, come to. Pure."""
    since = rows[0]
    for row in rows:
        if row.status != since.status:
            since = row
    return Standing(since.status, since.at, since.cause, rows[-1].change)


def of_users(users: Sequence[int]) -> ColumnElement[bool]:
    """The condition on LEDGER that a row is of one of these users."""
    # written out, not as parameters: PostgreSQL takes 65,535 of those and no more
    return LEDGER.c.user_id.in_(bindparam("users", list(users), expanding=True, literal_execute=True, unique=True))


def of_account(account: int) -> ColumnElement[bool]:
    """The condition on LEDGER that a row is of this account."""
    return LEDGER.c.account_id == account

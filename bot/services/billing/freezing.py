"""Freezing: what closes a period, and what revises its statement when a later change alters its figures (domain.md,
Closed periods).

A statement is known by the month that its period starts in, of which there is one by any billing day and in any zone.
So another calendar revises statements as any other change does, and the old bounds stay in the old revisions.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, exists, func, insert, select
from sqlmodel import Session

from bot.clock import Clock
from bot.services import work, workspaces
from bot.services.billing import ledger, peaks, prices
from bot.services.billing.periods import Period
from bot.services.billing.prices import Price
from bot.services.errors import PeriodRuns
from bot.services.work import Due
from bot.services.workspaces import Workspace
from db.bulk import insert_rows
from db.models import ACCOUNT, CHANGE, EPOCH, LEDGER, STATEMENT, STATEMENT_ACCOUNT, Kind, to_micros

if TYPE_CHECKING:
    from bot.services.billing.frozen import Figures

# What needs arrays is imported where something is counted: reading a statement does without.

TELLING = "statement"
"""The work that tells of revisions; its subject is the change that brought them."""
ACCOUNT_COLUMNS = ("statement_id", "account_id", "peak", "peak_at", "share", "resale")


def unclosed(session: Session, workspace: Workspace, until: datetime) -> list[Period]:
    """The periods that are over by an instant, in which or before which an account had a status, and that no statement
    with these bounds exists of; in order."""
    first = first_status(session, workspace)
    if first is None:
        return []
    frozen = {row.month: row for row in latest_rows(session, workspace)}
    found, period = [], workspace.calendar.holding(first)
    while period.end <= until:
        latest = frozen.get(month_of(period))
        if latest is None or not has_bounds(latest, period):
            found.append(period)
        period = workspace.calendar.after(period)
    return found


def first_status(session: Session, workspace: Workspace) -> datetime | None:
    """The first instant (UTC) at which an account has a status: before it there is nothing to state."""
    c = LEDGER.c
    first: datetime | None = session.execute(
        select(func.min(c.at))
        .where(c.workspace_id == workspace.id, c.user_id.is_(None))
        .where(ledger.counts(c.change_id, ledger.retracted(session, workspace)))
    ).scalar_one()
    return first


def freeze(session: Session, workspace: Workspace, period: Period, clock: Clock) -> bool:
    """Close a period that is over: whether that took a new revision. It takes none where the latest has these bounds,
    since whatever changes figures revises it, nor where no account had a status by its end. Raises PeriodRuns."""
    month = month_of(period)
    if is_frozen(session, workspace, period):
        return False
    with ledger.locked(session, workspace) as last:
        now = max(clock(), last)
        if period.end > now:
            raise PeriodRuns(last=period.last_day)
        if is_frozen(session, workspace, period):  # by another process, while this one waited
            return False
        latest = row_of(session, workspace, month)
        first = first_status(session, workspace)
        if latest is None and (first is None or first >= period.end):
            return False
        found = counted(session, workspace, period, now)
        change = None if latest is None else last_setting(session, workspace, latest.ledger_to)
        write(session, workspace, period, latest, found, now, ledger.latest_change(session, workspace), change)
        if change is not None:
            work.hand_over(session, TELLING, [Due(workspace.id, str(change), now)], now)
    return True


def revise(session: Session, workspace_id: int, since: datetime) -> None:
    """Write a revision of every statement whose figures are not what the ledger has from `since` on, in the session's
    own transaction, which must hold the workspace's lock; and hand over that the recipients are told.

    A period that runs by a new calendar is left until it is over. Of one that was frozen before its end, by a clock
    that was ahead, nobody is told.
    """
    workspace = workspaces.by_id(session, workspace_id)  # as this transaction leaves it
    change = ledger.latest_change(session, workspace)
    now: datetime = session.execute(select(CHANGE.c.recorded_at).where(CHANGE.c.id == change)).scalar_one()
    revised = False
    for latest in latest_rows(session, workspace, since):
        period = period_of(workspace, latest)
        is_same = has_bounds(latest, period)
        if not is_same and period.end > now:
            continue
        found = counted(session, workspace, period, max(now, period.end))
        if not (is_same and found.agrees_with(figures_of(session, latest))):
            write(session, workspace, period, latest, found, now, change, change)
            revised = revised or period.end <= now
    if revised:
        work.hand_over(session, TELLING, [Due(workspace.id, str(change), now)], now)


def counted(session: Session, workspace: Workspace, period: Period, now: datetime) -> "Figures":
    """What a period comes to that is over at `now`, within a transaction that writes."""
    from bot.services.billing import frozen, rollups

    peaks.refresh(session, workspace, now)
    opening = rollups.stored_counts(session, workspace, workspace.calendar.before(period))
    return frozen.figures(rollups.read_slice(session, workspace, period.start, period.end, opening), period.start)


def write(
    session: Session,
    workspace: Workspace,
    period: Period,
    before: Row[Any] | None,
    found: "Figures",
    now: datetime,
    ledger_to: int,
    change: int | None,
) -> None:
    """Write the first revision or the one after `before`."""
    price, resale = money(session, workspace, before)
    values = {
        "workspace_id": workspace.id,
        "month": month_of(period),
        "revision": before.revision + 1 if before else 1,
        "period_start": period.start,
        "period_end": period.end,
        "timezone": workspace.calendar.zone.key,
        "created_at": now,
        "peak": found.peak,
        "peak_at": found.peak_at,
        "ledger_to": ledger_to,
        "change_id": change,
        "price": price.dump() if price else None,
    }
    id_ = session.execute(insert(STATEMENT).values(values).returning(STATEMENT.c.id)).scalar_one()
    rows = (
        (
            id_,
            account,
            share.peak,
            None if share.peak_at is None else to_micros(share.peak_at),
            share.share,
            resale.get(account),
        )
        for account, share in found.accounts.items()
    )
    insert_rows(session, STATEMENT_ACCOUNT.name, ACCOUNT_COLUMNS, rows)


def money(
    session: Session, workspace: Workspace, before: Row[Any] | None
) -> tuple[Price | None, Mapping[int, str | None]]:
    """The price that a revision is frozen with, and the resale price of each account: those of the revision before,
    since other counts are no other prices, or where that had none, those that are set now."""
    a, c = ACCOUNT.c, STATEMENT_ACCOUNT.c
    workspace = workspaces.by_id(session, workspace.id)
    price = prices.load(before.price) if before is not None and before.price else workspace.price
    if price is None:
        return None, {}
    of_all = None if workspace.resale is None else f"{workspace.resale:f}"
    own = session.execute(select(a.id, a.resale).where(a.workspace_id == workspace.id))
    resale: dict[int, str | None] = {id_: text or of_all for id_, text in own}
    if before is not None and before.price:
        if price.currency != workspace.currency:
            resale = {}
        kept = session.execute(select(c.account_id, c.resale).where(c.statement_id == before.id))
        resale |= {id_: text for id_, text in kept}  # noqa: C416 - dict() would not take rows for pairs
    return price, resale


def figures_of(session: Session, row: Row[Any]) -> "Figures":
    """The figures of a row of STATEMENT, as it was frozen."""
    from bot.services.billing.frozen import Figures, Share

    c = STATEMENT_ACCOUNT.c
    query = select(c.account_id, c.peak, c.peak_at, c.share).where(c.statement_id == row.id)
    return Figures(row.peak, row.peak_at, {id_: Share(*share) for id_, *share in session.execute(query)})


def month_of(period: Period) -> date:
    """By what a period's statement is known."""
    return period.first_day.replace(day=1)


def of_month(workspace: Workspace, month: date) -> tuple[ColumnElement[bool], ...]:
    return (STATEMENT.c.workspace_id == workspace.id, STATEMENT.c.month == month)


def row_of(session: Session, workspace: Workspace, month: date, revision: int | None = None) -> Row[Any] | None:
    """The row of a revision, or of the latest one; None where there is none."""
    s = STATEMENT.c
    query = select(STATEMENT).where(*of_month(workspace, month)).order_by(s.revision.desc()).limit(1)
    return session.execute(query if revision is None else query.where(s.revision == revision)).one_or_none()


def latest_rows(session: Session, workspace: Workspace, since: datetime = EPOCH) -> Sequence[Row[Any]]:
    """The latest revisions, in the order of periods; only those of periods that end after an instant."""
    s, later = STATEMENT.c, STATEMENT.alias().c
    is_latest = ~exists().where(
        later.workspace_id == s.workspace_id, later.month == s.month, later.revision > s.revision
    )
    query = select(STATEMENT).where(is_latest, s.workspace_id == workspace.id, s.period_end > since)
    return session.execute(query.order_by(s.month)).all()


def period_of(workspace: Workspace, row: Row[Any]) -> Period:
    """The period of a statement by the present calendar."""
    return workspace.calendar.starting_in(row.month.year, row.month.month)


def has_bounds(row: Row[Any], period: Period) -> bool:
    """Whether a revision is of a period with these bounds."""
    return (row.period_start, row.period_end) == (period.start, period.end)


def is_frozen(session: Session, workspace: Workspace, period: Period) -> bool:
    """Whether the latest revision is of a period with these bounds."""
    latest = row_of(session, workspace, month_of(period))
    return latest is not None and has_bounds(latest, period)


def last_setting(session: Session, workspace: Workspace, since: int) -> int | None:
    """The last change of settings after another change: what gave a period other bounds. Prices alone
    give none: a change of them keeps words, which begin otherwise."""
    c = CHANGE.c
    is_calendar = (c.kind == Kind.SET, c.reason.is_(None) | c.reason.startswith(workspaces.CALENDAR))
    found: int | None = session.execute(
        select(func.max(c.id)).where(c.workspace_id == workspace.id, *is_calendar, c.id > since)
    ).scalar_one()
    return found

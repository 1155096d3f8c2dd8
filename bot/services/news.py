"""What happened since an instant: whose count went up or down, who raised the peak, and the changes that did it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from bot.services import names
from bot.services.accounts import Account
from bot.services.billing import counted, ledger
from bot.services.billing.counted import Billable
from bot.services.billing.peaks import AccountFigures, Report
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CHANGE, LEDGER, MICROSECOND, USER, Kind, Status, to_micros, without_index

LATEST = datetime.max.replace(tzinfo=UTC)
MOST_CHANGES = 5
"""So many of the changes are told, those that touched most people first."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An account whose count is another one than before."""

    account: str
    before: int
    after: int

    @property
    def by(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Did:
    """A change as it is told: how many users it touched, in which accounts, by whom and when (UTC)."""

    change: int
    kind: Kind
    actor: str
    at: datetime
    people: int
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What happened since `since` (UTC). `moved` are accounts by how far their count moved, `did` the changes that did
    it, the largest first, of `changes` in all. Where the peak of the period was raised since, `raised_by` are those
    who are counted at it and were not before, `raised_from` is what it was then."""

    since: datetime
    moved: tuple[Moved, ...] = ()
    did: tuple[Did, ...] = ()
    changes: int = 0
    raised_from: int | None = None
    raised_by: tuple[Billable, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moved or self.changes or self.raised_from is not None)


def news(
    session: Session,
    workspace: Workspace,
    report: Report,
    since: datetime,
    after_change: int,
    up_to_change: int,
    accounts: Sequence[Account] | None = None,
) -> News:
    """What a report's period and accounts went through since an instant, by the changes after one and up to another;
    of all accounts or of some."""
    ids = None if accounts is None else {one.id for one in accounts}
    end = report.period.end - MICROSECOND if report.closed else LATEST
    did = changes_between(session, workspace, after_change, up_to_change, ids)
    raised_from, raised_by = raised(session, workspace, report, since, ids)
    return News(
        since,
        tuple(moved(session, workspace, report.accounts, since, end, ids)),
        tuple(did[:MOST_CHANGES]),
        len(did),
        raised_from,
        raised_by,
    )


def moved(
    session: Session,
    workspace: Workspace,
    figures: Sequence[AccountFigures],
    since: datetime,
    end: datetime,
    only: Collection[int] | None,
) -> list[Moved]:
    """The accounts whose count is another one than it was at an instant, `figures` being those of now or of a period's
    end."""
    gone = ledger.retracted(session, workspace)
    before = counted.statuses_at(session, workspace, since, gone)
    turned: dict[int, int] = defaultdict(int)
    for row in touched(session, workspace, since, end, only):
        turned[row.account_id] += (row.after == Status.ACTIVE) - (row.before == Status.ACTIVE)
    found = []
    for one in figures:
        if only is None or one.id in only:
            was = one.active - turned[one.id] if before.get(one.id) == Status.ACTIVE else 0
            if was != one.current:
                found.append(Moved(one.name, was, one.current))
    return sorted(found, key=lambda one: (-abs(one.by), names.sorting(one.account)))


def touched(
    session: Session, workspace: Workspace, since: datetime, to: datetime, only: Collection[int] | None
) -> list[Row[Any]]:
    """The users who have a row after an instant, up to another: each with the status at both."""
    gone = ledger.retracted(session, workspace)
    c, u, a = LEDGER.c, USER.c, ACCOUNT.c
    rows = select(c.user_id).where(
        c.workspace_id == workspace.id,
        c.at > since,
        c.at <= to,
        c.user_id.is_not(None),
        ledger.counts(c.change_id, gone),
    )
    if only is not None:
        rows = rows.where(c.account_id.in_(list(only)))
    status_before, status_after = counted.status_at(since, gone), counted.status_at(to, gone)
    query = (
        select(
            u.id,
            u.account_id,
            a.name.label("account"),
            u.email,
            u.name,
            status_before.label("before"),
            status_after.label("after"),
        )
        .join_from(USER, ACCOUNT, a.id == u.account_id)
        .where(u.id.in_(rows.distinct()))
    )
    return list(session.execute(query))


def raised(
    session: Session, workspace: Workspace, report: Report, since: datetime, only: Collection[int] | None
) -> tuple[int | None, tuple[Billable, ...]]:
    """What the peak of a report was at an instant, and who is counted at it and was not then; None where it was not
    raised since, or where it is of several accounts, which have no peak of their own. Of a period that began later it
    is what it began with."""
    start = max(since, report.period.start)
    is_one = only is None or report.account is not None
    if not is_one or report.peak_at is None or report.peak_at <= start:
        return None, ()
    gone = ledger.retracted(session, workspace)
    before = counted.billable_accounts(session, workspace, start, gone)
    at_peak = counted.billable_accounts(session, workspace, report.peak_at, gone)
    people = [
        Billable(row.account, row.email, row.name, row.id)
        for row in touched(session, workspace, start, report.peak_at, only)
        if row.after == Status.ACTIVE and row.before != Status.ACTIVE and row.account_id in at_peak & before
    ]
    for account in at_peak - before:
        if only is None or account in only:
            people += counted.people_counted(session, workspace, report.peak_at, account)
    people.sort(key=lambda one: (names.sorting(one.account), names.sorting(one.email or "")))
    return peak_until(session, report, start), tuple(people)


def peak_until(session: Session, report: Report, instant: datetime) -> int:
    """The peak that a report's period, which holds the instant, had until then."""
    from bot.services.billing import rollups  # numpy is needed only where a peak rose

    workspace, period = report.workspace, report.period
    account = report.account.id if report.account else None
    opening = rollups.stored_counts(session, workspace, workspace.calendar.before(period), account)
    which = None if account is None else LEDGER.c.account_id == account
    totals = rollups.read_slice(session, workspace, period.start, instant + MICROSECOND, opening, which).totals
    begins_anew = len(totals.at) and totals.at[0] == to_micros(period.start)
    counts: list[int] = totals.count.tolist()
    return max(counts if begins_anew else [totals.opening, *counts])


def changes_between(
    session: Session, workspace: Workspace, after: int, up_to: int, only: Collection[int] | None
) -> list[Did]:
    """The changes after one and up to another that have rows in the ledger, those that touched most people first."""
    if up_to <= after:
        return []
    c, row, a = CHANGE.c, LEDGER.c, ACCOUNT.c
    query = (
        select(c.id, c.kind, c.actor, c.recorded_at, a.name, func.count(row.user_id.distinct()).label("people"))
        .join_from(CHANGE, LEDGER, row.change_id == c.id)
        .join(ACCOUNT, a.id == row.account_id)
        .where(without_index(c.workspace_id) == workspace.id, c.id > after, c.id <= up_to)
        .group_by(c.id, c.kind, c.actor, c.recorded_at, a.name)
    )
    if only is not None:
        query = query.where(row.account_id.in_(list(only)))
    groups: dict[int, list[Row[Any]]] = defaultdict(list)
    for found in session.execute(query):
        groups[found.id].append(found)
    did = [
        Did(
            id_,
            some[0].kind,
            some[0].actor,
            some[0].recorded_at,
            sum(one.people for one in some),
            tuple(sorted((one.name for one in some), key=names.sorting)),
        )
        for id_, some in groups.items()
    ]
    return sorted(did, key=lambda one: (-one.people, -one.change))

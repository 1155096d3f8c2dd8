"""This MSP's own figures, for the answers that carry some, taken at the moment of asking (faq-topics.md)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import func, select
from sqlmodel import Session

from bot.services import accounts, connections, deny_list, names
from bot.services.accounts import AccountLine
from bot.services.billing import counted, ledger, peaks
from bot.services.billing.counted import Repeated
from bot.services.billing.periods import Period
from bot.services.deny_list import DenyCount
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, LEDGER, USER, Cause, Status


@dataclass(frozen=True, slots=True)
class Bills:
    """The running bill and the one before it. Instants are UTC; a `peak_at` is None where nobody was counted."""

    period: Period
    current: int
    peak: int
    peak_at: datetime | None
    last: Period
    last_peak: int
    last_peak_at: datetime | None


@dataclass(frozen=True, slots=True)
class Return:
    """Somebody who was set inactive by hand and set active again by a sync, at that instant (UTC)."""

    email: str
    account: str
    at: datetime
    denied: bool
    """Whether the deny list keeps the person out by now."""


@dataclass(frozen=True, slots=True)
class SyncTime:
    """When a sync of an account last changed somebody, or when the next is due (UTC)."""

    account: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Returns:
    """Who came back by a sync since a day on which a billing period began, the latest first."""

    since: date
    people: tuple[Return, ...]


@dataclass(frozen=True, slots=True)
class MoreThanOnce:
    """Who is counted in more than one account."""

    people: tuple[Repeated, ...]


@dataclass(frozen=True, slots=True)
class DenyLists:
    """The deny lists that have entries."""

    lists: tuple[DenyCount, ...]


@dataclass(frozen=True, slots=True)
class Syncs:
    """When syncs last changed something, the latest first, and when Seatbot's next ones are due, the soonest first."""

    lasts: tuple[SyncTime, ...]
    nexts: tuple[SyncTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Trials:
    """The accounts on trial, and how many users are counted now."""

    accounts: tuple[AccountLine, ...]
    current: int


@dataclass(frozen=True, slots=True)
class Paused:
    """The accounts that are billed and have nobody active, and how many others are billed."""

    paused: tuple[AccountLine, ...]
    others: int


Live = Bills | Returns | MoreThanOnce | DenyLists | Syncs | Trials | Paused


def bills(session: Session, workspace: Workspace, now: datetime) -> Bills:
    """The running bill and the one before it."""
    period = workspace.calendar.holding(now)
    last = workspace.calendar.before(period)
    current = peaks.bill(session, workspace, now).current
    peak, peak_at = peaks.peak(session, workspace, period, now)
    return Bills(period, current, peak, peak_at, last, *peaks.peak(session, workspace, last, now))


def returns(session: Session, workspace: Workspace, now: datetime) -> Returns:
    """Who was set inactive by hand and came back by a sync, in this period or the one before (A2)."""
    calendar = workspace.calendar
    since = calendar.before(calendar.holding(now))
    gone = ledger.retracted(session, workspace)
    c, u, a = LEDGER.c, USER.c, ACCOUNT.c
    row, before = LEDGER.alias().c, LEDGER.alias().c
    previous = (
        select(row.id)
        .where(row.user_id == c.user_id, row.at < c.at, ledger.counts(row.change_id, gone))
        .order_by(row.at.desc(), row.change_id.desc())
        .limit(1)
        .correlate(LEDGER)
        .scalar_subquery()
    )
    by_hand = select(before.id).where(
        before.id == previous, before.status == Status.INACTIVE, before.cause == Cause.MANUAL
    )
    rows = session.execute(
        select(u.email, a.name, func.max(c.at).label("at"), u.id, u.account_id, u.email_key)
        .join_from(LEDGER, USER, u.id == c.user_id)
        .join(ACCOUNT, a.id == u.account_id)
        .where(c.workspace_id == workspace.id, c.at >= since.start, c.at <= now, u.email.is_not(None))
        .where(c.status == Status.ACTIVE, c.cause == Cause.SYNC, ledger.counts(c.change_id, gone), by_hand.exists())
        .group_by(u.email, a.name, u.id, u.account_id, u.email_key)
    ).all()
    lists = deny_list.standing(session, {one.account_id for one in rows})
    found = [Return(one.email, one.name, one.at, names.matches(lists[one.account_id], one.email_key)) for one in rows]
    return Returns(since.first_day, tuple(sorted(found, key=lambda one: (one.at, one.email), reverse=True)))


def syncs(session: Session, workspace: Workspace, now: datetime) -> Syncs:
    """When syncs last changed something, and when the next are due."""
    c, a = LEDGER.c, ACCOUNT.c
    gone = ledger.retracted(session, workspace)
    rows = session.execute(
        select(a.name, func.max(c.at))
        .join_from(LEDGER, ACCOUNT, a.id == c.account_id)
        .where(c.workspace_id == workspace.id, c.cause == Cause.SYNC, c.at <= now, ledger.counts(c.change_id, gone))
        .group_by(a.id, a.name)
    )
    lasts = sorted((SyncTime(*row) for row in rows), key=lambda one: (one.at, one.account), reverse=True)
    connected = connections.everyone(session, workspace)
    nexts = [SyncTime(one.account.name, one.next_at) for one in connected if one.next_at and one.next_at > now]
    return Syncs(tuple(lasts), tuple(sorted(nexts, key=lambda one: (one.at, one.account))))


def trials(session: Session, workspace: Workspace, now: datetime) -> Trials:
    """The accounts on trial: who is active there enters the bill when the trial converts."""
    listed = accounts.listed(session, workspace, now)
    on_trial = [one for one in listed if one.status == Status.TRIAL and one.planned is None]
    return Trials(tuple(on_trial), sum(one.current for one in listed))


def paused(session: Session, workspace: Workspace, now: datetime) -> Paused:
    """The accounts that are billed and have nobody active."""
    billed = [
        one for one in accounts.listed(session, workspace, now) if one.status == Status.ACTIVE and not one.planned
    ]
    idle = tuple(one for one in billed if not one.active)
    return Paused(idle, len(billed) - len(idle))


def more_than_once(session: Session, workspace: Workspace, now: datetime) -> MoreThanOnce:
    """Who is counted in more than one account."""
    as_of = peaks.refresh(session, workspace, now).as_of
    return MoreThanOnce(tuple(counted.more_than_once(session, workspace, as_of)))


def deny_lists(session: Session, workspace: Workspace, now: datetime) -> DenyLists:
    """The deny lists that have entries."""
    return DenyLists(tuple(deny_list.counts(session, workspace)))


FIGURES: Mapping[str, Callable[[Session, Workspace, datetime], Live]] = MappingProxyType(
    {
        "billing-date": bills,
        "peak-vs-current": bills,
        "when-changes-take-effect": bills,
        "how-billing-works": bills,
        "reactivated-by-sync": returns,
        "duplicate-users": more_than_once,
        "deny-list": deny_lists,
        "sync-schedule": syncs,
        "trials": trials,
        "pause-billing": paused,
    }
)
"""Where the figures of each topic come from."""


def figures(session: Session, workspace: Workspace, topic: str, now: datetime) -> Live | None:
    """The figures that belong to a topic, if any."""
    source = FIGURES.get(topic)
    return source(session, workspace, now) if source else None

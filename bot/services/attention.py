"""What needs a decision: held and stale syncs, trials about to convert, people who may be counted by mistake."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlmodel import Session

from bot.services import names, suggestions
from bot.services.accounts import Account
from bot.services.billing import counted, ledger
from bot.services.billing.counted import Repeated
from bot.services.suggestions import Suggestion
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CONNECTION, LEDGER, SYNC_RUN, USER, HoldState, Status, SyncOutcome

SOON = timedelta(days=14)
"""A trial that ends within this time is about to convert."""
STALE = timedelta(hours=48)
"""Syncs are daily: an account that had none for so long is stale."""


@dataclass(frozen=True, slots=True)
class HeldSync:
    """A sync that waits for an admin since an instant (UTC); `run` is its id."""

    account: str
    run: int
    since: datetime


@dataclass(frozen=True, slots=True)
class StaleSync:
    """An account whose users were last brought up to date with its directory at an instant (UTC), None for never;
    `failures` scheduled syncs have failed since."""

    account: str
    since: datetime | None
    failures: int


@dataclass(frozen=True, slots=True)
class EndingTrial:
    """An account on trial whose trial ends, or that becomes active, at an instant (UTC), and how many active users are
    counted from the conversion on. `planned` says that the conversion is planned here."""

    account: str
    at: datetime
    active: int
    planned: bool


@dataclass(frozen=True, slots=True)
class Attention:
    """Everything that needs a decision, each in the order of account names. Whoever is counted more than once is not
    among the suggestions besides."""

    held: tuple[HeldSync, ...] = ()
    stale: tuple[StaleSync, ...] = ()
    trials: tuple[EndingTrial, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    repeated: tuple[Repeated, ...] = ()

    def __bool__(self) -> bool:
        return any((self.held, self.stale, self.trials, self.suggestions, self.repeated))


def attention(
    session: Session, workspace: Workspace, now: datetime, accounts: Sequence[Account] | None = None
) -> Attention:
    """What needs a decision at `now`, of all accounts or of some."""
    ids = None if accounts is None else {one.id for one in accounts}
    only = None if accounts is None else {names.key(one.name) for one in accounts}
    statuses = opened(session, workspace, now, ids)
    shared = counted.shared(session, workspace, now)
    repeated = tuple(
        one for one in counted.repeated(shared) if only is None or any(names.key(name) in only for name in one.accounts)
    )
    known = {names.key(one.email) for one in repeated}
    return Attention(
        held=tuple(held(session, workspace, statuses)),
        stale=tuple(stale(session, workspace, now, statuses)),
        trials=tuple(trials(session, workspace, now, {id_ for id_, is_ in statuses.items() if is_ == Status.TRIAL})),
        suggestions=tuple(
            one
            for one in suggestions.listed(session, workspace, now, shared=shared)
            if names.key(one.email) not in known and (only is None or names.key(one.account) in only)
        ),
        repeated=repeated,
    )


def syncs(
    session: Session, workspace: Workspace, now: datetime, accounts: Sequence[Account] | None = None
) -> Attention:
    """As `attention`, of syncs alone."""
    ids = None if accounts is None else {one.id for one in accounts}
    statuses = opened(session, workspace, now, ids)
    return Attention(
        held=tuple(held(session, workspace, statuses)), stale=tuple(stale(session, workspace, now, statuses))
    )


def opened(session: Session, workspace: Workspace, now: datetime, only: Collection[int] | None) -> dict[int, Status]:
    """The accounts that are not closed at an instant, all or some, each with its status."""
    statuses = counted.statuses_at(session, workspace, now, ledger.retracted(session, workspace))
    return {
        id_: status for id_, status in statuses.items() if status != Status.CLOSED and (only is None or id_ in only)
    }


def held(session: Session, workspace: Workspace, accounts: Collection[int]) -> list[HeldSync]:
    """The syncs of these accounts that wait for an admin."""
    r, a = SYNC_RUN.c, ACCOUNT.c
    rows = session.execute(
        select(a.id, a.name, r.id.label("run"), r.started_at)
        .join_from(SYNC_RUN, ACCOUNT, a.id == r.account_id)
        .where(r.workspace_id == workspace.id, r.hold == HoldState.WAITING)
    )
    found = [HeldSync(row.name, row.run, row.started_at) for row in rows if row.id in accounts]
    return sorted(found, key=lambda one: names.sorting(one.account))


def stale(session: Session, workspace: Workspace, now: datetime, accounts: Collection[int]) -> list[StaleSync]:
    """Those of these accounts that have a directory whose last good sync was long ago."""
    c, r, a = CONNECTION.c, SYNC_RUN.c, ACCOUNT.c
    is_good = r.outcome.in_((SyncOutcome.APPLIED, SyncOutcome.UNCHANGED))
    rows = session.execute(
        select(a.id, a.name, c.failures, c.connected_at, func.max(r.ended_at, type_=r.ended_at.type).label("last"))
        .join_from(CONNECTION, ACCOUNT, a.id == c.account_id)
        .join(SYNC_RUN, and_(r.account_id == a.id, is_good), isouter=True)
        .where(c.workspace_id == workspace.id)
        .group_by(a.id, a.name, c.failures, c.connected_at)
    )
    found = [
        StaleSync(row.name, row.last, row.failures)
        for row in rows
        if row.id in accounts and now - max(row.last or row.connected_at, row.connected_at) > STALE
    ]
    return sorted(found, key=lambda one: names.sorting(one.account))


def trials(session: Session, workspace: Workspace, now: datetime, accounts: Collection[int]) -> list[EndingTrial]:
    """Those of these accounts on trial that convert soon, or whose trial ends then."""
    if not accounts:
        return []
    a, c = ACCOUNT.c, LEDGER.c
    gone = ledger.retracted(session, workspace)
    plans = session.execute(
        select(c.account_id, func.min(c.at, type_=c.at.type).label("at"))
        .where(c.workspace_id == workspace.id, c.user_id.is_(None), c.status == Status.ACTIVE)
        .where(c.at > now, c.at <= now + SOON, ledger.counts(c.change_id, gone))
        .group_by(c.account_id)
    )
    planned = {row.account_id: row.at for row in plans}
    named = session.execute(select(a.id, a.name, a.trial_ends).where(a.workspace_id == workspace.id)).all()
    ending = {
        row.id: planned.get(row.id) or row.trial_ends
        for row in named
        if row.id in accounts and (row.id in planned or (row.trial_ends and now < row.trial_ends <= now + SOON))
    }
    if not ending:
        return []
    u = USER.c
    is_active = counted.status_at(now, gone) == Status.ACTIVE
    counts = session.execute(
        select(u.account_id, func.count()).where(u.account_id.in_(list(ending)), is_active).group_by(u.account_id)
    )
    active = {account: int(count) for account, count in counts}
    found = [
        EndingTrial(row.name, ending[row.id], active.get(row.id, 0), row.id in planned)
        for row in named
        if row.id in ending
    ]
    return sorted(found, key=lambda one: names.sorting(one.account))

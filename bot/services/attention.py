"""What needs a decision: held and stale syncs, trials about to convert, people who may be counted by mistake."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select
from sqlmodel import Session

from bot.services import account_status, names, suggestions
from bot.services.accounts import Account
from bot.services.billing import counted, ledger
from bot.services.billing.counted import Repeated
from bot.services.suggestions import Suggestion
from bot.services.sync_plan import Figures
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CONNECTION, SYNC_RUN, USER, HoldState, Status, SyncOutcome

SOON = timedelta(days=14)
"""A trial that ends within this time is about to convert."""
STALE = timedelta(hours=48)
"""Syncs are daily: an account that had none for so long is stale."""


@dataclass(frozen=True, slots=True)
class HeldSync:
    """A sync that waits for an admin since an instant (UTC), and how many it would set active and inactive; `run` is
    its id."""

    account: str
    run: int
    since: datetime
    on: int
    off: int


@dataclass(frozen=True, slots=True)
class StaleSync:
    """An account whose users were last brought up to date with its directory at an instant (UTC), None for never;
    `failures` scheduled syncs have failed since. `id` is the account's."""

    account: str
    since: datetime | None
    failures: int
    id: int


@dataclass(frozen=True, slots=True)
class EndingTrial:
    """An account on trial whose trial ends, or that becomes active, at an instant (UTC), and how many active users are
    counted from the conversion on. `planned` says that the conversion is planned here.
    `id` is the account's."""

    account: str
    at: datetime
    active: int
    planned: bool
    id: int


@dataclass(frozen=True, slots=True)
class Attention:
    """Everything that needs a decision, each in the order of account names. Whoever is counted more than once is among
    the suggestions too."""

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
    return Attention(
        held=tuple(held(session, workspace, statuses)),
        stale=tuple(stale(session, workspace, now, statuses)),
        trials=tuple(trials(session, workspace, now, {id_ for id_, is_ in statuses.items() if is_ == Status.TRIAL})),
        suggestions=tuple(suggestions.mistaken(session, workspace, now, ids, shared)),
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
        select(a.id, a.name, r.id.label("run"), r.started_at, r.figures)
        .join_from(SYNC_RUN, ACCOUNT, a.id == r.account_id)
        .where(r.workspace_id == workspace.id, r.hold == HoldState.WAITING)
    )
    found = []
    for row in rows:
        if row.id in accounts:
            figures = Figures(**json.loads(row.figures))
            found.append(HeldSync(row.name, row.run, row.started_at, figures.activated, figures.deactivated))
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
        StaleSync(row.name, row.last, row.failures, row.id)
        for row in rows
        if row.id in accounts and now - max(row.last or row.connected_at, row.connected_at) > STALE
    ]
    return sorted(found, key=lambda one: names.sorting(one.account))


def trials(session: Session, workspace: Workspace, now: datetime, accounts: Collection[int]) -> list[EndingTrial]:
    """Those of these accounts on trial that convert soon, or whose trial ends then."""
    if not accounts:
        return []
    a = ACCOUNT.c
    gone = ledger.retracted(session, workspace)
    plans = account_status.activations(session, workspace, now)
    planned = {id_: at for id_, at in plans.items() if at <= now + SOON}
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
        EndingTrial(row.name, ending[row.id], active.get(row.id, 0), row.id in planned, row.id)
        for row in named
        if row.id in ending
    ]
    return sorted(found, key=lambda one: names.sorting(one.account))

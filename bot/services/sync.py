"""A sync: a directory's pool becomes an account's users, completely or not at all (sync.md)."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import account_status, deny_list, sync_apply, sync_notes, sync_runs, workspaces
from bot.services.accounts import Account
from bot.services.billing import ledger, watermark
from bot.services.changes import Effect, Meter
from bot.services.directories.base import Directory, Member, Outside, Progress
from bot.services.directories.failures import (
    ConnectionChanged,
    DirectoryFailure,
    HeldActivations,
    HeldDeactivations,
    HeldEmpty,
    HeldUnseen,
    HoldOutdated,
)
from bot.services.errors import AccountClosed, Refusal
from bot.services.sync_plan import Figures, Known, Plan, Turned, digest_of, figures_of, plan, turned_by
from bot.services.sync_pool import Usable, usable
from bot.services.workspaces import Workspace
from db.models import CONNECTION, HoldState, Status, SyncOutcome

SCHEDULED = "sync"
"""The actor of a sync that nobody asked for."""

Settings = tuple[Any, ...] | None
"""The source, target and options of a connection."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync came to. `refusal` says why it was held or failed, `turned` are all whom it turned, or would turn, in
    the order of address, `outside` how many of the directory are not in the pool and why, `effect` what it did, or
    would do, to the bills where it turned anybody. `run` is the run's id or, of one that was held, that of the hold
    that waits for the admins, who were asked before if it `waits` already."""

    account: Account
    outcome: SyncOutcome
    figures: Figures = field(default_factory=Figures)
    run: int | None = None
    change: int | None = None
    refusal: Refusal | None = None
    turned: tuple[Turned, ...] = ()
    outside: Mapping[Outside, int] = field(default_factory=dict)
    effect: Effect | None = None
    waits: bool = False


Ended = Callable[[Session, Synced], None]
"""Told in the transaction that keeps what a sync came to, for what must be kept with it."""


def unheard(session: Session, synced: Synced) -> None:
    """Nothing is kept with the end of a sync."""


class Errand(NamedTuple):
    """A sync that somebody wants: of which account, by which settings of its connection, and which run it is kept as,
    None for a preview."""

    session: Session
    workspace: Workspace
    account: Account
    actor: str
    clock: Clock
    by: Settings
    run: int | None
    ended: Ended


class Ahead(NamedTuple):
    """What a sync would do by what was read after the change `seen`: whether somebody has reviewed what syncs of the
    account do, its statuses, planned ones too, its users, the plan and its digest."""

    seen: int
    reviewed: bool
    statuses: list[account_status.Row]
    users: list[Known]
    planned: Plan
    digest: str


class Undone(Exception):
    """Carries what a sync would do out of its transaction, which it rolls back, with a digest of it."""

    def __init__(self, synced: Synced, shown: str) -> None:
        super().__init__()
        self.synced, self.shown = synced, shown


def sync(
    session: Session,
    workspace: Workspace,
    account: Account,
    directory: Directory,
    *,
    actor: str,
    clock: Clock,
    preview: bool = False,
    force: bool = False,
    progress: Progress,
    ended: Ended = unheard,
) -> Synced:
    """Read an account's directory and apply its pool, as it stands, in one transaction.

    Whatever the directory does is no exception but an outcome: failed, with the refusal; so is a connection that was
    changed meanwhile. Held where it would change more than a sync may unasked, unless `force`. A preview changes
    nothing and has the figures of the sync that would follow. Raises AccountClosed.
    """
    check_open(session, workspace, account, clock())
    by, _ = settings_of(session, account)
    run = None if preview else sync_runs.begin(session, workspace, account, actor, clock)
    errand = Errand(session, workspace, account, actor, clock, by, run, ended)
    session.rollback()  # nothing is held while the directory is read
    try:
        pool = usable(directory.read(progress))
        # It may be billed by another day by now.
        errand = errand._replace(workspace=workspaces.by_id(session, workspace.id))
        try:
            return apply(errand, pool, force=force)
        except Undone as undone:
            return hold(errand, undone, pool.members) if run is not None else previewed(errand, undone.synced)
    except (DirectoryFailure, AccountClosed) as refusal:
        log.warning("sync failed", account=account.id, refusal=type(refusal).__name__)
        failed = Synced(account, SyncOutcome.FAILED, run=run, refusal=refusal)
        with ledger.locked(session, workspaces.by_id(session, workspace.id)):
            if run is not None:
                sync_runs.end(session, run, SyncOutcome.FAILED, clock(), refusal=refusal)
            ended(session, failed)
        if isinstance(refusal, AccountClosed):
            raise
        return failed


def confirm(
    session: Session, workspace: Workspace, run: int, *, actor: str, clock: Clock, ended: Ended = unheard
) -> Synced:
    """Apply the pool of a held sync, if that does exactly what the admins were shown, once. Raises HoldSettled where it
    was confirmed or rejected before, HoldOutdated where it would do something else by now, AccountClosed."""
    account = sync_runs.account_of(session, workspace, run)
    check_open(session, workspace, account, clock())
    errand = Errand(session, workspace, account, actor, clock, settings_of(session, account)[0], run, ended)
    try:
        return apply(errand, Usable(sync_runs.pool_of(session, run)), confirms=True)
    except HoldOutdated:
        with ledger.locked(session, workspace):
            sync_runs.settle(session, run, HoldState.OUTDATED, actor, clock())
        raise


def reject(session: Session, workspace: Workspace, run: int, *, actor: str, clock: Clock) -> Account:
    """Throw the pool of a held sync away: nobody is changed. Gives the account. Raises HoldSettled, HoldOutdated."""
    account = sync_runs.account_of(session, workspace, run)
    with ledger.locked(session, workspace):
        sync_runs.waiting(session, run)
        sync_runs.settle(session, run, HoldState.REJECTED, actor, clock())
    return account


def apply(errand: Errand, pool: Usable, *, force: bool = False, confirms: bool = False) -> Synced:
    """Make the members of a pool the account's active users, in one transaction, and end the run in it.

    Raises Undone for a preview, and where the admins have to be asked, which `force` leaves out; AccountClosed and
    ConnectionChanged where that happened since the pool was read. `confirms` is the admins' answer: raises HoldSettled,
    and HoldOutdated where it is about something else.
    """
    session, workspace, account, actor, clock, _, run, ended = errand
    _, last = watermark.rolled_to(session, workspace)  # a clock may be behind another machine's
    ahead = look_ahead(errand, pool, max(clock(), last))
    with ledger.writing(session, workspace, clock) as instant:
        shown = sync_runs.waiting(session, run) if confirms and run is not None else None
        if sync_apply.is_touched(session, workspace, account, ahead.seen):
            ahead = look_ahead(errand, pool, instant)
        if account_status.status_at(ahead.statuses, instant) == Status.CLOSED:
            raise AccountClosed(account=account.name)
        _, is_reviewed, _, users, planned, digest = ahead
        if shown is not None and digest != shown:
            raise HoldOutdated()
        objection = None if force or confirms else objection_to(planned, actor, is_reviewed=is_reviewed)
        change, meter = None, Meter(session, workspace, instant) if planned.turns else None
        if planned.turns or planned.details:
            change = sync_apply.write(session, workspace, account, users, planned, actor=actor, at=instant)
        outcome = SyncOutcome.APPLIED if planned.turns else SyncOutcome.UNCHANGED
        figures = figures_of(planned)
        turned, effect = turned_by(planned), meter.effect(change) if meter else None
        synced = Synced(account, outcome, figures, run, change, objection, turned, pool.outside, effect)
        if run is None:
            raise Undone(replace(synced, outcome=SyncOutcome.PREVIEW, change=None), digest)
        if objection:
            raise Undone(replace(synced, outcome=SyncOutcome.HELD, change=None), digest)
        if confirms:
            sync_runs.settle(session, run, HoldState.CONFIRMED, actor, instant)
        if pool.notes is not None:
            sync_notes.keep(session, account, pool.notes)
        sync_runs.outdate(session, account.id)
        sync_runs.end(session, run, outcome, instant, figures=asdict(figures), change=change)
        reviewed(session, account, actor)
        ended(session, synced)
        return synced


def look_ahead(errand: Errand, pool: Usable, now: datetime) -> Ahead:
    """What a pool would change. Read before the sync has the workspace's lock, so that others wait the shorter; it
    stands as long as no change touches the account. Raises ConnectionChanged."""
    session, workspace, account = errand[:3]
    seen = ledger.latest_change(session, workspace)
    reviewed = check_settings(session, account, errand.by)
    statuses = account_status.history(session, workspace, account.id)
    denied = deny_list.standing(session, [account.id]).get(account.id, {})
    users = sync_apply.known(session, workspace, account, now)
    planned = plan(users, pool.members, denied)
    return Ahead(seen, reviewed, statuses, users, planned, digest_of(planned))


def hold(errand: Errand, undone: Undone, members: list[Member]) -> Synced:
    """Keep a pool that waits for the admins. They are asked once about the same changes, and a scheduled sync does not
    ask again what they rejected. Raises ConnectionChanged."""
    session, workspace, account, actor, clock, by, run, ended = errand
    assert run is not None
    synced = undone.synced
    settled = (HoldState.WAITING, HoldState.REJECTED) if actor == SCHEDULED else (HoldState.WAITING,)
    with ledger.locked(session, workspace):
        check_settings(session, account, by)
        before = sync_runs.same_question(session, account, undone.shown, settled)
        if before is None:
            sync_runs.hold(session, account, run, undone.shown, members)
        sync_runs.end(session, run, SyncOutcome.HELD, clock(), figures=asdict(synced.figures), refusal=synced.refusal)
        held = replace(synced, run=before or run, waits=before is not None)
        ended(session, held)
    return held


def previewed(errand: Errand, synced: Synced) -> Synced:
    """Keep that somebody has seen what a sync would do. Raises ConnectionChanged."""
    session, account = errand.session, errand.account
    with ledger.locked(session, errand.workspace):
        check_settings(session, account, errand.by)
        reviewed(session, account, errand.actor)
        errand.ended(session, synced)
    return synced


def check_open(session: Session, workspace: Workspace, account: Account, now: datetime) -> None:
    """Raises AccountClosed for a closed account."""
    rows = account_status.history(session, workspace, account.id)
    if account_status.status_at(rows, now) == Status.CLOSED:
        raise AccountClosed(account=account.name)


def settings_of(session: Session, account: Account) -> tuple[Settings, bool]:
    """What an account's sync reads, and whom of it, by its present connection, and whether somebody has seen what it
    does; None and False where it has none."""
    found = session.execute(CONNECTED, {"account": account.id}).first()
    return (tuple(found[:-1]), found.reviewed) if found else (None, False)


CONNECTED = select(CONNECTION.c.source, CONNECTION.c.target_key, CONNECTION.c.options, CONNECTION.c.reviewed).where(
    CONNECTION.c.account_id == bindparam("account")
)


def check_settings(session: Session, account: Account, by: Settings) -> bool:
    """Whether somebody has seen what the account's sync does. Raises ConnectionChanged where it reads something else by
    now: what was read is not its pool."""
    settings, is_reviewed = settings_of(session, account)
    if settings != by:
        raise ConnectionChanged()
    return is_reviewed


def reviewed(session: Session, account: Account, actor: str) -> None:
    """Somebody has seen what a sync of the account does; a scheduled one, even where it changed nobody, nobody saw."""
    if actor != SCHEDULED:
        session.execute(update(CONNECTION).where(CONNECTION.c.account_id == account.id).values(reviewed=True))


def objection_to(planned: Plan, actor: str, *, is_reviewed: bool) -> Refusal | None:
    """Why the admins must be asked before a plan is carried out, if so (sync.md, invariant 2). Pure."""
    if planned.is_empty:
        return HeldEmpty()
    if planned.deactivates_too_many:
        return HeldDeactivations(n=len(planned.off), active=planned.active)
    if planned.activates_too_many:
        return HeldActivations(n=planned.activated, active=planned.active)
    if planned.turns and actor == SCHEDULED and not is_reviewed:
        return HeldUnseen()
    return None

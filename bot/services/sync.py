"""A sync: a directory's pool becomes an account's users, completely or not at all (sync.md)."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import structlog
from sqlalchemy import select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import deny_list, names, sync_apply, sync_runs
from bot.services.accounts import Account
from bot.services.billing import counted, ledger
from bot.services.changes import Effect, Meter
from bot.services.directories.base import Directory, Member, Outside, Pool, Progress
from bot.services.directories.failures import (
    ConnectionChanged,
    DirectoryFailure,
    HeldActivations,
    HeldDeactivations,
    HeldEmpty,
    HeldUnseen,
    HoldOutdated,
)
from bot.services.errors import AccountClosed, BadEmail, Refusal
from bot.services.sync_plan import Plan, plan
from bot.services.workspaces import Workspace
from db.models import CONNECTION, Cause, HoldState, Status, SyncOutcome

SCHEDULED = "sync"
"""The actor of a sync that nobody asked for."""

Settings = tuple[Any, ...] | None
"""The source, target and options of a connection."""

log = structlog.get_logger(__name__)


class Turned(NamedTuple):
    """Somebody whom a sync turns active or inactive, and why; `created` says that the user is new."""

    email: str
    name: str | None
    status: Status
    cause: Cause
    created: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How many a sync changed, or would change (contracts.md, JSON of `sync`)."""

    created: int = 0
    reactivated: int = 0
    deactivated: int = 0
    denied: int = 0
    unchanged: int = 0

    @property
    def activated(self) -> int:
        return self.created + self.reactivated


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync came to. `refusal` says why it was held or failed, `turned` are all whom it turned, or would turn, in
    the order of address, `outside` how many of the directory are not in the pool and why, `effect` what it did, or
    would do, to the bills. `run` is the run's id or, of one that was held, that of the hold that waits for the admins,
    who were asked before if it `waits` already."""

    account: Account
    outcome: SyncOutcome
    figures: Figures = Figures()
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
    by = settings_of(session, account)
    run = None if preview else sync_runs.begin(session, workspace, account, actor, clock)
    session.rollback()  # nothing is held while the directory is read
    try:
        members, outside = usable(directory.read(progress))
        how: Any = {"actor": actor, "clock": clock, "by": by, "ended": ended}
        try:
            more: Any = {"run": run, "preview": preview, "force": force, "outside": outside}
            return apply(session, workspace, account, members, **more, **how)
        except Undone as undone:
            if run is not None:
                return hold(session, workspace, undone, members, run, **how)
            with ledger.locked(session, workspace):
                check_settings(session, account, by)
                reviewed(session, account, actor)
                ended(session, undone.synced)
            return undone.synced
    except (DirectoryFailure, AccountClosed) as refusal:
        log.warning("sync failed", account=account.id, refusal=type(refusal).__name__)
        failed = Synced(account, SyncOutcome.FAILED, run=run, refusal=refusal)
        with ledger.locked(session, workspace):
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
    by, members = settings_of(session, account), sync_runs.pool_of(session, run)
    try:
        return apply(
            session,
            workspace,
            account,
            members,
            actor=actor,
            clock=clock,
            run=run,
            by=by,
            confirms=True,
            ended=ended,
        )
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


def apply(
    session: Session,
    workspace: Workspace,
    account: Account,
    members: list[Member],
    *,
    actor: str,
    clock: Clock,
    run: int | None,
    by: Settings,
    preview: bool = False,
    force: bool = False,
    confirms: bool = False,
    outside: Mapping[Outside, int] = MappingProxyType({}),
    ended: Ended = unheard,
) -> Synced:
    """Make the members of a pool, read by these settings, the account's active users, in one transaction, and end the
    run in it.

    Raises Undone for a preview, and where the admins have to be asked; AccountClosed and ConnectionChanged where that
    happened since the pool was read. `confirms` is the admins' answer: raises HoldSettled, and HoldOutdated where it is
    about something else.
    """
    with ledger.writing(session, workspace, clock) as instant:
        check_open(session, workspace, account, instant)
        shown = sync_runs.waiting(session, run) if confirms and run is not None else None
        check_settings(session, account, by)
        meter = Meter(session, workspace, instant)
        denied = deny_list.standing(session, [account.id]).get(account.id, {})
        planned = plan(sync_apply.known(session, workspace, account, instant), members, denied)
        digest = digest_of(planned)
        if shown is not None and digest != shown:
            raise HoldOutdated()
        objection = None if force or confirms else objection_to(session, account, planned, actor)
        change = None
        if planned.turns or planned.details:
            change = sync_apply.write(session, workspace, account, planned, actor=actor, at=instant)
        outcome = SyncOutcome.APPLIED if planned.turns else SyncOutcome.UNCHANGED
        figures = figures_of(planned)
        synced = Synced(
            account,
            outcome,
            figures,
            run,
            change,
            turned=turned_by(planned),
            outside=outside,
            effect=meter.effect(),
            refusal=objection,
        )
        if preview:
            raise Undone(replace(synced, outcome=SyncOutcome.PREVIEW, change=None), digest)
        if objection:
            raise Undone(replace(synced, outcome=SyncOutcome.HELD, change=None), digest)
        assert run is not None
        if confirms:
            sync_runs.settle(session, run, HoldState.CONFIRMED, actor, instant)
        sync_runs.outdate(session, account.id)
        sync_runs.end(session, run, outcome, instant, figures=asdict(figures), change=change)
        reviewed(session, account, actor)
        ended(session, synced)
        return synced


def hold(
    session: Session,
    workspace: Workspace,
    undone: Undone,
    members: list[Member],
    run: int,
    *,
    actor: str,
    clock: Clock,
    by: Settings,
    ended: Ended = unheard,
) -> Synced:
    """Keep a pool that waits for the admins. They are asked once about the same changes, and a scheduled sync does not
    ask again what they rejected. Raises ConnectionChanged."""
    synced = undone.synced
    settled = (HoldState.WAITING, HoldState.REJECTED) if actor == SCHEDULED else (HoldState.WAITING,)
    with ledger.locked(session, workspace):
        check_settings(session, synced.account, by)
        before = sync_runs.same_question(session, synced.account, undone.shown, settled)
        if before is None:
            sync_runs.hold(session, synced.account, run, undone.shown, members)
        sync_runs.end(session, run, SyncOutcome.HELD, clock(), figures=asdict(synced.figures), refusal=synced.refusal)
        held = replace(synced, run=before or run, waits=before is not None)
        ended(session, held)
    return held


def check_open(session: Session, workspace: Workspace, account: Account, now: datetime) -> None:
    """Raises AccountClosed for a closed account."""
    statuses = counted.statuses_at(session, workspace, now, ledger.retracted(session, workspace))
    if statuses.get(account.id) == Status.CLOSED:
        raise AccountClosed(account=account.name)


def settings_of(session: Session, account: Account) -> Settings:
    """What an account's sync reads, and whom of it, by its present connection; None where it has none."""
    c = CONNECTION.c
    found = session.execute(select(c.source, c.target_key, c.options).where(c.account_id == account.id)).first()
    return tuple(found) if found else None


def check_settings(session: Session, account: Account, by: Settings) -> None:
    """Raises ConnectionChanged where an account's sync reads something else by now: what was read is not its pool."""
    if settings_of(session, account) != by:
        raise ConnectionChanged()


def reviewed(session: Session, account: Account, actor: str) -> None:
    """Somebody has seen what a sync of the account does; a scheduled one, even where it changed nobody, nobody saw."""
    if actor != SCHEDULED:
        session.execute(update(CONNECTION).where(CONNECTION.c.account_id == account.id).values(reviewed=True))


def usable(pool: Pool) -> tuple[list[Member], dict[Outside, int]]:
    """The members of a pool whose addresses are some, trimmed and without marks that nobody sees, and with names of one
    line; and how many of the directory
    are not in it, by the reason. Pure."""
    members: dict[str, Member] = {}  # by id, since a page may tell again of somebody of the page before
    outside = Counter(absentee.why for absentee in pool.absent)
    for member in pool.members:
        try:
            email = names.check_email(names.BIDI.sub("", member.email))
        except BadEmail:
            outside[Outside.NO_ADDRESS] += 1
            continue
        name = names.printable((member.name or "").strip(), names.LONGEST_NAME) or None
        is_clean = email == member.email and name == member.name
        members[member.id] = member if is_clean else Member(member.id, email, name, member.licensed)
    return list(members.values()), dict(outside)


def objection_to(session: Session, account: Account, planned: Plan, actor: str) -> Refusal | None:
    """Why the admins must be asked before a plan is carried out, if so (sync.md, invariant 2)."""
    if planned.is_empty:
        return HeldEmpty()
    if planned.deactivates_too_many:
        return HeldDeactivations(n=len(planned.off), active=planned.active)
    if planned.activates_too_many:
        return HeldActivations(n=planned.activated, active=planned.active)
    if planned.turns and actor == SCHEDULED:
        seen = session.execute(select(CONNECTION.c.reviewed).where(CONNECTION.c.account_id == account.id))
        return None if seen.scalar_one_or_none() else HeldUnseen()
    return None


def figures_of(planned: Plan) -> Figures:
    """How many a plan changes."""
    return Figures(
        created=len(planned.created),
        reactivated=len(planned.on),
        deactivated=len(planned.off),
        denied=planned.denied,
        unchanged=planned.unchanged,
    )


def turned_by(planned: Plan) -> tuple[Turned, ...]:
    """Whom a plan turns, in the order of address."""
    renamed = {one.id: one.email for one in planned.details}
    people = [Turned(one.email, one.name, Status.ACTIVE, Cause.SYNC, True) for one in planned.created]
    people += [
        Turned(renamed.get(one.id) or one.email or "", one.name, Status.ACTIVE, Cause.SYNC, False) for one in planned.on
    ]
    people += [Turned(one.email or "", one.name, Status.INACTIVE, cause, False) for one, cause in planned.off]
    return tuple(sorted(people, key=lambda one: names.sorting(one.email)))


def digest_of(planned: Plan) -> str:
    """A text that two plans have in common if they turn the same people."""
    lines = [f"new {one.key} {one.external_id}" for one in planned.created]
    lines += [f"on {one.id}" for one in planned.on]
    lines += [f"off {one.id}" for one, _ in planned.off]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

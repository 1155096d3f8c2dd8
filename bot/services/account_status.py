"""The statuses of accounts, set by hand: at once or from a planned instant on (domain.md, History and Billable).

A status is a ledger row without a user. A planned row is in the future, and stands until its instant comes or a later
change writes another row at that very instant, which then decides: so a plan is taken back without a row being deleted.
A new status does not touch what is planned for later; the change names it instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, names, requests
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.billing.peaks import Bill
from bot.services.billing.periods import Period
from bot.services.changes import Change, Effect, Meter, StatusChange
from bot.services.errors import AccountExists, NotYetAnAccount, PastInstant, TrialEndsBefore
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CHANGE, LEDGER, Cause, Kind, Status


@dataclass(frozen=True, slots=True)
class Row:
    """A status of an account from an instant (UTC) on, and the change that says so."""

    at: datetime
    status: Status
    change: int


def add(
    session: Session,
    workspace: Workspace,
    name: str,
    status: Status,
    *,
    until: datetime | None = None,
    at: datetime | None = None,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """A new account with its first status, at once or from `at` on; `until` is the end of its trial.

    Raises AccountExists, BadName, LongName, and PastInstant and TrialEndsBefore as `set_status`.
    """
    name = names.check_name(name)
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        c = ACCOUNT.c
        of_name = select(c.id, c.name).where(c.workspace_id == workspace.id, c.name_key == names.key(name))
        known = session.execute(of_name).first()
        if known is not None and (rows := history(session, workspace, known.id)):
            raise AccountExists(account=known.name, status=(status_at(rows, instant) or rows[0].status))
        if known is None:
            row = {"workspace_id": workspace.id, "name": name, "name_key": names.key(name)}
            session.execute(insert(ACCOUNT).values(**row))
            known = session.execute(of_name).one()
        done = written(session, workspace, Account(*known), status, until, at, actor, instant)
        return requests.keep(session, workspace, request, instant, done)


def set_status(
    session: Session,
    workspace: Workspace,
    account: Account,
    status: Status,
    *,
    until: datetime | None = None,
    at: datetime | None = None,
    actor: str,
    clock: Clock,
    request: str | None = None,
    unasked: int | None = None,
) -> Change:
    """Set an account's status, at once or from `at` on; `until` is the end of its trial.

    The change has no id where the account is so already. Its effect is what this bill and the next come to if nothing
    else changes. Raises NotYetAnAccount where the account has no status by then, PastInstant for an instant that is
    over, TrialEndsBefore where the trial would end before it begins, and Unconfirmed where more than `unasked` people
    would begin or stop to be counted.
    """
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        if status_at(history(session, workspace, account.id), at or instant) is None:
            raise NotYetAnAccount(account=account.name)
        done = written(session, workspace, account, status, until, at, actor, instant)
        return requests.keep(session, workspace, request, instant, changes.confirmed(done, unasked))


def written(
    session: Session,
    workspace: Workspace,
    account: Account,
    status: Status,
    until: datetime | None,
    at: datetime | None,
    actor: str,
    instant: datetime,
) -> Change:
    """The change that gives an account a status, within its transaction."""
    if at is not None and at <= instant:
        raise PastInstant(value=workspace.calendar.day_of(at))
    if until is not None and until <= (at or instant):
        raise TrialEndsBefore(value=workspace.calendar.day_of(until))
    rows = history(session, workspace, account.id)
    before = status_at(rows, at or instant)
    ends = session.execute(select(ACCOUNT.c.trial_ends).where(ACCOUNT.c.id == account.id)).scalar_one()
    meter = Meter(session, workspace, instant)
    change = None
    if before != status or (until is not None and until != ends):
        trial_before = None if until is None else ends
        by = (session, workspace, Kind.ACCOUNT_STATUS, actor, instant)
        change = ledger.begin_change(*by, trial_before=trial_before, trial_after=until)
        record(session, workspace, change, account.id, status, Cause.MANUAL, at or instant)
        if until is not None:
            session.execute(update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(trial_ends=until))
    counted = entering(session, workspace, account.id, before, status)
    ends = (until or ends) if status == Status.TRIAL else None
    told = StatusChange(account.name, before, status, local(workspace, at), local(workspace, ends), counted)
    return Change(
        change,
        Kind.ACCOUNT_STATUS,
        account=account.name,
        statuses=(told,),
        planned=planned(workspace, account, rows, at or instant),
        effect=meter.effect(change) if at is None else planned_effect(meter.bill(), meter.period, at, counted),
    )


def history(session: Session, workspace: Workspace, account: int) -> list[Row]:
    """The statuses of an account that count, planned ones too, in order; of several at one instant the one recorded
    last."""
    c = LEDGER.c
    found = session.execute(
        select(c.at, c.status, c.change_id)
        .where(c.account_id == account, c.user_id.is_(None))
        .where(ledger.counts(c.change_id, ledger.retracted(session, workspace)))
        .order_by(c.at, c.change_id)
    )
    return list({row.at: Row(*row) for row in found}.values())


def status_at(rows: Sequence[Row], instant: datetime) -> Status | None:
    """What such a history says of an instant; None before the first status. Pure."""
    held = [row.status for row in rows if row.at <= instant]
    return held[-1] if held else None


def planned(workspace: Workspace, account: Account, rows: Sequence[Row], since: datetime) -> tuple[StatusChange, ...]:
    """What a history plans for later than an instant: each status that is another one than before it. Pure."""
    found = []
    for earlier, row in zip([None, *rows], rows, strict=False):
        before = earlier.status if earlier else None
        if row.at > since and row.status != before:
            found.append(StatusChange(account.name, before, row.status, local(workspace, row.at), by=row.change))
    return tuple(found)


def activations(session: Session, workspace: Workspace, since: datetime) -> dict[int, datetime]:
    """From which instant (UTC) on each account is planned to be active, by its id; a plan that was taken back is
    none."""
    c = LEDGER.c
    rows = session.execute(
        select(c.account_id, c.at, c.status)
        .where(c.workspace_id == workspace.id, c.user_id.is_(None), c.at > since)
        .where(ledger.counts(c.change_id, ledger.retracted(session, workspace)))
        .order_by(c.at.desc(), c.change_id)
    )
    last: dict[tuple[int, datetime], Status] = {(id_, at): status for id_, at, status in rows}
    return {id_: at for (id_, at), status in last.items() if status == Status.ACTIVE}


def record(
    session: Session, workspace: Workspace, change: int, account: int, status: Status, cause: Cause, at: datetime
) -> None:
    """Write a row for an account."""
    row = {"account_id": account, "user_id": None, "status": status, "at": at, "cause": cause, "change_id": change}
    session.execute(insert(LEDGER).values(workspace_id=workspace.id, **row))
    ledger.outdate(session, workspace, at)


def entering(session: Session, workspace: Workspace, account: int, before: Status | None, after: Status) -> int:
    """How many users begin to count when an account's status changes so or, below zero, stop counting."""
    if (before == Status.ACTIVE) == (after == Status.ACTIVE):
        return 0
    standings = ledger.standings(session, workspace, ledger.of_account(account))
    active = sum(one.status == Status.ACTIVE for one in standings.values())
    return active if after == Status.ACTIVE else -active


def planned_effect(before: Bill, period: Period, at: datetime, counted: int) -> Effect:
    """What `counted` more users do to the running bill and the next from a planned instant on, if nothing else
    changes. Pure."""
    after = before.current + (counted if at <= period.end else 0)
    return Effect(before, Bill(max(before.peak, after) if at < period.end else before.peak, after), period)


def effect_of_undo(meter: Meter, statuses: Sequence[StatusChange], change: int) -> Effect:
    """What was undone does to the running bill and the next; a plan that is taken back is counted out again."""
    if statuses and (at := statuses[0].at):
        plan = planned_effect(meter.bill(), meter.period, at, -statuses[0].counted)
        return Effect(plan.after, plan.before, plan.period)
    return meter.effect(change)


def undo(
    session: Session, workspace: Workspace, old: int, new: int, instant: datetime
) -> tuple[tuple[StatusChange, ...], tuple[str, ...], tuple[int, ...]]:
    """Take back the statuses that a change gave to accounts; gives those, the accounts that were left because a later
    change stands against it, and these changes.

    A status that holds gives way to the one from before, at the present instant; a planned one to what holds just
    before it, at its own instant. An account that had no status before is closed. The end of a trial is again what it
    was before the change that set it, unless something else was set since.
    """
    c, a = LEDGER.c, ACCOUNT.c
    given = session.execute(
        select(a.id, a.name, c.at)
        .join_from(LEDGER, ACCOUNT, a.id == c.account_id)
        .where(c.change_id == old, c.user_id.is_(None))
        .order_by(a.name_key, c.at)
    ).all()
    back, left, by = [], [], []
    for id_, name, at in given:
        rows = history(session, workspace, id_)
        is_planned = at > instant
        holds = next((row for row in reversed(rows) if row.at <= max(at, instant)), None)
        if holds is None or holds.change != old:
            left.append(name)
            by += [holds.change] if holds else []
            continue
        before = status_before(session, workspace, id_, at, old) or Status.CLOSED
        record(session, workspace, new, id_, before, Cause.UNDO, at if is_planned else instant)
        counted = entering(session, workspace, id_, holds.status, before)
        planned_at = local(workspace, at) if is_planned else None
        ends = end_taken_back(session, id_, old)
        until = local(workspace, ends) if before == Status.TRIAL else None
        back.append(StatusChange(name, holds.status, before, planned_at, until, counted=counted))
    return tuple(back), tuple(left), tuple(by)


def end_taken_back(session: Session, account: int, change: int) -> datetime | None:
    """Put the end of an account's trial (UTC) back to what it was before a change; gives what it is now."""
    a, c = ACCOUNT.c, CHANGE.c
    now: datetime | None = session.execute(select(a.trial_ends).where(a.id == account)).scalar_one()
    before: datetime | None
    before, after = session.execute(select(c.trial_before, c.trial_after).where(c.id == change)).one()
    if after is None or now != after:
        return now
    session.execute(update(ACCOUNT).where(a.id == account).values(trial_ends=before))
    return before


def local(workspace: Workspace, instant: datetime | None) -> datetime | None:
    """An instant in the time zone of the workspace."""
    return None if instant is None else instant.astimezone(workspace.calendar.zone)


def status_before(session: Session, workspace: Workspace, account: int, at: datetime, change: int) -> Status | None:
    """What an account's status would be from an instant on without the row that a change wrote there."""
    c = LEDGER.c
    gone = [*ledger.retracted(session, workspace), change]
    return session.execute(
        select(c.status)
        .where(c.account_id == account, c.user_id.is_(None), c.at <= at, ledger.counts(c.change_id, gone))
        .order_by(c.at.desc(), c.change_id.desc())
        .limit(1)
    ).scalar_one_or_none()

"""The story of a person: each change, why, by whom, and what it meant for which bill."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from bot.services import deny_list, names, people
from bot.services.billing import counted, ledger, peaks
from bot.services.billing.counted import AccountEntry
from bot.services.billing.ledger import Entry, Standing
from bot.services.billing.periods import Period
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.bulk import batched
from db.models import CHANGE, USER, Cause, Kind, Status


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a person's status. `period` is the billing period it fell in; `billed` says whether that period's
    bill counts the person, that is, whether the person was billable at the peak (B1), and `next_billed` whether the
    next period began with the person billable because of it (B7)."""

    at: datetime
    status: Status
    cause: Cause
    change: int
    kind: Kind
    actor: str
    reason: str | None
    period: Period
    billed: bool
    next_billed: bool


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """A change of the account's status, as far as it matters for the person: from `before` (None: it had none).
    `billed` and `next_billed` are as those of `Event`."""

    at: datetime
    before: Status | None
    status: Status
    cause: Cause
    change: int
    kind: Kind
    actor: str
    reason: str | None
    period: Period
    billed: bool
    next_billed: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether the running bill counts the person, that is, at its peak so far, and whether the next one would begin
    with the person if nothing changed."""

    period: Period
    peak: int
    peak_at: datetime | None
    counted: bool
    next_counted: bool


@dataclass(frozen=True, slots=True)
class Story:
    """One person in one account, now and before. `billable` is whether the person is counted now.

    `denied` are the entries of the deny list that mean the person; `comes_back` says that the next sync would set the
    person active again (A2), `goes_away` that it would not keep the person active.
    """

    person: Person
    standing: Standing
    account_status: Status | None
    billable: bool
    denied: tuple[str, ...]
    comes_back: bool
    goes_away: bool
    events: tuple[Event, ...]
    bill: Counted
    account_events: tuple[AccountEvent, ...] = ()


def why(session: Session, workspace: Workspace, email: str, now: datetime) -> list[Story]:
    """The stories of everybody with an address, one for each account, by account. Raises BadEmail, UnknownPerson."""
    people.check_addresses(session, workspace, [email])
    key = names.key(email)
    now = peaks.refresh(session, workspace, now).as_of
    found = people.selected(session, workspace, USER.c.email_key == key)
    entries = ledger.entries(session, workspace, ledger.of_users([person.id for person in found]))
    statuses = counted.statuses_at(session, workspace, now, ledger.retracted(session, workspace))
    lists = deny_list.standing(session, [person.account_id for person in found])
    stories = []
    for person in found:
        rows = [entry for entry in entries if entry.user == person.id]
        if not rows:
            continue
        standing = ledger.standing(rows)
        denied = tuple(
            pattern for entry, pattern in sorted(lists[person.account_id].items()) if names.matches({entry}, key)
        )
        status = statuses.get(person.account_id)
        active = standing.status == Status.ACTIVE
        accounts = counted.statuses_of(session, workspace, person.account_id)
        own, of_account, bill = events(session, workspace, rows, accounts, now)
        stories.append(
            Story(
                person,
                standing,
                status,
                billable=active and status == Status.ACTIVE,
                denied=denied,
                # Whom a sync itself set inactive is not in the directory.
                comes_back=person.synced and not active and not denied and standing.cause != Cause.SYNC,
                goes_away=person.synced and active and bool(denied),
                events=tuple(own),
                bill=bill,
                account_events=tuple(of_account),
            )
        )
    if not stories:
        raise people.unknown(names.printable(email.strip()), people.nearest(session, workspace, [email]))
    return stories


def events(
    session: Session, workspace: Workspace, rows: list[Entry], accounts: list[AccountEntry], now: datetime
) -> tuple[list[Event], list[AccountEvent], Counted]:
    """A person's rows as events, oldest first; the account's from the status on that the first of them met; and what
    the running bill counts."""
    told = [at for at, entry in enumerate(accounts) if entry.at <= rows[0].at][-1:]
    mattering = [entry for entry in accounts[told[0] if told else 0 :] if entry.at <= now]
    made = changes_of(session, {entry.change for entry in rows} | {entry.change for entry in mattering})
    running = workspace.calendar.holding(now)
    instants = [entry.at for entry in rows] + [entry.at for entry in mattering]
    periods = {at: workspace.calendar.holding(at) for at in instants}
    peaks_of = {period: peaks.peak(session, workspace, period, now) for period in {*periods.values(), running}}

    def billed(period: Period) -> bool:
        reached = peaks_of[period][1]
        return reached is not None and is_billable(rows, accounts, reached)

    def common(entry: Entry | AccountEntry) -> dict[str, Any]:
        period = periods[entry.at]
        return {
            **made[entry.change],
            "at": entry.at,
            "status": entry.status,
            "cause": entry.cause,
            "change": entry.change,
            "period": period,
            "billed": billed(period),
            "next_billed": is_billable(rows, accounts, min(period.end, now)),
        }

    before = {entry.at: earlier.status for earlier, entry in pairwise(accounts)}
    return (
        [Event(**common(entry)) for entry in rows],
        [AccountEvent(before=before.get(entry.at), **common(entry)) for entry in mattering],
        Counted(running, *peaks_of[running], billed(running), is_billable(rows, accounts, running.end)),
    )


def changes_of(session: Session, ids: set[int]) -> dict[int, dict[str, Any]]:
    """Kind, actor and reason of changes, by id."""
    c = CHANGE.c
    found: dict[int, dict[str, Any]] = {}
    for some in batched(list(ids)):
        for row in session.execute(select(c.id, c.kind, c.actor, c.reason).where(c.id.in_(some))):
            found[row.id] = {"kind": row.kind, "actor": row.actor, "reason": row.reason}
    return found


def is_billable(rows: list[Entry], accounts: list[AccountEntry], instant: datetime) -> bool:
    """Whether a person with these rows, in an account with these statuses, both in order, is billable. Pure."""
    own = [entry.status for entry in rows if entry.at <= instant]
    account = [entry.status for entry in accounts if entry.at <= instant]
    return bool(own and account) and own[-1] == Status.ACTIVE and account[-1] == Status.ACTIVE

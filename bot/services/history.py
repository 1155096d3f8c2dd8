"""The story of a person: each change, why, by whom, and what it meant for which bill."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from bot.services import deny_list, names, people
from bot.services.billing import counted, ledger, peaks
from bot.services.billing.ledger import Entry, Standing
from bot.services.billing.periods import Period
from bot.services.errors import UnknownPerson
from bot.services.people import Person
from bot.services.workspaces import Workspace
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
class Story:
    """One person in one account, now and before. `denied` are the entries of the deny list that mean the person;
    `comes_back` says that the next sync would set the person active again (A2), `goes_away` that it would not keep
    the person active."""

    person: Person
    standing: Standing
    account_status: Status | None
    billable: bool
    denied: tuple[str, ...]
    comes_back: bool
    goes_away: bool
    events: tuple[Event, ...]


def why(session: Session, workspace: Workspace, email: str, now: datetime) -> list[Story]:
    """The stories of everybody with an address, one for each account, by account. Raises BadEmail, UnknownPerson."""
    key = names.key(names.check_email(email))
    now, _ = peaks.refresh(session, workspace, now)
    found = people.selected(session, workspace, USER.c.email_key == key)
    entries = ledger.entries(session, workspace, ledger.of_users([person.id for person in found]))
    statuses = counted.statuses_at(session, workspace, now)
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
        stories.append(
            Story(
                person,
                standing,
                status,
                billable=active and status == Status.ACTIVE,
                denied=denied,
                comes_back=person.synced and not active and not denied,
                goes_away=person.synced and active and bool(denied),
                events=tuple(events(session, workspace, person, rows, now)),
            )
        )
    if not stories:
        raise UnknownPerson(email=names.printable(email.strip()))
    return stories


def events(session: Session, workspace: Workspace, person: Person, rows: list[Entry], now: datetime) -> list[Event]:
    """A person's rows as events, oldest first."""
    c = CHANGE.c
    ids = {entry.change for entry in rows}
    made = {row.id: row for row in session.execute(select(c.id, c.kind, c.actor, c.reason).where(c.id.in_(ids))).all()}
    periods = {entry.at: workspace.calendar.holding(entry.at) for entry in rows}
    peak_at = {period: peaks.peak(session, workspace, period, now)[1] for period in set(periods.values())}
    statuses = counted.statuses_of(session, workspace, person.account_id)
    told = []
    for entry in rows:
        period = periods[entry.at]
        reached = peak_at[period]
        change = made[entry.change]
        told.append(
            Event(
                entry.at,
                entry.status,
                entry.cause,
                entry.change,
                change.kind,
                change.actor,
                change.reason,
                period,
                billed=reached is not None and is_billable(rows, statuses, reached),
                next_billed=is_billable(rows, statuses, min(period.end, now)),
            )
        )
    return told


def is_billable(rows: list[Entry], statuses: list[tuple[datetime, Status]], instant: datetime) -> bool:
    """Whether a person with these rows, in an account with these statuses, both in order, is billable. Pure."""
    own = [entry.status for entry in rows if entry.at <= instant]
    account = [status for at, status in statuses if at <= instant]
    return bool(own and account) and own[-1] == Status.ACTIVE and account[-1] == Status.ACTIVE

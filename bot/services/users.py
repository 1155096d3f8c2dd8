"""The people of client accounts: found, listed, and set active or inactive by hand (domain.md, The hand; A1)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, deny_list, names, people
from bot.services.accounts import Account
from bot.services.billing import counted, ledger, peaks
from bot.services.billing.peaks import Bill
from bot.services.changes import Change, Effect, Meter
from bot.services.errors import (
    AmbiguousPerson,
    Denied,
    UnknownPeople,
    UnknownPerson,
    UnknownPersonInAccount,
)
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.models import USER, Cause, Kind, Status

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class UserLine:
    """A user in a list: since when and why the status is what it is. `since` is UTC."""

    email: str | None
    name: str | None
    status: Status
    denied: bool
    synced: bool
    since: datetime
    cause: Cause


def find(
    session: Session, workspace: Workspace, emails: Sequence[str], account: Account | None = None
) -> list[tuple[Person, ledger.Standing]]:
    """The users with these addresses, each once, with what they are now.

    All or none: raises BadEmail, UnknownPeople (with every unknown address), or AmbiguousPerson where an address is in
    several accounts and none was named.
    """
    wanted = {names.key(names.check_email(email)): email.strip() for email in emails}
    which: ColumnElement[bool] = USER.c.email_key.in_(wanted)
    if account is not None:
        which = and_(which, USER.c.account_id == account.id)
    candidates = people.selected(session, workspace, which)
    standings = ledger.standings(session, workspace, ledger.of_users([person.id for person in candidates]))
    found: dict[str, list[Person]] = defaultdict(list)
    for person in candidates:
        if person.id in standings:
            found[names.key(person.email or "")].append(person)
    missing = [email for key, email in wanted.items() if key not in found]
    if missing:
        if account is not None:
            raise UnknownPersonInAccount(account=account.name, emails=missing)
        raise UnknownPerson(email=missing[0]) if len(wanted) == 1 else UnknownPeople(emails=missing)
    for key, several in found.items():
        if len(several) > 1:
            raise AmbiguousPerson(email=wanted[key], accounts=[person.account for person in several])
    return [(person, standings[person.id]) for key in wanted for person in found[key]]


def deactivate(
    session: Session,
    workspace: Workspace,
    emails: Sequence[str],
    *,
    account: Account | None = None,
    reason: str | None = None,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Set people inactive now: all of them or none (A1).

    The change names who was inactive already, whom the next sync would set active again (A2), and what this bill and
    the next one count (B7). Raises as `find`.
    """
    with ledger.writing(session, workspace, clock) as instant:
        if done := changes.of_request(session, workspace, request):
            return changes.recall(session, workspace, done)
        found = find(session, workspace, emails, account)
        meter = Meter(session, workspace, instant)
        changed = [person for person, now in found if now.status == Status.ACTIVE]
        change = None
        if changed:
            change = ledger.begin_change(
                session,
                workspace,
                Kind.DEACTIVATE,
                actor,
                instant,
                reason=names.printable(reason.strip(), LONGEST_REASON) if reason else None,
                request=request,
            )
            ledger.record(session, workspace, change, changed, Status.INACTIVE, Cause.MANUAL, instant)
        denied = deny_list.denied(session, workspace, changed)
        return Change(
            change,
            Kind.DEACTIVATE,
            changed=tuple(changed),
            unchanged=tuple(person for person, now in found if now.status == Status.INACTIVE),
            comes_back=tuple(person for person in changed if person.synced and person.id not in denied),
            effect=meter.effect(),
        )


def preview(
    session: Session, workspace: Workspace, emails: Sequence[str], account: Account | None, now: datetime
) -> Change:
    """What `deactivate` would do at `now`; it changes nothing. Raises as `find`."""
    found = find(session, workspace, emails, account)
    active = [person for person, standing in found if standing.status == Status.ACTIVE]
    bill = peaks.bill(session, workspace, now)
    statuses = counted.statuses_at(session, workspace, now)
    billed = sum(statuses.get(person.account_id) == Status.ACTIVE for person in active)
    denied = deny_list.denied(session, workspace, active)
    return Change(
        None,
        Kind.DEACTIVATE,
        changed=tuple(active),
        unchanged=tuple(person for person, standing in found if standing.status == Status.INACTIVE),
        comes_back=tuple(person for person in active if person.synced and person.id not in denied),
        effect=Effect(bill, Bill(bill.peak, bill.current - billed), workspace.calendar.holding(now)),
    )


def activate(
    session: Session,
    workspace: Workspace,
    emails: Sequence[str],
    *,
    account: Account | None = None,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Set people active now: all of them or none. Raises Denied for people on the deny list, else as `find`."""
    with ledger.writing(session, workspace, clock) as instant:
        if done := changes.of_request(session, workspace, request):
            return changes.recall(session, workspace, done)
        found = find(session, workspace, emails, account)
        denied = deny_list.denied(session, workspace, [person for person, _ in found])
        refused = [person for person, _ in found if person.id in denied]
        if refused:
            raise Denied(emails=[person.email for person in refused], account=refused[0].account)
        meter = Meter(session, workspace, instant)
        changed = [person for person, now in found if now.status == Status.INACTIVE]
        change = None
        if changed:
            change = ledger.begin_change(session, workspace, Kind.ACTIVATE, actor, instant, request=request)
            ledger.record(session, workspace, change, changed, Status.ACTIVE, Cause.MANUAL, instant)
        return Change(
            change,
            Kind.ACTIVATE,
            changed=tuple(changed),
            unchanged=tuple(person for person, now in found if now.status == Status.ACTIVE),
            effect=meter.effect(),
        )


def listed(
    session: Session, workspace: Workspace, account: Account, status: str | None = None, search: str = ""
) -> list[UserLine]:
    """The users of an account by address; `status` keeps the active, the inactive or the denied ones, `search` those
    whose address or name contains it."""
    everybody = people.of_account(session, workspace, account)
    standings = ledger.standings(session, workspace, ledger.of_account(account.id))
    denied = deny_list.denied(session, workspace, everybody)
    wanted = names.key(search)
    lines = [
        UserLine(person.email, person.name, now.status, person.id in denied, person.synced, now.since, now.cause)
        for person in everybody
        if (now := standings.get(person.id))
        and (not wanted or wanted in names.key(f"{person.email} {person.name or ''}"))
    ]
    if status is None:
        return lines
    return [line for line in lines if (line.denied if status == "denied" else line.status == status)]

"""The people of client accounts: found, listed, and set active or inactive by hand (domain.md, The hand; A1)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, deny_list, names, people, requests
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.changes import Change, Meter
from bot.services.errors import (
    AmbiguousPerson,
    Denied,
    Refusal,
    UnknownPeople,
    UnknownPeopleInAccount,
    UnknownPeopleSuggestion,
    UnknownPerson,
    UnknownPersonAmong,
    UnknownPersonInAccount,
    UnknownPersonInAccountSuggestion,
)
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.bulk import batched
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
    id: int = 0


def find(
    session: Session,
    workspace: Workspace,
    emails: Sequence[str],
    account: Account | None = None,
    picked: Collection[int] = (),
) -> list[tuple[Person, ledger.Standing]]:
    """The users with these addresses, and those who were picked by id, each once, with what they are now.

    All or none: raises BadEmail, UnknownPeople (with every unknown address), UnknownPerson for an id of nobody any
    more, or AmbiguousPerson where an address is in several accounts and none was named.
    """
    by_id = {person.id: (person, now) for person, now in of_ids(session, workspace, picked)} if picked else {}
    return list((by_id | {one.id: (one, now) for one, now in of_emails(session, workspace, emails, account)}).values())


def of_ids(session: Session, workspace: Workspace, ids: Collection[int]) -> list[tuple[Person, ledger.Standing]]:
    """The users with these ids. Raises UnknownPerson, also for somebody who was forgotten or whose import was
    retracted."""
    found = {one.id: one for one in people.among(session, workspace, ids, USER.c.email.is_not(None))}
    standings = ledger.standings(session, workspace, ledger.of_users(list(found)))
    for id_ in ids:
        if id_ not in standings:
            raise UnknownPerson(email=(found[id_].email if id_ in found else None) or str(id_))
    return [(found[id_], standings[id_]) for id_ in ids]


def of_emails(
    session: Session, workspace: Workspace, emails: Sequence[str], account: Account | None
) -> list[tuple[Person, ledger.Standing]]:
    """The users with these addresses. Raises as `find`."""
    people.check_addresses(session, workspace, emails)
    wanted = {names.key(email): email.strip() for email in emails}
    candidates: list[Person] = []
    for some in batched(list(wanted)):
        which: ColumnElement[bool] = USER.c.email_key.in_(some)
        if account is not None:
            which = and_(which, USER.c.account_id == account.id)
        candidates += people.selected(session, workspace, which)
    standings = ledger.standings(session, workspace, ledger.of_users([person.id for person in candidates]))
    found: dict[str, list[Person]] = defaultdict(list)
    for person in candidates:
        if person.id in standings:
            found[names.key(person.email or "")].append(person)
    missing = [email for key, email in wanted.items() if key not in found]
    if missing:
        raise unknown(session, workspace, missing, account, alone=len(wanted) == 1)
    for key, several in found.items():
        if len(several) > 1:
            raise AmbiguousPerson(email=wanted[key], accounts=[person.account for person in several])
    return [(person, standings[person.id]) for key in wanted for person in found[key]]


def unknown(
    session: Session, workspace: Workspace, missing: Sequence[str], account: Account | None, *, alone: bool
) -> Refusal:
    """Nobody has these addresses; those most like them are suggested."""
    nearest = people.nearest(session, workspace, missing, account)
    many = len(missing) > 1
    if account is not None:
        fields = {"account": account.name, "emails": missing}
        if nearest:
            return UnknownPersonInAccountSuggestion(**fields, nearest=nearest)
        return UnknownPeopleInAccount(**fields) if many else UnknownPersonInAccount(**fields)
    if alone:
        return people.unknown(missing[0], nearest)
    if nearest:
        return UnknownPeopleSuggestion(emails=missing, nearest=nearest)
    return UnknownPeople(emails=missing) if many else UnknownPersonAmong(emails=missing)


def deactivate(
    session: Session,
    workspace: Workspace,
    emails: Sequence[str],
    *,
    account: Account | None = None,
    picked: Collection[int] = (),
    reason: str | None = None,
    deny: bool = False,
    actor: str,
    clock: Clock,
    request: str | None = None,
    unasked: int | None = None,
) -> Change:
    """Set people inactive now: all of them or none (A1).

    The change names who was inactive already, whom the next sync would set active again (A2), and what this bill and
    the next one count (B7); with `deny` those go on the deny lists of their accounts in the same change. Raises as
    `find`, and Unconfirmed where more than `unasked` people would change.
    """
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        done = made_inactive(
            session,
            workspace,
            emails,
            account=account,
            picked=picked,
            reason=reason,
            deny=deny,
            actor=actor,
            instant=instant,
        )
        return requests.keep(session, workspace, request, instant, changes.confirmed(done, unasked))


def made_inactive(
    session: Session,
    workspace: Workspace,
    emails: Sequence[str],
    *,
    account: Account | None = None,
    picked: Collection[int] = (),
    reason: str | None = None,
    deny: bool = False,
    actor: str,
    instant: datetime,
) -> Change:
    """As `deactivate`, within the transaction that makes the change or gives it up."""
    found = find(session, workspace, emails, account, picked)
    reason = kept_reason(reason)
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
            reason=reason,
        )
        ledger.record(session, workspace, change, changed, Status.INACTIVE, Cause.MANUAL, instant)
    denied = deny_list.denied(session, workspace, changed)
    comes_back = tuple(person for person in changed if person.synced and person.id not in denied)
    kept_out = deny_list.keep_out(session, comes_back, change) if deny and change else ()
    accounts = {person.account for person in comes_back}
    return Change(
        change,
        Kind.DEACTIVATE,
        changed=tuple(changed),
        unchanged=tuple(person for person, now in found if now.status == Status.INACTIVE),
        comes_back=() if kept_out else comes_back,
        patterns=kept_out,
        account=accounts.pop() if kept_out and len(accounts) == 1 else None,
        reason=reason if change else None,
        effect=meter.effect(change),
    )


def activate(
    session: Session,
    workspace: Workspace,
    emails: Sequence[str],
    *,
    account: Account | None = None,
    picked: Collection[int] = (),
    reason: str | None = None,
    actor: str,
    clock: Clock,
    request: str | None = None,
    unasked: int | None = None,
) -> Change:
    """Set people active now: all of them or none. Raises Denied for people on a deny list, with its entries that mean
    them, else as `deactivate`."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        done = made_active(
            session,
            workspace,
            emails,
            account=account,
            picked=picked,
            reason=reason,
            actor=actor,
            instant=instant,
        )
        return requests.keep(session, workspace, request, instant, changes.confirmed(done, unasked))


def made_active(
    session: Session,
    workspace: Workspace,
    emails: Sequence[str],
    *,
    account: Account | None = None,
    picked: Collection[int] = (),
    reason: str | None = None,
    actor: str,
    instant: datetime,
) -> Change:
    """As `activate`, within the transaction that makes the change or gives it up."""
    found = find(session, workspace, emails, account, picked)
    reason = kept_reason(reason)
    denied = deny_list.denied(session, workspace, [person for person, _ in found])
    refused = [person for person, _ in found if person.id in denied]
    if refused:
        there = [person for person in refused if person.account_id == refused[0].account_id]
        entries = deny_list.meaning(session, there)
        raise Denied(emails=[person.email for person in there], account=there[0].account, entries=entries)
    meter = Meter(session, workspace, instant)
    changed = [person for person, now in found if now.status == Status.INACTIVE]
    change = None
    if changed:
        change = ledger.begin_change(session, workspace, Kind.ACTIVATE, actor, instant, reason=reason)
        ledger.record(session, workspace, change, changed, Status.ACTIVE, Cause.MANUAL, instant)
    return Change(
        change,
        Kind.ACTIVATE,
        changed=tuple(changed),
        unchanged=tuple(person for person, now in found if now.status == Status.ACTIVE),
        reason=reason if change else None,
        effect=meter.effect(change),
    )


def kept_reason(reason: str | None) -> str | None:
    """A reason as the log keeps it."""
    return names.cut(reason.strip(), LONGEST_REASON) if reason else None


def listed(
    session: Session, workspace: Workspace, account: Account, status: str | None = None, search: str = ""
) -> list[UserLine]:
    """The users of an account by address; `status` keeps the active, the inactive or the denied ones, `search` those
    whose address or name contains it."""
    everybody = people.of_account(session, workspace, account)
    standings = ledger.standings(session, workspace, ledger.of_account(account.id))
    denied = deny_list.denied(session, workspace, everybody)
    wanted = names.fold(search)
    lines = [
        UserLine(
            person.email, person.name, now.status, person.id in denied, person.synced, now.since, now.cause, person.id
        )
        for person in everybody
        if (now := standings.get(person.id))
        and (not wanted or wanted in names.fold(f"{person.email or ''} {person.name or ''}"))
    ]
    if status is None:
        return lines
    return [line for line in lines if (line.denied if status == "denied" else line.status == status)]

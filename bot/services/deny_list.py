"""Deny lists: whom an account's sync keeps out (domain.md, Deny list; A2 to A4)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, limits, names, people, requests
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.changes import Change, Meter
from bot.services.errors import DenyNeedsForce, UnknownDenyEntry
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.bulk import batched
from db.models import ACCOUNT, CHANGE, DENY_ENTRY, USER, Cause, Kind, Status


@dataclass(frozen=True, slots=True)
class DenyLine:
    """An entry of a deny list, when it was added (UTC) and by whom."""

    pattern: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class DenyCount:
    """How many entries the deny list of an account has."""

    account: str
    entries: int
    id: int


def counts(session: Session, workspace: Workspace) -> list[DenyCount]:
    """The deny lists that have entries, by account."""
    d, a = DENY_ENTRY.c, ACCOUNT.c
    rows = session.execute(
        select(a.name, func.count(), a.id)
        .join_from(DENY_ENTRY, ACCOUNT, a.id == d.account_id)
        .where(a.workspace_id == workspace.id, d.removed_by.is_(None), d.pattern_key.is_not(None))
        .group_by(a.id, a.name, a.name_key)
        .order_by(a.name_key)
    )
    return [DenyCount(*row) for row in rows]


def listed(session: Session, workspace: Workspace, account: Account) -> list[DenyLine]:
    """The entries that stand, by pattern."""
    d, c = DENY_ENTRY.c, CHANGE.c
    rows = session.execute(
        select(d.pattern, c.recorded_at, c.actor)
        .join_from(DENY_ENTRY, CHANGE, c.id == d.added_by)
        .where(d.account_id == account.id, d.removed_by.is_(None), d.pattern_key.is_not(None))
    )
    return sorted((DenyLine(*row) for row in rows), key=lambda line: names.sorting(line.pattern))


def standing(session: Session, accounts: Iterable[int]) -> dict[int, dict[str, str]]:
    """What stands on the deny lists of these accounts: by account id, each pattern's key and how it was written."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for account, key, pattern in session.execute(STANDING, {"accounts": list(set(accounts))}):
        found[account][key] = pattern
    return found


STANDING = select(DENY_ENTRY.c.account_id, DENY_ENTRY.c.pattern_key, DENY_ENTRY.c.pattern).where(
    DENY_ENTRY.c.account_id.in_(bindparam("accounts", expanding=True)),
    DENY_ENTRY.c.removed_by.is_(None),
    DENY_ENTRY.c.pattern_key.is_not(None),
)


def denied(session: Session, workspace: Workspace, persons: Sequence[Person]) -> set[int]:
    """The ids of those of the persons who are on the deny list of their account."""
    lists = standing(session, [person.account_id for person in persons])
    return {
        person.id
        for person in persons
        if person.email and names.matches(lists[person.account_id], names.key(person.email))
    }


def denied_by(session: Session, person: Person) -> set[int]:
    """The changes that put a person on the deny list of their account."""
    d = DENY_ENTRY.c
    rows = session.execute(
        select(d.pattern_key, d.added_by).where(d.account_id == person.account_id, d.removed_by.is_(None))
    )
    return {by for key, by in rows if key and person.email and names.matches({key}, names.key(person.email))}


def meaning(session: Session, persons: Sequence[Person]) -> list[str]:
    """The entries that keep these people of one account out, as they were written."""
    keys = {names.key(person.email) for person in persons if person.email}
    there = standing(session, [person.account_id for person in persons[:1]])
    return [
        pattern
        for entries in there.values()
        for key, pattern in sorted(entries.items())
        if any(names.matches({key}, email) for email in keys)
    ]


def keep_out(session: Session, persons: Sequence[Person], change: int) -> tuple[str, ...]:
    """Put people, on no deny list yet, on those of their accounts; gives the new entries."""
    added: dict[str, str] = {}
    for id_, group in groupby(sorted(persons, key=lambda person: person.account_id), lambda person: person.account_id):
        emails = {names.key(person.email): person.email for person in group if person.email}
        insert_entries(session, id_, emails, change)
        added |= emails
    return in_order(added)


def add(
    session: Session,
    workspace: Workspace,
    account: Account,
    patterns: Sequence[str],
    *,
    force: bool = False,
    actor: str,
    clock: Clock,
    kind: Kind = Kind.DENY_ADD,
    replace: bool = False,
    source: str | None = None,
    request: str | None = None,
    unasked: int | None = None,
) -> Change:
    """Put patterns on an account's deny list; with `replace`, nothing else stays on it.

    Users whom a sync of the account brought and whom a pattern means become inactive at once; others whom it means are
    untouched and named in `left`. Raises BadPattern, DenyNeedsForce where more people would become inactive than a sync
    may do unasked, and Unconfirmed where more than `unasked`.
    """
    wanted = {names.key(names.check_pattern(pattern)): pattern.strip() for pattern in patterns}
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        there = standing(session, [account.id])[account.id]
        new = {key: pattern for key, pattern in wanted.items() if key not in there}
        gone = [key for key in there if key not in wanted] if replace else []
        known = in_order({key: there[key] for key in wanted if key in there})
        meter = Meter(session, workspace, instant)
        meant, left = whom(session, workspace, account, set(wanted), force=force)
        if not new and not gone and not meant:
            nothing = Change(None, kind, account=account.name, known=known, effect=meter.effect(None))
            return requests.keep(session, workspace, request, instant, nothing)
        change = ledger.begin_change(session, workspace, kind, actor, instant, source=source)
        remove_keys(session, account, gone, change)
        insert_entries(session, account.id, new, change)
        ledger.record(session, workspace, change, meant, Status.INACTIVE, Cause.DENY_LIST, instant)
        done = Change(
            change,
            kind,
            changed=meant,
            left=left,
            patterns=in_order(new),
            removed=in_order({key: there[key] for key in gone}),
            known=known,
            account=account.name,
            effect=meter.effect(change),
            unsynced=not has_synced(session, account),
        )
        return requests.keep(session, workspace, request, instant, changes.confirmed(done, unasked))


def remove(
    session: Session,
    workspace: Workspace,
    account: Account,
    patterns: Sequence[str],
    *,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Take patterns off an account's deny list: all or none. Nobody is activated until the next sync does it.

    Raises UnknownDenyEntry, BadPattern.
    """
    wanted = {names.key(names.check_pattern(pattern)): pattern.strip() for pattern in patterns}
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        there = standing(session, [account.id])[account.id]
        missing = [pattern for key, pattern in wanted.items() if key not in there]
        if missing:
            raise UnknownDenyEntry(account=account.name, patterns=missing)
        change = ledger.begin_change(session, workspace, Kind.DENY_REMOVE, actor, instant)
        remove_keys(session, account, list(wanted), change)
        removed = in_order({key: there[key] for key in wanted})
        done = Change(change, Kind.DENY_REMOVE, removed=removed, account=account.name)
        return requests.keep(session, workspace, request, instant, done)


def act(
    session: Session,
    workspace: Workspace,
    account: Account,
    keys: set[str],
    change: int,
    instant: datetime,
    *,
    force: bool,
) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """Deactivate the active users of an account whom entries mean and a sync brought; gives what `whom` gives. Raises
    DenyNeedsForce."""
    synced, left = whom(session, workspace, account, keys, force=force)
    ledger.record(session, workspace, change, synced, Status.INACTIVE, Cause.DENY_LIST, instant)
    return synced, left


def whom(
    session: Session, workspace: Workspace, account: Account, keys: set[str], *, force: bool
) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """The active users of an account whom entries mean: those whom a sync brought, and those whom none ever did. An
    entry that stands already may mean somebody whom an import set active since. Raises DenyNeedsForce."""
    everybody = {person.id: person for person in people.of_account(session, workspace, account)}
    now = ledger.standings(session, workspace, ledger.of_account(account.id))
    active = [person for id_, person in everybody.items() if id_ in now and now[id_].status == Status.ACTIVE]
    meant = [person for person in active if person.email and names.matches(keys, names.key(person.email))]
    synced = tuple(person for person in meant if person.synced)
    if not force and limits.too_many_deactivated(len(synced), len(active)):
        raise DenyNeedsForce(deactivated=len(synced), active=len(active), account=account.name)
    return synced, tuple(person for person in meant if not person.synced)


def in_order(entries: dict[str, str]) -> tuple[str, ...]:
    """Entries, given as key and pattern, as they are listed and kept: by key."""
    return tuple(pattern for _, pattern in sorted(entries.items()))


def has_synced(session: Session, account: Account) -> bool:
    """Whether a sync ever brought anybody into the account."""
    brought = select(USER.c.id).where(USER.c.account_id == account.id, USER.c.synced)
    return session.execute(brought.limit(1)).first() is not None


def insert_entries(session: Session, account: int, patterns: dict[str, str], change: int) -> None:
    """Write entries of an account, given as key and pattern."""
    rows = [
        {"account_id": account, "pattern": pattern, "pattern_key": key, "added_by": change}
        for key, pattern in patterns.items()
    ]
    if rows:
        session.execute(insert(DENY_ENTRY), rows)


def remove_keys(session: Session, account: Account, keys: Sequence[str], change: int) -> None:
    d = DENY_ENTRY.c
    of_account = update(DENY_ENTRY).where(d.account_id == account.id, d.removed_by.is_(None))
    for some in batched(keys):
        session.execute(of_account.where(d.pattern_key.in_(some)).values(removed_by=change))

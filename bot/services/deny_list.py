"""Deny lists: whom an account's sync keeps out (domain.md, Deny list; A2 to A4)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, limits, names, people
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.changes import Change, Meter
from bot.services.errors import DenyNeedsForce, UnknownDenyEntry
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.models import CHANGE, DENY_ENTRY, Cause, Kind, Status


@dataclass(frozen=True, slots=True)
class DenyLine:
    """An entry of a deny list, when it was added (UTC) and by whom."""

    pattern: str
    added_at: datetime
    added_by: str


def listed(session: Session, workspace: Workspace, account: Account) -> list[DenyLine]:
    """The entries that stand, by pattern."""
    d, c = DENY_ENTRY.c, CHANGE.c
    rows = session.execute(
        select(d.pattern, c.recorded_at, c.actor)
        .join_from(DENY_ENTRY, CHANGE, c.id == d.added_by)
        .where(d.account_id == account.id, d.removed_by.is_(None), d.pattern_key.is_not(None))
        .order_by(d.pattern_key)
    )
    return [DenyLine(*row) for row in rows]


def standing(session: Session, accounts: Iterable[int]) -> dict[int, dict[str, str]]:
    """What stands on the deny lists of these accounts: by account id, each pattern's key and how it was written."""
    d = DENY_ENTRY.c
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = select(d.account_id, d.pattern_key, d.pattern).where(d.account_id.in_(set(accounts)), d.removed_by.is_(None))
    for account, key, pattern in session.execute(rows.where(d.pattern_key.is_not(None))):
        found[account][key] = pattern
    return found


def denied(session: Session, workspace: Workspace, persons: Sequence[Person]) -> set[int]:
    """The ids of those of the persons who are on the deny list of their account."""
    lists = standing(session, [person.account_id for person in persons])
    return {
        person.id
        for person in persons
        if person.email and names.matches(lists[person.account_id], names.key(person.email))
    }


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
) -> Change:
    """Put patterns on an account's deny list; with `replace`, nothing else stays on it.

    Users whom a sync of the account brought and whom a pattern means become inactive at once; others whom it means are
    untouched and named in `left`. Raises BadPattern, and DenyNeedsForce where more people would become inactive than a
    sync may do unasked.
    """
    wanted = {names.key(names.check_pattern(pattern)): pattern.strip() for pattern in patterns}
    with ledger.writing(session, workspace, clock) as instant:
        if done := changes.of_request(session, workspace, request):
            return changes.recall(session, workspace, done)
        there = standing(session, [account.id])[account.id]
        new = {key: pattern for key, pattern in wanted.items() if key not in there}
        gone = [key for key in there if key not in wanted] if replace else []
        known = tuple(pattern for key, pattern in wanted.items() if key in there)
        meter = Meter(session, workspace, instant)
        if not new and not gone:
            return Change(None, kind, account=account.name, known=known, effect=meter.effect())
        change = ledger.begin_change(session, workspace, kind, actor, instant, source=source, request=request)
        remove_keys(session, account, gone, change)
        insert_entries(session, account, new, change)
        changed, left = act(session, workspace, account, set(new), change, instant, force=force)
        return Change(
            change,
            kind,
            changed=changed,
            left=left,
            patterns=tuple(new.values()),
            removed=tuple(there[key] for key in gone),
            known=known,
            account=account.name,
            effect=meter.effect(),
        )


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
        if done := changes.of_request(session, workspace, request):
            return changes.recall(session, workspace, done)
        there = standing(session, [account.id])[account.id]
        missing = [pattern for key, pattern in wanted.items() if key not in there]
        if missing:
            raise UnknownDenyEntry(account=account.name, patterns=missing)
        change = ledger.begin_change(session, workspace, Kind.DENY_REMOVE, actor, instant, request=request)
        remove_keys(session, account, list(wanted), change)
        removed = tuple(there[key] for key in wanted)
        return Change(change, Kind.DENY_REMOVE, removed=removed, account=account.name)


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
    """Deactivate the active users of an account whom new entries mean and a sync brought; gives them, and those whom
    the entries mean but no sync ever brought. Raises DenyNeedsForce."""
    everybody = {person.id: person for person in people.of_account(session, workspace, account)}
    now = ledger.standings(session, workspace, ledger.of_account(account.id))
    active = [person for id_, person in everybody.items() if id_ in now and now[id_].status == Status.ACTIVE]
    meant = [person for person in active if person.email and names.matches(keys, names.key(person.email))]
    synced = tuple(person for person in meant if person.synced)
    if not force and limits.too_many_deactivated(len(synced), len(active)):
        raise DenyNeedsForce(deactivated=len(synced), active=len(active), account=account.name)
    ledger.record(session, workspace, change, synced, Status.INACTIVE, Cause.DENY_LIST, instant)
    return synced, tuple(person for person in meant if not person.synced)


def insert_entries(session: Session, account: Account, patterns: dict[str, str], change: int) -> None:
    """Write entries, given as key and pattern."""
    rows = [
        {"account_id": account.id, "pattern": pattern, "pattern_key": key, "added_by": change}
        for key, pattern in patterns.items()
    ]
    if rows:
        session.execute(insert(DENY_ENTRY), rows)


def remove_keys(session: Session, account: Account, keys: Sequence[str], change: int) -> None:
    d = DENY_ENTRY.c
    of_account = update(DENY_ENTRY).where(d.account_id == account.id, d.removed_by.is_(None))
    for start in range(0, len(keys), 10_000):  # engines take so many parameters and no more
        session.execute(of_account.where(d.pattern_key.in_(keys[start : start + 10_000])).values(removed_by=change))

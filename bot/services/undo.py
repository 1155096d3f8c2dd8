"""Taking things back: undo of what was done by hand, retraction of an import (domain.md, Undo and Retraction)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import account_status, admins, changes, deny_list, digests, names, past_prices, requests
from bot.services.accounts import Account
from bot.services.billing import ledger, peaks
from bot.services.changes import Change, Meter, Unconfirmed
from bot.services.errors import (
    AlreadyTakenBack,
    CannotUndo,
    CannotUndoSuggestion,
    Contradicted,
    DenyNeedsForce,
    NotAnImport,
    NothingToUndo,
    UndoBlocked,
    UndoImport,
    UndoNeedsForce,
    UndoPointless,
    UnknownChange,
)
from bot.services.faq import own
from bot.services.people import Person
from bot.services.pricing import PRICE, RESALE
from bot.services.warnings import standing as warnings
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CHANGE, DENY_ENTRY, LEDGER, USER, Cause, Kind, Status
from db.models import Change as ChangeRow

ADMINS = {Kind.ADMIN_ADD, Kind.ADMIN_REMOVE}
DIGESTS = {Kind.DIGEST_ADD, Kind.DIGEST_REMOVE, Kind.DIGEST_PAUSE}
UNDOABLE = {
    Kind.DEACTIVATE,
    Kind.ACTIVATE,
    Kind.DENY_ADD,
    Kind.DENY_REMOVE,
    Kind.DENY_IMPORT,
    Kind.ACCOUNT_STATUS,
    Kind.TOPICS,
    *ADMINS,
    *DIGESTS,
    *warnings.KINDS,
}
IS_CHANGING = CHANGE.c.kind != Kind.DIGEST_RUN
"""All but a digest that was sent, which changes nothing and so does not stand before what did."""
IMPORTS = {Kind.IMPORT_ACCOUNTS, Kind.IMPORT_USERS}
IS_PRICES = and_(CHANGE.c.kind == Kind.SET, or_(CHANGE.c.reason.startswith(PRICE), CHANGE.c.reason.startswith(RESALE)))
"""Of the settings, what changed prices alone."""
IS_UNDOABLE = or_(CHANGE.c.kind.in_(UNDOABLE), IS_PRICES)
NAMED = 5
"""So many names stand in a refusal."""


def undo(
    session: Session,
    workspace: Workspace,
    *,
    change: str | None = None,
    of_settings: Sequence[str] = (),
    actor: str,
    clock: Clock,
    request: str | None = None,
    unasked_since: datetime | None = None,
) -> Change:
    """Take back a change; without one named, the actor's latest that changed something, is not taken back and takes
    nothing back itself.

    Each user gets the status from before, at the present instant, if the user's latest row is still that change's, no
    deny list stands against it and the person was not forgotten; the others are in `left`. Accounts and admins likewise
    (`account_status.undo`, `admins.undo`; `of_settings` are the admins by the settings), and topics, all of a change or
    none (`own.take_back`). The peak of the period stays.
    Raises NothingToUndo, UnknownChange, AlreadyTakenBack, CannotUndo, UndoImport, UndoBlocked where all of it is left,
    so that the change can still be undone later, UndoNeedsForce where entries that come back would deactivate more
    people than a sync may do unasked, and Unconfirmed for a change made before `unasked_since`.
    """
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        old = latest_of(session, workspace, actor) if change is None else find(session, workspace, change)
        assert old.id is not None
        check_not_taken_back(session, old.id)
        if old.kind in IMPORTS:
            raise UndoImport(change=str(old.id))
        if session.execute(select(CHANGE.c.id).where(CHANGE.c.id == old.id, IS_UNDOABLE)).first() is None:
            raise cannot_undo(session, workspace, old, actor)
        done = written(session, workspace, old, of_settings, actor, instant)
        if unasked_since is not None and old.recorded_at < unasked_since:
            raise Unconfirmed(done)
        return requests.keep(session, workspace, request, instant, done)


def written(
    session: Session, workspace: Workspace, old: ChangeRow, of_settings: Sequence[str], actor: str, instant: datetime
) -> Change:
    """The change that takes another one back, within its transaction. Raises UndoBlocked, UndoNeedsForce, LastAdmin,
    TooManyOwnTopics, PricesSetSince, ResaleInOtherCurrency, NoPrice."""
    assert old.id is not None
    if old.kind == Kind.SET:
        new = ledger.begin_change(session, workspace, Kind.UNDO, actor, instant, takes_back=old.id)
        past_prices.take_back(session, workspace, old)
        return Change(new, Kind.UNDO, takes_back=old.id, undone=changes.made(session, old.id))
    if old.kind in warnings.KINDS:
        return warnings.undo(session, workspace, old, actor, instant)
    if old.kind == Kind.TOPICS:
        new = ledger.begin_change(session, workspace, Kind.UNDO, actor, instant, takes_back=old.id)
        topics, gone = own.take_back(session, workspace, old.id, new)
        undone = changes.made(session, old.id)
        return Change(new, Kind.UNDO, topics=topics, topics_removed=gone, takes_back=old.id, undone=undone)
    if old.kind in DIGESTS:
        new = ledger.begin_change(session, workspace, Kind.UNDO, actor, instant, takes_back=old.id)
        digest = digests.take_back(session, workspace, old.id, new, instant)
        if digest is None:
            raise UndoPointless(change=str(old.id))
        return Change(new, Kind.UNDO, digest=digest, takes_back=old.id, undone=changes.made(session, old.id))
    meter = Meter(session, workspace, instant)
    new = ledger.begin_change(session, workspace, Kind.UNDO, actor, instant, takes_back=old.id)
    persons: tuple[str, ...] = ()
    if old.kind in ADMINS:
        persons = admins.undo(session, workspace, old.id, of_settings=of_settings, actor=actor, instant=instant)
    account, patterns, kept_out = undo_removals(session, workspace, old.id, new, instant)
    removed = undo_entries(session, old.id, new)
    changed, left, by = undo_rows(session, workspace, old.id, new, instant)
    statuses, left_accounts, by_later = account_status.undo(session, workspace, old.id, new, instant)
    if not (persons or patterns or kept_out or removed or changed or statuses):
        blocked = [*(person.email or "–" for person in left), *left_accounts]
        standing = sorted({*by, *by_later})
        if not blocked or not standing:  # nothing to be undone, or of people only who were forgotten
            raise UndoPointless(change=str(old.id))
        raise UndoBlocked(change=str(old.id), names=blocked, by=[str(one) for one in standing])
    return Change(
        new,
        Kind.UNDO,
        changed=kept_out + changed,
        left=left,
        patterns=patterns,
        removed=removed,
        account=account,
        statuses=statuses,
        admins=persons,
        effect=account_status.effect_of_undo(meter, statuses, new),
        takes_back=old.id,
        undone=changes.made(session, old.id),
    )


def retract(
    session: Session, workspace: Workspace, change: str, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Void an import's rows, as if they had never been there. Names, addresses, ids, domains and ends of trials that it
    brought stay; `left` are people who were forgotten since and would have become active by it.

    Raises UnknownChange, NotAnImport, AlreadyTakenBack, and Contradicted where later rows rest on the import.
    """
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        old = find(session, workspace, change)
        assert old.id is not None
        check_not_taken_back(session, old.id)
        if old.kind not in IMPORTS:
            raise NotAnImport(change=str(old.id))
        resting = contradictions(session, workspace, old.id)
        if resting:
            shown = resting[:NAMED] + ["…"][: len(resting) - NAMED]
            raise Contradicted(change=str(old.id), names=shown)
        bill = peaks.bill(session, workspace, instant)
        touched = tuple(dict.fromkeys(person for person, _, _ in changes.people_of(session, workspace, old.id)))
        new = ledger.begin_change(session, workspace, Kind.RETRACT, actor, instant, takes_back=old.id)
        first = session.execute(select(func.min(LEDGER.c.at)).where(LEDGER.c.change_id == old.id)).scalar_one()
        if first is not None:
            ledger.outdate(session, workspace, first)
        in_change = LEDGER.c.user_id.in_(select(LEDGER.c.user_id).where(LEDGER.c.change_id == old.id))
        now = ledger.standings(session, workspace, in_change)
        # Whoever was forgotten was inactive, and must not be counted again.
        nobodies = [
            person
            for person in touched
            if person.email is None and person.id in now and now[person.id].status == Status.ACTIVE
        ]
        ledger.record(session, workspace, new, nobodies, Status.INACTIVE, Cause.UNDO, instant)
        done = Change(
            new,
            Kind.RETRACT,
            changed=touched,
            left=tuple(nobodies),
            effect=changes.effect_since(bill, session, workspace, instant),
            takes_back=old.id,
            vanished=tuple(person for person in touched if person.id not in now),
            emptied=emptied(session, workspace, old.id),
        )
        return requests.keep(session, workspace, request, instant, done)


def emptied(session: Session, workspace: Workspace, retracted: int) -> tuple[str, ...]:
    """The names of the accounts that had a status by a retracted change and have none any more."""
    a, c, left = ACCOUNT.c, LEDGER.alias().c, LEDGER.alias().c
    counts = ledger.counts(left.change_id, ledger.retracted(session, workspace))
    found = session.execute(
        select(a.name)
        .where(exists().where(c.change_id == retracted, c.account_id == a.id, c.user_id.is_(None)))
        .where(~exists().where(left.account_id == a.id, left.user_id.is_(None), counts))
    ).scalars()
    return tuple(sorted(found, key=names.sorting))


def find(session: Session, workspace: Workspace, asked: str) -> ChangeRow:
    """The change of that id. Raises UnknownChange."""
    number = asked.strip().lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 10:
        found = session.get(ChangeRow, int(number))
        if found is not None and found.workspace_id == workspace.id:
            return found
    raise UnknownChange(asked=names.printable(asked))


def latest_of(
    session: Session, workspace: Workspace, actor: str, wanted: ColumnElement[bool] = IS_CHANGING
) -> ChangeRow:
    """The actor's latest change, of those wanted, that is not taken back and takes nothing back itself. Raises
    NothingToUndo."""
    c, later = CHANGE.c, CHANGE.alias()
    taken_back = exists().where(later.c.takes_back == c.id)
    mine = (c.workspace_id == workspace.id, c.actor == actor, c.takes_back.is_(None), wanted)
    latest = session.execute(select(func.max(c.id)).where(*mine, ~taken_back)).scalar_one()
    if latest is None:
        raise NothingToUndo()
    row = session.get(ChangeRow, latest)
    assert row is not None
    return row


def cannot_undo(session: Session, workspace: Workspace, old: ChangeRow, actor: str) -> CannotUndo:
    """The refusal to undo a change of a kind that is never undone; it names the actor's latest that can be, if any."""
    fields = {"change": str(old.id), "kind": old.kind}
    try:
        latest = latest_of(session, workspace, actor, IS_UNDOABLE)
    except NothingToUndo:
        return CannotUndo(**fields)
    return CannotUndoSuggestion(**fields, latest=str(latest.id), latest_kind=latest.kind)


def check_not_taken_back(session: Session, change: int) -> None:
    by = session.execute(select(CHANGE.c.id).where(CHANGE.c.takes_back == change)).scalar_one_or_none()
    if by is not None:
        raise AlreadyTakenBack(change=str(change), by=str(by))


def undo_rows(
    session: Session, workspace: Workspace, old: int, new: int, instant: datetime
) -> tuple[tuple[Person, ...], tuple[Person, ...], set[int]]:
    """Write the opposite of a change's rows where they are still the latest; gives whom it changed, whom it left, and
    the changes that stand against these."""
    rows = changes.people_of(session, workspace, old)
    in_change = LEDGER.c.user_id.in_(select(LEDGER.c.user_id).where(LEDGER.c.change_id == old))
    now = ledger.standings(session, workspace, in_change)
    denied = deny_list.denied(session, workspace, [person for person, _, _ in rows])
    back: dict[Status, list[Person]] = {Status.ACTIVE: [], Status.INACTIVE: []}
    left: list[Person] = []
    by: set[int] = set()
    for person, status, _ in rows:
        if status == Status.INACTIVE and person.email is None:  # nobody forgotten is ever active again
            left.append(person)
        elif now[person.id].change != old:
            left.append(person)
            by.add(now[person.id].change)
        elif status == Status.INACTIVE and person.id in denied:
            left.append(person)
            by |= deny_list.denied_by(session, person)
        else:
            back[Status.ACTIVE if status == Status.INACTIVE else Status.INACTIVE].append(person)
    for status, people in back.items():
        ledger.record(session, workspace, new, people, status, Cause.UNDO, instant)
    changed = {person.id for people in back.values() for person in people}
    return tuple(person for person, _, _ in rows if person.id in changed), tuple(left), by


def undo_entries(session: Session, old: int, new: int) -> tuple[str, ...]:
    """Remove the deny-list entries that a change added; gives their patterns."""
    d = DENY_ENTRY.c
    added = and_(d.added_by == old, d.removed_by.is_(None), d.pattern_key.is_not(None))
    patterns = tuple(session.execute(select(d.pattern).where(added).order_by(d.pattern_key)).scalars())
    session.execute(update(DENY_ENTRY).where(added).values(removed_by=new))
    return patterns


def undo_removals(
    session: Session, workspace: Workspace, old: int, new: int, instant: datetime
) -> tuple[str | None, tuple[str, ...], tuple[Person, ...]]:
    """Put the deny-list entries that a change removed back; they act at once.

    Gives the account, if it is one only, the patterns and whom they deactivated.
    """
    d, a = DENY_ENTRY.c, ACCOUNT.c
    touched = session.execute(
        select(a.id, a.name)
        .join_from(DENY_ENTRY, ACCOUNT, a.id == d.account_id)
        .where(or_(d.added_by == old, d.removed_by == old))
        .distinct()
        .limit(2)
    ).all()
    if len(touched) != 1:  # only additions are of several accounts
        return None, (), ()
    account = Account(*touched[0])
    gone = session.execute(select(d.pattern_key, d.pattern).where(d.removed_by == old, d.pattern_key.is_not(None)))
    there = deny_list.standing(session, [account.id])[account.id]
    back = {key: pattern for key, pattern in gone if key not in there}
    deny_list.insert_entries(session, account.id, back, new)
    try:
        kept_out, _ = deny_list.act(session, workspace, account, set(back), new, instant, force=False)
    except DenyNeedsForce as refusal:
        raise UndoNeedsForce(change=str(old), **refusal.fields) from None
    return account.name, deny_list.in_order(back), kept_out


def contradictions(session: Session, workspace: Workspace, change: int) -> list[str]:
    """Names of the users and accounts that later rows tell of although they would not be what they are, or be there
    at all, without the import: those with a later row of their own, and accounts whose first status it was."""
    gone = ledger.retracted(session, workspace)
    mine, later, a, u = LEDGER.alias(), LEDGER.alias(), ACCOUNT.c, USER.c
    here = and_(mine.c.change_id == change, later.c.change_id > change, ledger.counts(later.c.change_id, gone))
    people = session.execute(
        select(u.email, u.email_key)
        .where(here, later.c.user_id == mine.c.user_id, u.id == mine.c.user_id)
        .distinct()
        .order_by(u.email_key)
    )
    found = [email or "–" for email, _ in people]
    other = LEDGER.alias()
    opened_before = exists().where(
        other.c.account_id == mine.c.account_id,
        other.c.user_id.is_(None),
        other.c.change_id != change,
        ledger.counts(other.c.change_id, gone),
    )
    accounts = session.execute(
        select(a.name, a.name_key)
        .where(here, later.c.account_id == mine.c.account_id, a.id == mine.c.account_id, mine.c.user_id.is_(None))
        .where(or_(later.c.user_id.is_(None), ~opened_before))
        .distinct()
        .order_by(a.name_key)
    )
    return found + [name for name, _ in accounts]

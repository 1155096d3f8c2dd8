"""The log: what was done, and what was asked for and refused."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, or_, select
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, names, requests
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.errors import Refusal
from bot.services.warnings import lines as warning_lines
from bot.services.warnings.lines import WarningLine
from bot.services.workspaces import Workspace
from db.bulk import batched
from db.models import ACCOUNT, CHANGE, DENY_ENTRY, LEDGER, LOG_ENTRY, USER, Kind, LogEntry, Status

LONGEST_ASKED = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log. A change has an id and a kind, a refusal the name of its class and the words asked.

    `at` is UTC. `people` counts the users that the change touched, `accounts` names up to three of the accounts, by
    people or deny list. `added` and `removed` are its entries on a deny list, without those forgotten; `undone` is the
    kind of the change that it takes back. `topics` are the ids of topics that it wrote, `topics_removed` of those that
    it took away.
    """

    at: datetime
    actor: str
    change: int | None = None
    kind: Kind | None = None
    people: int = 0
    accounts: tuple[str, ...] = ()
    reason: str | None = None
    source: str | None = None
    takes_back: int | None = None
    taken_back_by: int | None = None
    refusal: str | None = None
    asked: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    undone: Kind | None = None
    status: Status | None = None
    """What an account's status was set to by hand, or back to by an undo."""
    planned: datetime | None = None
    """From when on it holds, local to the workspace; None for at once."""
    topics: tuple[str, ...] = ()
    topics_removed: tuple[str, ...] = ()
    warnings: tuple[WarningLine, ...] = ()
    """Those that it added, removed or muted."""


def read(
    session: Session,
    workspace: Workspace,
    *,
    account: Account | None = None,
    email: str | None = None,
    limit: int = 20,
) -> list[Line]:
    """The latest lines, newest first; with `account` or `email` only the changes that touched it."""
    c, later = CHANGE.c, CHANGE.alias().c
    taken_back = select(later.id).where(later.takes_back == c.id).scalar_subquery()
    old = CHANGE.alias().c
    undone = select(old.kind).where(old.id == c.takes_back).scalar_subquery()
    query = select(
        c.recorded_at,
        c.actor,
        c.id,
        c.kind,
        c.reason,
        c.source,
        c.takes_back,
        c.account_id,
        taken_back.label("by"),
        undone.label("old"),
    )
    query = query.where(c.workspace_id == workspace.id)
    if account is not None:
        query = query.where(touches_account(account.id))
    if email is not None:
        query = query.where(touches_address(names.key(email)))
    rows = session.execute(query.order_by(c.id.desc()).limit(limit)).all()
    ids = [row.id for row in rows]
    touched, listed = counts(session, ids), entries(session, ids)
    topics = changes.topics_of(session, workspace, ids)
    warnings = warning_lines.of_changes(session, workspace, ids)
    connected = accounts_of(session, rows)
    given = statuses(session, rows)
    lines = [
        Line(
            row.recorded_at,
            row.actor,
            row.id,
            row.kind,
            *touched_by(touched.get(row.id) or connected.get(row.id), listed.get(row.id)),
            reason=row.reason,
            source=row.source,
            takes_back=row.takes_back,
            taken_back_by=row.by,
            added=listed[row.id].added if row.id in listed else (),
            removed=listed[row.id].removed if row.id in listed else (),
            undone=row.old,
            status=given[row.id][0] if row.id in given else None,
            planned=planned(workspace, row.recorded_at, given[row.id][1]) if row.id in given else None,
            topics=topics[row.id][0],
            topics_removed=topics[row.id][1],
            warnings=warnings.get(row.id, ()),
        )
        for row in rows
    ]
    if account is None and email is None:
        lines += refusals(session, workspace, limit)
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]


def refused(
    session: Session,
    workspace: Workspace,
    actor: str,
    asked: str,
    refusal: Refusal,
    clock: Clock,
    request: str | None = None,
) -> None:
    """Keep in the log, once a request, that something was asked for and refused."""
    with ledger.locked(session, workspace):
        if request is not None and not requests.is_first(session, workspace, f"refused {request}", clock()):
            return
        entry = LogEntry(
            workspace_id=workspace.id,
            at=clock(),
            actor=actor,
            asked=names.cut(asked, LONGEST_ASKED),
            refusal=type(refusal).__name__,
        )
        session.add(entry)


def refusals(session: Session, workspace: Workspace, limit: int) -> list[Line]:
    e = LOG_ENTRY.c
    rows = session.execute(
        select(e.at, e.actor, e.refusal, e.asked)
        .where(e.workspace_id == workspace.id)
        .order_by(e.id.desc())
        .limit(limit)
    )
    return [Line(row.at, row.actor, refusal=row.refusal, asked=row.asked) for row in rows]


def touches_account(account: int) -> ColumnElement[bool]:
    """The condition on CHANGE that it has a row, a deny-list entry or the connection of an account."""
    c, d, row = CHANGE.c, DENY_ENTRY.c, LEDGER.c
    return or_(
        exists().where(row.change_id == c.id, row.account_id == account),
        exists().where(d.account_id == account, or_(d.added_by == c.id, d.removed_by == c.id)),
        c.account_id == account,
    )


def touches_address(key: str) -> ColumnElement[bool]:
    """The condition on CHANGE that it has a row of a user, or a deny-list entry, with an address."""
    c, d, row, u = CHANGE.c, DENY_ENTRY.c, LEDGER.c, USER.c
    return or_(
        exists().where(row.change_id == c.id, row.user_id == u.id, u.email_key == key),
        exists().where(d.pattern_key == key, or_(d.added_by == c.id, d.removed_by == c.id)),
    )


def counts(session: Session, ids: list[int]) -> dict[int, tuple[int, tuple[str, ...]]]:
    """How many users each change touched, and up to three of their accounts by name."""
    c, a = LEDGER.c, ACCOUNT.c
    rows: list[Any] = []
    for some in batched(ids):
        rows += session.execute(
            select(c.change_id, a.name, a.name_key, func.count(c.user_id.distinct()))
            .join_from(LEDGER, ACCOUNT, a.id == c.account_id)
            .where(c.change_id.in_(some))
            .group_by(c.change_id, a.name, a.name_key)
        )
    rows.sort(key=lambda row: names.sorting(row.name))
    people: dict[int, int] = defaultdict(int)
    accounts: dict[int, list[str]] = defaultdict(list)
    for change, name, _, count in rows:
        people[change] += count
        accounts[change].append(name)
    return {change: (people[change], tuple(accounts[change][:3])) for change in accounts}


def accounts_of(session: Session, rows: Sequence[Row[Any]]) -> dict[int, tuple[int, tuple[str, ...]]]:
    """As `counts`, of those of the changes that connected an account or disconnected it: they touched nobody."""
    ids = {row.id: row.account_id for row in rows if row.account_id is not None}
    called: dict[int, str] = {}
    for some in batched(sorted(set(ids.values()))):
        found = session.execute(select(ACCOUNT.c.id, ACCOUNT.c.name).where(ACCOUNT.c.id.in_(some)))
        called |= {row.id: row.name for row in found}
    return {change: (0, (called[account],)) for change, account in ids.items()}


def statuses(session: Session, rows: Sequence[Row[Any]]) -> dict[int, tuple[Status, datetime]]:
    """The status that each change of one gave to its account, or gave back, and from when on (UTC)."""
    c, ids = LEDGER.c, [row.id for row in rows if Kind.ACCOUNT_STATUS in (row.kind, row.old)]
    found: dict[int, tuple[Status, datetime]] = {}
    for some in batched(ids):
        of_accounts = select(c.change_id, c.status, c.at).where(c.change_id.in_(some), c.user_id.is_(None))
        found |= {row.change_id: (row.status, row.at) for row in session.execute(of_accounts)}
    return found


def planned(workspace: Workspace, recorded: datetime, at: datetime) -> datetime | None:
    """An instant of the future when it was recorded, local to the workspace; else None. Pure."""
    return at.astimezone(workspace.calendar.zone) if at > recorded else None


@dataclass(frozen=True, slots=True)
class Entries:
    """What a change did to a deny list: of which account, the patterns added and those taken off."""

    account: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


def touched_by(people: tuple[int, tuple[str, ...]] | None, entries: Entries | None) -> tuple[int, tuple[str, ...]]:
    """How many users and which accounts, be it by a deny list alone."""
    count, accounts = people or (0, ())
    return count, accounts or ((entries.account,) if entries else ())


def entries(session: Session, ids: list[int]) -> dict[int, Entries]:
    """The deny-list entries of each change, by pattern; a change touches the list of one account."""
    d, a = DENY_ENTRY.c, ACCOUNT.c
    found: dict[int, Entries] = {}
    for some in batched(ids):
        for column in (d.added_by, d.removed_by):
            rows = session.execute(
                select(column.label("change"), a.name, d.pattern, d.pattern_key)
                .join_from(DENY_ENTRY, ACCOUNT, a.id == d.account_id)
                .where(column.in_(some))
            ).all()
            by_change: dict[int, list[Any]] = defaultdict(list)
            for row in sorted(rows, key=lambda row: names.sorting(row.pattern)):
                by_change[row.change].append(row)
            for change, its in by_change.items():
                patterns = tuple(row.pattern for row in its if row.pattern_key is not None)
                known = found.get(change, Entries(its[0].name, (), ()))
                is_added = column is d.added_by
                found[change] = replace(known, added=patterns) if is_added else replace(known, removed=patterns)
    return found

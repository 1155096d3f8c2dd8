"""Connections: which directory an account's users come from, and who of it counts (sync.md)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import account_status, names, schedule, sync_notes, sync_runs
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.directories.base import DOMAIN, GUID, Options
from bot.services.errors import (
    AccountClosed,
    BadDomain,
    BadGroup,
    BadTenant,
    DirectoryTaken,
    GroupBothWays,
    NotConnected,
    NothingConnected,
    SeveralConnected,
)
from bot.services.sync_schedule import Standing
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CONNECTION, Kind, Source, Status

NO_TENANT = ("9188040d-6c67-4c5b-b112-36a304b66dad",)
"""What `consumers` stands for: everybody with an account of their own at Microsoft."""

Identify = Callable[[str], str]
"""Gives the id of the tenant of Microsoft 365 that a domain is of. Raises DirectoryFailure."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The directory of an account: its source, its target (the tenant or the domain, as the admins named it) and, for
    Google, the administrator as whom it is read (`subject`).

    `key` is what is read, by whatever name: the tenant's id, since a tenant has several domains, or Google's domain.
    `reviewed` says whether somebody saw what a sync with these options does, `next_at` (UTC) when the next scheduled
    one is due, `failures` how many scheduled ones have failed since the last that did not.
    """

    account: Account
    source: Source
    target: str
    key: str
    subject: str | None
    options: Options
    reviewed: bool = False
    next_at: datetime | None = None
    failures: int = 0

    @property
    def directory(self) -> str:
        """The directory in the words of the audit."""
        return f"{self.source} {self.target}"

    def is_alike(self, other: "Connection | None") -> bool:
        """Whether a sync by another connection does the same: it reads the same of the same directory."""
        return self.is_of(other) and other is not None and self.options == other.options

    def is_of(self, other: "Connection | None") -> bool:
        """Whether another connection is with the same directory."""
        return other is not None and (self.source, self.key) == (other.source, other.key)


@dataclass(frozen=True, slots=True)
class Connected:
    """An account that was connected with a directory, or disconnected from it. `change` is None where it was so
    already, `before` is the connection that is no more, `outdated` how many syncs waited for an admin, and do so no
    more."""

    kind: Kind
    change: int | None
    connection: Connection
    before: Connection | None = None
    outdated: int = 0


def connect(
    session: Session,
    workspace: Workspace,
    account: Account,
    source: Source,
    target: str,
    *,
    subject: str | None = None,
    options: Options,
    identify: Identify,
    actor: str,
    clock: Clock,
) -> Connected:
    """Connect an account with its directory, or with another one, or with other options.

    The users stay as they are until a sync; where that would do something else than before, nobody has reviewed it.
    The target is a tenant's id or domain, or a domain of Google's, where `subject` is an administrator's address.
    Raises BadTenant, BadDomain, BadEmail, BadGroup, GroupBothWays, AccountClosed, DirectoryTaken where another account
    has that directory, and DirectoryFailure where Microsoft does not say which tenant a domain is of.
    """
    wanted = checked(account, source, target, subject, options)
    if source == Source.M365:
        session.rollback()  # Microsoft may take its time, and nobody shall wait for that
        wanted = identified(wanted, identify)
    with ledger.writing(session, workspace, clock) as instant:
        rows = account_status.history(session, workspace, account.id)
        if account_status.status_at(rows, instant) == Status.CLOSED:
            raise AccountClosed(account=account.name)
        check_free(session, workspace, wanted)
        before = of_account(session, workspace, account)
        if before is not None and before.is_alike(wanted) and before.subject == wanted.subject:
            return Connected(Kind.CONNECT, None, before, before)
        change = ledger.begin_change(
            session, workspace, Kind.CONNECT, actor, instant, account_id=account.id, source=wanted.directory
        )
        is_alike = wanted.is_alike(before)
        outdated = 0 if is_alike else made_void(session, account)
        reviewed = is_alike and before is not None and before.reviewed
        now = replace(wanted, reviewed=reviewed, next_at=schedule.next_daily(account.id, instant))
        put(session, workspace, now, actor, instant)
        return Connected(Kind.CONNECT, change, now, before, outdated)


def disconnect(session: Session, workspace: Workspace, account: Account, *, actor: str, clock: Clock) -> Connected:
    """Take an account's directory away. Its users stay as they are (domain.md, A5), and whoever is active counts.

    Syncs that wait for an admin do so no more. Raises NotConnected.
    """
    with ledger.writing(session, workspace, clock) as instant:
        before = find(session, workspace, account)
        change = ledger.begin_change(
            session, workspace, Kind.DISCONNECT, actor, instant, account_id=account.id, source=before.directory
        )
        outdated = made_void(session, account)
        session.execute(delete(CONNECTION).where(CONNECTION.c.account_id == account.id))
        return Connected(Kind.DISCONNECT, change, before, before, outdated)


def made_void(session: Session, account: Account) -> int:
    """What syncs by the account's old connection left holds no longer; gives how many waited for an admin."""
    sync_notes.keep(session, account, {})
    return sync_runs.outdate(session, account.id)


def find(session: Session, workspace: Workspace, account: Account) -> Connection:
    """The connection of an account. Raises NotConnected."""
    found = of_account(session, workspace, account)
    if found is None:
        raise NotConnected(account=account.name)
    return found


def only(session: Session, workspace: Workspace) -> Connection:
    """The only connection there is. Raises NothingConnected, SeveralConnected."""
    found = everyone(session, workspace)
    if not found:
        raise NothingConnected()
    if len(found) > 1:
        raise SeveralConnected(known=[one.account.name for one in found])
    return found[0]


def everyone(session: Session, workspace: Workspace) -> list[Connection]:
    """All connections, in the order of the accounts' names."""
    rows = session.execute(ROWS.where(CONNECTION.c.workspace_id == workspace.id))
    return sorted(map(read, rows), key=lambda one: names.sorting(one.account.name))


def is_any(session: Session, workspace: Workspace) -> bool:
    """Whether any account has a directory."""
    c = CONNECTION.c
    return session.execute(select(c.account_id).where(c.workspace_id == workspace.id).limit(1)).first() is not None


def reschedule(session: Session, account: Account, standing: Standing) -> None:
    """Keep how an account's scheduled syncs went and when the next one is due, in the session's own transaction."""
    session.execute(RESCHEDULED, {"account": account.id, "failed": standing.failures, "at": standing.next_at})


# What is given


def checked(account: Account, source: Source, target: str, subject: str | None, options: Options) -> Connection:
    """A connection as it is wanted, its values checked and groups in order. Raises as `connect`. Pure."""
    target = target.strip().lower()
    if source == Source.GOOGLE:
        if not DOMAIN.fullmatch(target):
            raise BadDomain(asked=names.printable(target))
        subject = names.check_email(subject or "")
    else:
        subject = None
        if target in NO_TENANT or not (GUID.fullmatch(target) or DOMAIN.fullmatch(target)):
            raise BadTenant(asked=names.printable(target))
    return Connection(account, source, target, names.key(target), subject, check_options(source, options))


def identified(wanted: Connection, identify: Identify) -> Connection:
    """A connection with a tenant, known by the tenant's id. Raises BadTenant, DirectoryFailure."""
    key = wanted.key if GUID.fullmatch(wanted.key) else identify(wanted.key)
    if key in NO_TENANT:
        raise BadTenant(asked=names.printable(wanted.target))
    return replace(wanted, key=key)


def check_options(source: Source, options: Options) -> Options:
    """Options with their groups as the directory names them. Raises BadGroup, BadEmail, GroupBothWays. Pure."""
    groups, excluded = check_groups(source, options.groups), check_groups(source, options.excluded)
    for group in groups:
        if group in excluded:
            raise GroupBothWays(group=group)
    return Options(groups, excluded, options.licensed_only, options.guests)


def check_groups(source: Source, groups: Sequence[str]) -> tuple[str, ...]:
    """Groups as their directory names them, each once, in order. Raises BadGroup, BadEmail. Pure."""
    found = set()
    for group in groups:
        if source == Source.GOOGLE:
            found.add(names.key(names.check_email(group)))
        elif GUID.fullmatch(group.strip()):
            found.add(group.strip().lower())
        else:
            raise BadGroup(asked=names.printable(group))
    return tuple(sorted(found))


def check_free(session: Session, workspace: Workspace, wanted: Connection) -> None:
    """Raises DirectoryTaken where another account has that directory."""
    c = CONNECTION.c
    same = (c.workspace_id == workspace.id, c.source == wanted.source, c.target_key == wanted.key)
    others = select(ACCOUNT.c.name).join_from(CONNECTION, ACCOUNT, ACCOUNT.c.id == c.account_id)
    taken = session.execute(others.where(*same, c.account_id != wanted.account.id)).scalar_one_or_none()
    if taken is not None:
        raise DirectoryTaken(target=wanted.target, account=taken)


# Rows

C = CONNECTION.c
MINE = C.account_id == bindparam("account")
ROWS = select(CONNECTION, ACCOUNT.c.name).join_from(CONNECTION, ACCOUNT, ACCOUNT.c.id == C.account_id)
OF_ACCOUNT = ROWS.where(MINE, C.workspace_id == bindparam("workspace"))
NEXT = {C.failures: bindparam("failed"), C.next_at: bindparam("at", type_=C.next_at.type)}
RESCHEDULED = update(CONNECTION).where(MINE).values(NEXT)


def of_account(session: Session, workspace: Workspace, account: Account) -> Connection | None:
    """The connection of an account, if there is one."""
    row = session.execute(OF_ACCOUNT, {"account": account.id, "workspace": workspace.id}).one_or_none()
    return read(row) if row else None


def read(row: Row[Any]) -> Connection:
    """The connection of a row."""
    return Connection(
        Account(row.account_id, row.name),
        row.source,
        row.target,
        row.target_key,
        row.subject,
        unpacked(row.options),
        row.reviewed,
        row.next_at,
        row.failures,
    )


def packed(options: Options) -> str:
    """Options as a row keeps them."""
    return json.dumps(asdict(options), sort_keys=True)


def unpacked(text: str) -> Options:
    """The options that a row keeps."""
    kept = json.loads(text)
    return Options(tuple(kept["groups"]), tuple(kept["excluded"]), kept["licensed_only"], kept["guests"])


def put(session: Session, workspace: Workspace, wanted: Connection, actor: str, instant: datetime) -> None:
    """Write a connection in the place of the account's old one."""
    c, account = CONNECTION.c, wanted.account.id
    values = {
        "source": wanted.source,
        "target": wanted.target,
        "target_key": wanted.key,
        "subject": wanted.subject,
        "options": packed(wanted.options),
        "connected_by": actor,
        "connected_at": instant,
        "reviewed": wanted.reviewed,
        "next_at": wanted.next_at,
        "failures": wanted.failures,
    }
    session.execute(delete(CONNECTION).where(c.account_id == account))
    session.execute(insert(CONNECTION).values(account_id=account, workspace_id=workspace.id, **values))

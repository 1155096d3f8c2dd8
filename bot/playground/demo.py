"""The demo: a believable MSP in a store of its own, in the local Slack, with the bot in it."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, update
from sqlmodel import Session

from bot.playground.demo_data import DemoAccount, DemoMSP, DemoPerson
from bot.playground.demo_directories import administrator, directory_key, external_id
from bot.services import accounts, connections, names, workspaces
from bot.services.connections import Connection
from bot.services.directories.base import Options
from bot.services.schedule import DAY
from bot.services.workspaces import Workspace
from db.models import DENY_ENTRY, LEDGER, WORKSPACE, Account, Cause, Change, Kind, Source, Status, User

KINDS = {
    Cause.IMPORT: Kind.IMPORT_USERS,
    Cause.MANUAL: Kind.DEACTIVATE,
    Cause.SYNC: Kind.SYNC,
    Cause.DENY_LIST: Kind.DENY_ADD,
}
ACCOUNTS_FILE, USERS_FILE = "clients.csv", "users.csv"

Event = tuple[datetime, DemoAccount, DemoPerson | None, Status, Cause]


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder of this user's that goes when the demo ends."""
    with tempfile.TemporaryDirectory(prefix="seatbot-demo-") as folder:
        yield Path(folder)


def url_in(folder: Path) -> str:
    """The address of the demo's database."""
    return f"sqlite:///{folder / 'demo.sqlite3'}"


def seed(session: Session, msp: DemoMSP, now: datetime, *, slack_team: str, admin: str) -> Workspace:
    """Write the history of a demo MSP into an empty store, as if `admin` and the nightly syncs had made it; the next
    syncs are those after `now`."""
    wanted = workspaces.check(msp.name, msp.billing_day, msp.timezone, msp.locale, slack_team)
    workspace = workspaces.create(session, wanted)
    clients = {one.name: account_row(workspace, one) for one in msp.accounts}
    session.add_all(clients.values())
    session.flush()
    users = {
        (one.name, person.email): user_row(workspace, clients[one.name], one, person)
        for one in msp.accounts
        for person in one.people
    }
    session.add_all(users.values())
    events = sorted(history(msp), key=lambda event: (event[0], event[1].name, event[4]))
    changes = {group_of(event): change_row(workspace, event, admin) for event in events}
    directories = [connection(clients[one.name], one, now) for one in msp.accounts if one.directory]
    opened = {one.name: one.statuses[0][0] for one in msp.accounts}
    connects = [connect_row(workspace, one, opened[one.account.name], admin) for one in directories]
    made = sorted([*changes.values(), *connects], key=lambda change: (change.recorded_at, change.kind is Kind.SYNC))
    session.add_all(made)
    session.flush()
    for directory, change in zip(directories, connects, strict=True):
        connections.put(session, workspace, directory, admin, change.recorded_at)
    rows = [
        {
            "workspace_id": workspace.id,
            "account_id": clients[event[1].name].id,
            "user_id": users[event[1].name, event[2].email].id if event[2] else None,
            "status": event[3],
            "at": event[0],
            "cause": event[4],
            "change_id": changes[group_of(event)].id,
        }
        for event in events
    ]
    session.execute(insert(LEDGER), rows)
    session.execute(insert(DENY_ENTRY), list(deny_rows(msp, clients, changes)))
    last = max(event[0] for event in events)
    session.execute(update(WORKSPACE).where(WORKSPACE.c.id == workspace.id).values(last_instant=last))
    session.commit()
    return workspace


def account_row(workspace: Workspace, account: DemoAccount) -> Account:
    return Account(
        workspace_id=workspace.id,
        name=account.name,
        name_key=names.key(account.name),
        domain=account.domain,
        trial_ends=account.trial_ends,
    )


def user_row(workspace: Workspace, row: Account, account: DemoAccount, person: DemoPerson) -> User:
    assert row.id is not None
    return User(
        workspace_id=workspace.id,
        account_id=row.id,
        email=person.email,
        email_key=names.key(person.email),
        name=person.name,
        external_id=external_id(account, person),
        synced=account.synced and any(event.cause == "sync" for event in person.events),
    )


def history(msp: DemoMSP) -> Iterator[Event]:
    """Everything that happened: accounts' statuses and people's."""
    for account in msp.accounts:
        for at, status in account.statuses:
            yield at, account, None, Status(status), Cause.IMPORT
        for person in account.people:
            for event in person.events:
                status_ = Status.ACTIVE if event.active else Status.INACTIVE
                yield event.at, account, person, status_, Cause(event.cause)


def group_of(event: Event) -> tuple[object, ...]:
    """Events of one group were one change: a sync run, an import, somebody's command."""
    at, account, person, status, cause = event
    if person is None:
        return (at, "accounts")
    return (at, account.name, cause, status if cause is Cause.MANUAL else None)


def change_row(workspace: Workspace, event: Event, admin: str) -> Change:
    at, account, person, status, cause = event
    kind = KINDS[cause]
    if person is None:
        kind = Kind.IMPORT_ACCOUNTS
    elif cause is Cause.MANUAL and status is Status.ACTIVE:
        kind = Kind.ACTIVATE
    files = {Kind.IMPORT_ACCOUNTS: ACCOUNTS_FILE, Kind.IMPORT_USERS: USERS_FILE}
    return Change(
        workspace_id=workspace.id,
        kind=kind,
        actor=f"sync:{account.name}" if kind is Kind.SYNC else admin,
        recorded_at=at,
        source=files.get(kind),
    )


def connection(row: Account, account: DemoAccount, now: datetime) -> Connection:
    """The connection of a client with its directory, whose next sync is at the time of night of the last one that
    changed somebody."""
    assert row.id is not None
    synced = max(event.at for person in account.people for event in person.events if event.cause == "sync")
    return Connection(
        accounts.Account(row.id, row.name),
        Source(account.directory or ""),
        account.domain,
        directory_key(account),
        administrator(account),
        Options(),
        reviewed=True,
        next_at=synced + DAY * ((now - synced) // DAY + 1),
    )


def connect_row(workspace: Workspace, connection: Connection, at: datetime, admin: str) -> Change:
    return Change(
        workspace_id=workspace.id,
        kind=Kind.CONNECT,
        actor=admin,
        recorded_at=at,
        reason=str(connection.account.id),
        source=connection.directory,
    )


def deny_rows(
    msp: DemoMSP, accounts: dict[str, Account], changes: dict[tuple[object, ...], Change]
) -> Iterable[dict[str, object]]:
    """The deny lists: each as old as the first time that it acted."""
    for account in msp.accounts:
        acted = [change for key, change in changes.items() if key[1:3] == (account.name, Cause.DENY_LIST)]
        for pattern in account.denied:
            yield {
                "account_id": accounts[account.name].id,
                "pattern": pattern,
                "pattern_key": names.key(pattern),
                "added_by": acted[0].id,
            }

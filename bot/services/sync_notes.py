"""What a sync notes of people who may be counted for nothing, for the suggestions; nobody is changed by it."""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session

from bot.services import names
from bot.services.accounts import Account
from bot.services.directories.base import Absentee, Member, Outside
from bot.services.workspaces import Workspace
from db.bulk import batched, insert_rows
from db.models import ACCOUNT, DIRECTORY_NOTE, Note


def notes(members: Iterable[Member], absent: Iterable[Absentee]) -> dict[str, Note]:
    """What a pool tells, by the keys of addresses. Where licences are rare, being without one says nothing. Pure."""
    found = {names.key(one.email): Note.DISABLED for one in absent if one.why is Outside.DISABLED and one.email}
    members = list(members)
    without = [one for one in members if one.licensed is False]
    if 2 * len(without) <= len(members):
        found |= {names.key(one.email): Note.UNLICENSED for one in without}
    return found


def of_workspace(session: Session, workspace: Workspace) -> dict[tuple[int, str], Note]:
    """What is noted, by the account's id and the key of the address."""
    n = DIRECTORY_NOTE.c
    mine = select(n.account_id, n.email_key, n.note).join(ACCOUNT, ACCOUNT.c.id == n.account_id)
    rows = session.execute(mine.where(ACCOUNT.c.workspace_id == workspace.id))
    return {(account, key): note for account, key, note in rows}


OF_ACCOUNT = select(DIRECTORY_NOTE.c.email_key, DIRECTORY_NOTE.c.note).where(
    DIRECTORY_NOTE.c.account_id == bindparam("account")
)


def keep(session: Session, account: Account, wanted: Mapping[str, Note]) -> None:
    """Let these be the notes of an account, in the session's transaction. Writes only what differs."""
    n = DIRECTORY_NOTE.c
    known = {(key, note) for key, note in session.execute(OF_ACCOUNT, {"account": account.id})}
    now = set(wanted.items())
    for some in batched([key for key, _ in known - now]):
        session.execute(delete(DIRECTORY_NOTE).where(n.account_id == account.id, n.email_key.in_(some)))
    new = ((account.id, key, note.value) for key, note in sorted(now - known))
    insert_rows(session, DIRECTORY_NOTE.name, ("account_id", "email_key", "note"), new)


def forget(session: Session, workspace: Workspace, key: str) -> None:
    """Note nothing of an address any more, in the session's transaction."""
    n = DIRECTORY_NOTE.c
    mine = select(ACCOUNT.c.id).where(ACCOUNT.c.workspace_id == workspace.id)
    session.execute(delete(DIRECTORY_NOTE).where(n.account_id.in_(mine), n.email_key == key))

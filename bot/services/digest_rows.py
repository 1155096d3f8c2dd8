"""The digests that there are, as they are kept."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select, update
from sqlmodel import Session

from bot.services import names
from bot.services.accounts import Account
from bot.services.changes import Change
from bot.services.errors import UnknownDigest
from bot.services.recipients import Recipient
from bot.services.rhythm import Rhythm
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CHANGE, DIGEST


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest that stands. `accounts` is None for all. Instants are UTC; `next_at` is None while it is paused;
    `told_to` is the instant, `told_change` the change up to which it has told everything. `trouble` is Slack's word for
    why the last post did not arrive, `creator` who added it.
    """

    id: int
    channel: Recipient
    rhythm: Rhythm
    locale: str | None
    accounts: tuple[Account, ...] | None
    paused: bool
    next_at: datetime | None
    told_to: datetime
    told_change: int
    trouble: str | None
    creator: str


def label(digest: int, channel: Recipient) -> str:
    """How the log names a digest."""
    return f"{digest} → {channel.name}"


def listed(session: Session, workspace: Workspace) -> list[Digest]:
    """The digests that stand, in the order in which they were added."""
    rows = session.execute(chosen(workspace).where(DIGEST.c.removed_by.is_(None)).order_by(DIGEST.c.id)).all()
    named = account_names(session, workspace, any(row.accounts for row in rows))
    return [read(row, named) for row in rows]


def find(session: Session, workspace: Workspace, asked: str) -> Digest:
    """The digest of that id. Raises UnknownDigest."""
    number = asked.strip().removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 10:
        found = by_id(session, workspace, int(number))
        if found is not None:
            return found
    raise UnknownDigest(asked=names.printable(asked))


def by_id(session: Session, workspace: Workspace, id_: int) -> Digest | None:
    """The digest of that id, if it stands."""
    d = DIGEST.c
    row = session.execute(chosen(workspace).where(d.id == id_, d.removed_by.is_(None))).one_or_none()
    return read(row, account_names(session, workspace, bool(row.accounts))) if row else None


def changed_by(session: Session, workspace: Workspace, change: Change) -> Digest | None:
    """The digest that a change is about, if it stands."""
    number = (change.digest or "").partition(" ")[0]
    return by_id(session, workspace, int(number)) if number else None


def told(session: Session, digest: Digest, to: datetime, change: int) -> None:
    """It has told what happened up to an instant and a change; in the session's own transaction."""
    put(session, digest, told_to=to, told_change=change)


def untold(session: Session, digest: Digest, to: datetime, change: int) -> None:
    """What it told after an instant and a change did not arrive; in the session's own transaction."""
    if to < digest.told_to:
        put(session, digest, told_to=to, told_change=change)


def troubled(session: Session, digest: int, trouble: str | None) -> bool:
    """Keep what Slack said to its last post, None where it took that; in the session's own transaction. Whether that is
    otherwise than before."""
    d = DIGEST.c
    changed = update(DIGEST).where(d.id == digest, d.trouble.is_(None) if trouble else d.trouble.is_not(None))
    is_news = session.execute(changed.values(trouble=trouble).returning(d.id)).first() is not None
    if trouble and not is_news:
        session.execute(update(DIGEST).where(d.id == digest).values(trouble=trouble))
    return is_news


def count(session: Session, workspace: Workspace) -> int:
    d = DIGEST.c
    standing = select(func.count()).where(d.workspace_id == workspace.id, d.removed_by.is_(None))
    return int(session.execute(standing).scalar_one())


def chosen(workspace: Workspace) -> Any:
    """The statement that reads digests with those who added them."""
    return (
        select(DIGEST, CHANGE.c.actor)
        .join_from(DIGEST, CHANGE, CHANGE.c.id == DIGEST.c.added_by)
        .where(DIGEST.c.workspace_id == workspace.id)
    )


def read(row: Row[Any], named: dict[int, str]) -> Digest:
    """The digest of a row; accounts that are gone are left out."""
    ids = json.loads(row.accounts) if row.accounts else None
    return Digest(
        row.id,
        Recipient(row.channel, row.channel_name),
        Rhythm(row.every, row.at_minute, ZoneInfo(row.timezone)),
        row.locale,
        None if ids is None else tuple(Account(id_, named[id_]) for id_ in ids if id_ in named),
        row.paused_by is not None,
        row.next_at,
        row.told_to,
        row.told_change,
        row.trouble,
        row.actor,
    )


def account_names(session: Session, workspace: Workspace, is_needed: bool) -> dict[int, str]:
    a = ACCOUNT.c
    if not is_needed:
        return {}
    return {row.id: row.name for row in session.execute(select(a.id, a.name).where(a.workspace_id == workspace.id))}


def put(session: Session, digest: Digest, **values: Any) -> None:
    session.execute(update(DIGEST).where(DIGEST.c.id == digest.id).values(**values))

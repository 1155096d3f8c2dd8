"""Requests of Slack's that were carried out: asked twice, done once (contracts.md, Slash commands).

Slack delivers what was not acknowledged again, delayed events even days later. A request is kept in the transaction of
what it changed, also where it found nothing to change, and a repeated one gets the same answer from what was kept. Only
numbers are kept, no addresses or names.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, or_, select, update
from sqlmodel import Session

from bot.services import changes, people, sweeping
from bot.services.billing import ledger
from bot.services.billing.peaks import Bill
from bot.services.changes import Change, Effect, StatusChange
from bot.services.errors import OfferGone
from bot.services.people import Person
from bot.services.warnings import lines
from bot.services.workspaces import Workspace
from db.bulk import MOST_PARAMETERS
from db.models import ACCOUNT, CHANGE, DENY_ENTRY, SLACK_REQUEST, Kind, Status, from_micros, to_micros

KEPT_FOR = timedelta(days=7)
GROUPS = ("changed", "unchanged", "left", "comes_back", "vanished")
"""What a change tells of people."""
ENDED = "{}"
"""The outcome of what was done outside of the store."""


class Begun(Enum):
    """How far something had come that is done outside of the store, when it was asked for."""

    FIRST = auto()
    UNDER_WAY = auto()
    """Another delivery of the same request is at it, or was cut off a moment ago."""
    CUT_OFF = auto()
    """It was begun long ago and did not end, so that nobody knows whether it was done."""
    DONE = auto()


def claim(session: Session, workspace: Workspace, key: str, now: datetime) -> bool:
    """Whether this is the first time that the key is claimed; for what a request does outside of the store."""
    with ledger.locked(session, workspace):
        return is_first(session, workspace, key, now)


def is_first(session: Session, workspace: Workspace, key: str, now: datetime) -> bool:
    """As `claim`, within a transaction that holds the workspace's lock."""
    sweep(session, key, now)
    if session.execute(select(SLACK_REQUEST.c.key).where(of_key(workspace, key))).first():
        return False
    session.execute(insert(SLACK_REQUEST).values(workspace_id=workspace.id, key=key, at=now))
    return True


def begin(session: Session, workspace: Workspace, key: str, now: datetime, within: timedelta) -> Begun:
    """Begin something outside of the store that takes no longer than `within`: whoever is told FIRST or CUT_OFF does it
    and says `end` after, or `release` where it came to nothing."""
    c = SLACK_REQUEST.c
    with ledger.locked(session, workspace):
        row = session.execute(select(c.at, c.outcome).where(of_key(workspace, key))).first()
        if row is None:
            is_first(session, workspace, key, now)
            return Begun.FIRST
        if row.outcome is not None:
            return Begun.DONE
        if now - row.at < within:
            return Begun.UNDER_WAY
        session.execute(update(SLACK_REQUEST).where(of_key(workspace, key)).values(at=now))
        return Begun.CUT_OFF


def end(session: Session, workspace: Workspace, key: str) -> None:
    """What was begun is done."""
    with ledger.locked(session, workspace):
        session.execute(update(SLACK_REQUEST).where(of_key(workspace, key)).values(outcome=ENDED))


def release(session: Session, workspace: Workspace, key: str) -> None:
    """What was claimed or begun came to nothing and may be done by another request."""
    with ledger.locked(session, workspace):
        forget(session, workspace, key)


def forget(session: Session, workspace: Workspace, key: str) -> None:
    """As `release`, within a transaction that writes."""
    session.execute(delete(SLACK_REQUEST).where(of_key(workspace, key)))


def cancel(session: Session, workspace: Workspace, request: str, now: datetime) -> bool:
    """See to it that a request is not carried out any more; False where it was."""
    c = SLACK_REQUEST.c
    with ledger.locked(session, workspace):
        if is_first(session, workspace, request, now):
            return True
        return session.execute(select(c.outcome).where(of_key(workspace, request))).scalar_one() is None


def of_key(workspace: Workspace, key: str) -> ColumnElement[bool]:
    """The condition on SLACK_REQUEST that a row is of that key."""
    return and_(SLACK_REQUEST.c.workspace_id == workspace.id, SLACK_REQUEST.c.key == key)


KNOWN = select(SLACK_REQUEST.c.outcome).where(
    SLACK_REQUEST.c.workspace_id == bindparam("workspace"), SLACK_REQUEST.c.key == bindparam("request")
)


def answered(session: Session, workspace: Workspace, request: str | None) -> Change | None:
    """What a request came to, if it was carried out before; within the transaction that would carry it out.

    Raises OfferGone where it was cancelled.
    """
    if request is None:
        return None
    row = session.execute(KNOWN, {"workspace": workspace.id, "request": request}).first()
    if row is None:
        return None
    if row.outcome is None:
        raise OfferGone()
    return decoded(session, workspace, json.loads(row.outcome))


def keep(session: Session, workspace: Workspace, request: str | None, now: datetime, change: Change) -> Change:
    """Keep what a request came to, in the transaction of the change; gives the change back."""
    if request is not None:
        sweep(session, request, now)
        row = {"workspace_id": workspace.id, "key": request, "at": now, "change_id": change.id}
        session.execute(insert(SLACK_REQUEST), {**row, "outcome": json.dumps(encoded(session, change))})
    return change


def recall(session: Session, workspace: Workspace, change: int) -> Change | None:
    """What a change came to, as long as the request that asked for it is kept."""
    c = SLACK_REQUEST.c
    row = session.execute(
        select(c.outcome).where(c.workspace_id == workspace.id, c.change_id == change).order_by(c.at).limit(1)
    ).first()
    return decoded(session, workspace, json.loads(row.outcome)) if row else None


def made_by(session: Session, workspace: Workspace, request: str, actor: str) -> int | None:
    """The id of the change that somebody's request made, as long as the request is kept."""
    r, c = SLACK_REQUEST.c, CHANGE.c
    mine = (r.workspace_id == workspace.id, r.key == request, c.actor == actor)
    return session.execute(
        select(c.id).join_from(SLACK_REQUEST, CHANGE, c.id == r.change_id).where(*mine)
    ).scalar_one_or_none()


def sweep(session: Session, key: str, now: datetime) -> None:
    """With one new key or another, forget requests so old that Slack does not repeat them any more."""
    if sweeping.is_due(key):
        session.execute(delete(SLACK_REQUEST).where(SLACK_REQUEST.c.at < now - KEPT_FOR))


def encoded(session: Session, change: Change) -> dict[str, Any]:
    """A change in numbers."""
    d = DENY_ENTRY.c
    known: list[int] = []
    if change.known:
        standing = select(d.id).join(ACCOUNT, ACCOUNT.c.id == d.account_id)
        if change.account is not None:
            standing = standing.where(ACCOUNT.c.name == change.account)
        standing = standing.where(d.removed_by.is_(None))
        known = list(session.execute(standing.where(d.pattern.in_(change.known[:MOST_PARAMETERS]))).scalars())
    return {
        "change": change.id,
        "kind": change.kind.value,
        "takes_back": change.takes_back,
        "account": change.account,
        "known": known,
        "statuses": [
            [one.account, one.before, one.after, micros(one.at), micros(one.until), one.counted, one.by]
            for one in (*change.statuses, *change.planned)
        ],
        "planned": len(change.planned),
        "unsynced": change.unsynced,
        "admins": change.admins,
        "effect": change.effect
        and [
            change.effect.before.peak,
            change.effect.before.current,
            change.effect.after.peak,
            change.effect.after.current,
            to_micros(change.effect.period.start),
        ],
        **{group: [person.id for person in getattr(change, group)] for group in GROUPS},
        "emptied": change.emptied,
        **({"digest": change.digest} if change.digest else {}),
        "warnings": [line.id for line in change.warnings],
    }


def decoded(session: Session, workspace: Workspace, kept: dict[str, Any]) -> Change:
    """The change of such numbers; whoever was forgotten since has no address in it."""
    groups = {group: by_ids(session, workspace, kept.get(group, ())) for group in GROUPS}
    added, removed = entries_of(session, kept["change"])
    made = [kept["change"]] if kept["change"] is not None else []
    topics, topics_removed = changes.topics_of(session, workspace, made).get(kept["change"], ((), ()))
    local = partial(instant, workspace)
    statuses = [
        StatusChange(account, before and Status(before), Status(after), local(at), local(until), counted, by)
        for account, before, after, at, until, counted, by in kept["statuses"]
    ]
    set_, planned = statuses[: len(statuses) - kept["planned"]], statuses[len(statuses) - kept["planned"] :]
    effect = None
    if kept["effect"]:
        *bills, start = kept["effect"]
        period = workspace.calendar.holding(from_micros(start))
        effect = Effect(Bill(*bills[:2]), Bill(*bills[2:]), period)
    return Change(
        kept["change"],
        Kind(kept["kind"]),
        **groups,
        patterns=added,
        removed=removed,
        known=patterns(session, kept["known"]),
        account=kept["account"],
        statuses=tuple(set_),
        planned=tuple(planned),
        admins=tuple(kept["admins"]),
        reason=changes.reason(session, kept["change"]),
        effect=effect,
        takes_back=kept["takes_back"],
        undone=changes.made(session, kept["takes_back"]) if kept["takes_back"] else None,
        unsynced=kept["unsynced"],
        emptied=tuple(kept.get("emptied", ())),
        topics=topics,
        topics_removed=topics_removed,
        digest=kept.get("digest"),
        warnings=lines.by_ids(session, workspace, kept.get("warnings", ())),
    )


def micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def instant(workspace: Workspace, micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros).astimezone(workspace.calendar.zone)


def by_ids(session: Session, workspace: Workspace, ids: Sequence[int]) -> tuple[Person, ...]:
    """Users by id, in that order."""
    found = {person.id: person for person in people.among(session, workspace, ids)}
    return tuple(found[id_] for id_ in ids if id_ in found)


def entries_of(session: Session, change: int | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The deny-list entries that a change added, and those that it removed; none that was forgotten."""
    if change is None:
        return (), ()
    d = DENY_ENTRY.c
    touched = or_(d.added_by == change, d.removed_by == change)
    rows = session.execute(
        select(d.pattern, d.added_by).where(touched, d.pattern_key.is_not(None)).order_by(d.pattern_key)
    ).all()
    added = tuple(row.pattern for row in rows if row.added_by == change)
    return added, tuple(row.pattern for row in rows if row.added_by != change)


def patterns(session: Session, ids: Iterable[int]) -> tuple[str, ...]:
    """Deny-list entries by id, in their order."""
    d = DENY_ENTRY.c
    found = select(d.pattern).where(d.id.in_(list(ids)), d.pattern_key.is_not(None)).order_by(d.pattern_key)
    return tuple(session.execute(found).scalars())

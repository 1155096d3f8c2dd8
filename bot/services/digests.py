"""Digests: what is done with them. Which there are is in digest_rows.py, what one tells in digest_content.py."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import digest_rows, names, requests, rhythm, work, workspaces
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.changes import Change
from bot.services.digest_rows import Channel
from bot.services.errors import BadChannel, NotPaused, PausedAlready, TooManyDigests
from bot.services.rhythm import Rhythm
from bot.services.work import Due
from bot.services.workspaces import Workspace
from db.models import CHANGE, DIGEST, Kind

NAME = "digest"
"""The work's name; its subject is the digest's id."""
ASKED = {"asked": True}
"""The work's payload where it is done whether or not the digest is paused."""
MOST = 1000
DEFAULT_TIME = "08:00"
ID = re.compile(r"[CG][A-Z0-9]{2,20}")
CHANNEL_NAME = re.compile(r"#?[\w-][\w.-]{0,79}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A digest to be added, its values checked. No accounts: all of them; no locale: the workspace's."""

    channel: Channel
    rhythm: Rhythm
    locale: str | None = None
    accounts: tuple[Account, ...] = ()


def check(
    workspace: Workspace,
    channel: Channel,
    every: str,
    at: str = DEFAULT_TIME,
    timezone: str | None = None,
    locale: str | None = None,
    accounts: Sequence[Account] = (),
) -> Wanted:
    """Check the values of a digest. Raises BadRhythm, BadTimeOfDay, BadTimezone, BadLocale. Pure."""
    zone = workspace.calendar.zone if timezone is None else workspaces.check_timezone(timezone)
    return Wanted(
        channel,
        Rhythm(rhythm.check_every(every), rhythm.check_time(at), zone),
        None if locale is None else workspaces.check_locale(locale),
        tuple(dict.fromkeys(accounts)),
    )


def placed(wanted: Wanted, channel: Channel) -> Wanted:
    """The same in the channel that Slack knows."""
    return replace(wanted, channel=channel)


def check_channel(asked: str) -> Channel:
    """A channel as it was asked for, by its id or its name. Raises BadChannel. Pure."""
    bare = asked.strip()
    if ID.fullmatch(bare.removeprefix("#")):
        return Channel(bare.removeprefix("#"), bare.removeprefix("#"))
    if not CHANNEL_NAME.fullmatch(bare):
        raise BadChannel(asked=names.printable(asked))
    name = f"#{bare.removeprefix('#').lower()}"
    return Channel(name, name)


def add(
    session: Session,
    workspace: Workspace,
    wanted: Wanted,
    *,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Add a digest; the first one tells what changes from now on. Raises TooManyDigests."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        if digest_rows.count(session, workspace) >= MOST:
            raise TooManyDigests(most=MOST)
        change = ledger.begin_change(session, workspace, Kind.DIGEST_ADD, actor, instant)
        id_ = session.execute(
            insert(DIGEST)
            .values(
                workspace_id=workspace.id,
                channel=wanted.channel.id,
                channel_name=wanted.channel.name,
                every=wanted.rhythm.every,
                at_minute=wanted.rhythm.minute,
                timezone=wanted.rhythm.zone.key,
                locale=wanted.locale,
                accounts=json.dumps([one.id for one in wanted.accounts]) if wanted.accounts else None,
                next_at=wanted.rhythm.after(instant, workspace.calendar),
                told_to=instant,
                told_change=change,
                added_by=change,
            )
            .returning(DIGEST.c.id)
        ).scalar_one()
        return kept(session, workspace, request, instant, change, Kind.DIGEST_ADD, id_, wanted.channel)


def remove(
    session: Session, workspace: Workspace, asked: str, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Take a digest away. Raises UnknownDigest."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        digest = digest_rows.find(session, workspace, asked)
        change = ledger.begin_change(session, workspace, Kind.DIGEST_REMOVE, actor, instant)
        digest_rows.put(session, digest, removed_by=change, next_at=None)
        return kept(session, workspace, request, instant, change, Kind.DIGEST_REMOVE, digest.id, digest.channel)


def pause(
    session: Session, workspace: Workspace, asked: str, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Post a digest no more, until it is resumed. Raises UnknownDigest, PausedAlready."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        digest = digest_rows.find(session, workspace, asked)
        if digest.paused:
            raise PausedAlready(digest=str(digest.id))
        change = ledger.begin_change(session, workspace, Kind.DIGEST_PAUSE, actor, instant)
        digest_rows.put(session, digest, paused_by=change, next_at=None)
        return kept(session, workspace, request, instant, change, Kind.DIGEST_PAUSE, digest.id, digest.channel)


def resume(
    session: Session, workspace: Workspace, asked: str, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Post a paused digest again from its next time on. Raises UnknownDigest, NotPaused."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        digest = digest_rows.find(session, workspace, asked)
        if not digest.paused:
            raise NotPaused(digest=str(digest.id))
        change = ledger.begin_change(session, workspace, Kind.DIGEST_RESUME, actor, instant)
        digest_rows.put(session, digest, paused_by=None, next_at=digest.rhythm.after(instant, workspace.calendar))
        return kept(session, workspace, request, instant, change, Kind.DIGEST_RESUME, digest.id, digest.channel)


def run(
    session: Session, workspace: Workspace, asked: str, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Have a digest posted now, paused or not; its rhythm stays. Raises UnknownDigest."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        digest = digest_rows.find(session, workspace, asked)
        change = ledger.begin_change(session, workspace, Kind.DIGEST_RUN, actor, instant)
        if not work.is_waiting(session, workspace.id, NAME, str(digest.id), ASKED):  # one tells it all
            work.hand_over(session, NAME, [Due(workspace.id, str(digest.id), instant, ASKED)], instant)
        return kept(session, workspace, request, instant, change, Kind.DIGEST_RUN, digest.id, digest.channel)


def kept(
    session: Session,
    workspace: Workspace,
    request: str | None,
    instant: datetime,
    change: int,
    kind: Kind,
    digest: int,
    channel: Channel,
) -> Change:
    """The change, which names its digest in the log, and is kept with the request that made it."""
    session.execute(update(CHANGE).where(CHANGE.c.id == change).values(source=digest_rows.label(digest, channel)))
    return requests.keep(
        session, workspace, request, instant, Change(change, kind, digest=digest_rows.label(digest, channel))
    )


def take_back(session: Session, workspace: Workspace, old: int, new: int, instant: datetime) -> str | None:
    """Undo what a change did to a digest, within the transaction of a new change: one that was added goes, one that was
    removed or paused is posted again from its next time on. Gives its label; None where something later stands against
    it."""
    d = DIGEST.c
    touched = (d.added_by == old) | (d.removed_by == old) | (d.paused_by == old)
    row = session.execute(digest_rows.chosen(workspace).where(touched)).one_or_none()
    if row is None:
        return None
    digest = digest_rows.read(row, {})
    if row.removed_by not in (None, old):
        return None
    if row.added_by == old:
        digest_rows.put(session, digest, removed_by=new, next_at=None)
    else:
        removed = None if row.removed_by == old else row.removed_by
        paused = None if row.paused_by == old else row.paused_by
        is_on = removed is None and paused is None
        next_at = digest.rhythm.after(instant, workspace.calendar) if is_on else None
        digest_rows.put(session, digest, removed_by=removed, paused_by=paused, next_at=next_at)
    told = digest_rows.label(digest.id, digest.channel)
    session.execute(update(CHANGE).where(CHANGE.c.id == new).values(source=told))
    return told

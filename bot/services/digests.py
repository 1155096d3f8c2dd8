"""Digests: what is done with them. Which there are is in digest_rows.py, what one tells in digest_content.py."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import digest_rows, requests, rhythm, work, workspaces
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.changes import Change
from bot.services.digest_rows import Digest
from bot.services.errors import NotPaused, PausedAlready, TooManyDigests
from bot.services.recipients import Recipient
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A digest to be added, its values checked. No accounts: all of them; no locale: the workspace's."""

    channel: Recipient
    rhythm: Rhythm
    locale: str | None = None
    accounts: tuple[Account, ...] = ()


def check(
    workspace: Workspace,
    channel: Recipient,
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


def placed(wanted: Wanted, channel: Recipient) -> Wanted:
    """The same in the channel that Slack knows."""
    return replace(wanted, channel=channel)


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
        told = digest_rows.label(id_, wanted.channel)
        session.execute(update(CHANGE).where(CHANGE.c.id == change).values(source=told))
        return requests.keep(session, workspace, request, instant, Change(change, Kind.DIGEST_ADD, digest=told))


def remove(
    session: Session, workspace: Workspace, asked: str, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Take a digest away. Raises UnknownDigest."""

    def act(digest: Digest, change: int, instant: datetime) -> None:
        digest_rows.put(session, digest, removed_by=change, next_at=None)

    return done(session, workspace, asked, Kind.DIGEST_REMOVE, act, actor, clock, request)


def pause(
    session: Session, workspace: Workspace, asked: str, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Post a digest no more, until it is resumed. Raises UnknownDigest, PausedAlready."""

    def act(digest: Digest, change: int, instant: datetime) -> None:
        if digest.paused:
            raise PausedAlready(digest=str(digest.id))
        digest_rows.put(session, digest, paused_by=change, next_at=None)

    return done(session, workspace, asked, Kind.DIGEST_PAUSE, act, actor, clock, request)


def resume(
    session: Session, workspace: Workspace, asked: str, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Post a paused digest again from its next time on. Raises UnknownDigest, NotPaused."""

    def act(digest: Digest, change: int, instant: datetime) -> None:
        if not digest.paused:
            raise NotPaused(digest=str(digest.id))
        digest_rows.put(session, digest, paused_by=None, next_at=digest.rhythm.after(instant, workspace.calendar))

    return done(session, workspace, asked, Kind.DIGEST_RESUME, act, actor, clock, request)


def run(
    session: Session, workspace: Workspace, asked: str, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Have a digest posted now, paused or not; its rhythm stays. Raises UnknownDigest."""

    def act(digest: Digest, change: int, instant: datetime) -> None:
        if not work.is_waiting(session, workspace.id, NAME, str(digest.id), ASKED):  # one tells it all
            work.hand_over(session, NAME, [Due(workspace.id, str(digest.id), instant, ASKED)], instant)

    return done(session, workspace, asked, Kind.DIGEST_RUN, act, actor, clock, request)


def done(
    session: Session,
    workspace: Workspace,
    asked: str,
    kind: Kind,
    act: Callable[[Digest, int, datetime], None],
    actor: str,
    clock: Clock,
    request: str | None,
) -> Change:
    """Do something with a digest, as a change of that kind, once. `act` gets the digest, the change's id and its
    instant. Raises UnknownDigest, and what `act` does: then there is no change."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        digest = digest_rows.find(session, workspace, asked)
        told = digest_rows.label(digest.id, digest.channel)
        change = ledger.begin_change(session, workspace, kind, actor, instant, source=told)
        act(digest, change, instant)
        return requests.keep(session, workspace, request, instant, Change(change, kind, digest=told))


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

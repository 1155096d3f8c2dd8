"""The list of admins, kept in Slack besides those of the settings (domain.md, Who may what)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, select
from sqlmodel import Session

from bot.clock import Clock
from bot.services import access, requests
from bot.services.access import Role, Roles
from bot.services.billing import ledger
from bot.services.changes import Change
from bot.services.errors import AdminOfSettings, CannotBeAdmin, LastAdmin, NotPlaced, NotYetAnAdmin
from bot.services.workspaces import Workspace
from db.models import ADMIN, CHANGE, Kind


@dataclass(frozen=True, slots=True)
class AdminLine:
    """An admin by Slack user id; who added them and when (UTC), unless the settings name them."""

    person: str
    added_by: str | None = None
    added_at: datetime | None = None


def listed(session: Session, workspace: Workspace, of_settings: Sequence[str]) -> list[AdminLine]:
    """The admins by name: those of the settings, then those whom admins added. None where nobody is named, so that the
    workspace's owners and admins are it."""
    c = ADMIN.c
    rows = session.execute(
        select(c.slack_user, c.added_by, c.added_at)
        .where(c.workspace_id == workspace.id)
        .order_by(c.added_at, c.slack_user)
    )
    added = [AdminLine(*row) for row in rows if row.slack_user not in of_settings]
    return [*(AdminLine(person) for person in of_settings), *added]


def add(
    session: Session,
    workspace: Workspace,
    people: Sequence[str],
    *,
    of_settings: Sequence[str],
    roles: Roles,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Make people admins, given by Slack user id: all of them or none.

    Where nobody was named yet, whoever adds somebody is put on the list too, or the list would take the right from
    them. The change has no id where all are admins already. Raises CannotBeAdmin for guests, bots and people of other
    teams, and NotPlaced where Slack does not tell.
    """
    for person in people:  # before the lock is held, since Slack may be slow
        role = roles.role(person)
        if role is None:
            raise NotPlaced(people=[person])
        if role == Role.OUTSIDER:
            raise CannotBeAdmin(people=[person])
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        named = access.admins(session, workspace, of_settings)
        new = [person for person in dict.fromkeys(people) if person not in named]
        if new and not named:
            new = list(dict.fromkeys([*new, actor]))
        change = None
        if new:
            change = ledger.begin_change(session, workspace, Kind.ADMIN_ADD, actor, instant, reason=" ".join(new))
            put(session, workspace, new, actor, instant)
        done = Change(change, Kind.ADMIN_ADD, admins=tuple(new or dict.fromkeys(people)))
        return requests.keep(session, workspace, request, instant, done)


def remove(
    session: Session,
    workspace: Workspace,
    people: Sequence[str],
    *,
    of_settings: Sequence[str],
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Take the right from admins: all of them or none. Raises AdminOfSettings, NotYetAnAdmin, LastAdmin."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        named = access.admins(session, workspace, of_settings)
        gone = list(dict.fromkeys(people))
        if fixed := [person for person in gone if person in of_settings]:
            raise AdminOfSettings(people=fixed)
        if others := [person for person in gone if person not in named]:
            raise NotYetAnAdmin(people=others)
        if not set(named) - set(gone):
            raise LastAdmin(people=gone)
        change = ledger.begin_change(session, workspace, Kind.ADMIN_REMOVE, actor, instant, reason=" ".join(gone))
        take(session, workspace, gone)
        done = Change(change, Kind.ADMIN_REMOVE, admins=tuple(gone))
        return requests.keep(session, workspace, request, instant, done)


def undo(
    session: Session, workspace: Workspace, old: int, *, of_settings: Sequence[str], actor: str, instant: datetime
) -> tuple[str, ...]:
    """Take back a change of the list; gives those whom that changed.

    Raises LastAdmin where nobody would be left, unless the change began the list: then the workspace's owners and
    admins are admins again.
    """
    c = CHANGE.c
    kind, reason = session.execute(select(c.kind, c.reason).where(c.id == old)).one()
    named = access.admins(session, workspace, of_settings)
    people = (reason or "").split()
    if kind == Kind.ADMIN_REMOVE:
        back = [person for person in people if person not in named]
        put(session, workspace, back, actor, instant)
        return tuple(back)
    gone = [person for person in people if person in named and person not in of_settings]
    if gone and not set(named) - set(gone) and not began(session, workspace, old):
        raise LastAdmin(people=gone)
    take(session, workspace, gone)
    return tuple(gone)


def began(session: Session, workspace: Workspace, change: int) -> bool:
    """Whether nobody had been added before a change, apart from what was taken back."""
    c, later = CHANGE.c, CHANGE.alias()
    earlier = select(c.id).where(c.workspace_id == workspace.id, c.kind == Kind.ADMIN_ADD, c.id < change)
    return session.execute(earlier.where(~exists().where(later.c.takes_back == c.id)).limit(1)).first() is None


def put(session: Session, workspace: Workspace, people: Iterable[str], actor: str, instant: datetime) -> None:
    """Put people on the list."""
    rows = [
        {"workspace_id": workspace.id, "slack_user": person, "added_by": actor, "added_at": instant}
        for person in people
    ]
    if rows:
        session.execute(insert(ADMIN), rows)


def take(session: Session, workspace: Workspace, people: Sequence[str]) -> None:
    """Take people off the list."""
    session.execute(delete(ADMIN).where(ADMIN.c.workspace_id == workspace.id, ADMIN.c.slack_user.in_(people)))

"""Who may what (domain.md, Who may what). Slack is not known here: a `Roles` tells what it says of a person."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from sqlalchemy import select
from sqlmodel import Session

from bot.services.errors import AdminsOnly, MembersOnly, OwnersOnly, RoleUnknown
from bot.services.workspaces import Workspace
from db.models import ADMIN


class Role(StrEnum):
    """What somebody is to the team, as Slack tells it."""

    OWNER = "owner"
    """An owner or an admin of the Slack workspace."""
    MEMBER = "member"
    OUTSIDER = "outsider"
    """A guest, a bot, somebody who left, or a person of another organisation."""


class Roles(Protocol):
    """Tells people's roles."""

    def role(self, person: str) -> Role | None:
        """The role of a person by Slack user id; None where it cannot be found out now."""

    def owners(self) -> Sequence[str]:
        """The Slack user ids of the workspace's owners and admins; none where they cannot be found out now."""


def admins(session: Session, workspace: Workspace, listed: Sequence[str]) -> list[str]:
    """The admins by name: those of the settings (`listed`), then those whom admins added. With none, the workspace's
    owners and admins are it."""
    c = ADMIN.c
    added = session.execute(
        select(c.slack_user).where(c.workspace_id == workspace.id).order_by(c.added_at, c.slack_user)
    ).scalars()
    return list(dict.fromkeys([*listed, *added]))


def require_member(roles: Roles, person: str) -> None:
    """Raises MembersOnly for outsiders, and RoleUnknown where Slack cannot place the person: it could be one."""
    role = roles.role(person)
    if role is None:
        raise RoleUnknown()
    if role == Role.OUTSIDER:
        raise MembersOnly()


def is_admin(session: Session, workspace: Workspace, listed: Sequence[str], roles: Roles, person: str) -> bool:
    """Whether somebody is an admin; False also where Slack cannot place them now."""
    role = roles.role(person)
    if role is None or role == Role.OUTSIDER:
        return False
    named = admins(session, workspace, listed)
    return person in named or (not named and role == Role.OWNER)


def require_admin(session: Session, workspace: Workspace, listed: Sequence[str], roles: Roles, person: str) -> None:
    """Raises MembersOnly, AdminsOnly with the ids of the admins, OwnersOnly where Slack does not tell who they are, and
    RoleUnknown where Slack cannot place the person now: who may be anybody changes nothing."""
    role = roles.role(person)
    if role is None:
        raise RoleUnknown()
    if role == Role.OUTSIDER:
        raise MembersOnly()
    if is_admin(session, workspace, listed, roles, person):
        return
    named = admins(session, workspace, listed) or list(roles.owners())
    raise AdminsOnly(admins=named) if named else OwnersOnly()

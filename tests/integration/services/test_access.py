"""Who may what (domain.md), on both engines."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlmodel import Session

from bot.services import access
from bot.services.access import Role
from bot.services.errors import AdminsOnly, MembersOnly, OwnersOnly, RoleUnknown
from bot.services.workspaces import Workspace
from db.models import Admin
from tests.conftest import NOW


@dataclass
class Known:
    """Roles as a table."""

    roles: dict[str, Role | None] = field(
        default_factory=lambda: {"UOWNER": Role.OWNER, "UMEMBER": Role.MEMBER, "UGUEST": Role.OUTSIDER}
    )
    owners_known: bool = True

    def role(self, person: str) -> Role | None:
        return self.roles.get(person)

    def owners(self) -> Sequence[str]:
        return ["UOWNER"] if self.owners_known else []


def add_admin(session: Session, workspace: Workspace, person: str) -> None:
    session.add(Admin(workspace_id=workspace.id, slack_user=person, added_by="UOWNER", added_at=NOW))
    session.commit()


def test_with_nobody_listed_the_workspaces_owners_are_the_admins(session: Session, workspace: Workspace) -> None:
    access.require_admin(session, workspace, [], Known(), "UOWNER")
    with pytest.raises(AdminsOnly) as refused:
        access.require_admin(session, workspace, [], Known(), "UMEMBER")
    assert refused.value.fields == {"admins": ["UOWNER"]}


def test_with_somebody_listed_the_owners_are_admins_no_more(session: Session, workspace: Workspace) -> None:
    access.require_admin(session, workspace, ["UMEMBER"], Known(), "UMEMBER")
    with pytest.raises(AdminsOnly) as refused:
        access.require_admin(session, workspace, ["UMEMBER"], Known(), "UOWNER")
    assert refused.value.fields == {"admins": ["UMEMBER"]}


def test_whom_admins_added_is_an_admin_beside_the_listed(session: Session, workspace: Workspace) -> None:
    add_admin(session, workspace, "UMEMBER")
    access.require_admin(session, workspace, ["UOWNER"], Known(), "UMEMBER")
    assert access.admins(session, workspace, ["UOWNER"]) == ["UOWNER", "UMEMBER"]


def test_a_listed_guest_is_refused_all_the_same(session: Session, workspace: Workspace) -> None:
    with pytest.raises(MembersOnly):
        access.require_admin(session, workspace, ["UGUEST"], Known(), "UGUEST")


def test_a_role_that_cannot_be_found_out_changes_nothing(session: Session, workspace: Workspace) -> None:
    with pytest.raises(RoleUnknown):
        access.require_admin(session, workspace, ["UNOBODY"], Known(), "UNOBODY")


def test_where_the_owners_cannot_be_named_they_are_described(session: Session, workspace: Workspace) -> None:
    with pytest.raises(OwnersOnly):
        access.require_admin(session, workspace, [], Known(owners_known=False), "UMEMBER")


def test_outsiders_may_not_even_read_and_neither_may_the_unplaced() -> None:
    with pytest.raises(MembersOnly):
        access.require_member(Known(), "UGUEST")
    access.require_member(Known(), "UMEMBER")
    with pytest.raises(RoleUnknown):
        access.require_member(Known(), "UNOBODY")

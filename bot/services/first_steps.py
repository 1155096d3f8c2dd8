"""The first steps of a workspace: what is set up, and what is still to be done."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from bot.services import accounts, connections, workspace_settings
from bot.services.workspace_settings import Terms
from bot.services.workspaces import Workspace
from db.models import CHANGE, USER, Kind

DEFAULTS = (1, "UTC")
"""The billing day and the time zone of a workspace that nobody was asked about."""


@dataclass(frozen=True, slots=True)
class Steps:
    """How far a workspace is: its terms, and whether somebody said them; how many accounts there are, whether there are
    people, and whether a directory is connected."""

    terms: Terms
    settled: bool
    accounts: int
    people: bool
    connected: bool

    @property
    def done(self) -> bool:
        """Whether there is something to count, so that there is a report."""
        return self.accounts > 0 and self.people


def steps(session: Session, workspace: Workspace) -> Steps:
    """How far a workspace is."""
    terms, c, u = workspace_settings.of(workspace), CHANGE.c, USER.c
    set_ = select(c.id).where(c.workspace_id == workspace.id, c.kind == Kind.SET).limit(1)
    return Steps(
        terms,
        (terms.billing_day, terms.timezone) != DEFAULTS or session.execute(set_).first() is not None,
        accounts.count(session, workspace),
        session.execute(select(u.id).where(u.workspace_id == workspace.id).limit(1)).first() is not None,
        connections.is_any(session, workspace),
    )

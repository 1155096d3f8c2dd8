"""The settings of a workspace, as somebody saw them and wants them: saved once, and never over what somebody else
saved meanwhile."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.clock import Clock
from bot.services import pricing, requests, workspaces
from bot.services.billing import ledger
from bot.services.changes import Change
from bot.services.errors import FormOutdated
from bot.services.workspaces import Workspace
from db.models import Kind


@dataclass(frozen=True, slots=True)
class Terms:
    """What a workspace is called, how it is billed (the day from 1 to 31, the IANA name of the zone), and the language
    of its posts."""

    name: str
    billing_day: int
    timezone: str
    locale: str


def of(workspace: Workspace) -> Terms:
    """The settings as they are. Pure."""
    calendar = workspace.calendar
    return Terms(workspace.name, calendar.billing_day, calendar.zone.key, workspace.locale)


def save(
    session: Session,
    workspace: Workspace,
    seen: Terms,
    wanted: Terms,
    *,
    correct: bool = False,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Change what somebody wants otherwise than they saw it; without an id where that is nothing.

    Raises FormOutdated where the settings are no longer those that were seen, NeedsCorrect without `correct`,
    WorkspaceExists, BadName, LongName, BadBillingDay, BadTimezone, BadLocale.
    """
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        if of(workspaces.by_id(session, workspace.id)) != seen:
            raise FormOutdated()
        change = None
        if wanted != seen:
            _, change = workspaces.changed(
                session,
                workspace,
                instant,
                actor=actor,
                name=wanted.name,
                billing_day=wanted.billing_day,
                timezone=wanted.timezone,
                locale=wanted.locale,
                correct=correct,
            )
        return requests.keep(session, workspace, request, instant, Change(change, Kind.SET))


def save_prices(
    session: Session,
    workspace: Workspace,
    wanted: pricing.Wanted,
    *,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Change:
    """Set prices, once. Raises as `pricing.write`."""
    with ledger.writing(session, workspace, clock) as instant:
        if before := requests.answered(session, workspace, request):
            return before
        _, change = workspaces.changed(session, workspace, instant, actor=actor, prices=wanted)
        return requests.keep(session, workspace, request, instant, Change(change, Kind.SET))

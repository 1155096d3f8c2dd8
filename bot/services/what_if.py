"""What if: what a change would do to the running bill and the next, without making it.

The change is carried out by the very rule that would make it, in a transaction that is given up, so that the answer
cannot differ from what doing it comes to.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from bot.clock import Clock
from bot.services import account_status, users
from bot.services.accounts import Account
from bot.services.billing import course, ledger, peaks
from bot.services.billing.course import Course
from bot.services.changes import Change, Effect
from bot.services.errors import NotYetAnAccount
from bot.services.workspaces import Workspace
from db.models import Status

ACTOR = "what-if"
"""Who would do it; nobody ever reads it."""
Deed = Literal["deactivate", "activate", "convert", "close"]
STATUSES: dict[Deed, Status] = {"convert": Status.ACTIVE, "close": Status.CLOSED}


class GivenUp(Exception):
    """Ends the transaction of a change that is only supposed."""


@dataclass(frozen=True, slots=True)
class Supposed:
    """A change that was not made: what would come of it, and where the period is going without it and with it."""

    workspace: Workspace
    deed: Deed
    change: Change
    effect: Effect
    without: Course
    having: Course


def people(
    session: Session,
    workspace: Workspace,
    deed: Deed,
    emails: Sequence[str],
    *,
    account: Account | None = None,
    picked: Collection[int] = (),
    clock: Clock,
) -> Supposed:
    """What it would do to set people inactive or active now, by address and, where they were picked, by id. Raises as
    `users.deactivate` and `users.activate`."""
    make = users.made_inactive if deed == "deactivate" else users.made_active

    def change(instant: datetime) -> Change:
        return make(session, workspace, emails, account=account, picked=picked, actor=ACTOR, instant=instant)

    return supposed(session, workspace, deed, clock, change)


def status(session: Session, workspace: Workspace, deed: Deed, account: Account, *, clock: Clock) -> Supposed:
    """What it would do if an account became a paying one now, or closed. Raises NotYetAnAccount."""

    def change(instant: datetime) -> Change:
        if account_status.status_at(account_status.history(session, workspace, account.id), instant) is None:
            raise NotYetAnAccount(account=account.name)
        return account_status.written(session, workspace, account, STATUSES[deed], None, None, ACTOR, instant)

    return supposed(session, workspace, deed, clock, change)


def supposed(
    session: Session, workspace: Workspace, deed: Deed, clock: Clock, make: Callable[[datetime], Change]
) -> Supposed:
    """What would come of a change, which is written and given up again."""
    found = None
    with suppress(GivenUp), ledger.writing(session, workspace, clock) as instant:
        without = ahead(session, workspace, instant)
        change = make(instant)
        assert change.effect
        # What is supposed is a jump of this very instant, and no part of the course.
        having = replace(ahead(session, workspace, instant), drift=without.drift)
        found = Supposed(workspace, deed, change, change.effect, without, having)
        raise GivenUp
    assert found
    return found


def ahead(session: Session, workspace: Workspace, instant: datetime) -> Course:
    """Where the period that holds an instant is going, as it stands then."""
    report = peaks.report(session, workspace, workspace.calendar.holding(instant), instant)
    found = course.ahead(session, report)
    assert found
    return found

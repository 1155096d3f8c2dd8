"""What a change comes to: who was changed, and what it does to this bill and the next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import Session

from bot.services.billing import peaks
from bot.services.billing.peaks import Bill
from bot.services.billing.periods import Period
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db import models
from db.models import ACCOUNT, CHANGE, DENY_ENTRY, LEDGER, USER, Cause, Kind, Status


@dataclass(frozen=True, slots=True)
class Effect:
    """The running bill before and after a change: its peak, and the count that the next period begins with."""

    before: Bill
    after: Bill
    period: Period


@dataclass(frozen=True, slots=True)
class Change:
    """One thing somebody did, and what came of it. Lists of people are in the order of account and address.

    `id` is None where nothing had to be changed; `unchanged` were so before, `left` were not touched although they
    were meant, `comes_back` are those of the changed whom the next sync would change again. Of a deny list, `patterns`
    were added, `removed` taken off and `known` there already.
    """

    id: int | None
    kind: Kind
    changed: tuple[Person, ...] = ()
    unchanged: tuple[Person, ...] = ()
    left: tuple[Person, ...] = ()
    comes_back: tuple[Person, ...] = ()
    patterns: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    account: str | None = None
    effect: Effect | None = None
    takes_back: int | None = None


class Meter:
    """Reads the bill when it is made, and gives the effect of what was written since."""

    def __init__(self, session: Session, workspace: Workspace, instant: datetime) -> None:
        self.session, self.workspace, self.instant = session, workspace, instant
        self.before = peaks.bill(session, workspace, instant)

    def effect(self) -> Effect:
        """What the change did to the running bill and to the next; within its transaction."""
        after = peaks.bill(self.session, self.workspace, self.instant)
        return Effect(self.before, after, self.workspace.calendar.holding(self.instant))


def people_of(session: Session, workspace: Workspace, change: int) -> list[tuple[Person, Status, Cause]]:
    """Whom a change changed, each with their new status, in the order of account and address."""
    a, u, c = ACCOUNT.c, USER.c, LEDGER.c
    rows = session.execute(
        select(u.id, u.account_id, a.name, u.email, u.name.label("person"), u.synced, c.status, c.cause)
        .join_from(LEDGER, USER, u.id == c.user_id)
        .join(ACCOUNT, a.id == u.account_id)
        .where(c.change_id == change, c.workspace_id == workspace.id)
        .order_by(a.name_key, u.email_key, c.at)
    )
    return [(Person(*row[:6]), row[6], row[7]) for row in rows]


def of_request(session: Session, workspace: Workspace, request: str | None) -> int | None:
    """The change that a Slack request already made, if it was delivered before."""
    if request is None:
        return None
    c = CHANGE.c
    found: int | None = session.execute(
        select(c.id).where(c.workspace_id == workspace.id, c.request == request)
    ).scalar_one_or_none()
    return found


def recall(session: Session, workspace: Workspace, change: int) -> Change:
    """A change as it is stored, without its effect on the bills: for whoever asks for it again."""
    row = session.get(models.Change, change)
    assert row is not None
    d, a = DENY_ENTRY.c, ACCOUNT.c
    entries = session.execute(
        select(a.name, d.pattern, d.added_by)
        .join_from(DENY_ENTRY, ACCOUNT, a.id == d.account_id)
        .where(or_(d.added_by == change, d.removed_by == change))
        .order_by(d.pattern_key)
    ).all()
    return Change(
        change,
        row.kind,
        changed=tuple(dict.fromkeys(person for person, _, _ in people_of(session, workspace, change))),
        patterns=tuple(entry.pattern for entry in entries if entry.added_by == change),
        removed=tuple(entry.pattern for entry in entries if entry.added_by != change),
        account=entries[0].name if entries else None,
        takes_back=row.takes_back,
    )

"""What a change comes to: who was changed, and what it does to this bill and the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from bot.services import people
from bot.services.billing import peaks
from bot.services.billing.peaks import Bill
from bot.services.billing.periods import Period
from bot.services.people import Person
from bot.services.warnings.lines import WarningLine
from bot.services.workspaces import Workspace
from db.bulk import batched
from db.models import ACCOUNT, CHANGE, FAQ_TOPIC, LEDGER, MICROSECOND, USER, Cause, Kind, Status, without_index


@dataclass(frozen=True, slots=True)
class Effect:
    """The running bill before and after a change: its peak, and the count that the next period begins with."""

    before: Bill
    after: Bill
    period: Period


@dataclass(frozen=True, slots=True)
class StatusChange:
    """An account's status before and after a change; `at` is the instant from which it holds, None for at once.
    `before` is None where the account is new. Instants are local to the workspace, whose days they begin.

    `until` is the end of the trial, where one is known, `counted` how many active users begin to count by it or, below
    zero, stop counting, and `by` the change that planned it, where it was planned before.
    """

    account: str
    before: Status | None
    after: Status
    at: datetime | None = None
    until: datetime | None = None
    counted: int = 0
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A change as it is named to people: its number, what it was, by whom it was made and when (UTC)."""

    id: int
    kind: Kind
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One thing somebody did, and what came of it. Lists of people are in the order of account and address.

    `id` is None where nothing had to be changed; `unchanged` were so before, `left` were not touched although they
    were meant, `comes_back` are those of the changed whom the next sync would change again. Of a deny list, `patterns`
    were added, `removed` taken off and `known` there already; `account` is None where they are of several accounts.
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
    statuses: tuple[StatusChange, ...] = ()
    admins: tuple[str, ...] = ()
    """Slack user ids of those who became admins, or are none any more."""
    reason: str | None = None
    """Why, in the words of whoever did it."""
    effect: Effect | None = None
    takes_back: int | None = None
    undone: Made | None = None
    """The change that this one takes back."""
    unsynced: bool = False
    """No sync ever brought anybody into the account, so that its deny list does nothing yet."""
    planned: tuple[StatusChange, ...] = ()
    """What was planned for the account before, and still is."""
    vanished: tuple[Person, ...] = ()
    """People of whom a retraction leaves nothing."""
    emptied: tuple[str, ...] = ()
    """Accounts to which a retraction leaves no status."""
    topics: tuple[str, ...] = ()
    """Ids of the MSP's own topics that were written."""
    topics_removed: tuple[str, ...] = ()
    """Ids of those that were taken away, in one language or all."""
    digest: str | None = None
    """The digest that it is about, as the log names it."""
    warnings: tuple[WarningLine, ...] = ()
    """Those that were added, removed or muted."""


class Unconfirmed(Exception):
    """More would change than may without being asked (domain.md, The hand). Nothing was changed; `change` is what
    would have come of it."""

    def __init__(self, change: Change) -> None:
        super().__init__()
        self.change = change


def confirmed(change: Change, unasked: int | None) -> Change:
    """Gives the change back. Raises Unconfirmed where more than `unasked` people or counted users change."""
    effect = change.effect
    counted = abs(effect.after.current - effect.before.current) if effect else 0
    planned = abs(sum(status.counted for status in change.statuses))
    if unasked is not None and max(len(change.changed), counted, planned) > unasked:
        raise Unconfirmed(change)
    return change


def made(session: Session, change: int) -> Made:
    """The change of that id, as it is named to people."""
    c = CHANGE.c
    return Made(*session.execute(select(c.id, c.kind, c.actor, c.recorded_at).where(c.id == change)).one())


def reason(session: Session, change: int | None) -> str | None:
    """Why people were set inactive or active, as the log has it; None where nobody said, or nothing was changed."""
    by_hand = CHANGE.c.kind.in_((Kind.DEACTIVATE, Kind.ACTIVATE))
    return session.execute(select(CHANGE.c.reason).where(CHANGE.c.id == change, by_hand)).scalar_one_or_none()


def effect_since(before: Bill, session: Session, workspace: Workspace, instant: datetime) -> Effect:
    """What was written since the bill was read at an instant did to it, however far back it takes effect."""
    return Effect(before, peaks.bill(session, workspace, instant), workspace.calendar.holding(instant))


class Meter:
    """Gives what a change does to the running bill and to the next one; made before the change writes anything, within
    its transaction. The change takes effect at the instant or later."""

    def __init__(self, session: Session, workspace: Workspace, instant: datetime) -> None:
        self._session, self._workspace = session, workspace
        self.instant, self.period = instant, workspace.calendar.holding(instant)
        self._before: Bill | None = None
        self._mark: datetime | None = None
        if instant == self.period.start:  # rollups that end before it hold nothing of the period
            self._before = self.bill()
        else:  # what is written at the instant does not outdate rollups that end before it
            self._mark = peaks.refresh(session, workspace, instant - MICROSECOND).mark

    def bill(self) -> Bill:
        """The bill at the instant as the ledger has it now."""
        return peaks.bill(self._session, self._workspace, self.instant)

    def effect(self, change: int | None) -> Effect:
        """What a change did that has written all its rows, None for one that had nothing to do."""
        if change is None or self._mark is None:
            return effect_since(self._before or self.bill(), self._session, self._workspace, self.instant)
        bills = peaks.bills(self._session, self._workspace, self._mark, self.instant, change)
        return Effect(*bills, self.period)


def people_of(session: Session, workspace: Workspace, change: int) -> list[tuple[Person, Status, Cause]]:
    """Whom a change changed, each with their new status, in the order of account and address."""
    a, u, c = ACCOUNT.c, USER.c, LEDGER.c
    rows = session.execute(
        select(u.id, u.account_id, a.name, u.email, u.name.label("person"), u.synced, c.status, c.cause)
        .join_from(LEDGER, USER, u.id == c.user_id)
        .join(ACCOUNT, a.id == u.account_id)
        .where(c.change_id == change, without_index(c.workspace_id) == workspace.id)
        .order_by(c.at)
    )
    found = [(Person(*row[:6]), row[6], row[7]) for row in rows]
    return sorted(found, key=lambda one: people.order(one[0]))


def topics_of(
    session: Session, workspace: Workspace, ids: Sequence[int]
) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Of each of these changes, the ids of the topics that it wrote and of those that it only took away."""
    t = FAQ_TOPIC.c
    found: list[dict[int, set[str]]] = []
    for column in (t.added_by, t.removed_by):
        touched: dict[int, set[str]] = {change: set() for change in ids}
        for some in batched(ids):
            rows = select(column, t.topic).where(t.workspace_id == workspace.id, column.in_(some))
            for change, topic in session.execute(rows):
                touched[change].add(topic)
        found.append(touched)
    written, removed = found
    return {one: (tuple(sorted(written[one])), tuple(sorted(removed[one] - written[one]))) for one in ids}

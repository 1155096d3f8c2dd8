"""Statements: closed periods, frozen, with every revision that a later change brought (domain.md, Closed periods)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, exists, or_, select
from sqlmodel import Session

from bot.clock import Clock
from bot.services import digest_rows, names, posts
from bot.services.billing import freezing, prices
from bot.services.billing.periods import Period
from bot.services.billing.prices import Price
from bot.services.changes import Made
from bot.services.errors import NothingToState, PeriodRuns, UnknownRevision
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CHANGE, LEDGER, STATEMENT, STATEMENT_ACCOUNT, Kind, without_index

BACKDATED = (Kind.IMPORT_ACCOUNTS, Kind.IMPORT_USERS)
"""Kinds of changes whose rows may lie before the change itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One account in a statement: its own peak and the earliest instant of that (UTC), and its share: how many of its
    users were counted at the instant of the MSP's peak. `resale` is what each of them was resold for, if frozen."""

    id: int
    name: str
    peak: int
    peak_at: datetime | None
    share: int
    resale: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An account that counts otherwise than in the revision before."""

    account: str
    peak_before: int
    peak: int
    share_before: int
    share: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a revision has changed: by how much the MSP's peak, which accounts, and because of which changes."""

    peak: int
    accounts: tuple[Moved, ...]
    because: tuple[Made, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a statement among the others."""

    number: int
    created_at: datetime
    peak: int


@dataclass(frozen=True)
class Statement:
    """A closed period as a revision froze it; `month` is the first day of the month that it starts in, `zone` the time
    zone whose midnights are its bounds. Lines are in the order of names, instants UTC.

    `difference` is none in the first revision; `ledger_to` is the last change that it knows. `price` is what a user
    cost when it was frozen; None where no price was set.
    """

    id: int
    workspace: Workspace
    month: date
    period: Period
    zone: ZoneInfo
    revision: int
    created_at: datetime
    peak: int
    peak_at: datetime | None
    lines: tuple[Line, ...]
    revisions: tuple[Revision, ...]
    difference: Difference | None
    ledger_to: int
    price: Price | None = None

    @cached_property
    def sum_of_account_peaks(self) -> int:
        return sum(line.peak for line in self.lines)

    @property
    def reference(self) -> str:
        """By what an invoice can name it."""
        return f"{self.month:%Y-%m}-r{self.revision}"


def recipients(session: Session, workspace: Workspace) -> list[str]:
    """Who is told of revisions: the channels of the digests about all accounts that are not paused, each once, or
    without any `posts.ADMINS`."""
    whole = [one.channel for one in digest_rows.listed(session, workspace) if one.accounts is None and not one.paused]
    known = {one.name for one in whole if not one.id.startswith("#")}
    # A name that Slack was not asked about may be that of a channel that is known by its id.
    channels = dict.fromkeys(one.id for one in whole if not one.id.startswith("#") or one.name not in known)
    return list(channels) or [posts.ADMINS]


def statement(
    session: Session, workspace: Workspace, asked: str | None, clock: Clock, revision: int | None = None
) -> Statement:
    """The statement of a period in the words of `Calendar.parse`, without any of the last one that is over; its latest
    revision or the one of that number. A period that nobody has closed yet is frozen by this.

    Raises UnknownPeriod, FuturePeriod, PeriodRuns, NothingToState where no account had a status by its end, and
    UnknownRevision.
    """
    now = clock()
    period = workspace.calendar.parse(asked or "last", now)
    at = (session, workspace, freezing.month_of(period))
    found = freezing.row_of(*at, revision)
    if found is not None and (revision is not None or freezing.has_bounds(found, period)):
        return read(session, workspace, found)
    if period.end > now:
        raise PeriodRuns(last=period.last_day)
    if revision is not None and revision > 1:  # nothing is frozen by asking for what is not there
        latest = freezing.row_of(*at)
        number = latest.revision if latest else 1
        raise UnknownRevision(asked=str(revision), period=f"{period.first_day:%Y-%m}", latest=str(number))
    freezing.freeze(session, workspace, period, clock)
    found = freezing.row_of(*at, revision)
    if found is None:
        raise NothingToState(asked=names.printable(asked or "last"))
    return read(session, workspace, found)


def close(session: Session, workspace: Workspace, asked: str | None, clock: Clock) -> list[Statement]:
    """Freeze a period, or without one all that are over; gives the statements that this made, in order.

    Each period is closed in a transaction of its own. Raises UnknownPeriod, FuturePeriod, PeriodRuns, NothingToState.
    """
    now = clock()
    wanted = [workspace.calendar.parse(asked, now)] if asked else freezing.unclosed(session, workspace, now)
    made = []
    for period in wanted:
        if freezing.freeze(session, workspace, period, clock):
            row = freezing.row_of(session, workspace, freezing.month_of(period))
            assert row is not None
            made.append(read(session, workspace, row))
        elif asked and freezing.row_of(session, workspace, freezing.month_of(period)) is None:
            raise NothingToState(asked=names.printable(asked))
    return made


def read(session: Session, workspace: Workspace, row: Row[Any]) -> Statement:
    """The statement of a row of STATEMENT."""
    zone = ZoneInfo(row.timezone)
    first, end = (at.astimezone(zone).date() for at in (row.period_start, row.period_end))
    s = STATEMENT.c
    others = (
        select(s.revision, s.created_at, s.peak).where(*freezing.of_month(workspace, row.month)).order_by(s.revision)
    )
    lines = lines_of(session, row.id)
    return Statement(
        id=row.id,
        workspace=workspace,
        month=row.month,
        period=Period(row.period_start, row.period_end, first, end),
        zone=zone,
        revision=row.revision,
        created_at=row.created_at,
        peak=row.peak,
        peak_at=row.peak_at,
        lines=lines,
        revisions=tuple(Revision(*other) for other in session.execute(others)),
        difference=difference(session, workspace, row, lines) if row.revision > 1 else None,
        ledger_to=row.ledger_to,
        price=prices.load(row.price) if row.price else None,
    )


def by_change(session: Session, workspace: Workspace, change: int, at: datetime) -> list[Statement]:
    """The revisions that a change brought at that instant to periods that were over, in their order."""
    s = STATEMENT.c
    brought = (s.workspace_id == workspace.id, s.change_id == change, s.created_at == at, s.period_end <= at)
    rows = session.execute(select(STATEMENT).where(*brought).order_by(s.month))
    return [read(session, workspace, row) for row in rows.all()]


def lines_of(session: Session, id_: int) -> tuple[Line, ...]:
    """The lines of a statement, in the order of names."""
    a, c = ACCOUNT.c, STATEMENT_ACCOUNT.c
    rows = session.execute(
        select(a.id, a.name, c.peak, c.peak_at, c.share, c.resale)
        .join_from(STATEMENT_ACCOUNT, ACCOUNT, a.id == c.account_id)
        .where(c.statement_id == id_)
    )
    lines = [
        Line(row.id, row.name, row.peak, row.peak_at, row.share, Decimal(row.resale) if row.resale else None)
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: names.sorting(line.name)))


def difference(session: Session, workspace: Workspace, row: Row[Any], lines: Sequence[Line]) -> Difference:
    """How a revision differs from the one before, and which changes that comes from: those that the one before did not
    know and whose rows, or the rows that they voided, lie before the period's end, and a change of the calendar."""
    former = freezing.row_of(session, workspace, row.month, row.revision - 1)
    assert former is not None
    before = {line.id: line for line in lines_of(session, former.id)}
    after = {line.id: line for line in lines}
    moved = []
    for id_, one in (before | after).items():
        counts = [(line.peak, line.share) if line else (0, 0) for line in (before.get(id_), after.get(id_))]
        if counts[0] != counts[1]:
            moved.append(Moved(one.name, counts[0][0], counts[1][0], counts[0][1], counts[1][1]))
    return Difference(
        row.peak - former.peak,
        tuple(sorted(moved, key=lambda one: names.sorting(one.account))),
        causes(session, workspace, former, row),
    )


def causes(session: Session, workspace: Workspace, former: Row[Any], row: Row[Any]) -> tuple[Made, ...]:
    """The changes that made a revision of the one before it, oldest first."""
    c, r, end = CHANGE.c, LEDGER.c, max(former.period_end, row.period_end)
    # Live rows are never older than their change; to look at those of thousands of changes would take long.
    may_be_older = or_(c.recorded_at < end, c.kind.in_(BACKDATED))
    touched = and_(may_be_older, exists().where(r.change_id == c.id, r.at < end))
    voided = and_(c.kind == Kind.RETRACT, exists().where(r.change_id == c.takes_back, r.at < end))
    rows = session.execute(
        select(c.id, c.kind, c.actor, c.recorded_at)
        .where(without_index(c.workspace_id) == workspace.id, c.id > former.ledger_to, c.id <= row.ledger_to)
        .where(or_(touched, voided, c.id == row.change_id))
        .order_by(c.id)
    )
    return tuple(Made(*found) for found in rows)

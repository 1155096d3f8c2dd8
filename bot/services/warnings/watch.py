"""Looking at the warnings of a workspace: when something may be due, and what is to be told then.

One piece of work a workspace, a minute after the last at the earliest, and only where the ledger moved, a sync ended or
an instant came from which time alone may make something due. What it tells and what it has seen are one transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, update
from sqlmodel import Session

from bot.services import suggestions
from bot.services.billing import ledger, peaks
from bot.services.billing.peaks import Bill
from bot.services.billing.periods import DAY, Period
from bot.services.people import Person
from bot.services.suggestions import Suggestion
from bot.services.warnings import facts, lines, rules
from bot.services.warnings.facts import Accounts, Raised
from bot.services.warnings.lines import WarningLine
from bot.services.warnings.rules import NewPeak, Rise, Series, SyncState, Told, Trial, Trouble
from bot.services.work import Due
from bot.services.workspaces import Workspace
from db.models import SYNC_RUN, WARNING, WARNING_WATCH, WORK, WORKSPACE, WarningKind, from_micros, to_micros

NAME = "warnings"
"""The work's name; its subject is the workspace's id."""
PAUSE = timedelta(minutes=1)
OVERLAP = timedelta(minutes=2)
"""A sync says when it ended a moment before that can be read."""


class Watches:
    """The workspaces whose warnings may have something to tell."""

    def is_any(self, session: Session, now: datetime) -> bool:
        return session.execute(select(WARNING_WATCH.c.workspace_id).where(due(now)).limit(1)).first() is not None

    def claim(self, session: Session, now: datetime, most: int) -> list[Due]:
        w = WARNING_WATCH.c
        found = session.execute(
            select(w.workspace_id, w.next_at)
            .where(due(now))
            .order_by(w.next_at, w.workspace_id)
            .limit(most)
            .with_for_update(of=WARNING_WATCH, skip_locked=True)
        ).all()
        if found:
            moved = update(WARNING_WATCH).where(w.workspace_id == bindparam("of"), w.next_at == bindparam("was"))
            rows = [{"of": row.workspace_id, "was": row.next_at, "then": now + PAUSE} for row in found]
            session.execute(moved.values(next_at=bindparam("then")), rows)
        return [Due(row.workspace_id, str(row.workspace_id), row.next_at) for row in found]


def due(now: datetime) -> ColumnElement[bool]:
    """The condition on WARNING_WATCH that a workspace is to be looked at, and that nobody is at it."""
    w, k, r = WARNING_WATCH.c, WORK.c, SYNC_RUN.c
    ended = exists().where(r.workspace_id == w.workspace_id, r.ended_at > w.runs_since)
    moved = exists().where(WORKSPACE.c.id == w.workspace_id, WORKSPACE.c.last_instant > w.last_instant)
    under_way = exists().where(k.workspace_id == w.workspace_id, k.name == NAME, k.ended_at.is_(None))
    return and_(w.next_at <= now, or_(w.wakes_at <= now, moved, ended), ~under_way)


# What is told


@dataclass(frozen=True, slots=True)
class Jumped:
    """The count jumped, and what raised it. `accounts` are the ids of those that the warning is about."""

    rise: Rise
    raised: Raised
    accounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Peaked:
    """A period has a new peak, and what raised it. `accounts` are the ids of those that the warning is about."""

    peak: NewPeak
    raised: Raised
    accounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TrialsEnd:
    """Trials end soon, or have just ended; the bill as it stands without them."""

    trials: tuple[Trial, ...]
    bill: Bill
    now: datetime


@dataclass(frozen=True, slots=True)
class PeriodEnds:
    """The running period ends soon; the bill as it stands, and who of the accounts might be set inactive before."""

    period: Period
    bill: Bill
    people: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class SyncsChanged:
    """How the syncs of accounts go was not so before; without trouble they go on again."""

    states: tuple[tuple[SyncState, Trouble | None], ...]


@dataclass(frozen=True, slots=True)
class Reactivated:
    """A sync set people active again who had been set inactive by hand."""

    people: tuple[Person, ...]


What = Jumped | Peaked | TrialsEnd | PeriodEnds | SyncsChanged | Reactivated


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to tell by a warning; `key` is that of what is told, the same however often it is found."""

    warning: WarningLine
    key: str
    what: What


@dataclass(frozen=True, slots=True)
class State:
    """A warning with what it has seen and told so far."""

    line: WarningLine
    accounts: Accounts
    told: Told
    seen: datetime
    seen_change: int

    @property
    def looks_back_to(self) -> datetime:
        """The instant from which on a count is needed."""
        known = [from_micros(self.told[name]) for name in ("period", "since") if name in self.told]
        return min([self.seen - DAY, *known])


Outcome = tuple[list[tuple[str, What]], dict[str, int], datetime | None]
"""What is told, each with its key; what the rule must know of that; and when time may make something due."""


def look(session: Session, workspace: Workspace, last: datetime, clock_now: datetime) -> list[Warned]:
    """What the warnings of a workspace have to tell now, and keep that it was seen; within a transaction under the
    workspace's lock, whose last live instant is `last`. What a mute warning would tell is seen and not told."""
    now = max(clock_now, last)
    change = ledger.latest_change(session, workspace)
    found: list[Warned] = []
    wakes: list[datetime] = []
    states = of_workspace(session, workspace)
    looked = Look(session, workspace, states, last, now)
    for state in states:
        told, known, at = looked.at(state)
        if at is not None:
            wakes.append(at)
        if state.line.muted_until is None or state.line.muted_until <= now:
            found += [Warned(state.line, f"warning {state.line.id} {key}", what) for key, what in told]
        values = {"seen": last, "seen_change": change, "told": json.dumps(known)}
        session.execute(update(WARNING).where(WARNING.c.id == state.line.id).values(**values))
    if planned := facts.next_planned(session, workspace, now):
        wakes.append(planned)
    kept = {"wakes_at": min(wakes, default=None) if states else None, "last_instant": last}
    kept |= {"runs_since": now - OVERLAP, "next_at": clock_now + PAUSE}
    session.execute(update(WARNING_WATCH).where(WARNING_WATCH.c.workspace_id == workspace.id).values(**kept))
    return found


def of_workspace(session: Session, workspace: Workspace) -> list[State]:
    """The warnings that stand, oldest first."""
    w = WARNING.c
    rows = session.execute(
        select(w.id, w.accounts, w.told, w.seen, w.seen_change).where(
            w.workspace_id == workspace.id, w.removed_by.is_(None)
        )
    )
    kept = {row.id: row for row in rows}
    return [
        State(
            line,
            None if kept[line.id].accounts is None else frozenset(json.loads(kept[line.id].accounts)),
            json.loads(kept[line.id].told),
            kept[line.id].seen,
            kept[line.id].seen_change,
        )
        for line in lines.listed(session, workspace)
    ]


class Look:
    """One look at the warnings of a workspace; what several need is read once."""

    def __init__(
        self, session: Session, workspace: Workspace, states: Sequence[State], last: datetime, now: datetime
    ) -> None:
        self._session, self._workspace, self._last, self._now = session, workspace, last, now
        counting = [one for one in states if one.line.kind in (WarningKind.JUMP, WarningKind.PEAK)]
        self._since = min((one.looks_back_to for one in counting), default=now)
        self._series: dict[Accounts, Series] = {}
        self._bill: Bill | None = None

    def at(self, state: State) -> Outcome:
        """What a warning tells."""
        rule = {
            WarningKind.JUMP: self._jump,
            WarningKind.PEAK: self._peak,
            WarningKind.TRIAL: self._trial,
            WarningKind.PERIOD_END: self._period_end,
            WarningKind.SYNC: self._sync,
            WarningKind.REACTIVATED: self._reactivated,
        }[state.line.kind]
        return rule(state)

    def _jump(self, state: State) -> Outcome:
        series = self._series_of(state.accounts)
        rise, told = rules.jump(series, state.line.threshold, state.told, state.seen, self._last, self._now)
        if rise is None:
            return [], told, None
        jumped = Jumped(rise, self._raised(state, rise.since, rise.at), tuple(sorted(state.accounts or ())))
        return [(f"{to_micros(rise.at)}", jumped)], told, None

    def _peak(self, state: State) -> Outcome:
        series, calendar = self._series_of(state.accounts), self._workspace.calendar
        found, told, wakes = rules.peaks(series, state.line.threshold, state.told, calendar, state.seen, self._now)
        accounts = tuple(sorted(state.accounts or ()))
        said: list[tuple[str, What]] = [
            (
                f"{to_micros(one.period.start)} {one.after}",
                Peaked(one, self._raised(state, one.since, one.at), accounts),
            )
            for one in found
        ]
        return said, told, wakes

    def _trial(self, state: State) -> Outcome:
        running = facts.trials(self._session, self._workspace, state.accounts, self._now)
        zone = self._workspace.calendar.zone
        found, told, wakes = rules.trials(running, state.line.threshold, state.told, zone, state.seen, self._now)
        if not found:
            return [], told, wakes
        key = " ".join(f"{one.id}:{to_micros(one.ends)}" for one in found)
        return [(key, TrialsEnd(tuple(found), self._billed(), self._now))], told, wakes

    def _period_end(self, state: State) -> Outcome:
        calendar = self._workspace.calendar
        period, told, wakes = rules.period_end(state.line.threshold, state.told, calendar, self._now)
        if period is None:
            return [], told, wakes
        people = suggestions.mistaken(self._session, self._workspace, self._now, state.accounts)
        return [(f"{to_micros(period.start)}", PeriodEnds(period, self._billed(), tuple(people)))], told, wakes

    def _sync(self, state: State) -> Outcome:
        states = facts.sync_states(self._session, self._workspace, state.accounts)
        found, told, wakes = rules.syncs(states, state.line.threshold, state.told, self._now)
        return ([(f"{to_micros(self._now)}", SyncsChanged(tuple(found)))] if found else []), told, wakes

    def _reactivated(self, state: State) -> Outcome:
        at = (self._session, self._workspace, state.accounts, state.seen_change, self._now)
        people = facts.reactivated(*at)
        if len(people) < state.line.threshold:
            return [], {}, None
        return [(f"{state.seen_change}", Reactivated(tuple(people)))], {}, None

    def _series_of(self, accounts: Accounts) -> Series:
        if accounts not in self._series:
            self._series[accounts] = facts.series(self._session, self._workspace, accounts, self._since, self._now)
        return self._series[accounts]

    def _raised(self, state: State, since: datetime, at: datetime) -> Raised:
        return facts.raised(self._session, self._workspace, state.accounts, since, at, state.seen_change)

    def _billed(self) -> Bill:
        self._bill = self._bill or peaks.bill(self._session, self._workspace, self._now)
        return self._bill

"""The rules by which an invoice is compared with a statement, and a difference explained. Pure: no clock, no database.

A figure is explained by what else comes to the same: the count at another instant, another revision, people on trial,
or a change that moved the count by as much.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from bot.services.billing.prices import Price
from db.models import Status, from_micros

if TYPE_CHECKING:  # what was compared once is read without arrays
    from bot.services.billing.replay import Totals
    from bot.services.billing.rollups import Slice

T = TypeVar("T")
MOST_MOVES = 20
"""So many changes are named that may explain one difference."""


class Reason(StrEnum):
    """What a figure may come from that is not the peak, or why a client's figures cannot agree."""

    SUM = "sum_of_account_peaks"
    REVISION = "other_revision"
    BEFORE = "peak_of_period_before"
    END = "count_at_end"
    TRIALS = "trials_counted"
    OWN_PEAK = "own_peak"
    MISSING = "missing"
    UNKNOWN = "unknown"
    LISTED_TRIAL = "trial_on_the_list"
    TRIAL_HERE = "trial_here"
    CLOSED_HERE = "closed_here"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a figure may come from, with its count; of another revision, its number."""

    reason: Reason
    count: int
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """A client as the statement has it: its name, and by `domain` also known; its share, own peak, count just before
    the period's end, and status at the instant of the MSP's peak."""

    id: int
    name: str
    key: str
    domain: str | None
    share: int
    peak: int
    end: int
    status: Status | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A client as usecure's customer list has it."""

    name: str
    key: str
    domain: str | None
    users: int
    status: Status

    @property
    def billed(self) -> int:
        """How many of its users are billed (domain.md, B1)."""
        return self.users if self.status == Status.ACTIVE else 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A client's share and what the list bills; `id` is None where we do not know it, `reasons` say what may explain
    the difference."""

    id: int | None
    name: str
    share: int
    listed: int
    reasons: tuple[Reason, ...] = ()

    @property
    def difference(self) -> int:
        return self.listed - self.share

    @property
    def agrees(self) -> bool:
        """Whether the same is billed on both sides, of a client that we know."""
        return self.id is not None and not self.difference


@dataclass(frozen=True, slots=True)
class Move:
    """From an instant (UTC) on a client counted so many users more, or fewer; without one all clients together."""

    account: int | None
    at: datetime
    by: int


def explaining(candidates: Iterable[Candidate], count: int) -> tuple[Candidate, ...]:
    """The candidates that come to a count."""
    return tuple(one for one in candidates if one.count == count)


def seats_of(price: Price, amount: Decimal, most: int) -> int | None:
    """For how many users, `most` at most, an amount is the bill; None for none, or for several."""
    found = set()
    for tier in price.tiers:
        if tier.amount:
            near = int(amount / tier.amount)
            found |= {seats for seats in (near, near + 1) if seats <= most and price.amount(seats) == amount}
    return found.pop() if len(found) == 1 else None


def compared(own: Sequence[Own], listed: Sequence[Listed]) -> list[Compared]:
    """Every client of either side. They are the same by their names, or by a domain that no other client has; one that
    is in neither bill, being on trial in both or gone, agrees, and one that we do not know never does."""
    by_key = {one.key: one for one in own}
    named = {line.key: by_key[line.key] for line in listed if line.key in by_key}
    taken = {one.id for one in named.values()}
    by_domain = sole((one.domain, one) for one in own if one.id not in taken)
    of_lines = sole((line.domain, line) for line in listed if line.key not in named)
    for domain, line in of_lines.items():
        if domain in by_domain:
            named[line.key] = by_domain[domain]
            taken.add(by_domain[domain].id)
    found = [of_line(named.get(line.key), line) for line in listed]
    missing = [one for one in own if one.id not in taken and one.share]
    return found + [Compared(one.id, one.name, one.share, 0, (Reason.MISSING,)) for one in missing]


def sole(pairs: Iterable[tuple[str | None, T]]) -> dict[str, T]:
    """What each key stands for that stands for one thing only."""
    found: dict[str, list[T]] = {}
    for key, one in pairs:
        if key:
            found.setdefault(key, []).append(one)
    return {key: some[0] for key, some in found.items() if len(some) == 1}


def of_line(one: Own | None, line: Listed) -> Compared:
    """A client of the list beside the one that it is with us, if any."""
    if one is None:
        return Compared(None, line.name, 0, line.billed, (Reason.UNKNOWN,))
    if line.billed == one.share:
        return Compared(one.id, one.name, one.share, line.billed)
    reasons = []
    if line.status == Status.TRIAL and one.share:
        reasons.append(Reason.LISTED_TRIAL)
    if line.billed and one.status == Status.TRIAL:
        reasons.append(Reason.TRIAL_HERE)
    if line.billed and one.status == Status.CLOSED:
        reasons.append(Reason.CLOSED_HERE)
    if line.billed == one.peak:
        reasons.append(Reason.OWN_PEAK)
    if line.billed == one.end:
        reasons.append(Reason.END)
    return Compared(one.id, one.name, one.share, line.billed, tuple(reasons))


def with_trials(part: "Slice") -> int:
    """The peak of a period if clients on trial were billed too."""
    import numpy as np

    from bot.services.billing.replay import Code, Counts, Steps, total

    steps, opening = part.steps, part.opening
    counts = np.isin(steps.code, (Code.ACTIVE, Code.TRIAL))
    all_steps = Steps(steps.account, steps.at, steps.active, np.where(counts, steps.active, 0), steps.code)
    code = np.where(opening.code == Code.TRIAL, Code.ACTIVE, opening.code)
    totals = total(all_steps, Counts(opening.account, opening.active, code))
    return max(totals.opening, int(totals.count.max(initial=0)))


def at_end(part: "Slice") -> int:
    """The count just before the end of a slice."""
    return int(part.totals.count[-1]) if len(part.totals.count) else part.totals.opening


def ends(part: "Slice") -> dict[int, int]:
    """The count of each account just before the end of a slice; those with none may be missing."""
    found = dict(zip(part.opening.account.tolist(), part.opening.billable.tolist(), strict=True))
    return found | dict(zip(part.steps.account.tolist(), part.steps.billable.tolist(), strict=True))


def moves(part: "Slice", wanted: Mapping[int, int], peak_at: datetime | None) -> list[Move]:
    """The instants at which an account's count moved by a certain number, whichever way: those after the peak first,
    each part in order. `wanted` are these numbers by account."""
    found = []
    before = dict(zip(part.opening.account.tolist(), part.opening.billable.tolist(), strict=True))
    steps = zip(part.steps.account.tolist(), part.steps.at.tolist(), part.steps.billable.tolist(), strict=True)
    for account, at, count in steps:
        by, before[account] = count - before.get(account, 0), count
        if by and abs(by) == abs(wanted.get(account, 0)):
            found.append(Move(account, from_micros(at), by))
    return later_first(found, peak_at)


def moves_together(totals: "Totals", by: int, peak_at: datetime | None) -> list[Move]:
    """As `moves`, of all accounts together."""
    counts = [totals.opening, *totals.count.tolist()]
    steps = zip(totals.at.tolist(), pairwise(counts), strict=True)
    found = [Move(None, from_micros(at), after - before) for at, (before, after) in steps if after - before]
    return later_first([one for one in found if abs(one.by) == abs(by)], peak_at)


def later_first(found: Sequence[Move], peak_at: datetime | None) -> list[Move]:
    """The first moves, those after the peak before all others."""
    ordered = sorted(found, key=lambda one: (peak_at is not None and one.at <= peak_at, one.at))
    return ordered[:MOST_MOVES]

"""What a period that is over comes to: its peak, and of each account its own peak and its share of the MSP's.

Pure functions over a slice of the ledger (replay.py): a report comes to the same by way of the rollups.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

from bot.services.billing.replay import Code, Counts, Ints, Steps, look_up, peaks, starts_group, total
from bot.services.billing.rollups import Slice, at_end
from db.models import from_micros, to_micros


class Share(NamedTuple):
    """One account: its own peak with the earliest instant of that (UTC, none where it is 0), and how many of its users
    were counted at the instant of the MSP's peak."""

    peak: int
    peak_at: datetime | None
    share: int


NOBODY = Share(0, None, 0)


@dataclass(frozen=True, slots=True)
class Figures:
    """The MSP's peak, its earliest instant (UTC), and every account that had a status before the period's end."""

    peak: int
    peak_at: datetime | None
    accounts: Mapping[int, Share]

    def agrees_with(self, other: "Figures") -> bool:
        """Whether nothing is billed otherwise; an account that is missing counts for nobody."""
        if (self.peak, self.peak_at) != (other.peak, other.peak_at):
            return False
        ids = self.accounts.keys() | other.accounts.keys()
        return all(self.accounts.get(id_, NOBODY) == other.accounts.get(id_, NOBODY) for id_ in ids)


def figures(part: Slice, start: datetime) -> Figures:
    """What a slice comes to that is a whole period, which began at `start`."""
    steps, totals, starts = part.steps, part.totals, np.array([to_micros(start)], np.int64)
    account, opened, code = opening(part)
    entity = np.searchsorted(account, steps.account)
    own = peaks(entity, steps.at, steps.billable, opened, starts)
    before = np.array([totals.opening], np.int64)
    whole = peaks(np.zeros(len(totals.at), np.int64), totals.at, totals.count, before, starts)
    at = int(whole.peak_at[0, 0])
    rows = zip(
        account.tolist(),
        own.peak[:, 0].tolist(),
        own.peak_at[:, 0].tolist(),
        standing(entity, steps, opened, at).tolist(),
        at_end(own.last, steps.code, code)[:, 0].tolist(),
        strict=True,
    )
    peak = int(whole.peak[0, 0])
    return Figures(
        peak,
        from_micros(at) if peak else None,
        {
            id_: Share(highest, from_micros(highest_at) if highest else None, share)
            for id_, highest, highest_at, share, status in rows
            if status != Code.NONE
        },
    )


def shares(part: Slice, at: datetime) -> dict[int, int]:
    """How many users of each account were counted at an instant of a slice, by account; those with none are missing."""
    account, opened, _ = opening(part)
    counts = standing(np.searchsorted(account, part.steps.account), part.steps, opened, to_micros(at))
    return {id_: count for id_, count in zip(account.tolist(), counts.tolist(), strict=True) if count}


def opening(part: Slice) -> tuple[Ints, Ints, Ints]:
    """Every account of a slice, and of each how many users were counted before it, and its status."""
    account = np.union1d(part.opening.account, part.steps.account)
    active, code = look_up(part.opening.account, account, part.opening.active, part.opening.code)
    return account, np.where(code == Code.ACTIVE, active, 0), code


def standing(entity: Ints, steps: Steps, opened: Ints, at: int) -> Ints:
    """How many users of each account were counted at an instant."""
    last = np.full(len(opened), -1, np.int64)
    until = np.flatnonzero(steps.at <= at)
    np.maximum.at(last, entity[until], until)
    return np.where(last >= 0, steps.billable[last] if len(steps.at) else 0, opened)


def cut(part: Slice, start: datetime, end: datetime) -> Slice:
    """The part `[start, end)` of a longer slice."""
    steps, first, stop = part.steps, to_micros(start), to_micros(end)
    account = np.union1d(part.opening.account, steps.account)
    active, code = look_up(part.opening.account, account, part.opening.active, part.opening.code)
    before = np.flatnonzero(steps.at < first)
    ends = before[np.append(starts_group(steps.account[before])[1:], True)] if len(before) else before
    place = np.searchsorted(account, steps.account[ends])
    active[place], code[place] = steps.active[ends], steps.code[ends]
    opening = Counts(account, active, code)
    within = np.flatnonzero((steps.at >= first) & (steps.at < stop))
    cut_steps = Steps(
        *(column[within] for column in (steps.account, steps.at, steps.active, steps.billable, steps.code))
    )
    return Slice(opening, cut_steps, total(cut_steps, opening))

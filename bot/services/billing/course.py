"""Where the running period is going: the bill if nothing changes, and an estimate from its present course."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from statistics import median

from sqlmodel import Session

from bot.services.billing import peaks
from bot.services.billing.peaks import Report

LATEST = 14
"""The course is that of so many days."""
FEWEST = 5
"""Fewer days show no course."""


@dataclass(frozen=True, slots=True)
class Course:
    """What the running period comes to by its end: `peak` and `close` if nothing changes but what is planned already;
    `drift` is by how many users the present course moves the count until then, None while there are too few days to
    tell."""

    peak: int
    close: int
    drift: int | None

    @property
    def estimate(self) -> int | None:
        """The peak by the period's end on the present course."""
        return None if self.drift is None else max(self.peak, self.close + self.drift)


def ahead(session: Session, found: Report) -> Course | None:
    """The course of the period of a report, of its workspace or its account; None where the period is over."""
    if found.closed:
        return None
    workspace, period = found.workspace, found.period
    if found.account or found.absent:
        if found.account is None:
            return None
        days = peaks.account_days(session, workspace, period, period.end, found.account.id)
    else:
        mark = peaks.refresh(session, workspace, found.as_of).mark
        days = peaks.days_of(workspace, peaks.rolled_up(session, workspace, period), period.end, mark)
    peak, _ = peaks.highest(days)
    return course([day.close for day in found.daily], len(days) - len(found.daily), peak, days[-1].close)


def course(closes: Sequence[int], left: int, peak: int, close: int) -> Course:
    """The course of a period whose days so far ended with these counts, `left` days before its end, where `peak` and
    `close` are what comes if nothing changes. Pure.

    The line is the median of the slopes between any two of the last 14 days (Theil and Sen), which a single jump, such
    as a client that was added, does not bend.
    """
    latest = closes[-LATEST:]
    return Course(peak, close, round(slope(latest) * left) if len(latest) >= FEWEST else None)


def slope(values: Sequence[int]) -> Fraction:
    """The median of the slopes between any two of several values that are a day apart. Pure."""
    return median(
        Fraction(later - earlier, after - at) for (at, earlier), (after, later) in combinations(enumerate(values), 2)
    )

"""Whatever the history, a statement says what counting every instant gave when it was made, and its latest revision
what that gives now."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.services import workspaces
from bot.services.billing import billed, freezing, peaks, statements, verify
from bot.services.billing.statements import Statement
from bot.services.workspaces import Workspace
from tests.brute import Brute
from tests.conftest import Store
from tests.integration.services.billing import test_peaks_brute as history_of
from tests.integration.services.billing.test_peaks_brute import DAYS, START, ZONES, clear, replayed

steps = st.one_of(history_of.steps, st.just("close"))
BEGINNING = [
    ("a", None, START, "active"),
    ("b", None, START + timedelta(days=20), "trial"),
    ("a", "u", START, "active"),
]
"""So that there is something to be closed."""


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(steps, min_size=2, max_size=10),
    billing_day=st.sampled_from(DAYS),
    zone=st.sampled_from(ZONES),
    now=st.integers(40 * 24, 100 * 24).map(lambda hour: START + timedelta(hours=hour)),
)
def test_statements_are_what_counting_every_instant_gives_and_revisions_add_up(
    store: Store, history: list[Any], billing_day: int, zone: str, now: datetime
) -> None:
    clear(store)
    with store.session() as session:
        workspace = workspaces.create(session, workspaces.check("M", billing_day=billing_day, timezone=zone))
        seen: dict[tuple[str, int], list[Any]] = {}

        def close(workspace: Workspace) -> None:
            statements.close(session, workspace, None, lambda: now)
            look(session, workspace, seen, now)

        workspace, rows = replayed(session, workspace, [BEGINNING, *history], now, close=close)
        close(workspace)
        brute = Brute(rows)
        for row in freezing.latest_rows(session, workspace):
            found = statements.read(session, workspace, row)
            if freezing.period_of(workspace, row).end <= now:
                check(session, found, brute, workspace, now)
        assert verify.differences(session, workspace) == []


def look(session: Session, workspace: Workspace, seen: dict[tuple[str, int], list[Any]], now: datetime) -> None:
    """Compare every revision with what it was when it was first seen, and with the one before it."""
    for row in freezing.latest_rows(session, workspace):
        revisions = [
            statements.statement(session, workspace, f"{row.month:%Y-%m}", lambda: now, number)
            for number in range(1, row.revision + 1)
        ]
        for one in revisions:
            people = [(person.account, person.number, person.email) for person in billed.people(session, one)]
            facts = [one.period, one.peak, one.peak_at, one.lines, people, one.difference]
            assert seen.setdefault((row.month.isoformat(), one.revision), facts) == facts
            assert sum(line.share for line in one.lines) == one.peak == len(people)
            for line in one.lines:
                assert [number for account, number, _ in people if account == line.name] == [*range(1, line.share + 1)]
        assert revisions[0].difference is None
        for before, after in pairwise(revisions):
            assert after.difference is not None
            assert before.peak + after.difference.peak == after.peak
            moved = {one.account: (one.share_before, one.share) for one in after.difference.accounts}
            old, new = ({line.name: line.share for line in one.lines} for one in (before, after))
            for name in old.keys() | new.keys():
                pair = old.get(name, 0), new.get(name, 0)
                assert moved.get(name, (pair[0], pair[0])) == pair
            assert after.difference.because
            facts_of = [(one.period, one.peak, one.peak_at, counted(one)) for one in (before, after)]
            assert facts_of[0] != facts_of[1]


def counted(found: Statement) -> dict[str, Any]:
    return {line.name: (line.peak, line.peak_at, line.share) for line in found.lines if line.peak}


def check(session: Session, found: Statement, brute: Brute, workspace: Workspace, now: datetime) -> None:
    """Compare the latest revision of a period that is over with a count, and with the report."""
    period = found.period
    assert (found.peak, found.peak_at) == brute.peak(brute.total, period.start, period.end)
    assert counted(found) == {
        account: (*own, brute.billable(account, found.peak_at) if found.peak_at else 0)
        for account in brute.accounts
        if (own := brute.peak(lambda at, a=account: brute.billable(a, at), period.start, period.end))[0]
    }
    report = peaks.report(session, workspace, period, now)
    assert (report.peak, report.peak_at) == (found.peak, found.peak_at)
    assert {one.name: (one.peak, one.peak_at) for one in report.accounts if one.peak} == {
        line.name: (line.peak, line.peak_at) for line in found.lines if line.peak
    }

"""Whatever the history, those who are counted more than once are those whom asking each account about each gives."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import workspaces
from bot.services.billing import counted, peaks
from tests.brute import Brute
from tests.conftest import Store
from tests.integration.services.billing.test_peaks_brute import START, USERS, clear, instants, replayed

ACCOUNTS = ("a", "b", "c")
NOW = START + timedelta(days=81)

# Mostly active, or hardly anybody would be counted twice.
accounts = st.sampled_from(ACCOUNTS)
user_rows = st.tuples(accounts, st.sampled_from(USERS), instants, st.sampled_from(["active", "active", "inactive"]))
account_rows = st.tuples(accounts, st.none(), instants, st.sampled_from(["active", "active", "trial", "closed"]))
steps = st.one_of(
    st.lists(st.one_of(user_rows, account_rows), min_size=3, max_size=12),  # a change
    st.integers(0, 30),  # the retraction of an earlier one
)
settled: Any = [
    (account, user, START, "active") for account in ACCOUNTS for user in (None, *USERS)
]  # everybody everywhere, from where they leave


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, min_size=1, max_size=6), begun=st.booleans(), others=st.lists(instants, max_size=4))
def test_those_who_are_counted_more_than_once_are_whom_each_account_counts(
    store: Store, history: list[Any], begun: bool, others: list[Any]
) -> None:
    clear(store)
    with store.session() as session:
        workspace = workspaces.create(session, workspaces.check("M"))
        # A workspace beside it, in which everybody is in every account, has nothing to do with it.
        replayed(session, workspaces.create(session, workspaces.check("N")), [settled], NOW, ACCOUNTS)
        workspace, rows = replayed(session, workspace, [settled, *history] if begun else history, NOW, ACCOUNTS)
        brute = Brute(rows)
        report = peaks.report(session, workspace, workspace.calendar.holding(START), NOW)
        for instant in {*others, *(row.at for row in rows), *([report.peak_at] if report.peak_at else [])}:
            found = counted.more_than_once(session, workspace, instant)
            assert {one.email: list(one.accounts) for one in found} == brute.repeated(instant)
            assert [one.email for one in found] == sorted(
                (one.email for one in found), key=lambda email: (-len(brute.repeated(instant)[email]), email)
            )
            people = counted.people_counted(session, workspace, instant)
            assert sum(one.too_many for one in found) == len(people) - len({one.email for one in people})
        at_peak = brute.repeated(report.peak_at) if report.peak_at else {}
        assert {one.email for one in peaks.repeated(session, report)} == set(at_peak)

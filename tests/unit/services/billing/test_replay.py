"""The meter's rule on small histories, row by row, and against a count of every instant."""

from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.services.billing.replay import (
    AccountRows,
    Code,
    Counts,
    Ints,
    Steps,
    Totals,
    UserRows,
    last_of_instant,
    look_up,
    peaks,
    replay,
    total,
)
from tests.brute import Brute, Row

NOTHING = Counts(*(np.empty(0, np.int64) for _ in range(3)))
NOBODY = np.empty(0, np.int64)
TRIAL, ACTIVE, CLOSED = int(Code.TRIAL), int(Code.ACTIVE), int(Code.CLOSED)
UserRow = tuple[int, int, int, int, int]


def columns(rows: list[tuple[int, ...]], width: int) -> list[Ints]:
    return list(np.array(rows, np.int64).reshape(-1, width).T)


def steps(
    users: list[UserRow],
    accounts: list[tuple[int, int, int, int]],
    opening: Counts = NOTHING,
    before: Ints = NOBODY,
) -> Steps:
    """User rows are user, account, at, change, active; account rows account, at, change, code."""
    return replay(UserRows(*columns(list(users), 5)), before, AccountRows(*columns(list(accounts), 4)), opening)


def counts(found: Totals) -> list[tuple[int, int]]:
    return list(zip(found.at.tolist(), found.count.tolist(), strict=True))


def test_a_swap_at_one_instant_never_shows_more() -> None:
    rows = [(user, 1, 10, 1, 1) for user in range(5)]
    rows += [(user, 1, 20, 2, 0) for user in range(5)] + [(user, 1, 20, 2, 1) for user in range(5, 10)]
    assert counts(total(steps(rows, [(1, 0, 1, ACTIVE)]), NOTHING)) == [(0, 0), (10, 5), (20, 5)]


def test_of_two_rows_at_one_instant_the_one_recorded_last_decides() -> None:
    assert counts(total(steps([(1, 1, 10, 2, 0), (1, 1, 10, 1, 1)], [(1, 0, 1, ACTIVE)]), NOTHING)) == [(0, 0)]
    found = steps([(1, 1, 5, 1, 1)], [(1, 0, 3, TRIAL), (1, 0, 4, ACTIVE)])
    assert counts(total(found, NOTHING)) == [(0, 0), (5, 1)]


def test_a_status_that_is_repeated_counts_once() -> None:
    rows = [(1, 1, 10, 1, 1), (1, 1, 11, 2, 1), (1, 1, 12, 3, 0), (1, 1, 13, 4, 0)]
    assert counts(total(steps(rows, [(1, 0, 1, ACTIVE)]), NOTHING)) == [(0, 0), (10, 1), (12, 0)]


def test_a_trial_that_converts_brings_all_and_a_closure_takes_all() -> None:
    rows = [(user, 1, 10, 1, 1) for user in range(7)]
    found = steps(rows, [(1, 5, 1, TRIAL), (1, 20, 2, ACTIVE), (1, 30, 3, CLOSED)])
    assert counts(total(found, NOTHING)) == [(5, 0), (10, 0), (20, 7), (30, 0)]
    assert found.active.tolist() == [0, 7, 7, 7]


def test_users_before_the_first_status_of_their_account_are_not_billable() -> None:
    found = steps([(1, 1, 10, 1, 1)], [(1, 20, 2, ACTIVE)])
    assert counts(total(found, NOTHING)) == [(10, 0), (20, 1)]
    assert found.code.tolist() == [Code.NONE, Code.ACTIVE]


def test_what_stood_before_is_carried_on() -> None:
    opening = Counts(*columns([(1, 3, ACTIVE), (2, 5, TRIAL)], 3))
    before = np.array([7])
    found = steps([(7, 1, 10, 1, 0), (8, 1, 11, 2, 1), (9, 1, 12, 3, 0)], [(2, 20, 4, ACTIVE)], opening, before)
    assert counts(total(found, opening)) == [(10, 2), (11, 3), (20, 8)]
    assert total(found, opening).opening == 3


def test_accounts_peak_at_different_instants_and_the_sum_at_one() -> None:
    rows = [(1, 1, 10, 1, 1), (1, 1, 20, 2, 0), (2, 2, 20, 2, 1)]
    found = steps(rows, [(1, 0, 1, ACTIVE), (2, 0, 1, ACTIVE)])
    assert max(total(found, NOTHING).count.tolist()) == 1
    spans = peaks(found.account - 1, found.at, found.billable, np.zeros(2, np.int64), np.array([0], np.int64))
    assert spans.peak.tolist() == [[1], [1]]
    assert spans.peak_at.tolist() == [[10], [20]]


def test_a_span_begins_with_what_stood_and_names_the_earliest_instant_of_its_peak() -> None:
    at, count = np.array([5, 15, 20, 25]), np.array([4, 2, 4, 4])
    spans = peaks(np.zeros(4, np.int64), at, count, np.array([3]), np.array([0, 10, 20, 30]))
    assert spans.peak.tolist() == [[4, 4, 4, 4]]
    assert spans.peak_at.tolist() == [[5, 10, 20, 30]]
    assert spans.last.tolist() == [[0, 1, 3, 3]]


def test_spans_without_steps_hold_the_opening() -> None:
    nothing = np.empty(0, np.int64)
    spans = peaks(nothing, nothing, nothing, np.array([3, 0]), np.array([0, 10]))
    assert spans.peak.tolist() == [[3, 3], [0, 0]]
    assert spans.peak_at.tolist() == [[0, 10], [0, 10]]


def test_looking_up_gives_0_for_what_is_missing() -> None:
    (found,) = look_up(np.array([2, 5]), np.array([1, 2, 5, 9]), np.array([20, 50]))
    assert found.tolist() == [0, 20, 50, 0]
    (found,) = look_up(np.empty(0, np.int64), np.array([1]), np.empty(0, np.int64))
    assert found.tolist() == [0]


def test_the_last_row_of_each_instant() -> None:
    kept = last_of_instant(np.array([1, 1, 2, 1]), np.array([5, 5, 5, 6]), np.array([2, 1, 1, 3]))
    assert sorted(kept.tolist()) == [0, 2, 3]
    nothing = np.empty(0, np.int64)
    assert last_of_instant(nothing, nothing, nothing).tolist() == []


ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)
user_rows = st.tuples(st.integers(0, 4), st.integers(0, 12), st.integers(0, 1))
account_rows = st.tuples(st.integers(0, 1), st.integers(0, 12), st.sampled_from([TRIAL, ACTIVE, CLOSED]))


@given(st.lists(user_rows, max_size=25), st.lists(account_rows, max_size=8), st.randoms(use_true_random=False))
def test_any_history_counts_what_counting_every_instant_gives(
    users: list[tuple[int, int, int]], accounts: list[tuple[int, int, int]], order: Random
) -> None:
    """User n is of account n % 2; `change` is the place in the list, so that the later one decides."""
    user_part = [(user, user % 2, at, change, active) for change, (user, at, active) in enumerate(users)]
    account_part = [(account, at, change, code) for change, (account, at, code) in enumerate(accounts)]
    names = {TRIAL: "trial", ACTIVE: "active", CLOSED: "closed"}
    brute = Brute(
        [
            Row(str(a), str(u), ORIGIN + timedelta(hours=at), "active" if on else "inactive", c)
            for u, a, at, c, on in user_part
        ]
        + [Row(str(a), None, ORIGIN + timedelta(hours=at), names[code], c) for a, at, c, code in account_part]
    )
    order.shuffle(user_part)
    order.shuffle(account_part)
    for at, count in counts(total(steps(user_part, account_part), NOTHING)):
        assert count == brute.total(ORIGIN + timedelta(hours=at))

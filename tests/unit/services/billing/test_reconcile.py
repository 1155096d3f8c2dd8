"""Comparing an invoice with a statement: rules against brute force."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.services.billing import reconcile
from bot.services.billing.prices import Price, Tier, flat
from bot.services.billing.reconcile import Candidate, Listed, Own, Reason
from bot.services.billing.replay import Code, Counts, Steps, total
from bot.services.billing.rollups import Slice
from db.models import Status, from_micros

STATUSES = st.sampled_from([Status.ACTIVE, Status.TRIAL, Status.CLOSED])
ACCOUNTS = 3


def own(id_: int, share: int = 0, *, status: Status = Status.ACTIVE, domain: str | None = None) -> Own:
    return Own(id_, f"C{id_}", f"c{id_}", domain, share, share + 1, share + 2, status)


def listed(name: str, users: int, status: Status = Status.ACTIVE, domain: str | None = None) -> Listed:
    return Listed(name, name.lower(), domain, users, status)


@given(
    st.lists(st.tuples(st.integers(0, 5), STATUSES), max_size=6),
    st.dictionaries(st.integers(0, 8), st.tuples(st.integers(0, 7), STATUSES), max_size=8),
)
def test_the_differences_of_clients_add_up_to_that_of_the_bills(
    ours: list[tuple[int, Status]], theirs: dict[int, tuple[int, Status]]
) -> None:
    mine = [
        own(id_, share if status == Status.ACTIVE else 0, status=status) for id_, (share, status) in enumerate(ours)
    ]
    lines = [listed(f"C{id_}", users, status) for id_, (users, status) in theirs.items()]
    found = reconcile.compared(mine, lines)
    assert sum(one.difference for one in found) == sum(one.billed for one in lines) - sum(one.share for one in mine)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        id_ = int(one.name[1:])
        billed = theirs[id_][0] if id_ in theirs and theirs[id_][1] == Status.ACTIVE else 0
        share = mine[id_].share if id_ < len(mine) else 0
        assert (one.listed, one.share) == (billed, share)
        assert one.agrees == (id_ < len(mine) and billed == share)
    named = {int(one.name[1:]) for one in found}
    assert all(one.id in named for one in mine if one.share)


def test_trials_in_both_agree_and_what_is_billed_on_one_side_only_does_not() -> None:
    trial, billed, closed = own(1, status=Status.TRIAL), own(2, 4), own(3, status=Status.CLOSED)
    lines = [listed("C1", 9, Status.TRIAL), listed("C3", 2), listed("New", 3), listed("Try", 3, Status.TRIAL)]
    found = {one.name: one for one in reconcile.compared([trial, billed, closed], lines)}
    assert {name: (one.difference, one.reasons, one.agrees) for name, one in found.items()} == {
        "C1": (0, (), True),
        "C3": (2, (Reason.CLOSED_HERE, Reason.END), False),
        "New": (3, (Reason.UNKNOWN,), False),
        "Try": (0, (Reason.UNKNOWN,), False),
        "C2": (-4, (Reason.MISSING,), False),
    }


def test_a_client_of_another_name_is_found_by_a_domain_of_its_own() -> None:
    mine = [own(1, 3, domain="a.test"), own(2, 3, domain="both.test"), own(3, 3, domain="both.test")]
    found = reconcile.compared(mine, [listed("Renamed", 4, domain="a.test"), listed("Other", 3, domain="both.test")])
    assert [(one.id, one.difference) for one in found] == [(1, 1), (None, 3), (2, -3), (3, -3)]
    assert found[0].reasons == (Reason.OWN_PEAK,)


def test_a_candidate_explains_a_count_that_is_its_own() -> None:
    some = [Candidate(Reason.SUM, 5), Candidate(Reason.END, 4), Candidate(Reason.BEFORE, 5)]
    assert reconcile.explaining(some, 5) == (some[0], some[2])
    assert reconcile.explaining(some, 6) == ()


@given(st.integers(0, 300), st.sampled_from([flat(Decimal("4.125"), "EUR"), flat(Decimal(3), "JPY")]))
def test_an_amount_is_the_bill_of_one_number_of_users(seats: int, price: Price) -> None:
    assert reconcile.seats_of(price, price.amount(seats), 1000) == seats


def test_an_amount_that_several_numbers_of_users_come_to_or_none_is_that_of_none() -> None:
    tiers = Price("EUR", (Tier(1, Decimal(5)), Tier(100, Decimal(4))))
    assert reconcile.seats_of(tiers, Decimal(480), 1000) is None  # of 96 and of 120
    assert reconcile.seats_of(tiers, Decimal(500), 1000) == 125
    assert reconcile.seats_of(tiers, Decimal("4.5"), 1000) is None
    assert reconcile.seats_of(flat(Decimal(0), "EUR"), Decimal(0), 1000) is None
    assert reconcile.seats_of(tiers, Decimal(5000), 1000) is None


STEPS = st.lists(
    st.tuples(st.integers(0, ACCOUNTS - 1), st.integers(1, 6), st.integers(0, 4), st.sampled_from([*Code][1:])),
    max_size=12,
    unique_by=lambda step: step[:2],
)
OPENINGS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([*Code])), min_size=ACCOUNTS, max_size=ACCOUNTS)


def sliced(opening: list[tuple[int, Code]], steps: list[tuple[int, int, int, Code]]) -> Slice:
    counts = Counts(*(np.array(column, np.int64) for column in (range(ACCOUNTS), *zip(*opening, strict=True))))
    rows = [(a, at, n, n if code == Code.ACTIVE else 0, code) for a, at, n, code in sorted(steps)]
    columns = zip(*rows, strict=True) if rows else [()] * 5
    made = Steps(*(np.array(column, np.int64) for column in columns))
    return Slice(counts, made, total(made, counts))


@given(OPENINGS, STEPS, st.integers(1, 6), st.integers(-4, 4).filter(bool))
def test_moves_and_counts_are_those_of_a_walk_through_time(
    opening: list[tuple[int, Code]], steps: list[tuple[int, int, int, Code]], peak_at: int, by: int
) -> None:
    part, now = sliced(opening, steps), dict(enumerate(opening))
    found, together, most = set(), set(), 0
    for instant in range(8):
        before = {a: n if code == Code.ACTIVE else 0 for a, (n, code) in now.items()}
        now |= {a: (n, code) for a, at, n, code in steps if at == instant}
        after = {a: n if code == Code.ACTIVE else 0 for a, (n, code) in now.items()}
        found |= {(a, instant, after[a] - before[a]) for a in now if abs(after[a] - before[a]) == abs(by)}
        whole = sum(after.values()) - sum(before.values())
        together |= {(instant, whole)} if abs(whole) == abs(by) else set()
        most = max(most, sum(n for n, code in now.values() if code in (Code.ACTIVE, Code.TRIAL)))
    peak = from_micros(peak_at)
    moves = reconcile.moves(part, dict.fromkeys(range(ACCOUNTS), by), peak)
    assert {(one.account, one.at, one.by) for one in moves} == {(a, from_micros(at), n) for a, at, n in found}
    assert [one.at <= peak for one in moves] == sorted(one.at <= peak for one in moves)
    whole_moves = reconcile.moves_together(part.totals, by, peak)
    assert {(one.at, one.by) for one in whole_moves} == {(from_micros(at), n) for at, n in together}
    assert (reconcile.with_trials(part), reconcile.at_end(part)) == (most, sum(after.values()))
    assert reconcile.ends(part) == after

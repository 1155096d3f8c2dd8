"""How many people may change unasked: sync.md, invariant 2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.limits import too_many_activated, too_many_deactivated


@pytest.mark.parametrize(
    ("deactivated", "active", "held"),
    [
        (10, 10, False),
        (11, 11, True),
        (11, 55, False),
        (11, 54, True),
        (12, 55, True),
        (0, 0, False),
        (200, 1000, False),
        (201, 1000, True),
    ],
)
def test_deactivating_more_than_ten_and_more_than_a_fifth_is_too_many(
    deactivated: int, active: int, held: bool
) -> None:
    assert too_many_deactivated(deactivated, active) is held


@pytest.mark.parametrize(
    ("activated", "active", "held"),
    [
        (25, 0, False),
        (26, 0, True),
        (26, 52, False),
        (26, 51, True),
        (27, 52, True),
        (500, 1000, False),
        (501, 1000, True),
    ],
)
def test_activating_more_than_25_and_more_than_half_is_too_many(activated: int, active: int, held: bool) -> None:
    assert too_many_activated(activated, active) is held


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_limits_are_the_larger_of_a_number_and_a_share(changed: int, active: int) -> None:
    assert too_many_deactivated(changed, active) == (changed > max(10, active * 0.2))
    assert too_many_activated(changed, active) == (changed > max(25, active * 0.5))

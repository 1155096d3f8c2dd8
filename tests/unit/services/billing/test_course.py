"""Where a period is going: the estimate by the course of its last days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.billing.course import FEWEST, LATEST, Course, course, slope

COUNTS = st.lists(st.integers(0, 500), min_size=FEWEST, max_size=31)


def test_a_steady_rise_goes_on() -> None:
    assert course([100, 102, 104, 106, 108], 10, 108, 108) == Course(108, 108, 20)
    assert course([100, 102, 104, 106, 108], 10, 108, 108).estimate == 128


def test_a_fall_leaves_the_peak_that_was_reached() -> None:
    assert course([110, 108, 106, 104, 102], 20, 110, 102).estimate == 110


def test_one_jump_is_no_course() -> None:
    assert course([100] * 7 + [150] * 3, 20, 150, 150).estimate == 150


def test_only_the_last_days_count() -> None:
    assert course([*range(0, 200, 10), *[200] * LATEST], 5, 200, 200).drift == 0


def test_what_is_planned_is_added_to_the_course() -> None:
    assert course([10, 11, 12, 13, 14], 4, 64, 64).estimate == 68


@pytest.mark.parametrize("days", range(FEWEST))
def test_too_few_days_show_no_course(days: int) -> None:
    assert course([5] * days, 20, 5, 5) == Course(5, 5, None)
    assert course([5] * days, 20, 5, 5).estimate is None


@given(COUNTS, st.integers(0, 30), st.integers(0, 500))
def test_an_estimate_is_never_below_what_is_sure(closes: list[int], left: int, close: int) -> None:
    peak = max(close, *closes)
    found = course(closes, left, peak, close)
    assert found.estimate is not None
    assert found.estimate >= peak


@given(COUNTS, st.integers(-50, 50))
def test_the_slope_is_that_of_the_line_whatever_a_few_days_say(closes: list[int], step: int) -> None:
    line = [step * at for at in range(len(closes))]
    assert slope(line) == step
    if len(line) > FEWEST:
        assert slope([*line[:-1], line[-1] + 400]) == step

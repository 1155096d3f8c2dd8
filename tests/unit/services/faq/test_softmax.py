"""Softmax regression: the slope against differences, the fit against what it should learn."""

import numpy as np
import pytest

from bot.services.faq import softmax
from bot.services.faq.question import Features
from bot.services.faq.softmax import Rows

RANDOM = np.random.default_rng(7)


def some_rows(count: int, width: int = 30, dense: int = 4) -> Rows:
    """Random rows, of which the first has no sparse feature."""
    sparse = []
    for number in range(count):
        numbers = np.sort(RANDOM.choice(width, size=min(number, 6), replace=False)).astype(np.int32)
        sparse.append(Features(numbers, RANDOM.normal(size=len(numbers)).astype(np.float32)))
    return Rows.of(width, sparse, RANDOM.normal(size=(count, dense)).astype(np.float32))


def full(rows: Rows) -> np.ndarray:
    """The same as a matrix."""
    matrix = np.zeros((len(rows), rows.width), np.float32)
    at = 0
    for number, length in enumerate(rows.lengths):
        matrix[number, rows.numbers[at : at + length]] = rows.values[at : at + length]
        at += length
    return np.hstack([matrix, rows.dense])


def test_rows_with_fewer_features_and_of_more_texts() -> None:
    one, other = some_rows(7), some_rows(5)
    np.testing.assert_array_equal(full(one + other), np.vstack([full(one), full(other)]))
    for numbers in ([], [0], [3, 4, 17, 29], list(range(30))):
        kept = one.only(np.array(numbers, np.int32))
        np.testing.assert_array_equal(full(kept), full(one)[:, [*numbers, 30, 31, 32, 33]])


@pytest.mark.parametrize("classes", [1, 3, 9])
def test_products_are_those_of_the_whole_matrix(classes: int) -> None:
    rows = some_rows(12)
    weights = RANDOM.normal(size=(34, classes)).astype(np.float32)
    np.testing.assert_allclose(rows.scores(weights), full(rows) @ weights, atol=1e-4)
    matrix = RANDOM.normal(size=(12, classes)).astype(np.float32)
    np.testing.assert_allclose(rows.by_feature()(matrix), full(rows).T @ matrix, atol=1e-4)


def test_the_fit_is_where_no_small_step_makes_it_better() -> None:
    rows, meant = some_rows(40), RANDOM.integers(0, 3, 40)
    weights = softmax.fit(rows, meant, 3, strength=5, steps=500)
    weight = (40 / (3 * np.bincount(meant, minlength=3)))[meant]

    def loss(at: np.ndarray) -> float:
        chances = softmax.probabilities(full(rows).astype(np.float64) @ at)
        return float(-np.log(chances[np.arange(40), meant]) @ weight + (at**2).sum() / 10)

    best = loss(weights.astype(np.float64))
    for _ in range(50):
        step = RANDOM.normal(size=weights.shape)
        assert loss(weights + 0.05 * step / np.linalg.norm(step)) > best - 1e-3
    chances = softmax.probabilities(full(rows) @ weights)
    aim = np.eye(3)[meant]
    slope = full(rows).T @ ((chances - aim) * weight[:, None]) + weights / 5
    assert np.abs(slope).max() < 0.05


def test_it_learns_what_a_word_says() -> None:
    sparse = [Features(np.array([number % 2], np.int32), np.ones(1, np.float32)) for number in range(20)]
    rows = Rows.of(2, sparse, np.zeros((20, 1), np.float32))
    weights = softmax.fit(rows, np.array([number % 2 for number in range(20)]), 2, strength=10, steps=100)
    chances = softmax.probabilities(rows.scores(weights))
    assert (chances.argmax(axis=1) == [number % 2 for number in range(20)]).all()
    assert chances.max(axis=1).min() > 0.9


def test_with_fixed_scores_only_the_new_columns_are_fitted() -> None:
    rows, meant = some_rows(30), np.array([0, 1, 2] * 10)
    fixed = RANDOM.normal(size=(30, 2)).astype(np.float32)
    weights = softmax.fit(rows, meant, 3, strength=5, fixed=fixed, steps=200)
    assert weights.shape == (34, 1)


def test_a_class_with_few_texts_weighs_as_much_as_one_with_many() -> None:
    sparse = [Features(np.array([0], np.int32), np.ones(1, np.float32))] * 99 + [
        Features(np.array([1], np.int32), np.ones(1, np.float32))
    ]
    rows = Rows.of(2, sparse, np.zeros((100, 1), np.float32))
    weights = softmax.fit(rows, np.array([0] * 99 + [1]), 2, strength=10, steps=100)
    assert softmax.probabilities(rows.scores(weights))[99].argmax() == 1


@pytest.mark.parametrize("features", [[], [0, 3, 4, 17], list(range(30))])
def test_rows_with_only_some_features_are_those_columns(features: list[int]) -> None:
    rows = some_rows(12)
    few = rows.only(np.array(features, np.int32))
    np.testing.assert_array_equal(full(few), full(rows)[:, [*features, *range(30, 34)]])

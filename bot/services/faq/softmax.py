"""Softmax regression over sparse and dense features, fitted by L-BFGS. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.services.faq.question import Features

Floats = NDArray[np.float32]
MEMORY = 8
AT_ONCE = 4
FEW = 100_000
"""Of more features than that only so many classes are multiplied at once: all of them would fill the memory."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as features: `width` sparse ones, of which each text has some, and the dense ones as a row each."""

    width: int
    lengths: NDArray[np.int64]
    numbers: NDArray[np.int32]
    values: Floats
    dense: Floats

    @classmethod
    def of(cls, width: int, sparse: Sequence[Features], dense: Floats) -> "Rows":
        """The rows of so many texts."""
        return cls(
            width,
            np.array([len(one.numbers) for one in sparse]),
            np.concatenate([one.numbers for one in sparse]),
            np.concatenate([one.values for one in sparse]),
            dense,
        )

    def __len__(self) -> int:
        return len(self.lengths)

    def __add__(self, other: "Rows") -> "Rows":
        """These texts and then those of the other, which have the same features."""
        pairs = ((getattr(self, part), getattr(other, part)) for part in ("lengths", "numbers", "values", "dense"))
        return Rows(self.width, *map(np.concatenate, pairs))

    def only(self, numbers: NDArray[np.int32]) -> "Rows":
        """These texts with no sparse features but these, in rising order."""
        at = np.searchsorted(numbers, self.numbers)
        kept = np.append(numbers, -1)[at] == self.numbers
        texts = np.repeat(np.arange(len(self)), self.lengths)[kept]
        lengths = np.bincount(texts, minlength=len(self))
        return Rows(len(numbers), lengths, at[kept].astype(np.int32), self.values[kept], self.dense)

    def scores(self, weights: Floats) -> Floats:
        """The product with weights that have a row for each feature, sparse ones first, and a column for each class."""
        found = np.asarray(self.dense @ weights[self.width :])
        full = np.flatnonzero(self.lengths)
        starts = (np.cumsum(self.lengths) - self.lengths)[full]
        for part in parts(weights.shape[1], len(self.numbers)):
            columns = weights[: self.width, part]
            if columns.shape[1] < weights.shape[1]:  # side by side, the memory is read once for all of them
                columns = np.ascontiguousarray(columns)
            found[full, part] += np.add.reduceat(columns[self.numbers] * self.values[:, None], starts)
        return found

    def by_feature(self) -> Callable[[Floats], Floats]:
        """Gives the product of the transposed rows with a matrix that has a row for each text."""
        order = np.argsort(self.numbers, kind="stable")
        texts = np.repeat(np.arange(len(self)), self.lengths)[order]
        values = self.values[order][:, None]
        known, starts = np.unique(self.numbers[order], return_index=True)

        def product(matrix: Floats) -> Floats:
            found = np.zeros((self.width + self.dense.shape[1], matrix.shape[1]), np.float32)
            for part in parts(matrix.shape[1], len(values)):
                columns = np.ascontiguousarray(matrix[:, part])
                found[known, part] = np.add.reduceat(columns[texts] * values, starts)
            found[self.width :] = self.dense.T @ matrix
            return found

        return product


def parts(columns: int, features: int) -> list[slice]:
    """The columns of a matrix that are multiplied at once by so many features of texts."""
    at_once = columns if features <= FEW else AT_ONCE
    return [slice(at, at + at_once) for at in range(0, columns, at_once)]


def probabilities(scores: Floats) -> Floats:
    """Softmax over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def fit(
    rows: Rows, meant: NDArray[np.int64], classes: int, *, strength: float, fixed: Floats | None = None, steps: int
) -> Floats:
    """The weights of softmax regression with a column for each class, of which all weigh the same however many texts
    they have.

    `meant` gives the class of each row, `strength` how much the texts count against small weights. With `fixed` scores,
    a column for each of the first classes, only the columns of the others are fitted.
    """
    kept = fixed.shape[1] if fixed is not None else 0
    counts = np.bincount(meant, minlength=classes)
    weight = (len(meant) / (classes * np.maximum(counts, 1)))[meant].astype(np.float32)
    aim = np.zeros((len(meant), classes), np.float32)
    aim[np.arange(len(meant)), meant] = 1
    transposed = rows.by_feature()
    shape = (rows.width + rows.dense.shape[1], classes - kept)

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        scores = rows.scores(weights)
        if fixed is not None:
            scores = np.hstack([fixed, scores])
        chances = probabilities(scores)
        lost = -np.log(np.maximum(chances[np.arange(len(meant)), meant], 1e-30)) @ weight
        slope = transposed(((chances - aim) * weight[:, None])[:, kept:]) + weights / strength
        return float(lost + (flat @ flat) / (2 * strength)), slope.ravel().astype(np.float32, copy=False)

    return minimum(loss, np.zeros(shape[0] * shape[1], np.float32), steps).reshape(shape)


def minimum(loss: Callable[[Floats], tuple[float, Floats]], at: Floats, steps: int) -> Floats:
    """Where a convex function that gives its value and its slope is least, by L-BFGS from `at`, after so many steps at
    most."""
    value, slope = loss(at)
    moves: list[tuple[Floats, Floats, float]] = []
    for _ in range(steps):
        way = -direction(slope, moves)
        length = 1.0 if moves else 1 / max(1.0, float(np.abs(slope).sum()))
        descent = float(way @ slope)
        while True:
            there = at + np.float32(length) * way
            value_there, slope_there = loss(there)
            if value_there <= value + 1e-4 * length * descent or length < 1e-8:
                break
            length /= 2
        move, turn = there - at, slope_there - slope
        if (curve := float(move @ turn)) > 1e-10:
            moves = [*moves[-MEMORY + 1 :], (move, turn, 1 / curve)]
        gained = value - value_there
        at, value, slope = there, value_there, slope_there
        if gained < 1e-5 * max(1.0, abs(value)):
            break
    return at


def direction(slope: Floats, moves: Sequence[tuple[Floats, Floats, Any]]) -> Floats:
    """The slope as the latest moves say that the ground curves (the two loops of L-BFGS)."""
    way = slope.copy()
    steps = []
    for move, turn, inverse in reversed(moves):
        step = np.float32(inverse * float(move @ way))
        way -= step * turn
        steps.append(step)
    if moves:
        move, turn, inverse = moves[-1]
        way *= np.float32(1 / (inverse * float(turn @ turn)))
    for (move, turn, inverse), step in zip(moves, reversed(steps), strict=True):
        way += (step - np.float32(inverse * float(turn @ way))) * move
    return way

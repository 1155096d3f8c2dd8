"""The fitted model: what each feature of a question says for each topic, for none of them, and for each language."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from bot.services.faq import question
from bot.services.faq.question import Features
from bot.services.faq.softmax import Floats, Rows

FILE: Traversable = files("bot.services.faq").joinpath("data", "model.npz")
NONE = "-"
"""The class of questions that no topic answers."""
OF_WORDS, OF_PIECES, OF_CONCEPTS, OF_SENTENCE = 2.0, 3.0, 3.0, 1.5
"""How much the words of a question weigh, the pieces of its words, its concepts, and its meaning as a sentence; chosen
by cross-validation (`make faq-eval`)."""
SEEN = 2
"""A feature is known that so many texts have."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features that were seen often enough: `place` gives the number of each in the model, or -1, `rarity` how much
    it says, and `borders` where those of words end and those of pieces."""

    place: NDArray[np.int32]
    rarity: Floats
    borders: tuple[int, int]

    @classmethod
    def of(cls, texts: Sequence[Features]) -> "Vocabulary":
        """The vocabulary of these texts."""
        counts = np.bincount(np.concatenate([one.numbers for one in texts]), minlength=question.SPARSE)
        return cls.known(np.flatnonzero(counts >= SEEN), np.log((1 + len(texts)) / (1 + counts[counts >= SEEN])) + 1)

    @classmethod
    def known(cls, numbers: NDArray[np.int64], rarity: NDArray[np.float64]) -> "Vocabulary":
        """The vocabulary that has features of these numbers."""
        place = np.full(question.SPARSE, -1, np.int32)
        place[numbers] = np.arange(len(numbers), dtype=np.int32)
        ends = (question.WORDS, question.WORDS + question.PIECES)
        first, second = (int((numbers < end).sum()) for end in ends)
        return cls(place, rarity.astype(np.float32), (first, second))

    def __len__(self) -> int:
        return len(self.rarity)

    def weighed(self, found: Features) -> Features:
        """The known features of a text, each as much as it says; those of one sort have their weight together."""
        numbers = self.place[found.numbers]
        known = numbers >= 0
        numbers, values = numbers[known], found.values[known]
        values = values * self.rarity[numbers]
        parts = np.split(values, np.searchsorted(numbers, self.borders))
        for part, weight in zip(parts, (OF_WORDS, OF_PIECES, OF_CONCEPTS), strict=True):
            part *= weight / max(float(np.sqrt(part @ part)), 1e-9)
        return Features(numbers, values)


@dataclass(frozen=True, slots=True)
class Model:
    """The weights have a row for each feature and a column for each of `classes` (topics, NONE), then one for each
    language; `centre` is the middle of the sentences that it was fitted on.

    `sample` numbers some of those sentences, evenly chosen, whose vectors are `vectors`: an MSP's own topics are fitted
    against them. `data` is the hash of all.
    """

    classes: tuple[str, ...]
    vocabulary: Vocabulary
    centre: Floats
    weights: Floats
    sample: NDArray[np.int32]
    vectors: Floats
    data: str

    def rows(self, texts: Sequence[str], vectors: Floats) -> Rows:
        """Texts that `question.read` gave, with their vectors, as the model's features."""
        sparse = [self.vocabulary.weighed(question.features(text)) for text in texts]
        return Rows.of(len(self.vocabulary), sparse, dense(vectors, self.centre))

    def scores(self, rows: Rows) -> tuple[Floats, Floats]:
        """For each row the scores of the classes, and those of the languages."""
        found = rows.scores(self.weights)
        return found[:, : len(self.classes)], found[:, len(self.classes) :]

    def save(self, file: BinaryIO) -> None:
        """Write the model, in halves of the precision."""
        numbers = np.flatnonzero(self.vocabulary.place >= 0)
        np.savez_compressed(
            file,
            classes=np.array(self.classes),
            numbers=numbers.astype(np.int32),
            rarity=self.vocabulary.rarity.astype(np.float16),
            centre=self.centre.astype(np.float16),
            weights=self.weights.astype(np.float16),
            sample=self.sample,
            vectors=self.vectors.astype(np.float16),
            data=np.array(self.data),
        )


def load() -> Model:
    """The model that is kept beside the topics."""
    with FILE.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        found = {name: kept[name] for name in kept.files}
    return Model(
        classes=tuple(map(str, found["classes"])),
        vocabulary=Vocabulary.known(found["numbers"], found["rarity"]),
        centre=found["centre"].astype(np.float32),
        weights=found["weights"].astype(np.float32),
        sample=found["sample"],
        vectors=found["vectors"].astype(np.float32),
        data=str(found["data"]),
    )


def dense(vectors: Floats, centre: Floats) -> Floats:
    """Vectors of sentences as features of the model."""
    return (vectors - centre) * np.float32(OF_SENTENCE)

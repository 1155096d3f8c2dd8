"""Fits the model to the topics' phrasings and writes it beside them: `make faq-fit`."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.services.faq import question, softmax, topics
from bot.services.faq.encoder import Encoder, SentenceEncoder
from bot.services.faq.model import FILE, NONE, Model, Vocabulary, dense
from bot.services.faq.softmax import Floats, Rows
from bot.services.workspaces import LOCALES

STRENGTH = 10.0
"""How much the texts count against small weights; chosen by cross-validation, as STEPS."""
STEPS = 150
SAMPLED = 30
"""So many phrasings of a topic and language are kept for fitting an MSP's own topics against them."""
SAMPLED_NONE = 300


class Text(NamedTuple):
    """Something that somebody might ask, the topic that it means (or NONE), and its language."""

    text: str
    topic: str
    locale: str


def texts() -> list[Text]:
    """All that the model is fitted to: the topics' phrasings, and questions that no topic answers."""
    found = [
        Text(question.read(phrasing), topic.id, topic.locale)
        for topic in topics.builtin().values()
        for phrasing in topic.phrasings
    ]
    found += [Text(question.read(line), NONE, locale) for locale in LOCALES for line in topics.off_topic(locale)]
    return found


def hash_of(known: Sequence[Text]) -> str:
    """A hash of texts and of the concepts, which tells whether a model was fitted to them."""
    lines = [*("\t".join(one) for one in known), *question.lines_of_concepts()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def fitted(known: Sequence[Text], vectors: Floats) -> Model:
    """The model of these texts, whose vectors are given."""
    classes = (*dict.fromkeys(one.topic for one in known if one.topic != NONE), NONE)
    found = [question.features(one.text) for one in known]
    vocabulary = Vocabulary.of(found)
    centre = vectors.mean(axis=0)
    rows = Rows.of(len(vocabulary), [vocabulary.weighed(one) for one in found], dense(vectors, centre))
    heads = [
        softmax.fit(rows, np.array(meant), count, strength=STRENGTH, steps=STEPS)
        for meant, count in (
            ([classes.index(one.topic) for one in known], len(classes)),
            ([LOCALES.index(one.locale) for one in known], len(LOCALES)),
        )
    ]
    chosen = sample(known)
    return Model(classes, vocabulary, centre, np.hstack(heads), chosen, vectors[chosen], hash_of(known))


def sample(known: Sequence[Text]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Some of the texts of each topic and language, evenly chosen."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(known):
        groups.setdefault((one.topic, one.locale), []).append(number)
    chosen = []
    for (topic, _), numbers in groups.items():
        most = SAMPLED_NONE if topic == NONE else SAMPLED
        chosen += [numbers[at * len(numbers) // most] for at in range(most)] if len(numbers) > most else numbers
    return np.array(chosen, np.int32)


def encoded(known: Sequence[Text], encoder: Encoder) -> Floats:
    """The vectors of texts; says on standard error how far it is."""
    parts = []
    for at in range(0, len(known), 500):
        sys.stderr.write(f"\r{at} of {len(known)} sentences encoded")
        parts.append(encoder.encode([one.text for one in known[at : at + 500]]))
    sys.stderr.write(f"\r{len(known)} sentences encoded          \n")
    return np.concatenate(parts)


def main() -> None:
    """Fit and write."""
    known = texts()
    model = fitted(known, encoded(known, SentenceEncoder()))
    with Path(str(FILE)).open("wb") as file:
        model.save(file)
    sys.stdout.write(f"{len(model.classes) - 1} topics, {len(known)} texts, {len(model.vocabulary)} features: {FILE}\n")


if __name__ == "__main__":
    main()

"""Which topic a question means: answered at once, asked back with the likeliest, or not known (faq-topics.md)."""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from bot.services.faq import fit, model, question, softmax
from bot.services.faq.encoder import Encoder, SentenceEncoder
from bot.services.faq.model import NONE, Model
from bot.services.faq.softmax import Floats, Rows
from bot.services.faq.topics import Topic
from bot.services.workspaces import LOCALES

SURE = 0.5
"""A topic that is at least so likely is answered at once. This and OFF are chosen by cross-validation over the topics'
phrasings: `make faq-eval` shows what they bring."""
OFF = 0.75
"""A question is not answered if it is likelier than so many times the likeliest topic to be about nothing of ours."""
MOST_SUGGESTED = 3
NEAR = 0.05
"""A topic that is less likely is not offered where the question is about nothing of ours."""
ALSO = 0.02
"""A topic that is at least so likely is offered beside the one that is answered."""
LANGUAGE_SURE = 0.6
"""A language that is less likely gives way to the asker's own."""
FRENCH_SIGNS = re.compile("[àâçèéêëîïôùûœ«»]", re.IGNORECASE)
ENGLISH_SURE = 0.9
"""So likely must English be in spite of them: a name in the question may have them."""
STRENGTH = 100.0
STEPS = 60
"""As in bot/services/faq/fit.py, for an MSP's own topics: they have few phrasings, so these count more."""
MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class Match:
    """What a question means. `topic` is the one to be answered, if any; `suggestions` are those that may be meant
    instead or, where none is answered, the likeliest, best first, and none where it is `off` topic: then `near` are
    those that are not far. `confidence` is how likely the likeliest topic is, `locale` the question's language."""

    topic: str | None
    locale: str
    confidence: float
    suggestions: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    off: bool = False


@dataclass(frozen=True, slots=True)
class OwnTopics:
    """An MSP's own topics, a column of weights for each; `numbers` are the sparse features that have some."""

    ids: tuple[str, ...]
    numbers: NDArray[np.int32]
    weights: Floats


@dataclass(frozen=True, slots=True)
class Sample:
    """Some of the texts that the model was fitted to, with the scores that it gives them and what they mean."""

    rows: Rows
    scores: Floats
    meant: list[int]


class Matcher:
    """Matches questions. For use by many threads."""

    def __init__(self, known: Model, encoder: Encoder) -> None:
        self.model, self.encoder = known, encoder
        self._lock = Lock()
        self._fitter = ThreadPoolExecutor(1, "matcher")
        self._sample: Sample | None = None
        self._own: dict[tuple[Topic, ...], Future[OwnTopics]] = {}

    def match(self, text: str, locale: str, own: tuple[Topic, ...] = (), *, patience: float | None = None) -> Match:
        """What a question means to somebody of that language. `own` are the MSP's topics, which are fitted when they
        are first given: that takes a second, of many topics several; after so many seconds, if given, the question is
        matched without them."""
        text = question.read(text)
        if not any(one.isalnum() for one in text):
            return Match(None, locale, 0.0, off=True)
        rows = self.model.rows([text], self.encoder.encode([text]))
        scores, languages = self.model.scores(rows)
        ids = self.model.classes
        if own:
            with suppress(TimeoutError):
                mine = self.begin(own).result(patience)
                scores, ids = np.hstack([scores, rows.only(mine.numbers).scores(mine.weights)]), (*ids, *mine.ids)
        spoken = dict(zip(LOCALES, softmax.probabilities(languages)[0].tolist(), strict=True))
        chances: dict[str, float] = {}
        for id_, chance in zip(ids, softmax.probabilities(scores)[0].tolist(), strict=True):
            chances[id_] = chances.get(id_, 0.0) + chance
        return decided(chances, language(text, spoken, locale))

    def begin(self, own: tuple[Topic, ...]) -> Future[OwnTopics]:
        """Fit an MSP's topics in the background, unless that was done or begun before; what failed is tried again."""
        with self._lock:
            before = self._own.get(own)
            if before is None or (before.done() and before.exception()):
                while len(self._own) >= MOST_KEPT:
                    del self._own[next(iter(self._own))]
                self._own[own] = self._fitter.submit(self._fitted, own)
            return self._own[own]

    def _fitted(self, own: tuple[Topic, ...]) -> OwnTopics:
        self._sample = self._sample or sampled(self.model)
        return fitted(self.model, self._sample, self.encoder, own)


def language(text: str, spoken: Mapping[str, float], asker: str) -> str:
    """The language of a question, each being so likely by its words; the asker's where none is plain. Pure."""
    if FRENCH_SIGNS.search(text) and spoken["en"] < ENGLISH_SURE:
        return "fr"
    likeliest = max(spoken, key=lambda one: spoken[one])
    return likeliest if spoken[likeliest] >= LANGUAGE_SURE else asker


def decided(chances: Mapping[str, float], locale: str, *, sure: float = SURE, off: float = OFF) -> Match:
    """What is done about a question whose topics, and NONE, are so likely. Pure."""
    ranked = sorted((id_ for id_ in chances if id_ != NONE), key=lambda id_: -chances[id_])
    best = chances[ranked[0]]
    if chances[NONE] >= off * best:
        near = tuple(id_ for id_ in ranked[:MOST_SUGGESTED] if chances[id_] >= NEAR)
        return Match(None, locale, best, near=near, off=True)
    if best >= sure:
        others = ranked[1:MOST_SUGGESTED]
        return Match(ranked[0], locale, best, tuple(id_ for id_ in others if chances[id_] >= ALSO))
    return Match(None, locale, best, tuple(ranked[:MOST_SUGGESTED]))


def sampled(known: Model) -> Sample:
    """The texts against which an MSP's own topics are fitted."""
    texts = [training()[number] for number in known.sample]
    rows = known.rows([one.text for one in texts], known.vectors)
    return Sample(rows, known.scores(rows)[0], [known.classes.index(one.topic) for one in texts])


def fitted(known: Model, sample: Sample, encoder: Encoder, own: Sequence[Topic]) -> OwnTopics:
    """The columns for an MSP's own topics, beside those of the model, which stay as they are. Only features of their
    own texts have weights, which is many times as quick as all."""
    ids = tuple(dict.fromkeys(topic.id for topic in own))
    mine = [(question.read(text), ids.index(topic.id)) for topic in own for text in (topic.question, *topic.phrasings)]
    texts = [text for text, _ in mine]
    rows = known.rows(texts, encoder.encode(texts))
    numbers = np.unique(rows.numbers)
    # An overridden topic has a column of its own beside the model's, so the model's phrasings speak against neither.
    classes = len(known.classes)
    meant = np.array(sample.meant + [classes + number for _, number in mine])
    scores = np.concatenate([sample.scores, known.scores(rows)[0]])
    both = sample.rows.only(numbers) + rows.only(numbers)
    weights = softmax.fit(both, meant, classes + len(ids), strength=STRENGTH, fixed=scores, steps=STEPS)
    return OwnTopics(ids, numbers, weights)


@cache
def training() -> list[fit.Text]:
    """The texts that the model was fitted to."""
    return fit.texts()


class Loader:
    """Loads the matcher once, however many threads ask for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._matcher: Matcher | None = None

    def __call__(self) -> Matcher:
        """The matcher, ready to match. It takes about a second to load when it is first asked for."""
        with self._lock:
            if self._matcher is None:
                self._matcher = Matcher(model.load(), SentenceEncoder())
                self._matcher.match("?a", LOCALES[0])  # the encoder loads at its first sentence
            return self._matcher

    def begin(self, own: tuple[Topic, ...]) -> None:
        """As `Matcher.begin`, where there is one by now: before any question nobody waits for it."""
        if own and self._matcher:
            self._matcher.begin(own)


matcher = Loader()

"""How well questions are matched: `make faq-eval`.

First on questions that nothing was fitted to, written by people who knew the topics' facts and none of the phrasings.
Then on the phrasings themselves, each by a model that was fitted without it: that is what the thresholds in
bot/services/faq/matching.py are chosen by. Phrasings are harder than questions, since many were written to be.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from bot.services.faq import fit, matching, softmax
from bot.services.faq.encoder import SentenceEncoder
from bot.services.faq.matching import Match
from bot.services.faq.model import NONE
from bot.services.workspaces import LOCALES

HERE = Path(__file__).parent
FOLDS = 5
THRESHOLDS = [(sure, off) for off in (0.5, 0.75, 1.0, 1.5) for sure in (0.4, 0.5, 0.6)]


class Asked(NamedTuple):
    """A question, what it means, its language, and what sort of question it is: `plain` or `chatty`, `near` or `far`
    where no topic is meant."""

    text: str
    topic: str
    locale: str
    kind: str


class Outcomes:
    """What came of questions."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, asked: Asked, match: Match) -> None:
        """Count one."""
        self.counts["asked"] += 1
        self.counts["language"] += match.locale == asked.locale
        self.counts["offered"] += asked.topic in (match.topic, *match.suggestions)
        if match.topic:
            self.counts["right" if match.topic == asked.topic else "wrong"] += 1
        elif match.off:
            self.counts["refused"] += 1
        else:
            self.counts["unsure"] += 1

    def share(self, *names: str) -> float:
        """The share of questions that came to one of these."""
        return sum(self.counts[name] for name in names) / max(1, self.counts["asked"])


def held_back() -> Iterator[Asked]:
    """The questions that nothing was fitted to."""
    for locale in LOCALES:
        for line in (HERE / f"questions.{locale}.tsv").read_text(encoding="utf-8").splitlines():
            topic, kind, text = line.split("\t")
            yield Asked(text, topic, locale, kind)


def matched(asked: Iterable[Asked]) -> Iterator[tuple[Asked, Match]]:
    """Each question with what the bot makes of it, asked by somebody of the other language."""
    known = matching.matcher()
    for one in asked:
        yield one, known.match(one.text, next(locale for locale in LOCALES if locale != one.locale))


def cross_validated() -> Iterator[tuple[Asked, dict[str, float]]]:
    """Each phrasing with how likely the topics are by a model that was fitted without it."""
    known = fit.texts()
    vectors = fit.encoded(known, SentenceEncoder())
    folds = np.array([crc32(one.text.encode()) % FOLDS for one in known])
    for fold in range(FOLDS):
        sys.stderr.write(f"\rfold {fold + 1} of {FOLDS}")
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        model = fit.fitted([known[at] for at in inside], vectors[inside])
        scores, _ = model.scores(model.rows([known[at].text for at in outside], vectors[outside]))
        for at, chances in zip(outside, softmax.probabilities(scores).tolist(), strict=True):
            one = known[at]
            yield Asked(one.text, one.topic, one.locale, ""), dict(zip(model.classes, chances, strict=True))
    sys.stderr.write("\n")


def row(name: str, found: Outcomes, *, off: bool) -> str:
    """A line of a table of outcomes."""
    right = [found.share("refused")] if off else [found.share("right"), found.share("offered")]
    shares = [*right, *([] if off else [found.share("refused")]), found.share("wrong")]
    return f"{name:<36} {found.counts['asked']:>5} " + " ".join(f"{share:>10.1%}" for share in shares)


def table(results: Sequence[tuple[Asked, Match]]) -> Iterator[str]:
    """Outcomes by language and topic."""
    groups: dict[tuple[bool, str], Outcomes] = {}
    for asked, match in results:
        off = asked.topic == NONE
        for name in (f"all {asked.locale}", "all", f"{asked.kind} {asked.locale}", f"{asked.topic} {asked.locale}"):
            groups.setdefault((off, name), Outcomes()).add(asked, match)
    for off, titles in ((False, ("right", "or offered", "refused", "wrong")), (True, ("refused", "wrong"))):
        yield f"{'off topic' if off else 'on a topic':<36} {'asked':>5} " + " ".join(f"{one:>10}" for one in titles)
        yield from (row(name, found, off=off) for (of, name), found in sorted(groups.items()) if of == off)
        yield ""
    every = Outcomes()
    for asked, match in results:
        every.add(asked, match)
    yield f"answered wrongly with confidence, of all: {every.share('wrong'):.1%}"
    yield f"answered in the language of the question: {every.share('language'):.1%}"


def thresholds(results: Sequence[tuple[Asked, dict[str, float]]]) -> Iterator[str]:
    """Outcomes of the phrasings by the thresholds of matching.py."""
    yield "sure    off  right at once  or offered  off topic refused  wrong, of all"
    for sure, off in THRESHOLDS:
        on_topic, off_topic, every = Outcomes(), Outcomes(), Outcomes()
        for asked, chances in results:
            match = matching.decided(chances, asked.locale, sure=sure, off=off)
            every.add(asked, match)
            (off_topic if asked.topic == NONE else on_topic).add(asked, match)
        mark = "*" if (sure, off) == (matching.SURE, matching.OFF) else " "
        yield (
            f"{sure:>4.2f}   {off:>4.2f}  {on_topic.share('right'):>13.1%}  {on_topic.share('offered'):>10.1%}  "
            f"{off_topic.share('refused'):>17.1%}  {every.share('wrong'):>13.1%} {mark}"
        )


def main() -> None:
    """Print both."""
    for line in table(list(matched(held_back()))):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write("\nPhrasings, each by a model fitted without it, by the thresholds (* are those in use):\n")
    for line in thresholds(list(cross_validated())):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()

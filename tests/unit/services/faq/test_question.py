"""How a question is read."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.faq import question
from bot.services.faq.question import CONCEPTS, LONGEST, PIECES, SPARSE, WORDS


def test_only_the_first_400_characters_count() -> None:
    assert question.read("a" * 4000) == "a" * LONGEST
    assert question.read("why " * 1000) == question.read("why " * 100)


@pytest.mark.parametrize(
    "written",
    [
        "ana@acme.example",
        "<mailto:ana@acme.example|ana@acme.example>",
        "<mailto:ana@acme.example>",
        "ANA.DUPONT+x@sub.acme.example",
    ],
)
def test_every_address_is_somebodys(written: str) -> None:
    assert question.read(f"why is {written} active?") == "why is bob@client.example active?"


@pytest.mark.parametrize("mention", ["<!channel>", "<@U0TOM00001>", "<#C0BILLING1|billing>", "<!subteam^S1>"])
def test_mentions_are_not_read(mention: str) -> None:
    assert question.read(f"{mention} why is the bill {mention} high") == "why is the bill high"


def test_accents_capitals_and_curly_apostrophes_make_no_difference() -> None:
    one, other = (question.features(question.read(text)) for text in ("L’ÉTÉ à côté", "l'ete a cote"))
    assert one.numbers.tolist() == other.numbers.tolist()


def test_words_of_one_meaning_share_a_concept_across_languages() -> None:
    border = WORDS + PIECES
    english, french = (set(question.features(word).numbers.tolist()) for word in ("distributor", "distributeur"))
    assert {number for number in english & french if number >= border}


def test_no_word_stands_for_two_concepts() -> None:
    lines = question.lines_of_concepts()
    words = [word for line in lines for word in line.split(":")[1].split()]
    assert len(words) == len(set(words))
    assert len(lines) == len({line.split(":")[0] for line in lines}) <= question.MOST_CONCEPTS


def test_each_pair_of_concepts_is_a_feature_of_its_own() -> None:
    pairs = [question.pair((one, other)) for other in range(question.MOST_CONCEPTS) for one in range(other)]
    assert sorted(pairs) == list(range(question.MOST_CONCEPTS, question.MOST_CONCEPTS + len(pairs)))
    assert max(pairs) < CONCEPTS


@given(st.text(max_size=500))
def test_any_text_has_features_in_order(text: str) -> None:
    found = question.features(question.read(text))
    assert len(found.numbers) == len(found.values)
    assert (np.diff(found.numbers) > 0).all()
    assert ((found.numbers >= 0) & (found.numbers < SPARSE)).all()
    assert SPARSE == WORDS + PIECES + CONCEPTS


def test_an_endless_address_is_read_in_no_time() -> None:
    began = time.process_time()
    question.read("a." * 100_000 + "@" * 1000)
    question.read("<mailto:" * 10_000)
    assert time.process_time() - began < 5

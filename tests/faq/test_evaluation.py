"""How good the matcher must be on questions that nothing was fitted to. `make faq-eval` shows the figures."""

from collections.abc import Callable

import pytest

from bot.services.faq.model import NONE
from tests.faq.evaluation import Asked, Outcomes, held_back, matched, table


@pytest.fixture(scope="module")
def results() -> list[tuple[Asked, object]]:
    return list(matched(held_back()))


def outcomes(results: list, which: Callable[[Asked], bool]) -> Outcomes:
    found = Outcomes()
    for asked, match in results:
        if which(asked):
            found.add(asked, match)
    return found


def test_questions_of_the_topics_are_answered_rightly_at_once(results: list) -> None:
    assert outcomes(results, lambda one: one.topic != NONE).share("right") >= 0.95


def test_where_they_are_not_the_right_topic_is_among_those_offered(results: list) -> None:
    assert outcomes(results, lambda one: one.topic != NONE).share("offered") >= 0.99


def test_questions_that_no_topic_answers_are_refused(results: list) -> None:
    assert outcomes(results, lambda one: one.topic == NONE).share("refused") >= 0.95


def test_hardly_any_question_is_answered_wrongly_with_confidence(results: list) -> None:
    assert outcomes(results, lambda one: True).share("wrong") <= 0.02


def test_questions_are_answered_in_their_language(results: list) -> None:
    assert outcomes(results, lambda one: True).share("language") >= 0.99


def test_the_table_has_a_line_for_every_topic_and_language(results: list) -> None:
    lines = list(table(results))
    assert sum(line.startswith("deny-list ") for line in lines) == 2
    assert any("answered wrongly with confidence" in line for line in lines)

"""Answers of topics as Slack takes them, also those that an MSP wrote."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.playground.blocks_check import check_blocks
from bot.services.billing.periods import Calendar
from bot.services.faq.topics import Topic
from bot.services.workspaces import Workspace
from bot.views.slack import faq
from bot.views.slack.answer import Answer
from bot.views.texts import Texts

WORKSPACE = Workspace(1, "Northwind", Calendar(27, ZoneInfo("Europe/Paris")), "en", "T1")


def answered(related: int = 0, locale: str = "en", **fields: Any) -> Answer:
    topic = Topic("own-x", locale, "What?", **{"answer": "So.", **fields})
    offers = [(f"Topic {number}?", f"id{number}") for number in range(related)]
    texts = Texts(locale, ZoneInfo("Europe/Paris"))
    return faq.answered(
        texts,
        WORKSPACE,
        topic,
        root="/seats",
        figures=None,
        named=[],
        steps=[],
        offered=[],
        related=offers,
        here="here",
    )


def block(answer: Answer, block_id: str) -> Any:
    [found] = [one for one in answer.blocks if one["block_id"] == block_id]
    return found


@pytest.mark.parametrize("text", ["&" * 2000, "<" * 2000, "<!channel> & " * 150, "a" * 2000, "{root}" * 333])
def test_the_longest_answer_of_whatever_characters_is_whole_and_forges_nothing(text: str) -> None:
    answer = answered(answer=text)
    assert check_blocks(answer.blocks)
    told = block(answer, "answer")["text"]
    assert "<" not in told["text"] or told["type"] == "plain_text"
    assert len(told["text"]) >= len(text) - 333


def test_of_many_related_topics_and_sources_the_first_are_told() -> None:
    sources = tuple(f"https://wiki.msp.example/{number}/{'x' * 370}" for number in range(12))
    answer = answered(30, sources=sources)
    assert check_blocks(answer.blocks)
    assert [one["text"]["text"] for one in block(answer, "related")["elements"]] == [f"Topic {n}?" for n in range(5)]
    said = block(answer, "sources")["elements"][0]["text"]
    assert (said.count("<"), said.count(">")) == (5, 5)


@pytest.mark.parametrize(("locale", "told"), [("en", "Source: "), ("fr", "Source\u00a0: ")])
def test_only_usecures_own_pages_are_told_as_its_articles(locale: str, told: str) -> None:
    ours = "https://wiki.msp.example/seats?a=1&b=2"
    answer = answered(sources=("https://help.usecure.io/en/articles/7120576-billing", ours), locale=locale)
    article, source = block(answer, "sources")["elements"][0]["text"].split("\n")
    assert "<https://help.usecure.io/en/articles/7120576-billing|7120576>" in article
    assert "wiki" not in article
    assert source == f"{told}<https://wiki.msp.example/seats?a=1&amp;b=2|seats?a=1&amp;b=2>"

"""Questions that found no answer: kept without names, and not for ever."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.services import workspaces
from bot.services.faq import unanswered
from bot.services.faq.unanswered import Question
from db.models import FAQ_QUESTION, FaqOutcome
from tests.integration.services.conftest import Msp


def note(msp: Msp, key: str, text: str, **more: Any) -> None:
    outcome = more.pop("outcome", FaqOutcome.UNANSWERED)
    fields = {"locale": "en", "now": msp.clock()} | more
    unanswered.note(msp.session, msp.workspace, key=key, text=text, outcome=outcome, **fields)


def listed(msp: Msp, limit: int = 20) -> list[Question]:
    return unanswered.listed(msp.session, msp.workspace, msp.clock(), limit)


def texts(msp: Msp) -> list[str]:
    return [question.text for question in listed(msp)]


def test_questions_are_listed_newest_first_and_the_same_words_once(msp: Msp) -> None:
    note(msp, "1", "Où est la facture ?", locale="fr")
    first = msp.clock()
    msp.clock.advance(hours=1)
    note(msp, "2", "what about VAT")
    msp.clock.advance(hours=1)
    note(msp, "3", " What about\n VAT", outcome=FaqOutcome.UNHELPFUL, topic="invoices")
    assert listed(msp) == [
        Question("What about VAT", "en", FaqOutcome.UNHELPFUL, "invoices", msp.clock(), 2),
        Question("Où est la facture ?", "fr", FaqOutcome.UNANSWERED, None, first, 1),
    ]
    assert [question.times for question in listed(msp, limit=1)] == [2]


def test_a_request_that_is_delivered_twice_keeps_one(msp: Msp) -> None:
    for text in ("first", "second"):
        note(msp, "same", text)
    assert texts(msp) == ["first"]
    other = workspaces.create(msp.session, workspaces.check("Contoso"))
    outcome = FaqOutcome.UNANSWERED
    unanswered.note(msp.session, other, key="same", text="x", locale="en", outcome=outcome, now=msp.clock())
    assert [q.text for q in unanswered.listed(msp.session, other, msp.clock(), 9)] == ["x"]
    assert texts(msp) == ["first"]


def test_what_is_older_than_90_days_is_not_listed_and_goes(msp: Msp) -> None:
    note(msp, "1", "old")
    msp.clock.advance(days=90)
    assert texts(msp) == ["old"]
    msp.clock.advance(seconds=1)
    assert texts(msp) == []
    note(msp, "2", "new")
    assert list(msp.session.execute(select(FAQ_QUESTION.c.text)).scalars()) == ["new"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("why is Ana@Acme.example active?", "why is …@… active?"),
        ("<mailto:ana@acme.example|ana@acme.example> again", "<…@…> again"),
        ("<@U0123|ana>, is it due", "<…@…>, is it due"),
        ("ana@a.test,bob@b.test;c@d.test", "…@…,…@…;…@…"),
        ("(ana@é.test)", "…@…"),
        ('"ana b"@acme.test', '"ana b"…@…'),
        ("a\x00b\ud800\u202e\tc", "a�b� c"),
        ("", ""),
        ("é" * 500, "é" * 399 + "…"),
        ("a " * 395 + "ana@acme.example", "a " * 199 + "a…"),
        ("x" * 1597 + "ana@acme.example", "x" * 399 + "…"),
        ("🎉" * 4000, "🎉" * 399 + "…"),
    ],
)
def test_a_question_is_kept_in_one_line_of_400_characters_without_addresses(msp: Msp, text: str, kept: str) -> None:
    note(msp, "1", text)
    assert texts(msp) == [kept]

"""`seatbot topics`: the MSP's own topics, from a file to an undo, and what was asked in vain."""

import pytest
from sqlmodel import Session

from bot.services import workspaces
from bot.services.faq import topics, unanswered
from db.models import FaqOutcome
from tests.e2e.conftest import Seatbot

FILE = """language: en
topics:
  own-vpn:
    question: How do I get a VPN licence?
    answer: Ask the desk.
    phrasings: [vpn please]
  leavers:
    question: Who leaves?
    answer: Nobody leaves us.
"""
ORDER = ["topic", "locale", "question", "answer", "origin", "phrasings"]


def imported(seatbot: Seatbot, content: str = FILE) -> dict[str, object]:
    document = seatbot.json("topics", "import", seatbot.file(content, "own.yaml"))
    assert list(document) == ["change", "changed"]
    return dict(document)


def origins(seatbot: Seatbot) -> dict[tuple[str, str], str]:
    return {(line["topic"], line["locale"]): line["origin"] for line in seatbot.json("topics", "list")}


def test_without_a_file_all_topics_are_the_bots(seatbot: Seatbot) -> None:
    assert origins(seatbot) == dict.fromkeys(topics.builtin(), "builtin")
    lines = seatbot("topics", "list").splitlines()
    assert lines[0] == "Topic\tLanguage\tQuestion\tWhose\tPhrasings"
    assert len(lines) == len(topics.builtin()) + 1


def test_a_file_is_imported_listed_removed_and_the_removal_taken_back(seatbot: Seatbot) -> None:
    before = origins(seatbot)
    assert imported(seatbot) == {"change": "1", "changed": ["leavers", "own-vpn"]}
    mine = {("leavers", "en"): "overridden", ("own-vpn", "en"): "own"}
    assert origins(seatbot) == before | mine
    (line,) = [line for line in seatbot.json("topics", "list") if line["topic"] == "own-vpn"]
    values = ["own-vpn", "en", "How do I get a VPN licence?", "Ask the desk.", "own", 1]
    assert line == dict(zip(ORDER, values, strict=True))
    assert "\tWho leaves?\tSeatbot’s, with your answer\t" in seatbot("topics", "list")
    assert imported(seatbot) == {"change": None, "changed": []}
    assert seatbot.json("topics", "remove", "leavers") == {"change": "2", "changed": ["leavers"]}
    assert origins(seatbot) == before | {("own-vpn", "en"): "own"}
    assert seatbot.json("undo")["changed"] == ["leavers"]
    assert seatbot.json("undo", "1")["changed"] == ["leavers", "own-vpn"]
    assert origins(seatbot) == before
    done = seatbot.json("log")
    assert [(line["kind"], line["topics"], line["topics_removed"]) for line in done] == [
        ("undo", [], ["leavers", "own-vpn"]),
        ("undo", ["leavers"], []),
        ("topics", [], ["leavers"]),
        ("topics", ["leavers", "own-vpn"], []),
    ]


def test_what_is_said_of_a_change(seatbot: Seatbot) -> None:
    file = seatbot.file(FILE, "own.yaml")
    assert seatbot("topics", "import", file) == (
        "Answered from now on as you wrote it: leavers and own-vpn.\nChange 1\n"
    )
    assert seatbot("topics", "import", file) == "Nothing had to be changed.\n"
    assert seatbot("topics", "remove", "leavers") == ("Answered in Seatbot’s own words again: leavers.\nChange 2\n")
    assert seatbot("topics", "remove", "own-vpn") == "Not answered any more: own-vpn.\nChange 3\n"
    said = seatbot("undo").splitlines()
    assert said[0] == "Change 3 is taken back."
    assert said[1].startswith("It was: topics of the FAQ changed, on 24 Nov 2026 13:00, by cli:")
    assert said[2:] == ["As before: own-vpn.", "Change 4"]
    log = seatbot("log").splitlines()
    assert "\tundone #3 (topics of the FAQ changed): own-vpn\t" in log[1]
    assert "\ttopics of the FAQ changed: -leavers\t" in log[3]
    assert "\ttopics of the FAQ changed: leavers, own-vpn, own.yaml\t" in log[4]


def test_an_undo_is_refused_where_later_changes_stand(seatbot: Seatbot) -> None:
    imported(seatbot)
    imported(seatbot, FILE.replace("Ask the desk", "There is none"))
    assert seatbot.refusal("undo", "1") == (
        "Change 1 was not undone: other changes stand against it for own-vpn. Undo those first, newest first: 2."
    )


def test_a_broken_file_names_file_line_and_fault_and_changes_nothing(seatbot: Seatbot) -> None:
    imported(seatbot)
    broken = seatbot.file(FILE.replace("own-vpn", "vpn").replace("Who leaves?", "''"), "broken.yaml")
    assert seatbot.refused("topics", "import", broken) == [
        (
            "broken.yaml, line 3: “vpn” is no topic of Seatbot’s, nor can it be one of your own: those begin with "
            "own-, followed by small letters, digits and hyphens"
        ),
        "broken.yaml, line 8: there is no text",
    ]
    no_yaml = seatbot.file("language: [", "no.yaml")
    assert seatbot.refusal("topics", "import", no_yaml).startswith("no.yaml, line 1: this is not YAML (")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_file_that_is_none_of_topics(seatbot: Seatbot) -> None:
    large = seatbot.file(FILE + "#" * 1_000_000, "large.yaml")
    line = "large.yaml is larger than 1 MB; a file of topics may not be. Nothing was changed."
    assert seatbot.refusal("topics", "import", large) == line
    binary = seatbot.file(b"\x89PNG\r\n\x1a\n", "picture.png")
    line = "picture.png is not a text file in UTF-8. Nothing was changed."
    assert seatbot.refusal("topics", "import", binary) == line
    assert seatbot.refusal("topics", "import", "none.yaml") == "There is no file none.yaml that can be read."
    odd = seatbot.refusal("topics", "import", seatbot.file("x", "a\x1b[31m.yaml"))
    assert "\x1b" not in odd


def test_a_topic_that_cannot_be_removed(seatbot: Seatbot) -> None:
    imported(seatbot)
    line = "There is no topic “own-vpm”. Did you mean own-vpn?"
    assert seatbot.refusal("topics", "remove", "own-vpm") == line
    line = "There is no topic “zzz”. “seatbot topics list” shows all."
    assert seatbot.refusal("topics", "remove", "zzz") == line
    line = "trials is Seatbot’s own topic, and there is no answer of yours to it. Nothing was changed."
    assert seatbot.refusal("topics", "remove", "trials") == line


def test_what_was_asked_in_vain(seatbot: Seatbot) -> None:
    assert seatbot.json("topics", "unanswered") == []
    assert seatbot("topics", "unanswered") == "No question is without an answer.\n"
    with Session(seatbot.store.engine) as session:
        workspace = workspaces.find(session)
        for key, text in (("1", "what about VAT"), ("2", "What about VAT"), ("3", "qui est ana@acme.test ?")):
            outcome = FaqOutcome.UNHELPFUL if key == "3" else FaqOutcome.UNANSWERED
            topic = "invoices" if key == "3" else None
            now = seatbot.clock.advance(minutes=1)
            unanswered.note(session, workspace, key=key, text=text, locale="en", outcome=outcome, topic=topic, now=now)
    newest, other = seatbot.json("topics", "unanswered")
    assert newest == {
        "question": "qui est …@… ?",
        "times": 1,
        "outcome": "unhelpful",
        "topic": "invoices",
        "locale": "en",
        "at": "2026-11-24T13:03:00+01:00",
    }
    assert (other["question"], other["times"], other["topic"]) == ("What about VAT", 2, None)
    assert seatbot("topics", "unanswered", "--limit", "1").splitlines() == [
        "Question\tTimes\tWhat came of it\tLanguage\tLast asked",
        "qui est …@… ?\t1\tnot helpful: invoices\ten\t24 Nov 2026 13:03",
    ]

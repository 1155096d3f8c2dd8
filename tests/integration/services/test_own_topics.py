"""An MSP's own topics: kept, changed, taken away, and taken back."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.services import changes, log, privacy, requests, undo, workspaces
from bot.services.changes import Change
from bot.services.errors import (
    AlreadyTakenBack,
    Faults,
    MissingFile,
    NotOverridden,
    TooManyOwnTopics,
    TopicsNotText,
    TopicsTooLarge,
    UndoBlocked,
    UnknownTopic,
    UnknownTopicSuggestion,
)
from bot.services.faq import own, topics
from bot.services.faq.own import Origin
from bot.services.faq.topics import Ask, Topic
from bot.services.imports.topics import import_topics
from db.models import CHANGE, FAQ_TOPIC, Kind
from tests.integration.services.conftest import Msp

VPN = Topic(
    "own-vpn",
    "en",
    "How do I get a VPN licence?",
    "Ask the desk.\nIt takes a “day”.",
    sources=("https://desk.example/vpn",),
    ask=Ask.BOTH,
    related=("leavers",),
    phrasings=("vpn please", "VPN à gogo"),
)
VPN_FR = Topic("own-vpn", "fr", "Comment obtenir un VPN ?", "Demandez au bureau.")
LEAVERS = Topic("leavers", "en", "Who leaves?", "Nobody leaves us.", phrasings=("bye",))
OTHER = Topic("own-vpn", "en", "How do I get a VPN licence?", "There is none.")


def save(msp: Msp, *topics: Topic, actor: str = "t", **more: Any) -> Change:
    return own.save(msp.session, msp.workspace, topics, actor=actor, clock=msp.clock, **more)


def remove(msp: Msp, topic: str, **more: Any) -> Change:
    return own.remove(msp.session, msp.workspace, topic, actor="t", clock=msp.clock, **more)


def take_back(msp: Msp, change: int | None = None) -> Change:
    named = None if change is None else str(change)
    return undo.undo(msp.session, msp.workspace, change=named, actor="t", clock=msp.clock)


def standing(msp: Msp) -> tuple[Topic, ...]:
    return own.standing(msp.session, msp.workspace)


def rows(msp: Msp) -> int:
    return int(msp.session.execute(select(func.count()).select_from(FAQ_TOPIC)).scalar_one())


def test_topics_are_kept_as_they_were_given(msp: Msp) -> None:
    assert standing(msp) == ()
    done = save(msp, VPN_FR, LEAVERS, VPN, source="own.yaml")
    assert (done.kind, done.topics, done.topics_removed) == (Kind.TOPICS, ("leavers", "own-vpn"), ())
    assert standing(msp) == (LEAVERS, VPN, VPN_FR)
    msp.session.rollback()
    assert changes.made(msp.session, done.id).kind == Kind.TOPICS


def test_a_topic_that_stands_is_not_written_anew(msp: Msp) -> None:
    save(msp, VPN, LEAVERS)
    assert save(msp, VPN, LEAVERS) == Change(None, Kind.TOPICS)
    second = save(msp, OTHER, LEAVERS)
    assert (second.topics, second.topics_removed) == (("own-vpn",), ())
    assert standing(msp) == (LEAVERS, OTHER)
    assert rows(msp) == 3


def test_a_topic_is_removed_in_all_languages(msp: Msp) -> None:
    save(msp, VPN, VPN_FR, LEAVERS)
    done = remove(msp, " OWN-vpn ")
    assert (done.topics, done.topics_removed) == ((), ("own-vpn",))
    assert standing(msp) == (LEAVERS,)


def test_a_topic_that_is_not_there_cannot_be_removed(msp: Msp) -> None:
    save(msp, VPN)
    with pytest.raises(UnknownTopicSuggestion, match="Did you mean own-vpn"):
        remove(msp, "own-vpm")
    for asked in ("zzz", "", "\x1b[31m", "x" * 5000):
        with pytest.raises(UnknownTopic) as refused:
            remove(msp, asked)
        assert str(refused.value).isprintable()
    with pytest.raises(NotOverridden):
        remove(msp, "leavers")
    assert standing(msp) == (VPN,)


def test_topics_are_of_one_workspace(msp: Msp) -> None:
    other = workspaces.create(msp.session, workspaces.check("Contoso"))
    save(msp, VPN)
    assert own.standing(msp.session, other) == ()
    own.save(msp.session, other, [OTHER], actor="t", clock=msp.clock)
    assert standing(msp) == (VPN,)
    with pytest.raises(UnknownTopic):
        own.remove(msp.session, other, "leavers-own", actor="t", clock=msp.clock)


def test_a_request_that_slack_delivers_twice_is_done_once(msp: Msp) -> None:
    first = save(msp, VPN, request="r1")
    gone = remove(msp, "own-vpn", request="r2")
    assert save(msp, VPN, request="r1") == first
    assert remove(msp, "own-vpn", request="r2") == gone
    assert standing(msp) == ()
    nothing = save(msp, VPN_FR, request="r3"), save(msp, VPN_FR, request="r4"), save(msp, VPN_FR, request="r4")
    assert [change.id is None for change in nothing] == [False, True, True]
    assert requests.recall(msp.session, msp.workspace, first.id or 0) == first


def test_so_many_topics_a_language_and_no_more(msp: Msp) -> None:
    many = [Topic(f"own-{n}", "en", "q", "a") for n in range(own.MOST)]
    save(msp, *many)
    with pytest.raises(TooManyOwnTopics):
        save(msp, VPN)
    assert len(standing(msp)) == own.MOST
    save(msp, VPN_FR, *(Topic(topic.id, "en", "q", "b") for topic in many))
    removed = remove(msp, "own-7")
    save(msp, VPN)
    with pytest.raises(TooManyOwnTopics):
        take_back(msp, removed.id)
    assert len(standing(msp)) == own.MOST + 1


def test_an_override_keeps_what_leads_to_the_topic(msp: Msp) -> None:
    save(msp, LEAVERS, VPN)
    lines = {(line.topic.id, line.topic.locale): line for line in own.listed(msp.session, msp.workspace)}
    builtin = topics.builtin()["leavers", "en"]
    mine = lines["leavers", "en"]
    assert (mine.origin, mine.topic.question, mine.topic.answer) == (Origin.OVERRIDDEN, "Who leaves?", LEAVERS.answer)
    assert mine.topic.phrasings == (*builtin.phrasings, "bye")
    assert (mine.topic.related, mine.topic.sources) == (builtin.related, ())
    assert lines["leavers", "fr"].origin == Origin.BUILTIN
    assert lines["own-vpn", "en"] == own.TopicLine(VPN, Origin.OWN)
    assert len(lines) == len(topics.builtin()) + 1


# Undo


def test_an_undo_restores_the_texts_as_they_were_before(msp: Msp) -> None:
    first = save(msp, VPN, LEAVERS)
    save(msp, OTHER, VPN_FR)
    done = take_back(msp)
    assert (done.kind, done.topics, done.topics_removed, done.effect) == (Kind.UNDO, ("own-vpn",), (), None)
    assert standing(msp) == (LEAVERS, VPN)
    again = take_back(msp, first.id)  # what stood against it was taken back
    assert (again.topics, again.topics_removed) == ((), ("leavers", "own-vpn"))
    assert standing(msp) == ()


def test_an_undo_restores_what_was_removed(msp: Msp) -> None:
    save(msp, VPN, VPN_FR)
    remove(msp, "own-vpn")
    assert take_back(msp).topics == ("own-vpn",)
    assert standing(msp) == (VPN, VPN_FR)


def test_an_undo_is_refused_where_later_changes_stand_and_changes_nothing(msp: Msp) -> None:
    first = save(msp, VPN, LEAVERS)
    second, third = save(msp, OTHER), save(msp, VPN)
    with pytest.raises(UndoBlocked) as refused:
        take_back(msp, first.id)
    by = [str(second.id), str(third.id)]
    assert refused.value.fields == {"change": str(first.id), "names": ["own-vpn"], "by": by}
    assert standing(msp) == (LEAVERS, VPN)
    for change in (third, second, first):
        take_back(msp, change.id)
    assert standing(msp) == ()
    with pytest.raises(AlreadyTakenBack):
        take_back(msp, first.id)


def test_a_removal_is_not_undone_where_the_topic_came_again(msp: Msp) -> None:
    save(msp, VPN)
    gone = remove(msp, "own-vpn")
    save(msp, OTHER)
    with pytest.raises(UndoBlocked):
        take_back(msp, gone.id)
    remove(msp, "own-vpn")
    with pytest.raises(UndoBlocked):
        take_back(msp, gone.id)
    assert standing(msp) == ()


def test_the_log_tells_of_topics(msp: Msp) -> None:
    save(msp, VPN, LEAVERS, source="own.yaml")
    remove(msp, "leavers")
    take_back(msp)
    lines = log.read(msp.session, msp.workspace, limit=3)
    assert [(line.kind, line.topics, line.topics_removed) for line in lines] == [
        (Kind.UNDO, ("leavers",), ()),
        (Kind.TOPICS, (), ("leavers",)),
        (Kind.TOPICS, ("leavers", "own-vpn"), ()),
    ]
    assert (lines[0].undone, lines[2].source) == (Kind.TOPICS, "own.yaml")


def test_whoever_is_forgotten_is_in_no_topic_and_an_undo_brings_nobody_back(msp: Msp) -> None:
    msp.users("Acme,eve@acme.test,inactive,2026-10-01,Ève Ünal", columns="account,email,status,at,name")
    named = Topic(
        "own-eve",
        "en",
        "Who is È\u0300ve ünal?".replace("\u0300", ""),
        "Write to EVE@acme.test: ok",
        phrasings=("e\u0300ve U\u0308nal",),
    )
    save(msp, named, VPN)
    gone = remove(msp, "own-eve")
    found = privacy.forget(msp.session, msp.workspace, "eve@acme.test", actor="t", clock=msp.clock)
    assert found.texts == 1
    take_back(msp, gone.id)
    clean = Topic("own-eve", "en", "Who is …?", "Write to …: ok", phrasings=("…",))
    assert standing(msp) == (clean, VPN)


# Files

FILE = "language: en\ntopics:\n  own-vpn:\n    question: Q?\n    answer: A.\n    phrasings: [p]\n"


def imported(msp: Msp, content: bytes, name: str = "own.yaml") -> Change:
    path = msp.folder / name
    path.write_bytes(content)
    return import_topics(msp.session, msp.workspace, path, actor="t", clock=msp.clock)


def test_a_file_imported_twice_changes_nothing_the_second_time(msp: Msp) -> None:
    assert imported(msp, FILE.encode()).topics == ("own-vpn",)
    before = rows(msp)
    assert imported(msp, b"\xef\xbb\xbf" + FILE.encode()).id is None
    assert rows(msp) == before
    source = msp.session.execute(select(CHANGE.c.source).where(CHANGE.c.kind == Kind.TOPICS)).scalar_one()
    assert source == "own.yaml"


def test_a_broken_file_leaves_the_old_topics(msp: Msp) -> None:
    imported(msp, FILE.encode())
    before = rows(msp)
    with pytest.raises(Faults) as refused:
        imported(msp, FILE.replace("Q?", "Q!").encode() + b"  x: y\n", "two.yaml")
    assert str(refused.value).startswith("two.yaml, line 7: ")
    for content in (b"\xff\xfe", FILE.encode("utf-16"), bytes(range(256))):
        with pytest.raises(TopicsNotText):
            imported(msp, content)
    with pytest.raises(TopicsTooLarge):
        imported(msp, FILE.encode() + b"#" * 1_000_000)
    imported(msp, FILE.encode() + b"#" * (1_000_000 - len(FILE)))
    assert rows(msp) == before


@pytest.mark.parametrize("path", ["none.yaml", ".", "x" * 5000, "\0", "\udcff"])
def test_a_file_that_is_not_there(msp: Msp, path: str) -> None:
    with pytest.raises(MissingFile) as refused:
        import_topics(msp.session, msp.workspace, msp.folder / Path(path), actor="t", clock=msp.clock)
    assert len(str(refused.value)) < 200

"""Files of topics: what is read, and every fault with its line."""

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.services.errors import Faults
from bot.services.faq import topics
from bot.services.faq.topics import Ask, Topic
from bot.services.names import CONTROL

KNOWN = ("deny-list", "leavers")
GOOD = """language: en
topics:
  own-vpn:
    question: How do I get
      a VPN licence?
    answer: |
      Ask the desk.
      It takes a day.
    sources: [https://desk.example/vpn]
    ask: account-manager
    related: [leavers]
    phrasings:
      - vpn please
      - who pays for the vpn
  deny-list:
    question: How do we keep people out?
    answer: "Write to\\tus."
"""


def faults(text: str) -> list[str]:
    """What is said of a file that is no good."""
    with pytest.raises(Faults) as refused:
        topics.parse(text, "own.yaml", known=KNOWN)
    return [str(fault).removeprefix("own.yaml, ") for fault in refused.value.faults]


def test_a_file_holds_own_topics_and_overrides_others() -> None:
    own, override = topics.parse(GOOD, "own.yaml", known=KNOWN)
    assert own == Topic(
        "own-vpn",
        "en",
        "How do I get a VPN licence?",
        "Ask the desk.\nIt takes a day.",
        ("https://desk.example/vpn",),
        Ask.ACCOUNT_MANAGER,
        ("leavers",),
        ("vpn please", "who pays for the vpn"),
    )
    assert override == Topic("deny-list", "en", "How do we keep people out?", "Write to us.")


def test_a_single_text_is_a_list_of_one_and_a_line_may_be_broken() -> None:
    text = GOOD.replace("[leavers]", "leavers").replace("- vpn please", "- >-\n        vpn\n\n        please")
    own = topics.parse(text, "own.yaml", known=KNOWN)[0]
    assert (own.related, own.phrasings[0]) == (("leavers",), "vpn please")


def test_a_file_of_windows_is_read_alike() -> None:
    assert topics.parse(GOOD.replace("\n", "\r\n"), "f", KNOWN) == topics.parse(GOOD, "f", KNOWN)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("language: en", "language: de", "line 1: the field “language” must be en or fr, not “de”"),
        ("language: en\n", "", "line 1: the field “language” must be en or fr, not “”"),
        ("language: en", "langue: en\nlanguage: en", "line 1: there is no field “langue”"),
        ("language: en", "language: en\nlanguage: fr", "line 2: the field “language” stands there twice"),
        ("  own-vpn:", "  vpn:", "line 3: “vpn” is no topic"),
        ("  own-vpn:", "  own-:", "line 3: “own-” is no topic"),
        ("  own-vpn:", "  own-VPN:", "line 3: “own-VPN” is no topic"),
        ("  own-vpn:", "  own-é:", "line 3: “own-é” is no topic"),
        ("  own-vpn:", "  own vpn:", "line 3: “own vpn” is no topic"),
        ("  own-vpn:", f"  own-{'x' * 57}:", f"line 3: “own-{'x' * 57}” is no topic"),
        ("  own-vpn:", '  "own-\\e[31m":', "line 3: “own-�[31m” is no topic"),
        ("  own-vpn:", "  ? [a]\n  :", "line 3: “” is no topic"),
        ("  deny-list:", "  own-vpn:\n    phrasings: x", "line 15: the topic own-vpn stands there twice"),
        ("    question: How do we keep people out?\n", "", "line 15: the topic deny-list has no field “question”"),
        ('    answer: "Write to\\tus."\n', "", "line 15: the topic deny-list has no field “answer”"),
        ("    phrasings:\n      - vpn please\n      - who pays for the vpn\n", "", "has no field “phrasings”"),
        ("[leavers]", "[leavers]\n    answers: x", "line 12: there is no field “answers”; there is answer, ask,"),
        ("[leavers]", "[leavers]\n    ask: both", "line 12: the field “ask” stands there twice"),
        ("- vpn please", "- ''", "line 13: there is no text"),
        ("- vpn please", "- [a, b]", "line 13: there is no text"),
        ("- vpn please", f"- {'x' * 401}", "line 13: the text has 401 characters, and may have 400"),
        ("How do we keep people out?", "x" * 76, "line 16: the text has 76 characters, and may have 75"),
        ('"Write to\\tus."', "x" * 2001, "line 17: the text has 2001 characters, and may have 2000"),
        ("Write to", "\\e[31m", "line 17: the text has characters that cannot be shown"),
        ("Write to", "\\u202E", "line 17: the text has characters that cannot be shown"),
        ("vpn please", "é\x07", "line 13: the text has characters that cannot be shown"),
        ("vpn please", "\udc80", "line 13: the text has characters that cannot be shown"),
        ("https://desk.example/vpn", "http://x", "line 9: “http://x” is no address of a page"),
        ("[https://desk.example/vpn]", "\n      - https://a\n      - a|b", "line 11: “a|b” is no address of a page"),
        ("account-manager", "nobody", "line 10: the field “ask” must be one of distributor, account-manager, both"),
        ("ask: account-manager", "ask: ''", "line 10: the field “ask” must be one of"),
        ("- vpn please", "\t- vpn please", "line 13: this is not YAML (found character that cannot start any token)"),
        ("[leavers]", "[leavers", "line 12: this is not YAML (did not find expected ',' or ']')"),
        ("[leavers]", "*nobody", "line 11: this is not YAML (found undefined alias)"),
        ('Write to\\tus."', "Write", "line 17: this is not YAML (found unexpected end of stream)"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, fault: str) -> None:
    assert GOOD.count(old) >= 1
    (told,) = faults(GOOD.replace(old, new, 1))
    assert fault in told


@pytest.mark.parametrize("text", ["", "x", "- x", "# nothing", "language: en", "language: en\ntopics:", "topics"])
def test_a_file_without_topics(text: str) -> None:
    (told,) = faults(text) if text.startswith("language") else faults(text)[:1]
    assert "there must be a field “topics” with the topics by their ids" in told


@pytest.mark.parametrize(
    "text", ["language: en\ntopics: [own-x]", "language: en\ntopics: {}", "language: en\ntopics: x"]
)
def test_topics_that_are_no_mapping(text: str) -> None:
    assert faults(text) == ["line 2: there must be a field “topics” with the topics by their ids"]


def test_a_topic_that_is_a_text() -> None:
    assert faults("language: en\ntopics:\n  own-x: y\n") == ["line 3: the topic own-x has no field “question”"]


def test_two_documents_in_one_file() -> None:
    (told,) = faults(GOOD + "---\n" + GOOD)
    assert told == "line 18: this is not YAML (but found another document)"


def many(count: int) -> str:
    return "language: en\ntopics:\n" + "".join(
        f"  own-{n}: {{question: q, answer: a, phrasings: p}}\n" for n in range(count)
    )


def test_so_many_topics_and_phrasings_and_no_more() -> None:
    assert len(topics.parse(many(200), "f", KNOWN)) == 200
    assert faults(many(201)) == ["line 3: one file may have 200 topics"]
    phrasings = "\n".join(f"      - p {n}" for n in range(199))
    full = GOOD.replace("      - vpn please", phrasings)
    assert len(topics.parse(full, "f", KNOWN)[0].phrasings) == 200
    assert faults(full.replace("- p 0\n", "- p 0\n      - p\n")) == ["line 13: a topic may have 200 phrasings"]


def test_all_faults_of_a_file_are_told() -> None:
    text = GOOD.replace("own-vpn", "vpn").replace("How do we keep people out?", "''").replace("Write to", "\\a")
    assert [fault.split(":")[0] for fault in faults(text)] == ["line 3", "line 16", "line 17"]


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? ", "&a [*a", "!!binary "])
def test_a_file_that_is_nested_without_end(piece: str) -> None:
    assert faults(piece * 50_000)


def test_a_file_that_is_nested_without_end_is_told_without_libyaml_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "Loader", topics.yaml.SafeLoader)
    assert faults("[" * 5_000) == ["line 1: this is not YAML (exceeded maximum nesting depth)"]


def test_a_topic_that_refers_to_itself_is_a_fault() -> None:
    assert "line 3: there is no field “own-x”" in faults("language: en\ntopics: &t\n  own-x: *t\n")[0]


ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
LINES = st.lists(st.one_of(st.sampled_from(GOOD.splitlines()), st.text(max_size=12)), max_size=20).map("\n".join)
CUT = st.builds(
    lambda at, size, new: GOOD[:at] + new + GOOD[at + size :],
    st.integers(0, len(GOOD)),
    st.integers(0, 40),
    st.text(st.characters(exclude_categories=()), max_size=4) | st.sampled_from(["*a", "&a ", "? ", "!!int ", "<<: "]),
)


@pytest.mark.parametrize("texts", [ANYTHING, LINES, CUT], ids=["anything", "its own lines", "a bit of it is changed"])
def test_whatever_a_file_holds_nothing_but_faults_is_raised(texts: st.SearchStrategy[str]) -> None:
    @settings(max_examples=1_500, deadline=None)
    @given(texts)
    @example("\udc80")
    @example("\x00")
    def parsed(text: str) -> None:
        try:
            found = topics.parse(text, "f", KNOWN)
        except Faults as refused:
            told = refused.faults
        else:
            told = []
            assert all(topic.question and topic.answer for topic in found)
        assert all(1 <= fault.fields["line"] <= max(1, len(text.splitlines())) for fault in told)
        assert not any(CONTROL.search(str(fault)) for fault in told)

    check: Callable[[], None] = parsed
    check()

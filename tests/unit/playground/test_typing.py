"""What the composer makes of typed text, and what Slackbot says in which language."""

import json
from importlib.resources import files

import pytest

from bot.playground.notices import notice
from bot.playground.typing_rules import as_typed

PEOPLE, CHANNELS = {"tom": "U1"}, {"billing": "C1"}


@pytest.mark.parametrize(
    ("typed", "arrives"),
    [
        ("a & b < c", "a &amp; b &lt; c"),
        ("ask ann@acme.example.", "ask <mailto:ann@acme.example|ann@acme.example>."),
        ("@tom and @Tom, not @nobody", "<@U1> and <@U1>, not @nobody"),
        ("#billing but not a#billing", "<#C1|billing> but not a#billing"),
        ("x@tom.example", "<mailto:x@tom.example|x@tom.example>"),
        ("<@U1>", "&lt;@U1&gt;"),
    ],
)
def test_typed_text_arrives_escaped_with_addresses_and_mentions(typed: str, arrives: str) -> None:
    assert as_typed(typed, PEOPLE, CHANNELS) == arrives


def test_unknown_names_are_kept_as_they_are() -> None:
    assert as_typed("@tom #billing") == "@tom #billing"


def test_every_notice_is_there_in_both_languages_with_the_same_places() -> None:
    texts = json.loads(files("bot.playground").joinpath("notices.json").read_text(encoding="utf-8"))
    assert texts["en"].keys() == texts["fr"].keys()
    for name in texts["en"]:
        said = [notice(language, name, command="/seats", code="oops") for language in ("en", "fr", "de")]
        assert said[0] == said[2] != said[1]
        assert ("oops" in said[0]) == ("oops" in said[1])

"""Slack's rewriting undone, and the grammar of the commands."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import words
from bot.commands.command import Command, command, dump, load
from bot.commands.words import Asked, Misused, Patterns, People, Word, read
from bot.services.errors import UnclosedQuote


def texts(text: str) -> list[str]:
    return [word.text for word in read(text)]


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("<mailto:ann@acme.example|ann@acme.example>", ["ann@acme.example"]),
        ("<mailto:ann@acme.example>", ["ann@acme.example"]),
        ("*@<http://acme.example|acme.example>", ["*@acme.example"]),
        ("<https://acme.example>", ["acme.example"]),
        ("<@U012AB3CD|tom> <#C012AB3CD|billing>", ["@U012AB3CD", "#C012AB3CD"]),
        ("Smith &amp; Sons &lt;!channel&gt;", ["Smith", "&", "Sons", "<!channel>"]),
        ("&amp;lt;", ["&lt;"]),
        ("“Acme Corp” x", ["Acme Corp", "x"]),
        ("«\u00a0Clinique des  Lilas\u00a0»", ["Clinique des Lilas"]),
        ("L’Atelier O'Brien", ["L’Atelier", "O'Brien"]),
        ('screen 5" wide', ["screen", '5"', "wide"]),
        ('"" x', ["x"]),
        ("  ", []),
    ],
)
def test_slacks_rewriting_is_undone(sent: str, typed: list[str]) -> None:
    assert texts(sent) == typed


@pytest.mark.parametrize("text", ['report "Acme', "report “Acme Corp"])
def test_an_unclosed_quote_is_refused(text: str) -> None:
    with pytest.raises(UnclosedQuote):
        read(text)


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        found = read(text)
    except UnclosedQuote:
        return
    meant = Command("report", tuple(found), page=2, back="offer")
    assert load(dump(meant)) == meant


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("a@x", People(("a@x",), None, None)),
        ("a@x, b@x;c@x", People(("a@x", "b@x", "c@x"), None, None)),
        ("a@x A@x a@x", People(("a@x", "A@x"), None, None)),
        ("a@x in Acme Corp because she left in May", People(("a@x",), "Acme Corp", "she left in May")),
        ("a@x DANS Acme CAR départ", People(("a@x",), "Acme", "départ")),
        ("a@x because left in May", People(("a@x",), None, "left in May")),
        ("a@x in Made in France", People(("a@x",), "Made in France", None)),
        ('a@x in "Because & In"', People(("a@x",), "Because & In", None)),
        ("a@x dans Car Rental car départ", People(("a@x",), "Car Rental", "départ")),
        ("Marie a@x", People(("Marie", "a@x"), None, None)),
    ],
)
def test_people_are_understood(typed: str, understood: People) -> None:
    assert words.people(read(typed)) == understood


@pytest.mark.parametrize("typed", ["", "in Acme", "a@x in", "a@x because", "because he left"])
def test_people_without_a_whole_sentence_are_not(typed: str) -> None:
    with pytest.raises(Misused):
        words.people(read(typed))


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("a@x in Acme Corp", Patterns(("a@x",), "Acme Corp")),
        ("Acme Corp a@x *@y", Patterns(("a@x", "*@y"), "Acme Corp")),
        ('"Acme @ Work" a@x', Patterns(("a@x",), "Acme @ Work")),
        ("@y dans Acme", Patterns(("*@y",), "Acme")),
        ("Marie a@x in Acme", Patterns(("Marie", "a@x"), "Acme")),
    ],
)
def test_patterns_are_understood_with_the_account_before_or_behind(typed: str, understood: Patterns) -> None:
    assert words.patterns(read(typed)) == understood


@pytest.mark.parametrize("typed", ["", "a@x", "Acme", "in Acme", "a@x in"])
def test_patterns_need_an_account(typed: str) -> None:
    with pytest.raises(Misused):
        words.patterns(read(typed))


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("", Asked(None, "current")),
        ("all", Asked(None, "current")),
        ("tous DERNIÈRE", Asked(None, "last")),
        ("last", Asked(None, "last")),
        ("Acme Corp", Asked("Acme Corp", "current")),
        ("dans Acme Corp 2026-10", Asked("Acme Corp", "2026-10")),
        ('"Last"', Asked("Last", "current")),
        ('"2026" 2026-10-27', Asked("2026", "2026-10-27")),
        ("10/2026", Asked(None, "10/2026")),
    ],
)
def test_reports_are_understood(typed: str, understood: Asked) -> None:
    assert words.report(read(typed)) == understood


def test_a_command_survives_being_stored() -> None:
    meant = command("deactivate", "a@x", Word("in"), '5" & "in" <b>', Word('"', quoted=True), Word('"'))
    for one in (meant, replace(meant, page=3, confirmed=True, back="f" * 32)):
        assert load(dump(one)) == one

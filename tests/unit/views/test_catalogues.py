"""Every text that people read is in both catalogues, and nothing else is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import bot

ROOT = Path(bot.__file__).parent
KEYWORDS = {"say": None, "plural": (1, 2), "N_": None, "NN_": (1, 2)}
SPACED = re.compile(r"[^\u00a0\u202f/:|][;?!](?=\s|$)|(?<![\u00a0\u202f/])(?<=\w):(?=\s|$)|«(?!\u00a0)|(?<!\u00a0)»")


def in_the_code() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(ROOT, [("**.py", "python")], {}, KEYWORDS)
    return {tuple(message) if isinstance(message, tuple | list) else message for _, _, message, _, _ in found}


def catalogue(locale: str) -> Catalog:
    path = ROOT / "locales" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def messages(locale: str) -> Iterator[Message]:
    return (message for message in catalogue(locale) if message.id)


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_no_message_of_the_code_is_missing(locale: str) -> None:
    known = {message.id if isinstance(message.id, str) else tuple(message.id) for message in messages(locale)}
    assert sorted(map(str, in_the_code() - known)) == []


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_no_message_is_left_that_the_code_does_not_use(locale: str) -> None:
    known = {message.id if isinstance(message.id, str) else tuple(message.id) for message in messages(locale)}
    assert sorted(map(str, known - in_the_code())) == []
    assert list(catalogue(locale).obsolete) == []


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_message_is_translated_and_none_is_fuzzy(locale: str) -> None:
    lacking = [message.id for message in messages(locale) if message.fuzzy or not all(forms(message.string))]
    assert lacking == []


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_translation_has_the_fields_of_its_message(locale: str) -> None:
    different = [
        message.id
        for message in messages(locale)
        for text in forms(message.string)
        if fields(text) != fields(forms(message.id)[-1])
    ]
    assert different == []


def test_french_has_its_own_spaces_and_quotes() -> None:
    wrong = [
        text
        for message in messages("fr")
        for text in forms(message.string)
        if SPACED.search(text) or re.search(r"[“”']", text)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.stem)
def test_no_text_hides_within_another(path: Path) -> None:
    """Babel reads no messages within f-strings, so they would come untranslated."""
    hidden = [
        ast.unparse(call)
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in KEYWORDS
        and any(isinstance(one, ast.Constant) for one in call.args)
    ]
    assert hidden == []

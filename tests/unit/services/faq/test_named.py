"""Whom and which account a question names."""

import pytest

from bot.services.accounts import Account
from bot.services.faq import named, question


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        ("Acme", "what is Acme's peak?", "Acme"),
        ("Acme", "quel est le pic d’Acme ?", "Acme"),
        ("Oréal", "pourquoi l'oreal est si cher ?", "oreal"),
        ("L'Oréal", "pourquoi l’Oréal est si cher ?", "l’Oréal"),
        ("Acme Inc.", "why is Acme Inc. so expensive?", "Acme Inc"),
        ("Smith & Co. (UK)", "is smith & co. (UK) on trial", "smith & co. (UK"),
        ("a.*(b|c", "is a.*(b|c billed?", "a.*(b|c"),
        ("x" * 390, f"is {'x' * 390} billed?", "x" * 390),
        ("x" * 500, f"is {'x' * 500} billed?", None),
        ("…", "is … billed?", "…"),
        ("Acme", "is Acmee billed?", None),
    ],
)
def test_an_account_is_found_as_sentences_write_its_name(name: str, text: str, written: str | None) -> None:
    found = named.account([Account(1, "Zeta"), Account(2, name)], text)
    assert (found and found.written) == written
    assert found is None or found.account.name == name


def test_another_name_takes_the_place_of_whole_words_only() -> None:
    assert named.renamed("Is ACT inactive? ACT!", "ACT", "Acme") == "Is Acme inactive? Acme!"
    assert named.renamed("does act have inactive users", "act", "Acme") == "does Acme have inactive users"
    assert named.renamed("a.*(b is a.*(b", "a.*(b", "Acme") == "Acme is Acme"


@pytest.mark.parametrize(
    "text",
    [
        "ann@acme.test?",
        "ann@acme.test!",
        "“ann@acme.test”",
        "*ann@acme.test*",
        "`ann@acme.test`",
        "l'adresse d’ann@acme.test",
        "<mailto:ann@acme.test|ann@acme.test>",
        "ann@acme.test's",
    ],
)
def test_an_address_is_found_among_the_marks_of_a_sentence(text: str) -> None:
    keys = [key for found in question.ADDRESS.findall(text) for key in named.keys_of(found)]
    assert "ann@acme.test" in keys

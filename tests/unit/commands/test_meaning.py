"""What somebody's words stand for: a command, a question, or neither."""

import time

import pytest

from bot.commands import sentences
from bot.commands.command import said
from bot.commands.registry import meaning
from bot.commands.words import Word, read
from bot.services.names import fold

ACCOUNTS = {"acme", "what we do", "our town", "where is ltd"}


def is_account(name: str) -> bool:
    return fold(name) in ACCOUNTS


def meant(text: str) -> tuple[str, str] | None:
    found = meaning(read(text), is_account)
    return (found.name, said(found.words)) if found else None


@pytest.mark.parametrize(
    "text",
    [
        "why is ana@acme.example active again?",
        "why is the bill so high",
        "why ana@acme.example again",
        "why bill higher than users",
        "pourquoi Acme est si cher ?",
        "pourquoi ana@acme.example est-elle de nouveau active",
        "how do I pause a client",
        "what if we close Acme",
        "what-if a client leaves, do we still pay?",
        "how?",
        "billing ?",
        "facture ?",
        "deactivate?",
        "undo?",
        "deactivate ann@acme.example?",
        "undo 12?",
        "activate or deactivate, which one lowers the bill",
        "deactivate users today and does the bill go down",
        "deactivate ann@acme.example but she is active again",
        "désactiver des gens baisse la facture",
        "deactivated ann@acme.example but she is active again",
        "reactivated users are still billed",
        "report shows more than we have",
        "report for last month?",
        "rapport faux, pourquoi",
        "accounts on trial, are they billed",
        "comptes en essai sont-ils facturés",
        "users who left are still billed",
        "utilisateurs partis : sont-ils facturés",
        "log in does not work, what now",
        "undo that deactivation, how",
        "help me understand the bill",
        "aide moi à comprendre",
        "admins: who are they",
        "account managers advise on prices",
        "account close Acme?",
        "what’s a “seat”?",
        "where are invoices？",
        "why??!",
        "is Where Is Ltd active",
        "'; DROP TABLE account; --",
        "😀 😀 😀",
    ],
)
def test_a_question_is_asked_of_the_faq_as_it_is(text: str) -> None:
    assert meant(text) == ("faq", said(read(text)))


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("report", ("report", "")),
        ("report?", ("report", "")),
        ("aide ?", ("help", "")),
        ("report Acme last month", ("report", "Acme last month")),
        ("report for this month", ("report", "for this month")),
        ("rapport de ce mois-ci", ("report", "de ce mois-ci")),
        ("report What We Do october 2026", ("report", "What We Do october 2026")),
        ('report "Who We Are" last', ("report", '"Who We Are" last')),
        ("report for may", ("report", "for may")),
        ("why ana@acme.example", ("why", "ana@acme.example")),
        ("why ana@acme.example?", ("why", "ana@acme.example")),
        ("pourquoi ana@acme.example ?", ("why", "ana@acme.example")),
        ("why ana", ("why", "ana")),
        ("why Ana de Souza", ("why", "Ana de Souza")),
        ("users Our Town active ann", ("users", "Our Town active ann")),
        ("accounts who", ("accounts", "who")),
        ("deactivate ann", ("deactivate", "ann")),
        ("deactivate Bob Smith", ("deactivate", "Bob Smith")),
        (
            "deactivate ann@acme.example in Acme because she is on leave and we do not know until when",
            ("deactivate", "ann@acme.example in Acme because she is on leave and we do not know until when"),
        ),
        ('deactivate ann@acme.example because "gone?"', ("deactivate", "ann@acme.example because gone?")),
        ("deactivate a@x.example b@x.example c@x.example", ("deactivate", "a@x.example b@x.example c@x.example")),
        ("account add We Are What We Do", ("account add", "We Are What We Do")),
        ("deny add who@is.example in Acme", ("deny add", "who@is.example in Acme")),
        ("deny list Our Town", ("deny list", "Our Town")),
        ("help deny add", ("help", "deny add")),
        ('deactivate ann@acme.example because "is it ok?"', ("deactivate", 'ann@acme.example because "is it ok?"')),
        ("what-if close Acme", ("what-if", "close Acme")),
        ("what-if close Acme?", ("what-if", "close Acme")),
        ("simuler désactiver ana@acme.example ?", ("what-if", "désactiver ana@acme.example")),
        ("undo 12", ("undo", "12")),
        ("undo change 12", ("undo", "change 12")),
        ("admins ad @U1", ("admins", "ad @U1")),
        ("faq how are we billed", ("faq", "how are we billed")),
        ("question comment payer ?", ("faq", "comment payer ?")),
    ],
)
def test_a_command_stays_one(text: str, command: tuple[str, str]) -> None:
    assert meant(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "raport",
        "zzzz Acme",
        "deny",
        "repport Acme dernier",
        "deactivte ann@acme.example because she is gone",
        "desactver ann@acme.example bob@acme.example car ils sont partis",
        "deny ann@acme.example in Acme",
        "compte Acme fermer",
    ],
)
def test_a_word_or_two_and_a_mistyped_command_are_neither(text: str) -> None:
    assert meant(text) is None


@pytest.mark.parametrize("text", ["combien", "how much", "quand payer", "my bill"])
def test_a_word_that_asks_makes_a_question_of_few_words(text: str) -> None:
    assert meant(text) == ("faq", text)


@pytest.mark.parametrize("text", ["?" * 40_000 + "x", "?!" * 20_000 + "x"])
def test_the_longest_row_of_question_marks_is_read_at_once(text: str) -> None:
    began = time.monotonic()
    assert not sentences.asks([Word(text)])
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize(("text", "left"), [("bill?", ["bill"]), ("bill?!", ["bill"]), ("？", []), ("b?l?", ["b?l"])])
def test_a_question_is_stated_without_its_marks(text: str, left: list[str]) -> None:
    assert sentences.asks([Word(text)])
    assert [word.text for word in sentences.stated([Word(text)])] == left
    assert not sentences.asks([Word("bill!")])

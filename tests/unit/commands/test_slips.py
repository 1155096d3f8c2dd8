"""Names that were mistyped within a command, put right."""

import pytest

from bot.commands.command import Command
from bot.commands.slips import put_right
from bot.commands.words import read
from bot.services.errors import (
    NamedPerson,
    Refusal,
    UnknownAccount,
    UnknownAccountSuggestion,
    UnknownPeopleSuggestion,
    UnknownPersonSuggestion,
)


@pytest.mark.parametrize(
    ("typed", "refusal", "right"),
    [
        (
            "Kestrel architetcs last",
            UnknownAccountSuggestion(asked="Kestrel architetcs", nearest="Kestrel Architects"),
            '"Kestrel Architects" last',
        ),
        ('"kestrel Architetcs"', UnknownAccountSuggestion(asked="Kestrel Architetcs", nearest="K"), '"K"'),
        (
            "an@acme.test in Acme because an@acme.test left",
            UnknownPeopleSuggestion(emails=["an@acme.test"], nearest=["ann@acme.test"]),
            '"ann@acme.test" in Acme because an@acme.test left',
        ),
        ("an@acme.test", UnknownPersonSuggestion(email="an@acme.test", nearest="ann@acme.test"), '"ann@acme.test"'),
        ("Ann Lee", NamedPerson(email="Ann Lee", nearest="ann@acme.test"), '"ann@acme.test"'),
    ],
)
def test_what_was_meant_takes_the_place_of_what_was_typed(typed: str, refusal: Refusal, right: str) -> None:
    assert put_right(Command("report", tuple(read(typed))), refusal) == Command("report", tuple(read(right)))


@pytest.mark.parametrize(
    "refusal",
    [
        UnknownAccount(asked="acma"),
        UnknownAccountSuggestion(asked="elsewhere", nearest="Acme"),
        UnknownPeopleSuggestion(emails=["acma", "b@x"], nearest=["c@x"]),
        UnknownPeopleSuggestion(emails=["acma"], nearest=["c@x", "d@x"]),
    ],
)
def test_what_is_not_certain_is_left_alone(refusal: Refusal) -> None:
    assert put_right(Command("report", tuple(read("acma last"))), refusal) is None

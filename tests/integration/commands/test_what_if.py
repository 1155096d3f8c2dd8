"""/seats what-if, all the way."""

from typing import Any

import pytest

from bot.playground.team import GRACE, NADIA, TOM
from tests.integration.commands.conftest import Team


def bills(answer: dict[str, Any]) -> list[list[str]]:
    [table] = [block for block in answer["blocks"] if block["type"] == "table"]
    return [[cell["text"] for cell in row] for row in table["rows"]]


def test_a_reader_sees_both_bills_with_it_and_without_and_nothing_is_done(team: Team) -> None:
    answer = team.say(TOM, "what-if deactivate ann@acme.example bob@acme.example")
    assert answer["text"].startswith(
        "What if 2 people became inactive?\nWould become inactive: ann@acme.example and bob@acme.example (Acme)."
    )
    assert bills(answer) == [
        ["Bill", "Without it", "With it"],
        ["Running bill so far", "5", "5"],
        ["Running bill, if nothing else changes", "5", "5"],
        ["Running bill, estimate by its end", "5", "5"],
        ["Next bill, from 27 Nov 2026, begins with", "5", "3"],
    ]
    assert "This only asks; nothing was changed." in answer["text"]
    assert team.buttons(TOM) == []
    assert (team.counted(), team.changes()) == (5, [])


def test_a_french_reader_asks_in_french(team: Team) -> None:
    answer = team.say(NADIA, "simuler fermer acme")
    assert answer["text"].startswith("Et si Acme était fermé\u00a0?")
    assert bills(answer)[-1] == ["Facture suivante, dès le 27 nov. 2026, au début", "5", "2"]
    assert (
        "Et si 1 personne devenait inactive\u00a0?" in team.say(NADIA, "simuler desactiver zoe@globex.example")["text"]
    )


def test_an_admin_does_it_by_a_button_and_takes_it_back(team: Team) -> None:
    team.say(GRACE, "what-if deactivate both@shared.example in Globex")
    assert team.press(GRACE, "also_do").startswith("Inactive now: both@shared.example (Globex).")
    assert (team.counted(), team.changes()) == (4, ["deactivate"])
    team.press(GRACE, "undo")
    assert team.counted() == 5


def test_closing_by_the_button_asks_as_ever(team: Team) -> None:
    team.seed("", "\n".join(f"Acme,u{number}@acme.example,active,2026-11-01" for number in range(12)))
    team.say(GRACE, "what-if close Acme")
    assert team.press(GRACE, "also_do").startswith("Close Acme?")
    assert team.counted() == 17


def test_an_address_in_several_accounts_is_asked_about(team: Team) -> None:
    assert (
        "both@shared.example is in several accounts" in team.say(TOM, "what-if deactivate both@shared.example")["text"]
    )
    assert team.press(TOM, "pick_1").startswith("What if 1 person became inactive?")
    assert team.counted() == 5


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("what-if", "This is how it is written"),
        ("what-if deactivate", "This is how it is written"),
        ("what-if close", "This is how it is written"),
        ("what-if sell Acme", "This is how it is written"),
        ("what-if close nowhere", "No account is called “nowhere”."),
        ("what-if deactivate nobody@x.example", "Nobody has the address nobody@x.example."),
        ("what-if close Acme?", "What if Acme were closed?"),
        ("what-if help", "what-if deactivate|activate EMAIL"),
    ],
)
def test_what_cannot_be_supposed_is_explained(team: Team, words: str, says: str) -> None:
    assert says in team.say(TOM, words)["text"]
    assert team.changes() == []

"""/seats alone, help, and the way from a slip to the command that was meant."""

import pytest

from bot.playground.team import BILLING, CAMILLE, GRACE, NADIA, TOM, Person
from tests.integration.commands.conftest import Team


@pytest.mark.parametrize("words", ["", "   "])
def test_seats_alone_shows_the_running_bill_and_buttons(team: Team, words: str) -> None:
    assert team.say(TOM, words)["text"] == (
        "Northwind MSP\nPeak so far: 5 users.\nNow 5 users are counted.\n"
        "Billing period 27 Oct 2026 to 26 Nov 2026 (Europe/Paris): 3 days left, today included.\n"
        "Or type it: /seats help shows how."
    )
    assert team.buttons(TOM) == ["Report", "Statement", "Accounts", "Deny lists", "Digests", "Warnings", "Help"]


def test_an_admin_sees_the_log_too_in_their_language(team: Team) -> None:
    assert "Pic jusqu’ici\u00a0: 5 utilisateurs." in team.say(CAMILLE, "")["text"]
    assert team.buttons(CAMILLE) == [
        "Rapport",
        "Relevé",
        "Comptes",
        "Listes d’exclusion",
        "Résumés",
        "Alertes",
        "Journal",
        "Aide",
    ]


@pytest.mark.parametrize(
    ("label", "opens"),
    [
        ("Report", "Northwind MSP: peak 5"),
        ("Statement", "Northwind MSP: statement 2026-09, revision 1"),
        ("Accounts", "Northwind MSP: 2 accounts"),
        ("Deny lists", "Deny lists"),
        ("Digests", "0 digests"),
        ("Warnings", "0 warnings"),
        ("Log", "Log"),
        ("Help", "What you can ask"),
    ],
)
def test_each_button_opens_in_place_with_the_way_back(team: Team, label: str, opens: str) -> None:
    team.say(GRACE, "")
    messages = len(team.slack.messages_seen_by(GRACE.id, BILLING.id))
    assert team.press(GRACE, "menu_", label).startswith(opens)
    assert team.press(GRACE, "open_back").startswith("Northwind MSP\nPeak so far")
    assert len(team.slack.messages_seen_by(GRACE.id, BILLING.id)) == messages


def test_the_buttons_of_an_old_menu_still_work(team: Team) -> None:
    team.say(TOM, "")
    team.clock.advance(days=40)
    assert "Northwind MSP: peak 5" in team.press(TOM, "menu_report")


def test_help_is_grouped_and_marks_what_is_for_admins(team: Team) -> None:
    answer = team.say(TOM, "help")
    lines = answer["text"].splitlines()
    look, change, run = (lines.index(title) for title in ("Look", "Make changes", "Run Seatbot"))
    assert look < lines.index("/seats report [ACCOUNT|all] [PERIOD]") < change
    assert change < lines.index("/seats undo [CHANGE]") < run < lines.index("/seats log [ACCOUNT|EMAIL]")
    assert "For admins." in lines[lines.index("/seats log [ACCOUNT|EMAIL]") + 1]
    assert {block["type"] for block in answer["blocks"]} == {"header", "rich_text"}


@pytest.mark.parametrize(
    ("person", "words", "says"),
    [
        (TOM, "help report", "/seats report [ACCOUNT|all] [PERIOD]"),
        (TOM, "report help", "/seats report [ACCOUNT|all] [PERIOD]"),
        (NADIA, "aide exclure liste", "/seats exclure liste [COMPTE]"),
        (NADIA, "aide deny list", "/seats exclure liste [COMPTE]"),
        (TOM, "help deny", "/seats deny list [ACCOUNT]"),
    ],
)
def test_help_of_one_command_tells_of_that_alone(team: Team, person: Person, words: str, says: str) -> None:
    said = team.say(person, words)["text"]
    assert said.startswith(says)
    assert "undo" not in said


@pytest.mark.parametrize(
    ("person", "words", "says"),
    [
        (TOM, "help digest", ("digest list", "digest add", "digest pause", "digest run")),
        (TOM, "digest help", ("digest list", "digest add")),
        (NADIA, "aide alerte", ("alerte liste", "alerte ajouter", "alerte silence", "alerte retirer")),
        (NADIA, "aide résumé", ("résumé liste", "résumé ajouter")),
    ],
)
def test_help_of_a_word_tells_of_all_commands_that_begin_with_it(
    team: Team, person: Person, words: str, says: tuple[str, ...]
) -> None:
    said = team.say(person, words)["text"]
    assert [one for one in says if f"/seats {one}" not in said] == []
    assert "undo" not in said


@pytest.mark.parametrize(
    ("person", "words", "says"),
    [
        (TOM, "acounts", "Did you mean /seats accounts?"),
        (TOM, "deny ad x@y.example in Acme", "Did you mean /seats deny add x@y.example in Acme?"),
        (TOM, "dney add", "Did you mean /seats deny add?"),
        (TOM, "dney", "Did you mean /seats deny?"),
        (NADIA, "exclure ajoute", "Vouliez-vous dire /seats exclure ajouter\u00a0?"),
        (NADIA, "desactive ann@acme.example", "Vouliez-vous dire /seats désactiver ann@acme.example\u00a0?"),
        (TOM, "raport Acme for last month", "Did you mean /seats report Acme for last month?"),
        (TOM, "repport last month", "Did you mean /seats report last month?"),
        (NADIA, "raport Acme le mois dernier", "Vouliez-vous dire /seats rapport Acme le mois dernier\u00a0?"),
        (TOM, "deactivat", "Did you mean /seats deactivate?"),
        (TOM, "help raport", "Did you mean /seats report?"),
    ],
)
def test_a_slip_gets_the_command_that_was_meant(team: Team, person: Person, words: str, says: str) -> None:
    assert says in team.say(person, words)["text"]
    assert team.changes() == []


def test_the_command_that_was_meant_is_one_press_away_with_its_words(team: Team) -> None:
    assert "Did you mean /seats report Acme?" in team.say(TOM, "raport Acme")["text"]
    assert team.press(TOM, "open_meant", "Yes").startswith("Acme: peak 3")
    team.say(NADIA, "aide raport")
    assert "/seats rapport" in team.press(NADIA, "open_meant", "Oui")
    team.say(GRACE, "deactivat ann@acme.example because “left, today”")
    assert team.press(GRACE, "open_meant").startswith("Inactive now")
    assert team.changes() == ["deactivate"]


def test_a_name_that_was_mistyped_is_one_press_from_the_one_that_was_meant(team: Team) -> None:
    assert team.say(TOM, "report Acmee last")["text"] == "No account is called “Acmee”. Did you mean Acme?"
    assert "Acme: peak" in team.press(TOM, "open_meant", "Yes")
    team.say(TOM, "why an@acme.example")
    assert "ann@acme.example" in team.press(TOM, "open_meant")
    team.say(TOM, "deactivate an@acme.example in Acme")
    assert team.buttons(TOM) == []  # whoever may not is refused for that
    team.say(GRACE, "deactivate an@acme.example in Acme because she left")
    assert team.changes() == []
    assert team.press(GRACE, "open_meant").startswith("Inactive now")
    assert team.changes() == ["deactivate"]


def test_the_first_word_alone_of_several_commands_has_nothing_to_press(team: Team) -> None:
    team.say(TOM, "dney")
    assert team.buttons(TOM) == []


@pytest.mark.parametrize("words", ["activat", "eactivate", "reactivat", "ctiver", "réactive", "acctivate"])
def test_nobody_is_sent_to_the_contrary_of_what_they_typed(team: Team, words: str) -> None:
    assert "deactivate" not in team.say(TOM, words)["text"]


@pytest.mark.parametrize("words", ["inactivate", "dsactiver", "unactivate", "disactivate"])
def test_nobody_who_wants_people_inactive_is_sent_to_activate(team: Team, words: str) -> None:
    assert "/seats activate" not in team.say(TOM, words)["text"]


@pytest.mark.parametrize("words", ["deny", "exclure", "deny help"])
def test_the_first_word_of_several_commands_lists_them(team: Team, words: str) -> None:
    said = team.say(TOM, words)["text"]
    assert said.startswith("/seats deny list [ACCOUNT]")
    assert "/seats deny add" in said
    assert "There is no command" not in said


def test_behind_the_first_word_of_several_commands_what_is_unknown_is_named(team: Team) -> None:
    said = team.say(TOM, "deny drop x@y.example")["text"]
    assert said.startswith("There is no command “deny drop”. There are:\n/seats deny list")

"""/seats, help, and what is no command."""

from typing import Any

import pytest

from bot.playground.team import CAMILLE, GRACE, NADIA, TOM
from tests.integration.commands.conftest import Team


@pytest.mark.parametrize("words", ["help", "aide", "HELP"])
def test_help_lists_every_command_with_an_example(team: Team, words: str) -> None:
    text = team.say(TOM, words)["text"]
    for command in ("report [ACCOUNT|all]", "deactivate EMAIL…", "deny add", "undo", "help"):
        assert f"/seats {command}" in text
    assert "For example: /seats report Acme last" in text


def test_help_in_french(team: Team) -> None:
    text = team.say(NADIA, "aide")["text"]
    assert "Par exemple\u00a0: /seats rapport Acme dernier" in text


@pytest.mark.parametrize(
    ("person", "words", "says"),
    [
        (GRACE, "report help", "/seats report [ACCOUNT|all] [PERIOD]"),
        (CAMILLE, "exclure ajouter aide", "/seats exclure ajouter ADRESSE|*@DOMAINE… dans COMPTE"),
    ],
)
def test_every_command_has_its_own_help(team: Team, person: Any, words: str, says: str) -> None:
    assert team.say(person, words)["text"].startswith(says)


@pytest.mark.parametrize(
    ("person", "words", "says"),
    [
        (GRACE, "raport", "There is no command “raport”. Did you mean /seats report?"),
        (GRACE, "deactivte ann@acme.example", "Did you mean /seats deactivate ann@acme.example?"),
        (GRACE, "deny", "/seats deny add"),
        (GRACE, "anuler", "There is no command “anuler”. Did you mean /seats undo?"),
        (CAMILLE, "desactver", "Vouliez-vous dire /seats désactiver\u00a0?"),
        (CAMILLE, "repport", "Vouliez-vous dire /seats rapport\u00a0?"),
        (GRACE, "zzzz Acme", "There is no command “zzzz”. /seats help lists those that there are."),
        (CAMILLE, "zzzz", "/seats aide donne la liste de celles qui existent."),
        (GRACE, "zzzz Acme", "If that was a question about billing, ask it in a whole sentence."),
        (GRACE, "<!channel>", "There is no command “&lt;!channel&gt;”."),
        (GRACE, "'DROP-TABLE; --", "There is no command"),
        (GRACE, "x" * 4000, "There is no command"),
        (GRACE, "\u202ereport", "There is no command"),
        (GRACE, "   ", "Now 5 users are counted."),
    ],
)
def test_what_is_no_command_is_said_plainly_with_the_nearest_that_is(
    team: Team, person: Any, words: str, says: str
) -> None:
    assert says in team.say(person, words)["text"]
    assert team.changes() == []

"""/seats admins, all the way."""

import pytest

from bot.playground.delivery import Envelope
from bot.playground.team import BILLING, CAMILLE, GRACE, GUS, NADIA, SAM, TOM, Person
from bot.settings import Settings
from tests.integration.commands.conftest import Team


def say(team: Team, person: Person, words: str) -> str:
    """A command with mentions in it, as Slack sends them."""
    envelope = team.slack.command(person.id, BILLING.id, words)
    team.slack.wait_until_answered()
    return str(team.answer(envelope)["text"])


def test_the_first_addition_puts_the_owner_on_the_list_too_and_says_so(team: Team) -> None:
    said = say(team, GRACE, f"admins add <@{TOM.id}|tom>")
    assert f"Admins from now on: <@{TOM.id}> and <@{GRACE.id}>." in said
    assert "You are on the list too" in said
    assert f"That takes the right from <@{CAMILLE.id}>. To give it back: /seats admins add" in said
    assert "takes the right" not in say(team, GRACE, f"admins add <@{CAMILLE.id}>")
    assert "Inactive now" in say(team, TOM, "deactivate ann@acme.example")
    assert team.changes() == ["admin_add", "admin_add", "deactivate"]


def test_a_person_is_named_as_people_type_it(team: Team) -> None:
    envelope = team.slack.say(GRACE.id, BILLING.id, "/seats admins add @tom")
    assert isinstance(envelope, Envelope)
    team.slack.wait_until_answered()
    assert f"Admins from now on: <@{TOM.id}>" in str(team.answer(envelope)["text"])


def test_in_french(team: Team) -> None:
    said = say(team, CAMILLE, f"admins ajouter <@{NADIA.id}>")
    assert f"Ajout à la liste des administrateurs\u00a0: <@{NADIA.id}> et <@{CAMILLE.id}>." in said
    assert f"Retrait de la liste des administrateurs\u00a0: <@{NADIA.id}>." in say(
        team, CAMILLE, f"admins retirer <@{NADIA.id}>"
    )


def test_everybody_of_the_team_reads_the_list(team: Team) -> None:
    said = say(team, TOM, "admins")
    owners = f"<@{GRACE.id}> and <@{CAMILLE.id}>"
    assert f"the owners and admins of this Slack workspace are admins: {owners}." in said
    say(team, GRACE, f"admins add <@{TOM.id}>")
    said = say(team, NADIA, "admins liste")
    assert f"<@{TOM.id}>\u00a0: ajout par <@{GRACE.id}> le 24 nov. 2026" in said


def test_undo_gives_the_right_back_to_the_owners(team: Team) -> None:
    say(team, GRACE, f"admins add <@{TOM.id}>")
    said = team.press(GRACE, "undo")
    assert f"No longer admins by the list: <@{TOM.id}> and <@{GRACE.id}>." in said
    assert "It was: admin added" in said
    assert "With nobody on the list, the owners and admins of this Slack workspace are admins." in said
    assert "Désactivation" in say(team, CAMILLE, "désactiver bob@acme.example")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (f"admins add <@{GUS.id}>", f"<@{GUS.id}> cannot be an admin: guests, bots"),
        (f"admins add <@{SAM.id}>", "cannot be an admin"),
        ("admins add <@U0NOBODY99>", "Slack does not say right now who <@U0NOBODY99> is."),
        ("admins add @tom", "“@tom” is nobody whom Slack knows."),
        ("admins add tom@acme.example", "is nobody whom Slack knows."),
        ("admins add", "That was not understood"),
        (f"admins remove <@{TOM.id}>", f"<@{TOM.id}>: not on the list of admins."),
        ("admins foo", "That was not understood"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(team: Team, words: str, says: str) -> None:
    assert says in say(team, GRACE, words)
    assert team.changes() == []


def test_the_last_one_stays(team: Team) -> None:
    say(team, GRACE, f"admins add <@{TOM.id}>")
    assert "nobody would be an admin" in say(team, GRACE, f"admins remove <@{TOM.id}> <@{GRACE.id}>")
    say(team, GRACE, f"admins remove <@{GRACE.id}>")
    assert "Only admins may do that." in say(team, GRACE, f"admins add <@{GRACE.id}>")
    assert "nobody would be an admin" in say(team, TOM, f"admins remove <@{TOM.id}>")


class TestWithAdminsByTheSettings:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"admins": (TOM.id,)})

    def test_they_are_listed_as_such_and_cannot_be_removed_here(self, team: Team) -> None:
        assert f"<@{TOM.id}>: by the settings (SEATBOT_ADMINS)" in say(team, GRACE, "admins list")
        assert "an admin by SEATBOT_ADMINS" in say(team, TOM, f"admins remove <@{TOM.id}>")
        said = say(team, TOM, f"admins add <@{NADIA.id}>")
        assert f"Admins from now on: <@{NADIA.id}>." in said
        assert "You are on the list too" not in said

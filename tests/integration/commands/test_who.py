"""Who may what, and what happens where Slack does not say who somebody is."""

from dataclasses import replace
from typing import Any

import pytest

from bot.playground.team import CAMILLE, GRACE, NADIA, TOM, Person
from bot.playground.wire import SlackError
from bot.settings import Settings
from db.models import Admin
from tests.integration.commands.conftest import GUEST, STRANGER, Team

CHANGE = "deactivate ann@acme.example"


class Unplaced(Person):
    """Somebody of whom Slack tells nothing right now."""

    def as_user(self, *args: Any) -> dict[str, Any]:
        raise SlackError("fatal_error")


UNPLACED = Unplaced("U0UNKNOWN1", "una", "Una Known", "fr-FR", "Europe/Paris")


@pytest.mark.parametrize("words", ["", "help", "report", CHANGE, "undo", "nonsense"])
@pytest.mark.parametrize(
    ("person", "says"),
    [
        (GUEST, "Only members of this team may use Seatbot."),
        (STRANGER, "Seuls les membres de cette équipe peuvent utiliser Seatbot."),
    ],
)
def test_guests_and_strangers_get_a_polite_refusal_and_nothing_else(
    team: Team, person: Person, says: str, words: str
) -> None:
    assert team.say(person, words)["text"] == says
    assert team.changes() == []


class TestWithSomebodyWhomSlackDoesNotPlace:
    @pytest.fixture
    def members(self, members: list[Person]) -> list[Person]:
        return [*members, UNPLACED]

    def test_they_read_nothing_and_change_nothing(self, team: Team) -> None:
        assert "Slack does not say right now who you are" in team.say(UNPLACED, "report")["text"]
        assert "Slack does not say right now who you are" in team.say(UNPLACED, CHANGE)["text"]
        assert team.changes() == []

    def test_a_reader_is_sent_to_the_owners_even_where_slack_does_not_list_them(self, team: Team) -> None:
        said = team.say(TOM, CHANGE)["text"]
        assert said == "Only admins may do that. Nothing was changed; ask an owner or admin of this Slack workspace."
        assert team.changes() == []


def test_whoever_is_made_an_admin_in_slack_is_one_a_few_minutes_later(team: Team) -> None:
    assert "Only admins may do that." in team.say(TOM, CHANGE)["text"]
    team.slack.people[TOM.id] = replace(TOM, is_admin=True)
    assert "Only admins may do that." in team.say(TOM, CHANGE)["text"]
    team.clock.advance(minutes=6)
    assert "Inactive now" in team.say(TOM, CHANGE)["text"]


class TestWithListedAdmins:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"admins": (TOM.id,)})

    def test_those_of_the_settings_are_admins_and_the_workspaces_owners_are_not(self, team: Team) -> None:
        assert "Inactive now" in team.say(TOM, CHANGE)["text"]
        assert team.say(GRACE, "undo")["text"] == f"Only admins may do that. Nothing was changed; ask <@{TOM.id}>."

    def test_those_whom_admins_added_are_admins_too(self, team: Team) -> None:
        team.session.add(
            Admin(workspace_id=team.workspace.id, slack_user=NADIA.id, added_by=TOM.id, added_at=team.clock())
        )
        team.session.commit()
        assert "Désactivation" in team.say(NADIA, CHANGE)["text"]
        answer = team.say(CAMILLE, CHANGE)["text"]
        assert f"<@{TOM.id}> ou <@{NADIA.id}>" in answer

"""Who may what: every command, by everybody."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.commands.registry import TYPED
from bot.playground.team import BILLING, CAMILLE, GRACE, NADIA, TOM, Person
from bot.playground.wire import SlackError
from bot.settings import Settings
from db.models import LOG_ENTRY
from tests.integration.commands.conftest import GUEST, STRANGER, Team

BOT = Person("U0ROBOT001", "robot", "Robot", "en-US", "Europe/London", is_bot=True)
WORDS = {
    "deactivate": "deactivate ann@acme.example",
    "activate": "activate ann@acme.example",
    "deny add": "deny add ann@acme.example in Acme",
    "deny remove": "deny remove ann@acme.example in Acme",
    "deny import": "deny import Acme replace",
    "account add": "account add Initech",
    "account trial": "account trial Acme",
    "account activate": "account activate Acme",
    "account close": "account close Acme",
    "admins add": f"admins add <@{NADIA.id}>",
    "admins remove": f"admins remove <@{NADIA.id}>",
    "sync": "sync Acme",
    "topics import": "topics import",
    "topics remove": "topics remove own-hours",
    "topics unanswered": "topics unanswered",
    "reconcile": "reconcile last 5",
    "digest add": f"digest add <#{BILLING.id}|{BILLING.name}> every day",
    "digest remove": "digest remove 1",
    "digest pause": "digest pause 1",
    "digest resume": "digest resume 1",
    "digest run": "digest run 1",
    "warn add": f"warn add peak <#{BILLING.id}|{BILLING.name}>",
    "warn remove": "warn remove 1",
    "warn mute": "warn mute 1 7",
    "undo": "undo",
}
CHANGING = {one.en for one in TYPED if one.admin} - {"log"}
READING = [one.en for one in TYPED if not one.admin]


class Silent(Person):
    """Somebody of whom Slack tells only as long as it talks."""

    talks = True

    def as_user(self, *args: Any) -> dict[str, Any]:
        if not Silent.talks:
            raise SlackError("fatal_error")
        return super().as_user(*args)


SILENT = Silent("U0SILENT01", "una", "Una Silent", "en-GB", "Europe/London", is_admin=True)


@pytest.fixture
def members(members: list[Person]) -> list[Person]:
    Silent.talks = True
    return [*members, BOT, SILENT]


def say(team: Team, person: Person, words: str) -> str:
    envelope = team.slack.command(person.id, BILLING.id, words)
    team.slack.wait_until_answered()
    return str(team.answer(envelope)["text"])


def refused(team: Team) -> list[tuple[str, str]]:
    """What the log says was refused: to whom and why."""
    team.session.rollback()
    rows = team.session.execute(select(LOG_ENTRY.c.actor, LOG_ENTRY.c.refusal).order_by(LOG_ENTRY.c.id))
    return [(row.actor, row.refusal) for row in rows]


def test_every_changing_command_is_tried_here() -> None:
    assert set(WORDS) == CHANGING


def test_admins_may_change(team: Team) -> None:
    for words in WORDS.values():
        assert "Only admins may do that." not in say(team, GRACE, words), words
    assert refused(team) == []


def test_readers_change_nothing_and_read_whom_to_ask(team: Team) -> None:
    before = team.rows()
    asked = f"ask <@{GRACE.id}>, <@{CAMILLE.id}>, or <@{SILENT.id}>."
    for number, words in enumerate(WORDS.values(), start=1):
        said = say(team, TOM, words)
        assert said == f"Only admins may do that. Nothing was changed; {asked}", words
        said = say(team, NADIA, words)
        assert "Rien n’a été modifié\u00a0; adressez-vous à" in said, words
        assert f" ou <@{SILENT.id}>." in said, words
        assert refused(team) == [(TOM.id, "AdminsOnly"), (NADIA.id, "AdminsOnly")] * number, words
        assert (team.changes(), team.rows()) == ([], before), words


@pytest.mark.parametrize("person", [GUEST, STRANGER, BOT], ids=lambda person: person.name)
def test_outsiders_get_a_polite_refusal_and_nothing_else(team: Team, person: Person) -> None:
    every = [*WORDS.values(), *READING, "", "nonsense", "admins list"]
    for number, words in enumerate(every, start=1):
        assert say(team, person, words) in (
            "Only members of this team may use Seatbot.",
            "Seuls les membres de cette équipe peuvent utiliser Seatbot.",
        ), words
        assert refused(team) == [(person.id, "MembersOnly")] * number, words
        assert team.changes() == [], words


def test_a_refusal_that_is_delivered_again_is_in_the_log_once(team: Team) -> None:
    say(team, TOM, "undo")
    for _ in range(3):
        team.slack.redeliver_last()
        team.slack.wait_until_answered()
    assert refused(team) == [(TOM.id, "AdminsOnly")]


def test_whom_slack_does_not_place_now_changes_nothing(team: Team) -> None:
    Silent.talks = False
    for number, words in enumerate(WORDS.values(), start=1):
        assert say(team, SILENT, words).startswith("Slack does not say right now who you are"), words
        assert refused(team) == [(SILENT.id, "RoleUnknown")] * number, words
        assert team.changes() == [], words


def test_a_role_of_the_last_hour_is_good_enough_for_reading_and_for_nothing_else(team: Team) -> None:
    assert "Northwind MSP: peak 5" in say(team, SILENT, "report")
    Silent.talks = False
    team.clock.advance(minutes=10)
    assert "Northwind MSP: peak 5" in say(team, SILENT, "report")
    assert say(team, SILENT, "undo").startswith("Slack does not say right now who you are")
    team.clock.advance(minutes=51)
    assert say(team, SILENT, "report").startswith("Slack does not say right now who you are")


def test_where_slack_does_not_list_the_owners_they_are_described_and_that_is_logged_too(team: Team) -> None:
    team.slack.fault("users.list", "fatal_error", None)
    assert say(team, TOM, "undo") == (
        "Only admins may do that. Nothing was changed; ask an owner or admin of this Slack workspace."
    )
    assert refused(team) == [(TOM.id, "OwnersOnly")]


class TestWithManyAdmins:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"admins": tuple(f"U0ADMIN{number:03}" for number in range(30))})

    def test_ten_of_them_are_named(self, team: Team) -> None:
        assert say(team, TOM, "undo").count("<@") == 10

"""Undo in Slack: by any admin, in place, asked about on another day, never spent in vain."""

from dataclasses import replace

from bot.playground.team import BILLING, CAMILLE, GRACE, TOM, Person
from tests.integration.commands.conftest import Team


def share(team: Team) -> None:
    """Let everybody in the channel see the latest answer."""
    message = team.slack.messages_seen_by(GRACE.id, BILLING.id)[-1]
    team.slack.post(replace(message, visible_to=None))


def labels(team: Team, person: Person) -> list[str]:
    """The labels of all buttons that a person sees."""
    seen = team.slack.messages_seen_by(person.id, BILLING.id)
    return [button["text"]["text"] for message in seen for _, button in message.buttons()]


def test_the_answer_takes_the_place_of_what_it_takes_back_and_says_what_that_was(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    before = len(team.slack.messages_seen_by(GRACE.id, BILLING.id))
    said = team.press(GRACE, "undo")
    assert "is taken back.\nIt was: deactivated, on 24 Nov 2026 12:00, by <@U0GRACE001>." in said
    assert len(team.slack.messages_seen_by(GRACE.id, BILLING.id)) == before
    assert "Undo" not in labels(team, GRACE)


def test_another_admin_takes_it_back_in_their_own_language(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    share(team)
    said = team.press(CAMILLE, "undo")
    assert "est annulée.\nIl s’agissait de\u00a0: désactivation, le 24 nov. 2026 à 13:00, par <@U0GRACE001>." in said
    assert "Retour à l’état d’avant\u00a0: ann@acme.example (Acme)." in said


def test_a_change_of_another_day_is_asked_about_and_named(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    team.clock.advance(days=1)
    said = team.say(GRACE, "undo")["text"]
    assert "Take back change" in said
    assert "It was: deactivated, on 24 Nov 2026 12:00, by <@U0GRACE001>." in said
    assert "Would be as before: ann@acme.example (Acme)." in said
    assert "begins with 5 instead of 4." in said
    assert team.changes() == ["deactivate"]
    assert team.buttons(GRACE)[1] == "Cancel"
    team.say(GRACE, "deactivate bob@acme.example")  # the button means what it named, not what is latest now
    team.press(GRACE, "confirm")
    texts = [message.text for message in team.slack.messages_seen_by(GRACE.id, BILLING.id)]
    assert any("As they were before: ann@acme.example (Acme)." in text for text in texts)
    assert team.changes() == ["deactivate", "deactivate", "undo"]


def test_so_is_a_button_of_another_day(team: Team) -> None:
    team.say(CAMILLE, "désactiver ann@acme.example")
    team.clock.advance(days=40)
    assert "Annuler la modification" in team.press(CAMILLE, "undo")
    assert team.changes() == ["deactivate"]
    assert team.press(CAMILLE, "cancel") == "Rien n’a été modifié."
    assert team.changes() == ["deactivate"]


def test_the_day_is_the_one_of_the_reader(team: Team) -> None:
    team.clock.advance(hours=10, minutes=30)  # 22:30 in London, 23:30 in Paris
    team.say(GRACE, "deactivate ann@acme.example")
    share(team)
    team.clock.advance(hours=1)
    assert "Annuler la modification" in team.press(CAMILLE, "undo")
    assert "is taken back." in team.say(GRACE, "undo")["text"]


def test_what_something_else_stands_against_is_refused_and_can_be_undone_later(team: Team) -> None:
    team.synced("ann@acme.example")
    team.say(GRACE, "deactivate ann@acme.example")
    *_, number = team.button(GRACE, "undo")
    team.press(GRACE, "also")
    said = team.say(GRACE, f"undo {number}")["text"]
    assert f"Change {number} was not undone: other changes stand against it for ann@acme.example." in said
    assert team.changes() == ["deactivate", "deny_add"]
    team.say(GRACE, "undo")
    assert "As they were before: ann@acme.example (Acme)." in team.say(GRACE, f"undo {number}")["text"]


def test_what_cannot_be_undone_is_named_in_the_readers_language(team: Team) -> None:
    team.say(CAMILLE, "désactiver ann@acme.example")
    undone = team.say(CAMILLE, "annuler")["text"]
    number = int(undone.split()[2]) + 1
    said = team.say(CAMILLE, f"annuler {number}")["text"]
    assert said == f"La modification {number} (annulation) ne peut pas être annulée."
    team.say(CAMILLE, "désactiver bob@acme.example")
    said = team.say(CAMILLE, f"annuler {number}")["text"]
    assert f"Votre dernière qui peut l’être est la {number + 1} (désactivation)\u00a0: annuler {number + 1}" in said


def test_a_reader_undoes_nothing(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    share(team)
    assert "Nothing was changed; ask <@U0GRACE001> or <@U0CAMILLE1>." in team.press(TOM, "undo")
    assert team.changes() == ["deactivate"]

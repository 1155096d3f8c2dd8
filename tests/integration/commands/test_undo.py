"""/seats undo and the undo button, all the way."""

from dataclasses import replace

from bot.playground.team import CAMILLE, GRACE, TOM
from tests.integration.commands.conftest import Team


def test_undo_takes_back_the_askers_latest_change(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    answer = team.say(GRACE, "undo")
    assert "is taken back." in answer["text"]
    assert "As they were before: ann@acme.example (Acme)." in answer["text"]
    assert "The peak of the period stands" not in answer["text"]
    assert (team.counted(), team.buttons(GRACE)) == (5, [])


def test_undo_that_lowers_the_count_says_that_the_peak_stands(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    team.say(GRACE, "activate ann@acme.example")
    assert "The peak of the period stands: no undo can lower it." in team.say(GRACE, "undo")["text"]


def test_undo_in_french(team: Team) -> None:
    team.say(CAMILLE, "désactiver ann@acme.example")
    assert "est annulée." in team.say(CAMILLE, "annuler")["text"]


def test_the_undo_button_works_for_the_one_who_made_the_change(team: Team) -> None:
    team.say(GRACE, "deny add ann@acme.example in Acme")
    assert "No longer on the deny list of Acme: ann@acme.example." in team.press(GRACE, "undo")


def test_the_undo_button_works_for_another_admin(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    share(team)
    team.press(CAMILLE, "undo")
    assert "est annulée." in team.latest(CAMILLE)
    assert (team.changes(), team.counted()) == (["deactivate", "undo"], 5)


def test_the_undo_button_does_nothing_for_a_reader(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    share(team)
    assert "Only admins may do that." in team.press(TOM, "undo")
    assert team.changes() == ["deactivate"]


def test_an_undo_button_pressed_twice_at_once_is_done_once(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    with team.slack.changed:
        button = team.button(GRACE, "undo")
        team.slack.press(GRACE.id, *button)
        team.slack.press(GRACE.id, *button)
    team.slack.wait_until_answered()
    assert team.changes() == ["deactivate", "undo"]
    texts = "\n".join(message.text for message in team.slack.messages_seen_by(GRACE.id, "C0BILLING1"))
    assert "was taken back already, by change" in texts


def test_a_redelivered_undo_is_done_once_and_gets_the_same_answer(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    envelope = team.send(GRACE, "undo")
    team.slack.redeliver_last()
    team.slack.wait_until_answered()
    first, second = team.slack.answers(envelope)
    assert first == second
    assert team.changes() == ["deactivate", "undo"]


def test_whoever_changed_nothing_has_nothing_to_undo(team: Team) -> None:
    assert team.say(GRACE, "undo")["text"] == "You have no change that could be undone."


def test_an_unknown_change_is_refused(team: Team) -> None:
    assert "There is no change 99." in team.say(GRACE, "undo 99")["text"]


def test_whoever_was_changed_again_is_left_and_named(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example bob@acme.example")
    *_, number = team.button(GRACE, "undo")
    team.clock.advance(minutes=1)
    team.seed("", "Acme,ann@acme.example,active,")
    answer = team.say(GRACE, f"undo {number}")
    assert "Left as they are, since something else stands against it: ann@acme.example (Acme)." in answer["text"]


def share(team: Team) -> None:
    """Let everybody in the channel see the latest answer, as its share button will."""
    message = team.slack.messages_seen_by(GRACE.id, "C0BILLING1")[-1]
    team.slack.post(replace(message, visible_to=None))

"""A change of many people: everybody named once, buttons that say what they do, the deny list in the same step."""

import re

import pytest

from bot.playground.team import CAMILLE, GRACE
from tests.integration.commands.conftest import Team


def many(team: Team, count: int, synced: int = 0) -> str:
    emails = [f"u{number:02}@acme.example" for number in range(count)]
    team.seed("", "\n".join(f"Acme,{email},active,2026-03-01" for email in emails))
    if synced:
        team.synced(*emails[:synced])
    return " ".join(emails)


@pytest.mark.parametrize("count", [11, 50])
def test_up_to_fifty_are_all_named_once_before_and_after(team: Team, count: int) -> None:
    words = many(team, count, synced=count)
    for said in (team.say(GRACE, f"deactivate {words}")["text"], team.press(GRACE, "confirm")):
        assert all(said.count(email) == 1 for email in words.split())
        assert "The next sync would set all of them active again." in said
        assert f"begins with 5 instead of {5 + count}, if the next sync does not bring them back." in said


def test_of_more_the_first_fifty_are_named(team: Team) -> None:
    words = many(team, 60)
    said = team.say(GRACE, f"deactivate {words}")["text"]
    assert sum(email in said for email in words.split()) == 50
    assert "\nand 10 more\n" in said


def test_those_who_would_come_back_are_marked_where_they_are_many(team: Team) -> None:
    said = team.say(GRACE, f"deactivate {many(team, 15, synced=12)}")["text"]
    assert "The next sync would set 12 of them active again, marked ↻." in said
    assert said.count("↻") == 13


def test_the_buttons_say_what_they_do(team: Team) -> None:
    team.say(GRACE, f"deactivate {many(team, 12)}")
    assert team.buttons(GRACE) == ["Set 12 inactive", "Cancel"]
    team.synced("u00@acme.example")
    team.say(CAMILLE, f"désactiver {' '.join(f'u{number:02}@acme.example' for number in range(12))}")
    assert team.buttons(CAMILLE) == [
        "Désactiver 12 personnes",
        "Désactiver 12 personnes et en ajouter 1 à la liste d’exclusion",
        "Abandonner",
    ]


def test_one_button_sets_inactive_and_keeps_out_in_one_change_and_one_undo_takes_both_back(team: Team) -> None:
    team.say(GRACE, f"deactivate {many(team, 12, synced=12)}")
    said = team.press(GRACE, "confirm_deny", "Set 12 inactive and put them on the deny list")
    assert "Inactive now: 12 people (Acme)." in said
    assert "On the deny list of Acme now: all of them." in said
    assert "would set" not in said
    assert "add the same entries to the deny list of its sync configuration" in said
    assert (team.changes(), team.counted()) == (["deactivate"], 5)
    said = team.press(GRACE, "undo")
    assert "As they were before: 12 people (Acme)." in said
    assert "No longer on the deny list of Acme: " in said
    assert (team.changes(), team.counted()) == (["deactivate", "undo"], 17)


def test_an_entry_where_no_sync_ever_was_says_that_it_changes_nothing_for_now(team: Team) -> None:
    said = team.say(GRACE, "deny add x@acme.example in Acme")["text"]
    assert "No sync has brought anybody into Acme yet, so this changes nothing for now." in said
    team.synced("ann@acme.example")
    said = team.say(GRACE, "deny add y@acme.example in Acme")["text"]
    assert "Nobody was set inactive by it; it acts at every later sync." in said


@pytest.mark.parametrize("first", ["confirm", "confirm_deny"])
def test_the_buttons_of_one_question_are_answered_once_whichever_is_pressed_first(team: Team, first: str) -> None:
    team.say(GRACE, f"deactivate {many(team, 12, synced=12)}")
    buttons = {action: team.button(GRACE, action) for action in ("confirm_deny", "cancel")}
    [message] = {place for place, _, _ in buttons.values()}
    buttons["confirm"] = (message, "confirm", buttons["cancel"][2])
    with team.slack.changed:  # all are pressed before the first is answered
        for action in (first, *(action for action in buttons if action != first)):
            team.slack.press(GRACE.id, *buttons[action])
    team.slack.wait_until_answered()
    assert team.changes() in ([], ["deactivate"])  # cancelled, or done by one of the two
    assert team.counted() == (17 if team.changes() == [] else 5)
    if team.changes():
        assert "Nothing was changed." not in team.latest(GRACE)
    else:  # whichever of the others was answered last
        assert re.search("Nothing was changed|no longer stands for anything", team.latest(GRACE))

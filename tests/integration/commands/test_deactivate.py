"""/seats deactivate, all the way."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.playground.team import CAMILLE, GRACE, NADIA, TOM
from db.models import CHANGE, LOG_ENTRY
from tests.integration.commands.conftest import Team


def eleven(team: Team, synced: bool = False) -> str:
    emails = [f"u{number}@acme.example" for number in range(11)]
    team.seed("", "\n".join(f"Acme,{email},active,2026-03-01" for email in emails))
    if synced:
        team.synced(*emails)
    return " ".join(emails)


def test_the_reason_is_told_with_what_was_done(team: Team) -> None:
    assert "Reason: she left" in team.say(GRACE, "deactivate ann@acme.example because she left")["text"]
    assert "Raison\u00a0: départ" in team.say(CAMILLE, "désactiver bob@acme.example car départ")["text"]


def test_an_admin_sets_somebody_inactive_and_reads_what_it_does_to_both_bills(team: Team) -> None:
    answer = team.say(GRACE, "deactivate ann@acme.example because she left")
    assert "Inactive now: ann@acme.example (Acme)." in answer["text"]
    assert "stays at 5. The next one, from 27 Nov 2026, begins with 4 instead of 5." in answer["text"]
    assert "in its console, open Users" in answer["text"]
    assert team.buttons(GRACE) == ["Undo"]
    assert team.counted() == 4
    reason = team.session.execute(select(CHANGE.c.reason).where(CHANGE.c.actor == GRACE.id)).scalar_one()
    assert reason == "she left"


def test_a_french_admin_reads_it_in_french_and_may_leave_the_accents_out(team: Team) -> None:
    answer = team.say(CAMILLE, "desactiver ann@acme.example dans Acme car départ")
    assert "Désactivation\u00a0: ann@acme.example (Acme)." in answer["text"]
    assert "La suivante, à partir du 27 nov. 2026, commence avec 4 au lieu de 5." in answer["text"]
    assert team.buttons(CAMILLE) == ["Annuler"]


def test_english_words_are_understood_from_a_french_reader_and_the_other_way_round(team: Team) -> None:
    assert "Désactivation" in team.say(CAMILLE, "deactivate ann@acme.example")["text"]
    assert "Inactive now" in team.say(GRACE, "désactiver bob@acme.example")["text"]


@pytest.mark.parametrize(("person", "says"), [(TOM, "Only admins may do that."), (NADIA, "Seuls les administrateurs")])
def test_a_reader_changes_nothing_is_told_who_the_admins_are_and_is_kept_in_the_log(
    team: Team, person: Any, says: str
) -> None:
    answer = team.say(person, "deactivate ann@acme.example")
    assert says in answer["text"]
    assert f"<@{GRACE.id}>" in answer["text"]
    assert f"<@{CAMILLE.id}>" in answer["text"]
    assert team.changes() == []
    entry = team.session.execute(select(LOG_ENTRY.c.actor, LOG_ENTRY.c.asked, LOG_ENTRY.c.refusal)).one()
    assert tuple(entry) == (person.id, "deactivate ann@acme.example", "AdminsOnly")


def test_a_redelivered_command_changes_once_and_gets_the_same_answer(team: Team) -> None:
    envelope = team.send(GRACE, "deactivate ann@acme.example")
    rows = team.rows()
    team.slack.redeliver_last()
    team.slack.wait_until_answered()
    first, second = team.slack.answers(envelope)
    assert first == second
    assert (team.changes(), team.rows()) == (["deactivate"], rows)


def test_one_unknown_address_refuses_the_whole_command(team: Team) -> None:
    answer = team.say(GRACE, "deactivate ann@acme.example nobody@acme.example")
    assert answer["text"] == "Nobody has the address nobody@acme.example. Nothing was changed; check the spelling."
    assert team.changes() == []


def test_what_is_no_address_is_refused(team: Team) -> None:
    assert team.say(GRACE, "deactivate ann")["text"] == "“ann” is not an email address. Did you mean ann@acme.example?"


def test_without_an_address_the_command_says_how_it_is_written(team: Team) -> None:
    assert "/seats deactivate EMAIL… [in ACCOUNT]" in team.say(GRACE, "deactivate")["text"]
    assert "/seats désactiver ADRESSE…" in team.say(CAMILLE, "désactiver dans Acme")["text"]


def test_an_address_in_several_accounts_offers_a_button_for_each(team: Team) -> None:
    answer = team.say(GRACE, "deactivate both@shared.example because left")
    assert "both@shared.example is in several accounts: Acme and Globex. Say in which one." in answer["text"]
    assert team.buttons(GRACE) == ["Acme", "Globex"]
    assert "Inactive now: both@shared.example (Globex)." in team.press(GRACE, "pick", "Globex")
    assert team.counted() == 4
    assert team.buttons(GRACE) == ["Undo"]


def test_the_account_that_is_named_decides(team: Team) -> None:
    assert "(Globex)" in team.say(GRACE, "deactivate both@shared.example in globex")["text"]


def test_eleven_people_are_asked_about_first_and_changed_by_the_confirmation(team: Team) -> None:
    answer = team.say(GRACE, f"deactivate {eleven(team)}")
    assert "Set 11 people inactive?" in answer["text"]
    assert "begins with 5 instead of 16." in answer["text"]
    assert (team.changes(), team.counted()) == ([], 16)
    assert team.buttons(GRACE) == ["Set 11 inactive", "Cancel"]
    assert "Inactive now" in team.press(GRACE, "confirm")
    assert (team.changes(), team.counted()) == (["deactivate"], 5)
    assert team.buttons(GRACE) == ["Undo"]


def test_a_confirmation_cannot_be_typed(team: Team) -> None:
    assert "“--force”" in team.say(GRACE, f"deactivate {eleven(team)} --force")["text"]
    assert (team.changes(), team.counted()) == ([], 16)


def test_ten_people_are_changed_at_once(team: Team) -> None:
    emails = eleven(team).split()
    assert "Inactive now" in team.say(GRACE, f"deactivate {' '.join(emails[:10])}")["text"]


def test_a_cancelled_question_changes_nothing_and_cannot_be_confirmed_any_more(team: Team) -> None:
    team.say(CAMILLE, f"désactiver {eleven(team)}")
    with team.slack.changed:
        team.slack.press(CAMILLE.id, *team.button(CAMILLE, "cancel"))
    team.slack.wait_until_answered()
    assert team.latest(CAMILLE) == "Rien n’a été modifié."
    assert (team.changes(), team.buttons(CAMILLE)) == ([], [])


def test_a_confirmation_pressed_twice_at_once_is_done_once(team: Team) -> None:
    team.say(GRACE, f"deactivate {eleven(team)}")
    with team.slack.changed:
        button = team.button(GRACE, "confirm")
        team.slack.press(GRACE.id, *button)
        team.slack.press(GRACE.id, *button)
    team.slack.wait_until_answered()
    assert (team.changes(), team.counted()) == (["deactivate"], 5)
    assert "Inactive now" in team.latest(GRACE)


def test_a_redelivered_press_is_done_once(team: Team) -> None:
    team.say(GRACE, f"deactivate {eleven(team)}")
    team.press(GRACE, "confirm")
    rows = team.rows()
    team.slack.redeliver_last()
    team.slack.wait_until_answered()
    assert (team.changes(), team.rows()) == (["deactivate"], rows)


def test_an_old_button_does_nothing(team: Team) -> None:
    team.say(GRACE, f"deactivate {eleven(team)}")
    team.clock.advance(days=30)
    assert team.press(GRACE, "confirm") == "This button no longer stands for anything. Give the command again."
    assert team.changes() == []


def test_whom_the_next_sync_would_bring_back_goes_on_the_deny_list_by_one_click(team: Team) -> None:
    team.synced("ann@acme.example")
    answer = team.say(GRACE, "deactivate ann@acme.example")
    assert "The next sync would set these active again: ann@acme.example (Acme)." in answer["text"]
    assert team.buttons(GRACE) == ["Put them on the deny list too", "Undo"]
    assert "On the deny list of Acme now: ann@acme.example." in team.press(GRACE, "also")
    assert team.changes() == ["deactivate", "deny_add"]


def test_of_several_accounts_each_gets_its_own_offer(team: Team) -> None:
    team.synced("ann@acme.example", "zoe@globex.example")
    team.say(GRACE, "deactivate ann@acme.example zoe@globex.example")
    assert team.buttons(GRACE) == ["Deny list of Acme too", "Deny list of Globex too", "Undo"]
    said = team.press(GRACE, "also", "Deny list of Globex too")
    assert "On the deny list of Globex now: zoe@globex.example." in said

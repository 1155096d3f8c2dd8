"""/seats activate, all the way."""

from bot.playground.team import CAMILLE, GRACE, TOM
from tests.integration.commands.conftest import Team


def off(team: Team, *emails: str) -> str:
    team.seed("", "\n".join(f"Acme,{email},inactive,2026-03-01" for email in emails))
    return " ".join(emails)


def test_an_admin_sets_somebody_active_and_reads_what_it_does_to_both_bills(team: Team) -> None:
    said = team.say(GRACE, f"activate {off(team, 'eve@acme.example')} in Acme")["text"]
    assert "Active now: eve@acme.example (Acme)." in said
    assert "rises from 5 to 6. The next one, from 27 Nov 2026, begins with 6 instead of 5." in said
    assert "open Users and set this person active there too" in said
    assert team.counted() == 6
    assert "As they were before: eve@acme.example (Acme)." in team.press(GRACE, "undo")


def test_in_french(team: Team) -> None:
    said = team.say(CAMILLE, f"activer {off(team, 'eve@acme.example')} dans acme")["text"]
    assert "Activation\u00a0: eve@acme.example (Acme)." in said


def test_eleven_people_are_asked_about_first_and_the_button_says_what_it_does(team: Team) -> None:
    emails = off(team, *(f"u{number}@acme.example" for number in range(11)))
    assert team.say(GRACE, f"activate {emails}")["text"].startswith("Set 11 people active?")
    assert team.buttons(GRACE)[:2] == ["Set 11 active", "Cancel"]
    assert team.changes() == []
    assert "Active now: 11 people (Acme)." in team.press(GRACE, "confirm")
    assert team.counted() == 16


def test_an_address_in_several_accounts_offers_a_button_for_each(team: Team) -> None:
    team.say(GRACE, "deactivate both@shared.example in Acme")
    team.say(GRACE, "activate both@shared.example")
    assert team.buttons(GRACE)[:2] == ["Acme", "Globex"]
    assert "Active now: both@shared.example (Acme)." in team.press(GRACE, "pick", "Acme")


def test_who_is_on_the_deny_list_is_refused_and_the_entry_can_be_removed_first(team: Team) -> None:
    team.synced("ann@acme.example")
    team.say(GRACE, "deny add *@acme.example in Acme")
    said = team.say(GRACE, "activate ann@acme.example")["text"]
    assert said.startswith("On the deny list of Acme: ann@acme.example. Nothing was changed;")
    assert team.buttons(GRACE)[:1] == ["Take *@acme.example off the list"]
    assert "No longer on the deny list of Acme: *@acme.example." in team.press(GRACE, "open_lift")
    assert "Active now: ann@acme.example (Acme)." in team.press(GRACE, "also", "Set active now")
    assert team.changes() == ["deny_add", "deny_remove", "activate"]


def test_one_unknown_address_refuses_all(team: Team) -> None:
    emails = off(team, "eve@acme.example")
    said = team.say(GRACE, f"activate {emails} no@acme.example nor@acme.example")["text"]
    assert said == (
        "Nobody has these addresses: no@acme.example and nor@acme.example. Nothing was changed; check the spelling."
    )
    assert team.changes() == []


def test_a_reader_may_not(team: Team) -> None:
    assert "Only admins may do that." in team.say(TOM, f"activate {off(team, 'eve@acme.example')}")["text"]
    assert team.changes() == []

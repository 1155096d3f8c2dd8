"""/seats deny add, all the way."""

import pytest

from bot.playground.team import CAMILLE, GRACE, TOM
from tests.integration.commands.conftest import Team


@pytest.mark.parametrize("words", ["deny add ann@acme.example in Acme", "deny add Acme ann@acme.example"])
def test_a_synced_person_on_the_deny_list_becomes_inactive_at_once(team: Team, words: str) -> None:
    team.synced("ann@acme.example")
    answer = team.say(GRACE, words)
    assert "On the deny list of Acme now: ann@acme.example." in answer["text"]
    assert "Inactive now, since a sync had brought them: ann@acme.example (Acme)." in answer["text"]
    assert "It counts these people until its next sync" in answer["text"]
    assert (team.counted(), team.buttons(GRACE)) == (4, ["Undo"])


def test_a_french_admin_reads_it_in_french(team: Team) -> None:
    team.synced("ann@acme.example")
    answer = team.say(CAMILLE, "exclure ajouter ann@acme.example dans acme")
    assert "Désormais sur la liste d’exclusion du compte Acme\u00a0: ann@acme.example." in answer["text"]


def test_whom_no_sync_brought_stays_active_and_can_be_set_inactive_by_one_click(team: Team) -> None:
    answer = team.say(GRACE, "deny add *@acme.example in Acme")
    assert "No sync ever brought these" in answer["text"]
    assert team.counted() == 5
    assert team.buttons(GRACE) == ["Set them inactive too", "Undo"]
    assert "Inactive now: ann@acme.example and bob@acme.example (Acme)." in team.press(GRACE, "also")
    assert team.counted() == 3


def test_an_entry_for_many_people_asks_first(team: Team) -> None:
    emails = [f"u{number}@acme.example" for number in range(11)]
    team.seed("", "\n".join(f"Acme,{email},active,2026-03-01" for email in emails))
    team.synced(*emails)
    answer = team.say(GRACE, "deny add *@acme.example in Acme")
    assert "Set 11 people inactive?" in answer["text"]
    assert team.changes() == []
    assert "On the deny list of Acme now: *@acme.example." in team.press(GRACE, "confirm")
    assert (team.changes(), team.counted()) == (["deny_add"], 5)


def test_an_entry_that_stands_already_is_said_to(team: Team) -> None:
    team.say(GRACE, "deny add ann@acme.example in Acme")
    assert team.say(GRACE, "deny add ANN@acme.example in Acme")["text"].startswith(
        "On the deny list of Acme already: ann@acme.example."
    )


def test_a_redelivered_entry_is_added_once(team: Team) -> None:
    envelope = team.send(GRACE, "deny add ann@acme.example in Acme")
    team.slack.redeliver_last()
    team.slack.wait_until_answered()
    first, second = team.slack.answers(envelope)
    assert first == second
    assert team.changes() == ["deny_add"]


def test_a_reader_may_not(team: Team) -> None:
    assert "Only admins may do that." in team.say(TOM, "deny add ann@acme.example in Acme")["text"]
    assert team.changes() == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("deny add ann@acme.example in Acma", "No account is called “Acma”. Did you mean Acme?"),
        ("deny add ann@acme.example in zzzz", "No account is called “zzzz”."),
        ("deny add a*b@acme.example in Acme", "“a*b@acme.example” is neither an email address nor *@domain."),
        ("deny add ann@acme.example", "That was not understood, so nothing was changed."),
        ("deny add in Acme", "That was not understood, so nothing was changed."),
        ("deny remove ann@acme.example in Acme", "The deny list of Acme has no entry ann@acme.example."),
    ],
)
def test_what_is_not_understood_is_refused_with_what_to_do(team: Team, words: str, says: str) -> None:
    assert says in team.say(GRACE, words)["text"]
    assert team.changes() == []

"""/seats account add, trial, activate and close, all the way."""

import pytest

from bot.playground.team import CAMILLE, GRACE
from tests.integration.commands.conftest import Team


def many(team: Team, count: int = 11) -> None:
    team.seed("", "\n".join(f"Acme,u{number}@acme.example,active,2026-03-01" for number in range(count)))


def test_an_account_is_added_on_trial_until_a_day_of_the_workspaces_calendar(team: Team) -> None:
    said = team.say(GRACE, "account add Initech trial until 2026-12-31")["text"]
    assert "Initech: added, trial now." in said
    assert "The trial ends on 31 Dec 2026; nobody is counted until you activate the account." in said
    assert "begins with 5, as before." in said
    assert team.changes() == ["account_status"]


def test_the_same_in_french_with_and_without_apostrophes(team: Team) -> None:
    said = team.say(CAMILLE, "compte ajouter Clinique des Lilas essai jusqu’au 2026-12-31")["text"]
    assert "Clinique des Lilas\u00a0: ajout, statut «\u00a0essai\u00a0» dès maintenant." in said
    assert "L’essai se termine le 31 déc. 2026" in said
    said = team.say(CAMILLE, "compte fermer Acme a partir du 2026-12-31")["text"]
    assert "Acme\u00a0: statut «\u00a0fermé\u00a0» à partir du 31 déc. 2026, «\u00a0actif\u00a0» jusque-là." in said


def test_closing_tells_what_it_does_to_both_bills_and_what_to_do_in_usecure(team: Team) -> None:
    said = team.say(GRACE, "account close Globex")["text"]
    assert "Globex: closed now, active before." in said
    assert "2 active users are not counted any more by that." in said
    assert "stays at 5. The next one, from 27 Nov 2026, begins with 3 instead of 5." in said
    assert "revoke the authorisation of its sync" in said
    assert team.counted() == 3


def test_a_planned_status_is_foretold_and_holds_from_that_day_on(team: Team) -> None:
    said = team.say(GRACE, "account close Acme from 2026-11-27")["text"]
    assert "Acme: closed from 27 Nov 2026 on, active until then." in said
    assert "begins with 2 instead of 5." in said
    assert team.counted() == 5
    team.clock.advance(days=4)
    assert team.counted() == 2


def test_today_is_at_once_and_yesterday_is_refused_with_the_way_to_import(team: Team) -> None:
    assert "seatbot import accounts FILE.csv" in team.say(GRACE, "account close Acme from 2026-11-23")["text"]
    assert team.changes() == []
    assert "Acme: closed now, active before." in team.say(GRACE, "account close Acme from 2026-11-24")["text"]


def test_what_is_so_already_is_told(team: Team) -> None:
    said = team.say(GRACE, "account activate Acme")["text"]
    assert said.startswith("Acme: active already.\nNothing had to be changed.")
    assert "There is an account Acme already; its status is active." in team.say(GRACE, "account add acme")["text"]
    assert "son statut\u00a0: actif." in team.say(CAMILLE, "compte ajouter acme")["text"]
    assert team.changes() == []


def test_more_than_ten_counted_users_are_asked_about_first(team: Team) -> None:
    many(team)
    said = team.say(GRACE, "account close Acme")["text"]
    assert said.startswith("Close Acme?\nAcme: would be closed at once, instead of active.")
    assert "14 active users would not be counted any more." in said
    assert team.buttons(GRACE)[:2] == ["Close Acme", "Cancel"]
    assert (team.changes(), team.counted()) == ([], 16)
    assert "Acme: closed now, active before." in team.press(GRACE, "confirm")
    assert (team.changes(), team.counted()) == (["account_status"], 2)


def test_a_plan_that_a_new_status_leaves_standing_is_named_with_the_way_to_take_it_back(team: Team) -> None:
    team.say(GRACE, "account trial Globex")
    team.say(GRACE, "account activate Globex from 2026-12-31")
    said = team.say(GRACE, "account close Globex")["text"]
    assert "Still planned: Globex is active from 31 Dec 2026 on. To take that back: undo " in said
    number = said.rsplit("undo ", 1)[1].split()[0]
    said = team.say(GRACE, f"undo {number}")["text"]
    assert "Globex: no longer active from 31 Dec 2026 on, but closed as before." in said


def test_undo_closes_a_new_account_again(team: Team) -> None:
    team.say(GRACE, "account add Initech")
    said = team.press(GRACE, "undo")
    assert "It was: an account’s status set, on 24 Nov 2026" in said
    assert "Initech: closed now, active before." in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("account add", "That was not understood"),
        ("account add Acme Two until 2026-12-31", "That was not understood"),
        ("account close Acme until 2026-12-31", "That was not understood"),
        ("account add Initech from 31 Dec", "“31 Dec” is not a date. Write 2026-12-31"),
        ("account trial Globex until 2026-11-24", "A trial cannot end on 24 Nov 2026, before it begins."),
        ("account close Acma", "No account is called “Acma”. Did you mean Acme?"),
        (f"account add {'x' * 501}", "must not be longer than 500 characters"),
        ("account rename Acme", "There is no command"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_to_do(team: Team, words: str, says: str) -> None:
    assert says in team.say(GRACE, words)["text"]
    assert team.changes() == []


def test_a_name_that_forges_a_mention_is_a_name(team: Team) -> None:
    answer = team.slack.command(GRACE.id, "C0BILLING1", 'account add "<!channel> &amp; Co"')
    team.slack.wait_until_answered()
    assert "&lt;!channel&gt; &amp; Co: added, active now." in team.answer(answer)["text"]

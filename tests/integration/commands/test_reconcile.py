"""/seats reconcile, all the way: a figure, a list in the direct message, the reply to copy, the evidence as a file."""

from typing import Any

import pytest

from bot.playground.team import BILLING, CAMILLE, GRACE, TOM
from bot.services import pricing, workspaces
from tests.integration.commands.conftest import Team
from tests.integration.commands.test_deny_lists import press, send
from tests.integration.commands.test_statement import files, revise


def written(team: Team, person: Any = GRACE) -> str:
    """The text to copy in the latest message."""
    blocks = team.slack.messages_seen_by(person.id, BILLING.id)[-1].blocks
    (block,) = (one for one in blocks if one.get("block_id") == "written")
    return str(block["elements"][0]["elements"][0]["text"])


def test_an_invoice_that_agrees_and_is_kept_with_the_statement(team: Team) -> None:
    text = team.say(GRACE, "reconcile last 5")["text"]
    assert text.startswith("Invoice 2026-09: agrees with the statement, revision 1\nThe invoice has 5 users")
    assert "Both agree. Thank you." in written(team)
    team.say(GRACE, "statement")
    assert "Invoice: agrees" in team.buttons(GRACE)
    assert team.press(GRACE, "open_invoice").startswith("Invoice 2026-09: agrees")
    team.say(TOM, "statement")
    assert "Invoice: agrees" not in team.buttons(TOM)


def test_a_difference_is_explained_and_the_reply_is_in_the_readers_language(team: Team) -> None:
    team.say(GRACE, "statement")
    revise(team)
    text = team.say(GRACE, "reconcile 2026-09 5 users")["text"]
    assert "The invoice has 5 users; the statement has 7 users. The difference is −2." in text
    assert "5 is the peak of revision 1 of this statement." in text
    assert "Acme +2, by #3 (users imported) (new2@acme.example and new@acme.example)." in text
    reply = written(team)
    assert "your invoice for 27 Sep 2026 to 26 Oct 2026, our statement 2026-09-r2:" in reply
    assert "@" not in reply
    french = team.say(CAMILLE, "rapprocher dernière 8")["text"]
    assert french.startswith("Facture 2026-09\u00a0: diffère du relevé, révision 2")
    assert "8 est la somme des pics propres des clients" in french
    assert written(team, CAMILLE).startswith("Bonjour,\n\nvotre facture du 27 sept. 2026 au 26 oct. 2026")


def test_what_nothing_explains_is_said_so_without_empty_columns(team: Team) -> None:
    text = team.say(GRACE, "reconcile last 90")["text"]
    assert "The difference is +85." in text
    assert "Nothing that Seatbot has recorded explains the difference." in text
    blocks = team.slack.messages_seen_by(GRACE.id, BILLING.id)[-1].blocks
    (table,) = (one for one in blocks if one["type"] in ("table", "data_table"))
    assert [cell["text"] for cell in table["rows"][0]] == ["Account", "Share"]


def test_an_amount_of_no_number_of_users_may_have_tax_in_it(team: Team) -> None:
    wanted = pricing.wanted(team.workspace, price="4.50", currency="EUR")
    workspaces.change(team.session, team.workspace, actor="cli:test", clock=team.clock, prices=wanted)
    text = team.say(GRACE, "reconcile last 27 EUR")["text"]
    assert "The difference is +€4.50. At the same price that amount is the bill for 6 users." in text
    text = team.say(GRACE, "reconcile last 27.01 EUR")["text"]
    assert "The difference is +€4.51. At the same price no number of users comes to that amount" in text
    assert "Nothing that Seatbot" not in text


def test_the_evidence_goes_to_the_direct_message_as_it_was_kept(team: Team) -> None:
    team.say(GRACE, "statement")
    revise(team)
    team.say(GRACE, "reconcile last 5")
    assert team.press(GRACE, "csv") == "The file is in your direct messages with Seatbot."
    ((_, content),) = files(team, GRACE)
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Account,Share,Invoice,Difference,Explanation,Change,Address,Name"
    assert sum("new2@acme.example" in line for line in lines) == 1


def test_a_customer_list_comes_as_a_file_in_the_direct_message(team: Team) -> None:
    content = b"Nom;Utilisateurs actifs;Statut\nAcme;3;Actif\nZed & <Co>;4;Actif\n"
    text = send(team, GRACE, "reconcile last", ("list.csv", content))
    assert "Globex: 0 on the list, 2 in the statement (−2); it is missing from the list." in text
    assert "Zed &amp; &lt;Co&gt;: 4 on the list" in text
    assert press(team, GRACE, "csv") == "The file is in your direct messages with Seatbot."
    assert "Line 2: “x” is no number of users." in send(
        team, GRACE, "reconcile last", ("list.csv", b"Name,Active Users,Status\nAcme,x,active\n")
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("reconcile", "Or send usecure’s customer list to Seatbot as a CSV file in a direct message"),
        ("reconcile current 5", "The billing period runs until the end of 26 Nov 2026"),
        ("reconcile 2031-01 5", "has not begun yet"),
        ("reconcile last 12,50 EUR", "There is no price yet."),
    ],
)
def test_what_cannot_be_compared_is_told(team: Team, words: str, says: str) -> None:
    assert says in team.say(GRACE, words)["text"]

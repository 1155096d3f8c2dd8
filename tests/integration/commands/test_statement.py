"""/seats statement, all the way: what was billed, each revision, the people behind it, its files."""

import io
from zipfile import ZipFile

import pytest

from bot.playground.team import BILLING, CAMILLE, GRACE, NADIA, TOM, Person
from bot.services import pricing, workspaces
from tests.integration.commands.conftest import Team
from tests.integration.commands.test_report import rows


def revise(team: Team) -> None:
    """Somebody more at Globex for the first days of the period before, and for good at Acme after that."""
    team.seed(
        "",
        "Globex,old@globex.example,active,2026-09-28\nGlobex,old@globex.example,inactive,2026-10-02\n"
        "Acme,new@acme.example,active,2026-10-05\nAcme,new2@acme.example,active,2026-10-05",
    )


def files(team: Team, person: Person) -> list[tuple[str, bytes]]:
    """The files in somebody's direct message, newest last."""
    channel = team.slack.direct_message(person.id)
    assert channel
    sent = [id_ for message in team.slack.messages_seen_by(person.id, channel.id) for id_ in message.files]
    return [(file.name, file.content) for file in map(team.slack.file, sent)]


def test_the_last_period_that_is_over_client_by_client(team: Team) -> None:
    answer = team.say(TOM, "statement")
    assert answer["text"].splitlines()[:4] == [
        "Northwind MSP: statement 2026-09, revision 1",
        "Billing period 27 Sep 2026 to 26 Oct 2026 (Europe/Paris), over.",
        "The peak was 5, first reached on 27 Sep 2026 00:00.",
        "The accounts’ own peaks add up to the same.",
    ]
    assert rows(answer) == [
        ["Account", "Share", "Own peak", "Reached", "Difference"],
        ["Acme", "3", "3", "27 Sep 2026 00:00", "0"],
        ["Globex", "2", "2", "27 Sep 2026 00:00", "0"],
        ["All (2 accounts)", "5", "5", "–", "0"],
    ]
    assert team.buttons(TOM) == ["Who was billed"]


def test_it_is_the_same_in_french_and_by_a_month(team: Team) -> None:
    text = team.say(NADIA, "relevé septembre 2026")["text"]
    assert text.startswith("Northwind MSP\u00a0: relevé 2026-09, révision 1\n")
    assert team.buttons(NADIA) == ["Qui a été facturé"]
    assert "relevé 2026-08" in team.say(CAMILLE, "releve 2026-08")["text"]


def test_a_revision_says_what_it_changed_and_why_and_leads_to_the_older_one(team: Team) -> None:
    team.say(TOM, "statement")
    revise(team)
    text = team.say(TOM, "statement last")["text"]
    assert "The peak is 2 higher than in revision 1. Shares and own peaks: Acme 5 instead of 3" in text
    assert "Globex own peak 3 instead of 2" in text
    assert "Because of: #3 (users imported)." in text
    assert "The accounts’ own peaks add up to 8, since they were not reached at one instant" in text
    assert team.press(TOM, "open_revision_1", "Revision 1").startswith("Northwind MSP: statement 2026-09, revision 1")
    assert "revision 2" in team.press(TOM, "open_revision_2")


def test_who_was_billed_in_each_revision_and_each_person_opens(team: Team) -> None:
    team.say(GRACE, "statement")
    revise(team)
    assert team.press(GRACE, "open_billed").startswith("5 users billed in 2026-09, revision 1")
    team.say(GRACE, "statement")
    assert team.press(GRACE, "open_billed").startswith("7 users billed in 2026-09, revision 2")
    message = team.slack.messages_seen_by(GRACE.id, BILLING.id)[-1]
    [table] = [block for block in message.blocks if block["type"] == "table"]
    assert [[cell["text"] for cell in row] for row in table["rows"]][:3] == [
        ["Account", "No.", "Address", "Name"],
        ["Acme", "1", "ann@acme.example", "–"],
        ["Acme", "2", "bob@acme.example", "–"],
    ]
    assert team.press(GRACE, "open_back").startswith("Northwind MSP: statement 2026-09, revision 2")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("statement current", "The billing period runs until the end of 26 Nov 2026"),
        ("statement 2031-01", "The billing period of “2031-01” has not begun yet."),
        ("statement 2020-01", "No account had a status by the end of the billing period of “2020-01”"),
        ("statement nonsense", "statement [PERIOD]"),
    ],
)
def test_what_there_is_no_statement_of_is_told(team: Team, words: str, says: str) -> None:
    answer = team.say(TOM, words)["text"]
    assert says in answer
    assert "seatbot" not in answer


def test_the_excel_file_goes_to_the_direct_message(team: Team) -> None:
    team.say(TOM, "statement")
    assert team.press(TOM, "xlsx") == "The file is in your direct messages with Seatbot."
    assert team.press(TOM, "csv") == "The file is in your direct messages with Seatbot."
    (excel, content), (plain, lines) = files(team, TOM)
    assert (excel, plain) == ("statement-2026-09-r1.xlsx", "statement.csv")
    with ZipFile(io.BytesIO(content)) as book:
        assert b"2026-09-r1" in book.read("xl/sharedStrings.xml")
    assert lines.decode("utf-8-sig").splitlines()[0] == "Account,Share,Own peak,Reached,Difference"


def test_with_a_price_it_shows_what_each_client_costs_and_brings(team: Team) -> None:
    by = {"actor": "t", "clock": team.clock}
    wanted = pricing.wanted(team.workspace, price="4.50", currency="EUR", resale="7")
    workspaces.change(team.session, team.workspace, prices=wanted, **by)  # type: ignore[arg-type]
    answer = team.say(TOM, "statement")
    assert "At €4.50 a user, the bill is €22.50." in answer["text"]
    assert rows(answer) == [
        ["Account", "Share", "Own peak", "Cost", "Brings"],
        ["Acme", "3", "3", "€13.50", "€21.00"],
        ["Globex", "2", "2", "€9.00", "€14.00"],
        ["All (2 accounts)", "5", "5", "€22.50", "€35.00"],
    ]
    assert "À 4,50\u00a0€ par utilisateur" in team.say(NADIA, "relevé")["text"]
    team.press(NADIA, "csv")
    [(_, content)] = files(team, NADIA)
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Compte,Part,Pic propre,Atteint le,Écart,Coût (EUR),Rapporte (EUR)"
    assert lines[1] == "Acme,3,3,2026-09-27T00:00:00+02:00,0,13.50,21.00"

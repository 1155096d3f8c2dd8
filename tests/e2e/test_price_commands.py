"""`seatbot set --price`, the money of `report`, and `seatbot what-if`."""

import pytest

from tests.e2e.conftest import Seatbot


def test_with_a_price_the_report_has_amounts_beside_the_documented_fields(acme: Seatbot) -> None:
    before = acme.json("report")
    acme("set", "--price", "4.50", "--currency", "EUR", "--resale", "7")
    document = acme.json("report")
    money = {name: document.pop(name) for name in ("currency", "price", "amount", "brings")}
    assert money == {"currency": "EUR", "price": "4.50", "amount": "9.00", "brings": "14.00"}
    shares = [{name: one.pop(name) for name in ("share", "cost", "brings")} for one in document["accounts"]]
    assert shares == [{"share": 2, "cost": "9.00", "brings": "14.00"}, {"share": 0, "cost": "0.00", "brings": None}]
    assert document == before
    acme("set", "--price", "none", "--resale", "none")
    assert acme.json("report") == before


def test_the_document_of_one_account_has_its_share_of_the_bill(acme: Seatbot) -> None:
    acme.accounts("Blue,active,2026-11-01")
    acme("set", "--price", acme.file("from;price\n1;5\n3;4\n", "tiers.csv"), "--currency", "EUR")
    document = acme.json("report", "--account", "Blue")
    assert [document[name] for name in ("price", "amount", "brings")] == ["4.00", "4.00", None]


def test_csv_and_words_have_the_money(acme: Seatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    acme("set", "--price", "4.50", "--currency", "EUR")
    acme("set", "--resale", "1234,50 €", "--account", "acme")
    assert acme("report", "--csv") == (
        "account,status,active_users,current,peak,peak_at,share,cost,brings,currency\n"
        "Acme,active,2,2,2,2026-10-27T00:00:00+01:00,2,9.00,2469.00,EUR\n"
        "Blue,trial,1,0,0,,0,0.00,,EUR\n"
    )
    assert "At €4.50 a user, the bill so far is €9.00.\nAt your resale prices, the same users bring €2,469.00." in acme(
        "report"
    )
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    report = acme("report")
    assert "À 4,50\u00a0€ par utilisateur, la facture est pour l’instant de 9,00\u00a0€." in report
    assert "Acme\tactif\t2\t2\t2\t9,00\u00a0€\t2\u202f469,00\u00a0€" in report


def test_the_running_report_says_where_the_bill_is_going(acme: Seatbot) -> None:
    acme.users(*(f"Acme,u{day}@acme.test,active,2026-11-{day:02}" for day in range(1, 25)))
    assert (
        "If nothing changes, the bill will be for 26 users.\n"
        "Estimate, on the course of the last days: about 28 users by the end of the period.\n"
    ) in acme("report")
    assert "Estimate" not in acme("report", "--period", "last")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--price", "four", "--currency", "EUR"], "“four” is no amount of money. Write one such as 4.50."),
        (["--price=-4", "--currency", "EUR"], "“-4” is negative. An amount here is 0 or more."),
        (["--price", "$4", "--currency", "EUR"], "“$4” is in another currency; prices here are in EUR."),
        (["--price", "4"], "Say in which currency the price is: --currency EUR"),
        (["--price", "4", "--currency", "euros"], "“euros” is no currency."),
        (["--currency", "EUR"], "A currency alone says nothing."),
        (["--resale", "4"], "There is no price yet. Set it first: seatbot set --price AMOUNT --currency EUR"),
        (["--price", "no.csv", "--currency", "EUR"], "There is no file no.csv that can be read."),
    ],
)
def test_what_is_no_price_is_refused(acme: Seatbot, words: list[str], says: str) -> None:
    assert acme.refusal("set", *words).startswith(says)


def test_an_account_without_a_resale_price_is_wrong_usage(acme: Seatbot) -> None:
    assert "give both" in acme.refused("set", "--account", "Acme", status=2)[-1]


def test_what_if_names_the_counts_of_both_bills_with_and_without(acme: Seatbot) -> None:
    before = acme.recorded()
    document = acme.json("what-if", "deactivate", "bob@acme.test")
    assert document["changed"] == ["bob@acme.test"]
    assert document["bill"] == {"without": 2, "with": 2, "ends": "2026-11-27T00:00:00+01:00"}
    assert document["next_bill"] == {"without": 2, "with": 1, "starts": "2026-11-27T00:00:00+01:00"}
    assert document["estimate"] == {"without": 2, "with": 2}
    acme("set", "--price", "4.50", "--currency", "EUR")
    document = acme.json("what-if", "convert", "blue")
    assert document["account"] == "Blue"
    assert document["bill"]["with"] == 3
    assert [document["bill"][name] for name in ("without_amount", "with_amount")] == ["9.00", "13.50"]
    told = acme("what-if", "activate", "cid@acme.test")
    assert "Next bill, from 27 Nov 2026, begins with\t2 (€9.00)\t3 (€13.50)" in told
    assert "With it" in acme("what-if", "close", "Acme")
    assert {table: rows for table, rows in acme.recorded().items() if table != "change"} == {
        table: rows for table, rows in before.items() if table != "change"
    }
    assert acme.refusal("what-if", "close", "nowhere").startswith("No account is called “nowhere”.")
    assert acme.refusal("what-if", "deactivate", "ann@acme.test").startswith("ann@acme.test is in several accounts")

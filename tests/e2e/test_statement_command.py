"""`seatbot close` and `seatbot statement`: documents, lines to rebill by, files, people, and what is refused."""

import csv
import io
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.e2e.conftest import Seatbot

DOCS = Path(__file__).parents[2] / "docs" / "statements.md"
START, END = "2026-09-27T00:00:00+02:00", "2026-10-27T00:00:00+01:00"


@pytest.fixture
def apart(acme: Seatbot) -> Seatbot:
    """Acme's own peak is not at the MSP's."""
    acme.accounts("Blue,active,2026-10-10")
    acme.users(
        "Acme,dan@acme.test,active,2026-10-01",
        "Acme,dan@acme.test,inactive,2026-10-05",
        "Blue,zoe@blue.test,active,2026-10-10",
    )
    return acme


def line(account: str, peak: int, peak_at: str | None, share: int) -> dict[str, Any]:
    return {"account": account, "peak": peak, "peak_at": peak_at, "share": share}


def test_the_document(apart: Seatbot) -> None:
    at = "2026-10-10T00:00:00+02:00"
    found = apart.json("statement")
    assert found["created_at"].startswith("2026-11-24T13:00:00")
    first = {"revision": 1, "created_at": found["created_at"], "peak": 4}
    assert found == {
        "workspace": "Northwind MSP",
        "timezone": "Europe/Paris",
        "period": {"start": START, "end": END, "closed": True},
        "reference": "2026-09-r1",
        **first,
        "peak_at": at,
        "sum_of_account_peaks": 5,
        "accounts": [line("Acme", 3, "2026-10-01T00:00:00+02:00", 2), line("Blue", 2, at, 2)],
        "difference": None,
        "revisions": [first],
    }


def test_a_revision_in_the_document_with_difference_and_cause(apart: Seatbot) -> None:
    apart("close")
    change = apart.users("Blue,yan@blue.test,active,2026-10-12")["change"]
    found = apart.json("statement", "--period", "2026-09")
    assert (found["revision"], found["peak"], found["reference"]) == (2, 5, "2026-09-r2")
    (because,) = found["difference"].pop("because")
    assert (because["change"], because["kind"]) == (change, "import_users")
    moved = {"account": "Blue", "peak_before": 2, "peak": 3, "share_before": 2, "share": 3}
    assert found["difference"] == {"peak": 1, "accounts": [moved]}
    assert apart.json("statement", "--revision", "1")["peak"] == 4
    assert "The latest revision is 2." in apart("statement", "--revision", "1")


def test_close_tells_what_it_closed_and_the_second_time_nothing(apart: Seatbot) -> None:
    assert apart("close").splitlines() == ["Closed 2026-08, revision 1: peak 2.", "Closed 2026-09, revision 1: peak 4."]
    assert apart.json("close") == {"change": None, "changed": [], "closed": []}
    assert apart("close", "--period", "last") == "There is nothing to close.\n"
    apart("verify")


def test_lines_to_rebill_by_explain_the_difference_and_have_no_total(apart: Seatbot) -> None:
    rows = list(csv.DictReader(io.StringIO(apart("statement", "--csv"))))
    assert [(row["account"], row["share"], row["peak"], row["difference"]) for row in rows] == [
        ("Acme", "2", "3", "1"),
        ("Blue", "2", "2", "0"),
    ]
    assert rows[0]["explanation"] == (
        "Own peak 3 on 1 Oct 2026 00:00; when the peak of all accounts was reached, on 10 Oct 2026 00:00, it counted 2."
    )
    assert (rows[0]["first_day"], rows[0]["last_day"], rows[0]["reference"]) == (
        "2026-09-27",
        "2026-10-26",
        "2026-09-r1",
    )
    assert apart("statement", "--csv", "--format", "plain") == apart("statement", "--csv")


def test_a_name_that_a_spreadsheet_would_run_does_not_run(acme: Seatbot) -> None:
    acme.accounts('"=1+1",active,2026-10-01')
    acme.users('"=1+1",a@b.test,active,2026-10-01')
    for name in ("plain", "connectwise", "autotask", "halopsa"):
        assert "\n'=1+1," in acme("statement", "--csv", "--format", name)
    path = acme.folder / "s.xlsx"
    acme("statement", "--xlsx", str(path))
    with ZipFile(path) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b"=1+1" in book.read("xl/sharedStrings.xml")


def test_the_excel_file_has_numbers_and_dates_and_is_the_same_each_time(apart: Seatbot) -> None:
    path, again = apart.folder / "a.xlsx", apart.folder / "b.xlsx"
    assert apart("statement", "--xlsx", str(path)) == f"Written to {path}.\n"
    apart.clock.advance(days=1)
    apart("statement", "--xlsx", str(again))
    assert path.read_bytes() == again.read_bytes()
    with ZipFile(path) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r'<c r="([A-I]2)"[^>]*?(t="s")?>', page) == [
        (f"{column}2", 't="s"' if column in "AFI" else "") for column in "ABCDEFGHI"
    ]


def test_people_are_numbered_by_client_in_every_form(apart: Seatbot) -> None:
    people = [
        ("Acme", 1, "ann@acme.test"),
        ("Acme", 2, "bob@acme.test"),
        ("Blue", 1, "ann@acme.test"),
        ("Blue", 2, "zoe@blue.test"),
    ]
    assert [(one["account"], one["number"], one["email"]) for one in apart.json("statement", "--people")] == people
    lines = apart("statement", "--people", "--csv").splitlines()
    assert lines[:2] == ["account,number,email,name", "Acme,1,ann@acme.test,"]
    assert apart("statement", "--people").splitlines() == [
        "4 users billed in 2026-09, revision 1",
        "Acme:",
        "     1  ann@acme.test",
        "     2  bob@acme.test",
        "Blue:",
        "     1  ann@acme.test",
        "     2  zoe@blue.test",
    ]


def test_a_statement_without_anybody(acme: Seatbot) -> None:
    acme.accounts("Acme,closed,2026-09-05")
    assert "Nobody was counted at any time, so the bill is for nobody." in acme("statement", "--period", "2026-08")
    assert acme.json("statement", "--period", "2026-08", "--people") == []
    assert acme("statement", "--period", "2026-08", "--csv", "--format", "halopsa").count("\n") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--period", "current"], "The billing period runs until the end of 26 Nov 2026"),
        (["--period", "2027-01"], "The billing period of “2027-01” has not begun yet."),
        (["--period", "soon"], "“soon” is no billing period."),
        (["--period", "2026-01"], "No account had a status by the end of the billing period of “2026-01”"),
        (["--revision", "2"], "The statement of 2026-09 has no revision 2; the latest is 1."),
    ],
)
def test_what_there_is_no_statement_of_is_refused_in_one_line(acme: Seatbot, words: list[str], says: str) -> None:
    assert acme.refusal("statement", *words).startswith(says)
    if "--revision" not in words:
        assert acme.refusal("close", *words).startswith(says)


@pytest.mark.parametrize(
    "words",
    [
        ["--csv", "--json"],
        ["--csv", "--xlsx", "a.xlsx"],
        ["--people", "--xlsx", "a.xlsx"],
        ["--format", "plain"],
        ["--csv", "--people", "--format", "halopsa"],
        ["--csv", "--format", "excel"],
        ["--revision", "0"],
    ],
)
def test_options_that_exclude_each_other_are_wrong_usage(acme: Seatbot, words: list[str]) -> None:
    before = acme.dump()
    result = acme.run("statement", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr
    assert acme.dump() == before


def test_a_file_that_cannot_be_written_is_told_in_one_line(acme: Seatbot) -> None:
    acme("close")
    result = acme.run("statement", "--xlsx", str(acme.folder / "no" / "a.xlsx"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("a.xlsx cannot be written: No such file or directory.\n")


def test_the_examples_of_the_documentation_are_what_is_printed(apart: Seatbot) -> None:
    blocks = re.findall(r"\$ seatbot (statement[^\n]*)\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert [command.rpartition(" ")[2] for command, _ in blocks] == ["--csv", "connectwise", "autotask", "halopsa"]
    for command, printed in blocks:
        assert apart(*command.split()) == printed


def test_with_a_price_it_shows_money_everywhere(apart: Seatbot, tmp_path: Path) -> None:
    apart("set", "--price", "4,50", "--currency", "EUR", "--resale", "7")
    found = apart.json("statement")
    assert {key: found[key] for key in ("currency", "price", "amount", "brings")} == {
        "currency": "EUR",
        "price": "4.50",
        "amount": "18.00",
        "brings": "28.00",
    }
    assert [(one["share"], one["cost"], one["brings"]) for one in found["accounts"]] == [(2, "9.00", "14.00")] * 2
    apart("set", "--price", "6", "--currency", "EUR")
    printed = apart("statement")
    assert "At €4.50 a user, the bill is €18.00." in printed
    assert "today’s prices" not in printed
    assert "bill is €18.00." in apart("report", "--period", "last")
    rows = list(csv.DictReader(io.StringIO(apart("statement", "--csv"))))
    assert [(row["cost"], row["brings"], row["currency"]) for row in rows] == [("9.00", "14.00", "EUR")] * 2
    path = tmp_path / "money.xlsx"
    apart("statement", "--xlsx", str(path))
    with ZipFile(path) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()
    assert re.search(r'<c r="J2" s="\d+"><v>9.00</v></c><c r="K2" s="\d+"><v>14.00</v></c>', cells)


def test_a_statement_that_was_frozen_without_a_price_says_whose_price_it_shows(apart: Seatbot) -> None:
    assert "currency" not in apart.json("statement")
    apart("set", "--price", "4.50", "--currency", "EUR")
    assert "These are today’s prices: none was set when this revision was frozen." in apart("statement")

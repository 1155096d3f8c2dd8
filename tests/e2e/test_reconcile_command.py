"""`seatbot reconcile`: its document, its exit status, the evidence, and what is refused."""

import csv
import io
import json

import pytest

from tests.e2e.conftest import Seatbot


def test_what_agrees_exits_0_and_what_differs_exits_1_with_a_document_of_it(acme: Seatbot) -> None:
    found = acme.json("reconcile", "--period", "last", "--count", "2")
    assert (found["agreed"], found["peak"], found["invoiced"], found["difference"]) == (True, 2, 2, 0)
    assert "Both agree" in found["reply"]
    result = acme.run("reconcile", "--count", "3", "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    document = json.loads(result.stdout)
    assert (document["agreed"], document["difference"], document["given"]["count"]) == (False, 1, 3)
    assert "Invoice checked on" in acme("statement")


def test_an_amount_and_a_list_on_the_command_line(acme: Seatbot) -> None:
    acme("set", "--price", "4.50", "--currency", "EUR")
    assert acme.json("reconcile", "--amount", "€9.00")["expected"] == "9.00"
    listed = acme.file("Name,Domain,Active Users,Status\nAcme,,1,active\n", "list.csv")
    result = acme.run("reconcile", "--customers", listed, "--csv")
    assert result.exit_code == 1
    first = next(csv.DictReader(io.StringIO(result.stdout)))
    assert (first["Account"], first["Share"], first["Invoice"], first["Difference"]) == ("Acme", "2", "1", "-1")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Say one thing that the invoice has"),
        (["--count", "2", "--amount", "3"], "Say one thing that the invoice has"),
        (["--count", "-2"], "“-2” is no number of users."),
        (["--amount", "3"], "There is no price yet."),
        (["--customers", "no/such.csv"], "There is no file no/such.csv"),
        (["--count", "2", "--period", "current"], "The billing period runs until"),
        (["--count", "2", "--period", "2031-01"], "has not begun yet"),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(acme: Seatbot, words: list[str], says: str) -> None:
    assert says in acme.refusal("reconcile", *words)

"""The words of `account add`, `trial`, `activate` and `close`."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import account, words
from bot.commands.account import Asked
from bot.commands.words import Misused
from bot.services.errors import AmbiguousDate, BadDate, UnclosedQuote

DAY = date(2026, 12, 31)
ISO = "2026-12-31"


def read(text: str) -> Asked:
    return account.read(words.read(text), may_be_trial=True)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("Acme", Asked("Acme", False, None, None)),
        ("Acme Corp trial", Asked("Acme Corp", True, None, None)),
        ("Acme essai", Asked("Acme", True, None, None)),
        (f"Acme trial until {ISO}", Asked("Acme", True, DAY, None)),
        (f"Acme trial until {ISO} from 2026-12-01", Asked("Acme", True, DAY, date(2026, 12, 1))),
        (f"Acme trial from 2026-12-01 until {ISO}", Asked("Acme", True, DAY, date(2026, 12, 1))),
        (f"Acme essai jusqu'au {ISO}", Asked("Acme", True, DAY, None)),
        (f"Acme essai jusqu’au {ISO} à partir du 2026-12-01", Asked("Acme", True, DAY, date(2026, 12, 1))),
        (f"Acme essai jusqu au {ISO}", Asked("Acme", True, DAY, None)),
        (f"Acme JUSQUAU {ISO}", Asked("Acme", False, DAY, None)),
        (f"Acme dès {ISO}", Asked("Acme", False, None, DAY)),
        (f"Acme des {ISO}", Asked("Acme", False, None, DAY)),
        (f"Acme dès le {ISO}", Asked("Acme", False, None, DAY)),
        (f"Acme a partir du {ISO}", Asked("Acme", False, None, DAY)),
        ("Acme from 31/12/2026", Asked("Acme", False, None, DAY)),
        ("Acme from 31.12.2026.", Asked("Acme", False, None, DAY)),
        ("Clinique des Lilas", Asked("Clinique des Lilas", False, None, None)),
        ("Clinique des 4 Vents", Asked("Clinique des 4 Vents", False, None, None)),
        (f"Clinique des 4 Vents dès {ISO}", Asked("Clinique des 4 Vents", False, None, DAY)),
        ("Fresh from Farm", Asked("Fresh from Farm", False, None, None)),
        ('"Free Trial"', Asked("Free Trial", False, None, None)),
        (f'"Until {ISO}"', Asked(f"Until {ISO}", False, None, None)),
        ("trial", Asked("trial", False, None, None)),
        ("From", Asked("From", False, None, None)),
    ],
)
def test_a_name_and_its_days_are_told_apart(typed: str, understood: Asked) -> None:
    assert read(typed) == understood


@pytest.mark.parametrize(
    "typed",
    ["Acme from 31 Dec", "Acme from Dec 31", "Acme from 2026-13-01", "Acme from 12/01/2026", "Acme from 0001-01-01",
     "Acme until 9999-01-01", "Acme dès le 31 décembre"],
)  # fmt: skip
def test_what_looks_like_a_day_and_is_none_is_no_name(typed: str) -> None:
    with pytest.raises(BadDate):
        read(typed)


def test_a_day_that_may_be_two_is_told_apart_in_french_only() -> None:
    with pytest.raises(AmbiguousDate) as refused:
        read("Acme from 12/01/2026")
    assert refused.value.fields["iso"] == "2026-01-12"
    asked = account.read(words.read("Acme à partir du 12/01/2026"), day_first=True)
    assert asked == Asked("Acme", False, None, date(2026, 1, 12))


@pytest.mark.parametrize("typed", ["", "Acme from", "Acme until", "Acme dès le", f"Acme from {ISO} from {ISO}"])
def test_what_is_missing_or_doubled_is_misuse(typed: str) -> None:
    with pytest.raises(Misused):
        read(typed)


@given(st.lists(st.sampled_from(["from", "until", "dès", "à", "partir", "du", "trial", "4", ISO, "Acme", '"x"', "le"])))
def test_no_order_of_words_breaks_the_reading(some: list[str]) -> None:
    try:
        found = read(" ".join(some))
    except (Misused, BadDate, UnclosedQuote):
        return
    assert found.name

"""Whom somebody meant whose words are nobody's address."""

import pytest

from bot.services import people
from bot.services.errors import AmbiguousName, BadEmail, NamedPerson
from tests.integration.services.conftest import Msp


def nearest(msp: Msp, email: str) -> list[str]:
    return people.nearest(msp.session, msp.workspace, [email])


def add(msp: Msp, *emails: str) -> None:
    msp.users(*(f"Acme,{email},active," for email in emails))


@pytest.mark.parametrize(
    "slip",
    [
        "adele.coulon@acme.tset",
        "adele.coulom@acme.test",
        "adel.coulon@acme.test",
        "adelle.coulon@acme.test",
        "adele.coulon@acme.com",
    ],
)
def test_one_slip_gets_the_address_that_was_meant(msp: Msp, slip: str) -> None:
    add(msp, "Adele.Coulon@acme.test", "adele.martin@acme.test", "zz@acme.test")
    assert nearest(msp, slip) == ["Adele.Coulon@acme.test"]


def test_the_address_that_was_meant_is_found_among_thousands_of_the_same_domain(msp: Msp) -> None:
    add(msp, *(f"person{number}.name{number}@acme.test" for number in range(3000)))
    assert nearest(msp, "persom2999.name2999@acme.test") == ["person2999.name2999@acme.test"]
    assert nearest(msp, "person2999.nane2999@acme.test") == ["person2999.name2999@acme.test"]


@pytest.mark.parametrize("email", ["quentin@nowhere.test", "%@%", "_@acme.test", "x@y"])
def test_an_address_like_no_other_gets_no_suggestion(msp: Msp, email: str) -> None:
    assert nearest(msp, email) == []


def test_a_name_whatever_its_accents_and_order_gets_the_address(msp: Msp) -> None:
    msp.users("Acme,ac@acme.test,active,,Adèle Coulon", columns="account,email,status,at,name")
    for name in ("Adele Coulon", "coulon ADÈLE"):
        with pytest.raises(NamedPerson) as refused:
            people.check_addresses(msp.session, msp.workspace, name.split())
        assert refused.value.fields["nearest"] == "ac@acme.test"


def test_a_name_of_several_gets_the_first_few(msp: Msp) -> None:
    add(msp, *(f"{letter}.smith@acme.test" for letter in "abcde"))
    with pytest.raises(AmbiguousName) as refused:
        people.check_addresses(msp.session, msp.workspace, ["smith"])
    assert refused.value.fields["candidates"] == [*(f"{letter}.smith@acme.test" for letter in "abc"), "…"]
    with pytest.raises(BadEmail):
        people.check_addresses(msp.session, msp.workspace, ["nobody of ours"])

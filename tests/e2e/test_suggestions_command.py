"""`seatbot suggestions`: who is counted though perhaps nobody means it."""

from tests.e2e.conftest import Seatbot


def test_who_is_suggested_and_why(acme: Seatbot) -> None:
    acme.users("Acme,scanner@acme.example,active,2026-09-10", "Blue,info@blue.example,active,2026-09-10")
    found = acme.json("suggestions")
    assert [(one["account"], one["email"], one["why"]) for one in found] == [
        ("Acme", "scanner@acme.example", ["service"]),
    ]
    assert acme.json("suggestions", "blue") == [  # on trial: whom its conversion would count
        {
            "account": "Blue",
            "email": "info@blue.example",
            "name": None,
            "source": "local",
            "why": ["role"],
            "others": [],
        }
    ]
    shown = acme("suggestions", "Acme")
    assert "scanner@acme.example" in shown
    assert "a thing or a program by its address" in shown
    assert "info@blue.example" not in shown


def test_where_there_is_nobody_to_suggest(acme: Seatbot) -> None:
    assert acme.json("suggestions") == []
    assert "There is nobody to suggest." in acme("suggestions")


def test_of_an_account_that_is_not_there(acme: Seatbot) -> None:
    assert "Acne" in acme.refusal("suggestions", "Acne")


def test_suggesting_changes_nothing(acme: Seatbot) -> None:
    before = acme.dump()
    acme("suggestions")
    assert acme.dump() == before

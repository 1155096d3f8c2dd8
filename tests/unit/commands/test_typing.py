"""What people type for a period, an account, a reason: the many ways to say the same."""

import pytest

from bot.commands import words
from bot.commands.words import Asked, People, Selection, read


def is_account(name: str) -> bool:
    return name.casefold() in {"mars", "last mile", "car rental", "bakery since 1900"}


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("october", "--10"),
        ("Octobre 2026", "2026-10"),
        ("oct. 2026", "2026-10"),
        ("27 oct. 2026", "2026-10-27"),
        ("août", "--08"),
        ("in march", "--03"),
        ("for last month", "last"),
        ("the previous billing period", "last"),
        ("le mois dernier", "last"),
        ("période précédente", "last"),
        ("la dernière période", "last"),
        ("this month", "current"),
        ("ce mois-ci", "current"),
        ("période en cours", "current"),
        ("2026-10", "2026-10"),
    ],
)
def test_a_period_is_understood_before_and_behind_the_account(typed: str, period: str) -> None:
    assert words.report(read(typed)) == Asked(None, period)
    assert words.report(read(f"Acme Corp {typed}")) == Asked("Acme Corp", period)
    assert words.report(read(f"{typed} Acme Corp")) == Asked("Acme Corp", period)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("mars", Asked("mars", "current")),
        ("Last Mile", Asked("Last Mile", "current")),
        ("last mile last month", Asked("last mile", "last")),
        ("Mars mars", Asked("Mars", "--03")),
        ('"October"', Asked("October", "current")),
        ("24 Heures", Asked("24 Heures", "current")),
        ("for Acme", Asked("for Acme", "current")),
        ("all octobre", Asked(None, "--10")),
    ],
)
def test_a_name_that_looks_like_a_period_is_a_name(typed: str, understood: Asked) -> None:
    assert words.report(read(typed), is_account) == understood


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("a@x because she left", People(("a@x",), None, "she left")),
        ("a@x since she left", People(("a@x",), None, "she left")),
        ("a@x parce que parti", People(("a@x",), None, "parti")),
        ("a@x dans Acme Corp parce qu’elle est partie", People(("a@x",), "Acme Corp", "elle est partie")),
        ("a@x in Car Rental car parti", People(("a@x",), "Car Rental", "parti")),
        ("a@x in Bakery Since 1900", People(("a@x",), "Bakery Since 1900", None)),
        ("a@x in Bakery Since 1900 since May", People(("a@x",), "Bakery Since 1900", "May")),
    ],
)
def test_a_reason_is_understood_in_several_words_and_a_name_with_one_of_them_stays_whole(
    typed: str, understood: People
) -> None:
    assert words.people(read(typed), is_account) == understood


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("", Selection(None, "")),
        ("actifs", Selection("active", "")),
        ("INACTIVE ann", Selection("inactive", "ann")),
        ("marie dupont exclues", Selection("denied", "marie dupont")),
        ('"active"', Selection(None, "active")),
    ],
)
def test_a_selection_of_users_is_understood(typed: str, understood: Selection) -> None:
    assert words.selection(read(typed)) == understood

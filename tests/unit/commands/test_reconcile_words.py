"""The period and the figure in the words of `/seats reconcile`."""

import pytest

from bot.commands.reconcile import parted
from bot.commands.words import read


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("", ("last", None)),
        ("last", ("last", None)),
        ("2026-10", ("2026-10", None)),
        ("october 2026", ("2026-10", None)),
        ("840", ("last", "840")),
        ("1 234,50 EUR", ("last", "1 234,50 EUR")),
        ("€4.50", ("last", "€4.50")),
        ("last 840", ("last", "840")),
        ("dernière 1 234,50 EUR", ("last", "1 234,50 EUR")),
        ("le mois dernier 840", ("last", "840")),
        ("840 last", ("last", "840")),
        ("840 for october", ("--10", "840")),
        ("2026-10 840 users", ("2026-10", "840 users")),
        ("2026-10-27 12", ("2026-10-27", "12")),
        ("october 840", ("--10", "840")),
        ("october 2026 840", ("2026-10", "840")),
        ("octobre 2026 1 234,50 €", ("2026-10", "1 234,50 €")),
        ("nonsense", ("last", "nonsense")),
    ],
)
def test_a_lone_number_is_the_figure_and_a_period_stands_on_either_side(
    typed: str, understood: tuple[str, str | None]
) -> None:
    assert parted(read(typed)) == understood

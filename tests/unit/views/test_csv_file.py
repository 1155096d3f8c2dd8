"""A list as CSV is for programs, whatever its reader's language; the heads of its columns are the reader's."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.services.billing.amounts import AccountAmount, Amounts
from bot.services.billing.peaks import AccountFigures
from bot.services.billing.prices import Price, Tier
from bot.views import lists
from bot.views.csv_file import as_csv
from bot.views.parts import Table
from bot.views.texts import Texts
from db.models import Status

AT = datetime(2026, 11, 3, 7, 12, tzinfo=UTC)


def test_figures_are_plain_and_heads_are_the_readers() -> None:
    price = Price("EUR", (Tier(1, Decimal("4.50")),))
    amounts = Amounts(price, 12345, {7: AccountAmount(12345, Decimal("55552.50"), Decimal("86415.00"))})
    table = lists.figures(
        Texts("fr", ZoneInfo("Europe/Paris"), filed=True),
        [AccountFigures(7, "=Hélène", Status.ACTIVE, 12345, 12345, 12345, AT)],
        closed=False,
        amounts=amounts,
        moves={7: -1234},
    )
    heads, line = as_csv(table).splitlines()
    titles = ["Compte", "Statut", "Utilisateurs actifs", "Comptés actuellement", "Pic", "Évolution du pic"]
    assert heads.split(",") == [*titles, "Coût (EUR)", "Rapporte (EUR)", "Atteint le"]
    assert line == "'=Hélène,actif,12345,12345,12345,-1234,55552.50,86415.00,2026-11-03T08:12:00+01:00"


@pytest.mark.parametrize(
    ("cell", "is_run"), [("-2", False), ("-2.5", False), ("-2+1", True), ("=2", True), ("+2", True)]
)
def test_a_number_is_run_by_no_spreadsheet(cell: str, is_run: bool) -> None:
    assert (
        as_csv(Table(["a", "b"], [[cell, cell]], numbers=(1,))) == f"a,b\n'{cell},{chr(39) if is_run else ''}{cell}\n"
    )

"""Reading a price list: a CSV file with a line for each number of users from which another price holds (B8)."""

from pathlib import Path

from bot.services import names
from bot.services.billing import prices
from bot.services.billing.prices import Price, Tier
from bot.services.errors import BadTierStart, ContradictsLine, NoFirstTier, Refusal
from bot.services.imports import csv_file
from bot.services.imports.csv_file import Column, FaultList

COLUMNS = (
    Column("from", ("des", "a_partir_de", "de", "users", "utilisateurs", "seats", "sieges")),
    Column("price", ("prix", "tarif", "amount", "montant")),
)
LONGEST = 9
"""No number of users has more digits."""


def read(path: Path, currency: str) -> Price:
    """The price of a file with the columns `from` and `price`, in any order of lines.

    Raises Faults with every bad line, NoFirstTier where none begins at 1, and what `csv_file.read` raises.
    """
    faults, found = FaultList(), dict[int, tuple[int, Tier]]()
    for number, cells in csv_file.read(path, COLUMNS):
        try:
            if isinstance(cells, Refusal):
                raise cells
            tier = Tier(start(cells[0]), prices.parse(cells[1], currency, prices.FINEST))
            if tier.start in found:
                raise ContradictsLine(other=found[tier.start][0])
            found[tier.start] = number, tier
        except Refusal as fault:
            faults.add(number, fault)
    faults.check()
    if 1 not in found:
        raise NoFirstTier(path=names.printable(path.name))
    return Price(currency, tuple(found[at][1] for at in sorted(found)))


def start(cell: str) -> int:
    """The number of users from which a price holds. Raises BadTierStart."""
    text = cell.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST and int(text)):
        raise BadTierStart(value=names.printable(cell))
    return int(text)

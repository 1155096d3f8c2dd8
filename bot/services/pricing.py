"""What an MSP pays and takes for a user, as it is set: a currency, a price, resale prices of all clients or of one."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlmodel import Session

from bot.services import names
from bot.services.billing import prices
from bot.services.billing.prices import Price
from bot.services.errors import CurrencyAlone, NoCurrency, NoPrice, ResaleInOtherCurrency
from db import models
from db.models import ACCOUNT

if TYPE_CHECKING:
    from bot.services.accounts import Account
    from bot.services.workspaces import Workspace

NONE = ("none", "aucun")
"""So a price is taken away."""
FILE = ".csv"
PRICE, CURRENCY, RESALE = "--price", "--currency", "--resale"
"""What the words of a change of prices begin with, or hold."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be set. `price` and `resale` are None where they are taken away, or not spoken of at all, which
    `sets_price` and `sets_resale` tell apart; the resale price is that of `account`, else of all clients."""

    currency: str
    price: Price | None = None
    resale: Decimal | None = None
    account: "Account | None" = None
    sets_price: bool = False
    sets_resale: bool = False

    @property
    def words(self) -> str:
        """What is set, as the command line takes it; the log keeps it."""
        said = []
        if self.sets_price:
            said.append(f"{PRICE} {listed(self.price)} {CURRENCY} {self.currency}" if self.price else f"{PRICE} none")
        if self.sets_resale:
            said.append(f"{RESALE} none" if self.resale is None else f"{RESALE} {self.resale:f}")
        return " ".join(said)


def listed(price: Price) -> str:
    """A price in few words: 4.50, or 1:5.00,100:4.50 with tiers."""
    if len(price.tiers) == 1:
        return f"{price.tiers[0].amount:f}"
    return ",".join(f"{tier.start}:{tier.amount:f}" for tier in price.tiers)


def read_listed(text: str, currency: str) -> Price | None:
    """The price that `listed` put in few words; None for `none`."""
    if is_none(text):
        return None
    tiers = [part.rpartition(":") for part in text.split(",")]
    return Price(currency, tuple(prices.Tier(int(start or 1), Decimal(amount)) for start, _, amount in tiers))


def spoken(words: str | None) -> dict[str, str]:
    """What the words of a change set, by option."""
    said = (words or "").split()
    return dict(zip(said[::2], said[1::2], strict=False))


def wanted(
    workspace: "Workspace",
    *,
    price: str | None = None,
    currency: str | None = None,
    resale: str | None = None,
    account: "Account | None" = None,
) -> Wanted | None:
    """What somebody asks to set; None for nothing. A price is an amount, the name of a CSV file of tiers, or `none`.

    Raises NoCurrency, CurrencyAlone, NoPrice for a resale price where nothing has a price, ResaleInOtherCurrency,
    BadCurrency, and as `prices.parse` and `price_tiers.read`.
    """
    if price is None and resale is None:
        if currency is not None:
            raise CurrencyAlone(currency=prices.check_currency(currency))
        return None
    code = prices.check_currency(currency) if currency is not None else workspace.currency
    if price is None and code != workspace.currency:
        raise CurrencyAlone(currency=code)
    if code is None:
        raise NoPrice() if price is None or is_none(price) else NoCurrency()
    return Wanted(
        code,
        None if price is None or is_none(price) else read_price(price, code),
        None if resale is None or is_none(resale) else prices.parse(resale, code, prices.FINEST),
        account,
        sets_price=price is not None,
        sets_resale=resale is not None,
    )


def is_none(text: str) -> bool:
    return text.strip().casefold() in NONE


def read_price(text: str, currency: str) -> Price:
    """The price that is an amount, or that a file holds."""
    if text.strip().casefold().endswith(FILE):
        from bot.services.imports import price_tiers

        return price_tiers.read(Path(text.strip()), currency)
    return prices.flat(prices.parse(text, currency, prices.FINEST), currency)


def write(session: Session, row: models.Workspace, asked: Wanted) -> None:
    """Set prices, within the transaction of the change. Raises ResaleInOtherCurrency and NoPrice."""
    if asked.sets_price:
        if asked.currency != row.currency and has_resale(session, row):
            raise ResaleInOtherCurrency(currency=row.currency)
        row.currency, row.price = asked.currency, asked.price.dump() if asked.price else None
    if not asked.sets_resale:
        return
    resale = None if asked.resale is None else f"{asked.resale:f}"
    if resale is not None and (row.price is None or row.currency != asked.currency):
        raise NoPrice()
    if asked.account is None:
        row.resale = resale
    else:
        session.execute(update(ACCOUNT).where(ACCOUNT.c.id == asked.account.id).values(resale=resale))


def has_resale(session: Session, row: models.Workspace) -> bool:
    """Whether any resale price is kept."""
    a = ACCOUNT.c
    some = select(a.id).where(a.workspace_id == row.id, a.resale.is_not(None)).limit(1)
    return row.resale is not None or session.execute(some).first() is not None


def resales(session: Session, workspace: "Workspace") -> dict[int, Decimal]:
    """The resale prices that single clients have, by account id."""
    a = ACCOUNT.c
    found = session.execute(select(a.id, a.resale).where(a.workspace_id == workspace.id, a.resale.is_not(None)))
    return {id_: Decimal(resale) for id_, resale in found}


def named_resales(session: Session, workspace: "Workspace") -> list[tuple[str, Decimal]]:
    """The resale prices that single clients have, with their names, in the order of these."""
    known, a = resales(session, workspace), ACCOUNT.c
    found = session.execute(select(a.id, a.name).where(a.id.in_(known))).all()
    return [(row.name, known[row.id]) for row in sorted(found, key=lambda row: names.sorting(row.name))]

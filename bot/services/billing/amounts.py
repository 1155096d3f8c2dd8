"""The money of a billing period: what the bill comes to, what each client costs, and what it brings.

A client costs its share: its users at the instant of the MSP's peak, at the price that the peak has, so that the
clients add up to the bill. It brings the same users at its resale price. Both go by the prices as they are set now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session

from bot.services import pricing
from bot.services.billing import counted, peaks
from bot.services.billing.peaks import Report
from bot.services.billing.prices import Price, rounded


@dataclass(frozen=True, slots=True)
class AccountAmount:
    """What an account's share of the bill costs, and what it brings, where a resale price is known."""

    share: int
    cost: Decimal
    brings: Decimal | None


@dataclass(frozen=True, slots=True)
class Amounts:
    """The money of a period: `seats` are billed. `accounts` are by id; whoever is missing had no share."""

    price: Price
    seats: int
    accounts: Mapping[int, AccountAmount]

    @property
    def total(self) -> Decimal:
        """What the MSP pays."""
        return self.price.amount(self.seats)

    @property
    def brings(self) -> Decimal | None:
        """What the clients bring whose resale price is known; None where none is."""
        known = [one.brings for one in self.accounts.values() if one.brings is not None]
        return sum(known, Decimal()) if known else None


def of_report(session: Session, found: Report) -> Amounts | None:
    """The money of the period of a report, of all accounts, also where the report is on one; None without a price."""
    workspace = found.workspace
    if workspace.price is None:
        return None
    seats, at = found.peak, found.peak_at
    if found.account or found.absent:
        seats, at = peaks.peak(session, workspace, found.period, found.as_of)
    shares = counted.shares(session, workspace, at) if at else {}
    resales = pricing.resales(session, workspace)
    prices = {account: resales.get(account, workspace.resale) for account in shares}
    return Amounts(workspace.price, seats, divided(workspace.price, shares, prices))


def divided(price: Price, shares: Mapping[int, int], resales: Mapping[int, Decimal | None]) -> dict[int, AccountAmount]:
    """What each share of a bill costs and brings, by account id. Pure."""
    costs = price.split(list(shares.values()))
    found = {}
    for (account, share), cost in zip(shares.items(), costs, strict=True):
        resale = resales[account]
        found[account] = AccountAmount(share, cost, None if resale is None else rounded(share * resale, price.currency))
    return found

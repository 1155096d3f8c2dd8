"""The money of a billing period: what the bill comes to, what each client costs, and what it brings.

A client costs its share: its users at the instant of the MSP's peak, at the price that the peak has, so that the
clients add up to the bill. It brings the same users at its resale price. A period that is over goes by the prices that
its statement was frozen with, where it was; everything else by those that are set now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from bot.services import pricing
from bot.services.billing import freezing, peaks, statements
from bot.services.billing.peaks import Report
from bot.services.billing.periods import Period
from bot.services.billing.prices import Price, rounded
from bot.services.billing.statements import Statement
from bot.services.workspaces import Workspace
from db.models import MICROSECOND


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
    workspace, period = found.workspace, found.period
    if found.closed:
        row = freezing.row_of(session, workspace, freezing.month_of(period))
        if row is not None and freezing.has_bounds(row, period):
            return of_statement(session, statements.read(session, workspace, row))
    if workspace.price is None:
        return None
    seats, at = found.peak, found.peak_at
    if found.account or found.absent:
        seats, at = peaks.peak(session, workspace, period, found.as_of)
    return of_shares(session, workspace, seats, shares(session, workspace, period, at) if at else {})


def of_statement(session: Session, found: Statement) -> Amounts | None:
    """The money of a statement; None without a price. One that was frozen without a price goes by those set now."""
    shares = {line.id: line.share for line in found.lines if line.share}
    if found.price is None:
        return of_shares(session, found.workspace, found.peak, shares)
    resales = {line.id: line.resale for line in found.lines}
    return Amounts(found.price, found.peak, divided(found.price, shares, resales))


def of_shares(session: Session, workspace: Workspace, seats: int, shares: Mapping[int, int]) -> Amounts | None:
    """The money of a bill by the prices that are set now; None without one."""
    if workspace.price is None:
        return None
    own = pricing.resales(session, workspace)
    resales = {account: own.get(account, workspace.resale) for account in shares}
    return Amounts(workspace.price, seats, divided(workspace.price, shares, resales))


def shares(session: Session, workspace: Workspace, period: Period, at: datetime) -> dict[int, int]:
    """How many users of each account were counted at an instant of a period, by account id, as a statement counts them;
    accounts with none are missing. The rollups must be fresh."""
    from bot.services.billing import frozen, rollups

    opening = rollups.stored_counts(session, workspace, workspace.calendar.before(period))
    part = rollups.read_slice(session, workspace, period.start, at + MICROSECOND, opening)
    return frozen.shares(part, at)


def divided(price: Price, shares: Mapping[int, int], resales: Mapping[int, Decimal | None]) -> dict[int, AccountAmount]:
    """What each share of a bill costs and brings, by account id. Pure."""
    costs = price.split(list(shares.values()))
    found = {}
    for (account, share), cost in zip(shares.items(), costs, strict=True):
        resale = resales[account]
        found[account] = AccountAmount(share, cost, None if resale is None else rounded(share * resale, price.currency))
    return found

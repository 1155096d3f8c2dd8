"""The meter the slow way: every instant, every user, straight from domain.md. Shares no code with the product."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Row:
    """A ledger row that counts; `order` is the order of recording. Without a user it is the account's own."""

    account: str
    user: str | None
    at: datetime
    status: str
    order: int


def status_at(rows: list[Row], instant: datetime) -> str | None:
    best = None
    for row in rows:
        if row.at <= instant and (best is None or (row.at, row.order) > (best.at, best.order)):
            best = row
    return best.status if best else None


class Brute:
    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.by_entity: dict[tuple[str, str | None], list[Row]] = {}
        for row in rows:
            self.by_entity.setdefault((row.account, row.user), []).append(row)
        self.accounts = sorted({row.account for row in rows})

    def status(self, account: str, instant: datetime) -> str | None:
        return status_at(self.by_entity.get((account, None), []), instant)

    def active(self, account: str, instant: datetime) -> int:
        return sum(
            status_at(rows, instant) == "active"
            for (owner, user), rows in self.by_entity.items()
            if owner == account and user is not None
        )

    def billable(self, account: str, instant: datetime) -> int:
        return self.active(account, instant) if self.status(account, instant) == "active" else 0

    def total(self, instant: datetime) -> int:
        return sum(self.billable(account, instant) for account in self.accounts)

    def repeated(self, instant: datetime) -> dict[str, list[str]]:
        """Everybody who is billable in several accounts, with these."""
        found = {}
        for person in {row.user for row in self.rows if row.user is not None}:
            there = [
                account
                for account in self.accounts
                if self.status(account, instant) == "active"
                and status_at(self.by_entity.get((account, person), []), instant) == "active"
            ]
            if len(there) > 1:
                found[person] = there
        return found

    def peak(self, count: object, start: datetime, end: datetime) -> tuple[int, datetime | None]:
        """The highest count in `[start, end)`, and the earliest instant of it."""
        instants = sorted({start} | {row.at for row in self.rows if start <= row.at < end})
        counts = [count(instant) for instant in instants]  # type: ignore[operator]
        best = max(counts)
        return best, instants[counts.index(best)] if best else None

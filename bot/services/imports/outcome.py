"""What an import did, or would do."""

from dataclasses import dataclass

from bot.services.changes import Effect


@dataclass(frozen=True, slots=True)
class AccountOutcome:
    """What an import did to one account: new people, people whose present status changed, and rows written."""

    account: str
    created: int
    activated: int
    deactivated: int
    rows: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """An import. `change` is None where nothing had to be recorded, or in a dry run; `changed` are the addresses of
    users, or the names of accounts, that got a row; `accounts` in the order of names."""

    change: int | None
    dry_run: bool
    lines: int
    changed: tuple[str, ...]
    accounts: tuple[AccountOutcome, ...]
    effect: Effect


class Preview(Exception):
    """Carries the outcome of a dry run out of its transaction, which it rolls back."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome

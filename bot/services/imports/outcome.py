"""What an import did, or would do."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.services import requests
from bot.services.changes import Change, Effect
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.models import Kind

NAMED = 20
"""So many people are named in a dry run."""


@dataclass(frozen=True, slots=True)
class AccountOutcome:
    """What an import did to one account: new people, people whose present status changed, and rows written."""

    account: str
    created: int
    activated: int
    deactivated: int
    rows: int


@dataclass(frozen=True, slots=True)
class Excess:
    """An account of which a complete list would change more than may without force."""

    account: str
    deactivated: int
    active: int
    activated: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """An import. `change` is None where nothing had to be recorded, or in a dry run; `changed` are the addresses of
    users, or the names of accounts, that got a row; `accounts` in the order of names.

    `updated` counts the users or accounts whose details changed (address, name, id, domain, end of trial); `denied` are
    the addresses of those set active although they are on the deny list of their account, which the next sync takes
    out again. Of a dry run of a complete list, `activated` and `deactivated` name the first people, and `excesses` say
    what needs force.
    """

    change: int | None
    dry_run: bool
    lines: int
    changed: tuple[str, ...]
    accounts: tuple[AccountOutcome, ...]
    effect: Effect
    updated: int = 0
    denied: tuple[str, ...] = ()
    activated: tuple[Person, ...] = ()
    deactivated: tuple[Person, ...] = ()
    excesses: tuple[Excess, ...] = ()


class Preview(Exception):
    """Carries the outcome of a dry run out of its transaction, which it rolls back."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def kept(
    session: Session, workspace: Workspace, request: str | None, instant: datetime, kind: Kind, outcome: Outcome
) -> Outcome:
    """The outcome, kept for the request that asked for it, in the transaction of the import."""
    requests.keep(session, workspace, request, instant, Change(outcome.change, kind, effect=outcome.effect))
    return outcome


def repeated(before: Change) -> Outcome:
    """What is kept of an import that was made before: its change, and what it does to the bills."""
    assert before.effect is not None
    return Outcome(before.id, dry_run=False, lines=0, changed=(), accounts=(), effect=before.effect)

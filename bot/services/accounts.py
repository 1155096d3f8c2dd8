"""Client accounts: finding one by what somebody typed, and listing them."""

import difflib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from bot.services import names
from bot.services.billing import peaks
from bot.services.errors import AmbiguousAccount, UnknownAccount, UnknownAccountSuggestion
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, Status

MANY = 5
"""So many candidates are named to somebody whose words could mean more."""


@dataclass(frozen=True, slots=True)
class Account:
    """A client of the MSP."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in a list: its status now, its active users and how many of them are billed."""

    name: str
    status: Status
    active: int
    current: int
    domain: str | None
    trial_ends: datetime | None


def find(session: Session, workspace: Workspace, asked: str) -> Account:
    """The account that `asked` means: its name in any case, else the only one whose name contains the words.

    Raises AmbiguousAccount where several could be meant, UnknownAccount (with the nearest name, if one is near).
    """
    wanted = names.key(asked)
    c = ACCOUNT.c
    here = c.workspace_id == workspace.id
    exact = session.execute(select(c.id, c.name).where(here, c.name_key == wanted)).first()
    if exact:
        return Account(*exact)
    known = session.execute(select(c.id, c.name, c.name_key).where(here).order_by(c.id)).all()
    found = [Account(row.id, row.name) for row in known if wanted and wanted in row.name_key]
    if len(found) == 1:
        return found[0]
    if found:
        shown = [account.name for account in found[:MANY]]
        raise AmbiguousAccount(asked=names.printable(asked), candidates=[*shown, *["…"][: len(found) - MANY]])
    by_key = {row.name_key: row.name for row in known}
    for near in difflib.get_close_matches(wanted[:200], by_key, n=1):
        raise UnknownAccountSuggestion(asked=names.printable(asked), nearest=by_key[near])
    raise UnknownAccount(asked=names.printable(asked))


def listed(session: Session, workspace: Workspace, now: datetime, search: str = "") -> list[AccountLine]:
    """The accounts that have a status, in the order of names; `search` keeps those whose name contains it."""
    period = workspace.calendar.holding(now)
    report = peaks.report(session, workspace, period, now)
    c = ACCOUNT.c
    more = {
        row.id: row
        for row in session.execute(select(c.id, c.domain, c.trial_ends).where(c.workspace_id == workspace.id))
    }
    wanted = names.key(search)
    return [
        AccountLine(one.name, one.status, one.active, one.current, more[one.id].domain, more[one.id].trial_ends)
        for one in report.accounts
        if wanted in names.key(one.name)
    ]


def count(session: Session, workspace: Workspace) -> int:
    """How many accounts there are."""
    total: int = session.execute(select(func.count()).where(ACCOUNT.c.workspace_id == workspace.id)).scalar_one()
    return total

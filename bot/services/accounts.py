"""Client accounts: finding one by what somebody typed, and listing them."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from bot.services import names
from bot.services.billing import counted, peaks
from bot.services.errors import AmbiguousAccount, Refusal, UnknownAccount, UnknownAccountSuggestion
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, Status

MANY = 5
"""So many candidates are named to somebody whose words could mean more."""
LONGEST_RUN = 12
"""No account's name is looked for in more words than that."""


@dataclass(frozen=True, slots=True)
class Account:
    """A client of the MSP."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in a list: its status now, its active users and how many of them are billed. Where `planned` is given,
    it has no status yet, and gets this one at that instant (UTC).
    `trial_ends` is None unless it is on trial."""

    name: str
    status: Status
    active: int
    current: int
    domain: str | None
    trial_ends: datetime | None
    planned: datetime | None = None
    id: int = 0


def find(session: Session, workspace: Workspace, asked: str) -> Account:
    """The account that `asked` means: its name in any case, with or without accents, else the only one whose name
    contains the words.

    Raises AmbiguousAccount where several could be meant, UnknownAccount (with the nearest name, if one is near).
    """
    c = ACCOUNT.c
    same = (c.workspace_id == workspace.id) & (c.name_key == names.key(asked))
    if exact := session.execute(select(c.id, c.name).where(same)).first():
        return Account(*exact)
    known = everyone(session, workspace)
    if found := one_of(known, [asked]):
        return found[0]
    raise unknown(known, asked)


def leading(session: Session, workspace: Workspace, words: Sequence[str]) -> tuple[Account, int] | None:
    """The account that the longest run of first words means, and how many words that are; a whole name wins over a
    part of one. Raises AmbiguousAccount."""
    runs = [" ".join(words[:count]) for count in range(min(len(words), LONGEST_RUN), 0, -1)]
    found = one_of(everyone(session, workspace), runs)
    return found and (found[0], min(len(words), LONGEST_RUN) - found[1])


def everyone(session: Session, workspace: Workspace) -> list[Account]:
    """All accounts, in the order of names."""
    c = ACCOUNT.c
    rows = session.execute(select(c.id, c.name).where(c.workspace_id == workspace.id))
    return sorted((Account(*row) for row in rows), key=lambda account: names.sorting(account.name))


def one_of(known: Sequence[Account], asked: Sequence[str]) -> tuple[Account, int] | None:
    """The one account that the first possible of several wordings means, and which wording that is. Raises
    AmbiguousAccount. Pure."""
    folded = [(names.fold(account.name), account) for account in known]
    wanted = [names.fold(text) for text in asked]
    matches: tuple[Callable[[str, str], bool], ...] = (str.__eq__, str.__contains__)
    for match in matches:
        for number, text in enumerate(wanted):
            found = [account for name, account in folded if text and match(name, text)]
            if len(found) == 1:
                return found[0], number
            if found:
                shown = [account.name for account in found[:MANY]]
                candidates = [*shown, *["…"][: len(found) - MANY]]
                raise AmbiguousAccount(asked=names.printable(asked[number].strip()), candidates=candidates)
    return None


def unknown(known: Sequence[Account], asked: str) -> Refusal:
    """No account is meant; the nearest is suggested, if one is near."""
    by_name = {names.fold(account.name): account.name for account in known}
    asked, wanted = names.printable(asked), names.fold(asked)[:200]
    for near in difflib.get_close_matches(wanted, by_name, n=1):
        return UnknownAccountSuggestion(asked=asked, nearest=by_name[near])
    return UnknownAccount(asked=asked)


def by_id(session: Session, workspace: Workspace, id_: int) -> Account:
    """The account of that id. Raises UnknownAccount."""
    c = ACCOUNT.c
    row = session.execute(select(c.id, c.name).where(c.id == id_, c.workspace_id == workspace.id)).first()
    if row is None:
        raise UnknownAccount(asked=str(id_))
    return Account(*row)


def listed(session: Session, workspace: Workspace, now: datetime, search: str = "") -> list[AccountLine]:
    """The accounts that have a status, or a planned one, in the order of names; `search` keeps those whose name
    contains it, accents or not."""
    period = workspace.calendar.holding(now)
    report = peaks.report(session, workspace, period, now)
    c = ACCOUNT.c
    more = {
        row.id: row
        for row in session.execute(select(c.id, c.name, c.domain, c.trial_ends).where(c.workspace_id == workspace.id))
    }
    lines = [
        AccountLine(
            one.name,
            one.status,
            one.active,
            one.current,
            more[one.id].domain,
            more[one.id].trial_ends if one.status == Status.TRIAL else None,
            id=one.id,
        )
        for one in report.accounts
    ]
    present = {one.id for one in report.accounts}
    lines += [
        AccountLine(
            more[id_].name,
            status,
            0,
            0,
            more[id_].domain,
            more[id_].trial_ends if status == Status.TRIAL else None,
            planned=at,
            id=id_,
        )
        for id_, (at, status) in counted.planned(session, workspace, now).items()
        if id_ not in present
    ]
    wanted = names.fold(search)
    found = [line for line in lines if wanted in names.fold(line.name)]
    return sorted(found, key=lambda line: names.sorting(line.name))


def count(session: Session, workspace: Workspace) -> int:
    """How many accounts there are."""
    total: int = session.execute(select(func.count()).where(ACCOUNT.c.workspace_id == workspace.id)).scalar_one()
    return total

"""Suggestions: who is counted though perhaps nobody means it to be so. They are looked at, and never acted on by
themselves.

A suggestion is a guess from an address, from the accounts that it is in, or from what the account's directory told at
the latest sync; the rules are pure.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row, literal_column, select
from sqlmodel import Session

from bot.services import deny_list, domains, names, people, sync_notes
from bot.services.accounts import Account
from bot.services.billing import counted, ledger, peaks
from bot.services.domains import is_within, parents
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.addresses import FIRST_WORD, LETTERS, UNREAD
from db.bulk import batched
from db.models import ACCOUNT, USER, Note, Status

WORDS = Path(__file__).with_name("mailboxes.toml")
SERVICE_ACCOUNT = re.compile(r"(sa|svc|srv|app)[-_].+")
BETWEEN = re.compile(r"[-_.+0-9]+")
PROGRAMS = frozenset(("sa", "svc", "srv", "app"))
"""The first words of SERVICE_ACCOUNT."""


class Why(StrEnum):
    """Why somebody is suggested."""

    SERVICE = "service"
    """The address is that of a thing or a program: a scanner, a room, a backup."""
    ROLE = "role"
    """The address is that of a team or a task: info, sales."""
    OTHER_ACCOUNT = "other_account"
    """The address has the domain of another account."""
    FOREIGN = "foreign"
    """The address has a domain that hardly anybody else of the account has."""
    REPEATED = "repeated"
    """The person is counted in another account too."""
    UNLICENSED = "unlicensed"
    """The directory gives the person no licence, as it gives most others of it."""
    DISABLED = "disabled"
    """The person is blocked in the directory, and was never brought by a sync, so that none switches them off."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody active who might be kept out; `others` are the accounts that the reasons speak of. `id` is the user."""

    account: str
    email: str
    name: str | None
    synced: bool
    why: tuple[Why, ...]
    others: tuple[str, ...]
    id: int


def listed(session: Session, workspace: Workspace, now: datetime, account: Account | None = None) -> list[Suggestion]:
    """Who might be kept out, by account and address: `mistaken` of all accounts; of one that is asked about also while
    it is on trial, before its users are counted."""
    if account is None:
        return mistaken(session, workspace, now)
    return found(session, workspace, now, {Status.ACTIVE, Status.TRIAL}, {account.id})


def mistaken(
    session: Session,
    workspace: Workspace,
    now: datetime,
    accounts: Collection[int] | None = None,
    shared: Sequence[Row[Any]] | None = None,
) -> list[Suggestion]:
    """Who is counted (domain.md, Billable) though perhaps nobody means it, of all accounts or of those with these ids,
    by account and address: a user each, so whoever is counted in two accounts twice. All that tell how many there are
    go by this. `shared` is what `counted.shared` gives, if that is known."""
    return found(session, workspace, now, {Status.ACTIVE}, accounts, shared)


def found(
    session: Session,
    workspace: Workspace,
    now: datetime,
    wanted: Container[Status],
    accounts: Collection[int] | None,
    shared: Sequence[Row[Any]] | None = None,
) -> list[Suggestion]:
    """Who is active in an account of a wanted status, though perhaps nobody means it, and not on its deny list."""
    now, active = peaks.active(session, workspace, now)
    gone = ledger.retracted(session, workspace)
    statuses = counted.statuses_at(session, workspace, now, gone)
    is_open = {id_ for id_, status in statuses.items() if status != Status.CLOSED}
    meant = {id_ for id_ in is_open if statuses[id_] in wanted and (accounts is None or id_ in accounts)}
    owned = domains.domains(session, workspace, now, gone, is_open, active)
    repeated: dict[str, set[int]] = defaultdict(set)
    for row in counted.shared(session, workspace, now) if shared is None else shared:
        repeated[row.email_key].add(row.id)
    twice = {email: accounts for email, accounts in repeated.items() if len(accounts) > 1}
    noted = sync_notes.of_workspace(session, workspace)
    ids = {*owned.foreign, *suspects(session, workspace, twice, noted)}
    is_meant = (counted.status_at(now, gone) == Status.ACTIVE) & USER.c.email.is_not(None)
    there = [one for one in people.among(session, workspace, ids, is_meant) if one.account_id in meant]
    a = ACCOUNT.c
    rows = session.execute(select(a.id, a.name).where(a.workspace_id == workspace.id))
    named = {id_: name for id_, name in rows}  # noqa: C416 - dict() would not take rows
    suggested = list(suggestions(there, owned.usual, twice, noted, named))
    denied = deny_list.denied(session, workspace, [one for one, _, _ in suggested])
    return [
        Suggestion(one.account, one.email or "", one.name, one.synced, why, others, one.id)
        for one, why, others in suggested
        if one.id not in denied
    ]


def suspects(
    session: Session, workspace: Workspace, repeated: Collection[str], noted: Collection[tuple[int, str]]
) -> set[int]:
    """The ids of the users whom a rule may mean for more than their domain, active or not, and of few others: by
    indexes, so that nobody has to look at everybody."""
    u = USER.c
    mine = u.workspace_id == workspace.id
    programs = known("services") | PROGRAMS
    # With the account, or SQLite would read every address from the index that holds all else that is asked for.
    everybody = select(u.id, u.account_id).where(mine)
    first = everybody.where(literal_column(f"({FIRST_WORD})").in_(sorted({*programs, UNREAD})))
    whole = everybody.where(literal_column(LETTERS).in_(sorted(known("whole_services") | known("roles"))))
    ids = {*session.execute(first).scalars(), *session.execute(whole).scalars()}
    for emails in batched(sorted({*repeated, *(email for _, email in noted)})):
        rows = session.execute(select(u.id, u.account_id, u.email_key).where(mine, u.email_key.in_(emails)))
        ids |= {id_ for id_, account, email in rows if email in repeated or (account, email) in noted}
    return ids


def suggestions(
    there: Iterable[Person],
    usual: Mapping[int, set[str]],
    repeated: Mapping[str, set[int]],
    noted: Mapping[tuple[int, str], Note],
    named: Mapping[int, str],
) -> Iterable[tuple[Person, tuple[Why, ...], tuple[str, ...]]]:
    """Who might be kept out, why, and the other accounts that this speaks of. `usual` are the domains of accounts, as
    of `Domains`, `repeated` the ids of the accounts that count an address, `noted` what directories told, by account
    and address, `named` the accounts. Pure."""
    owners: dict[str, set[int]] = defaultdict(set)
    for account, some in usual.items():
        for own_domain in some:
            owners[own_domain].add(account)
    for one in there:
        email = names.key(one.email or "")
        local, _, domain = email.rpartition("@")
        why: list[Why] = []
        others: set[int] = set()
        if (kind := kind_of(local)) is not None:
            why.append(kind)
        if (own := usual.get(one.account_id)) and not is_within(domain, own):
            owned = {account for part in parents(domain) for account in owners.get(part, ())}
            why.append(Why.OTHER_ACCOUNT if owned else Why.FOREIGN)
            others |= owned
        also = repeated.get(email, set()) - {one.account_id}
        if also and one.account_id in repeated[email]:
            why.append(Why.REPEATED)
            others |= also
        if (note := noted.get((one.account_id, email))) is not None:
            why.append(Why(note.value))
        if why:
            yield one, tuple(why), tuple(sorted((named[id_] for id_ in others), key=names.sorting))


def kind_of(local: str) -> Why | None:
    """Whether what stands before the @ is a thing's or a task's name; None where it may be a person's. Pure."""
    folded = names.fold(local)
    words = [word for word in BETWEEN.split(folded) if word]
    if not words:
        return None
    if words[0] in known("services") or "".join(words) in known("whole_services") or SERVICE_ACCOUNT.fullmatch(folded):
        return Why.SERVICE
    return Why.ROLE if "".join(words) in known("roles") else None


@cache
def known(kind: str) -> frozenset[str]:
    """The words of one kind in the data file, of all languages."""
    with WORDS.open("rb") as file:
        return frozenset(" ".join(tomllib.load(file)[kind].values()).split())

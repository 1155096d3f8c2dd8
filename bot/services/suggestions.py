"""Suggestions: who is counted though perhaps nobody means it to be so. They are looked at, and never acted on by
themselves.

A suggestion is a guess from an address, from the accounts that it is in, or from what the account's directory told at
the latest sync; the rules are pure.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from bot.services import deny_list, names, people, sync_notes
from bot.services.accounts import Account
from bot.services.billing import counted, ledger
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, USER, Note, Status

WORDS = Path(__file__).with_name("mailboxes.toml")
SERVICE_ACCOUNT = re.compile(r"(sa|svc|srv|app)[-_].+")
BETWEEN = re.compile(r"[-_.+0-9]+")
FEWEST = 3
"""Of so few people nobody can tell which domain is the client's own."""
USUAL = 0.1
"""A domain that this part of an account's addresses has is one of its own."""


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
    """Who might be kept out of one account, or of all, by account and address: active, in an account that is not
    closed, and not on its deny list."""
    gone = ledger.retracted(session, workspace)
    statuses = counted.statuses_at(session, workspace, now, gone)
    is_active = (counted.status_at(now, gone) == Status.ACTIVE) & USER.c.email.is_not(None)
    found = people.selected(session, workspace, is_active)
    there = [one for one in found if statuses.get(one.account_id) not in (None, Status.CLOSED)]
    a = ACCOUNT.c
    domains = select(a.id, a.domain).where(a.workspace_id == workspace.id, a.domain.is_not(None))
    given = {id_: domain for id_, domain in session.execute(domains)}  # noqa: C416 - dict() would not take rows
    repeated: dict[str, set[int]] = defaultdict(set)
    for one in there:
        if statuses[one.account_id] == Status.ACTIVE:
            repeated[names.key(one.email or "")].add(one.account_id)
    suggested = list(suggestions(there, given, repeated, sync_notes.of_workspace(session, workspace)))
    denied = deny_list.denied(session, workspace, [one for one, _, _ in suggested])
    return [
        Suggestion(one.account, one.email or "", one.name, one.synced, why, others, one.id)
        for one, why, others in suggested
        if one.id not in denied and (account is None or one.account_id == account.id)
    ]


def suggestions(
    there: Iterable[Person],
    given: Mapping[int, str],
    repeated: Mapping[str, set[int]],
    noted: Mapping[tuple[int, str], Note],
) -> Iterable[tuple[Person, tuple[Why, ...], tuple[str, ...]]]:
    """Who might be kept out, why, and the other accounts that this speaks of. `given` are the domains that accounts
    were given, `repeated` the ids of the accounts that count an address, `noted` what directories told, by account and
    address. Pure."""
    there = list(there)
    named = {one.account_id: one.account for one in there}
    usual = usual_domains(there, given)
    for one in there:
        email = names.key(one.email or "")
        local, _, domain = email.rpartition("@")
        why: list[Why] = []
        others: set[int] = set()
        if (kind := kind_of(local)) is not None:
            why.append(kind)
        if (own := usual[one.account_id]) and not is_within(domain, own):
            owned = {account for account, domains in usual.items() if is_within(domain, domains)}
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


def usual_domains(there: Iterable[Person], given: Mapping[int, str]) -> dict[int, set[str]]:
    """The domains that each account's addresses usually have; none where nobody can tell. Pure."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for one in there:
        counts[one.account_id][names.key(one.email or "").rpartition("@")[2]] += 1
    usual = {}
    for account, domains in counts.items():
        enough = max(FEWEST, USUAL * domains.total())
        usual[account] = {domain for domain, n in domains.items() if n >= enough}
        if account in given:
            usual[account].add(names.key(given[account]))
    return usual


def is_within(domain: str, domains: Container[str]) -> bool:
    """Whether a domain is one of these or a part of one. Pure."""
    while domain and domain not in domains:
        domain = domain.partition(".")[2]
    return bool(domain)

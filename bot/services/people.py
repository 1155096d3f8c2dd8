"""Users as people: how answers name them, whom a condition means, and whom somebody's words may have meant."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session

from bot.services import names
from bot.services.accounts import Account
from bot.services.errors import (
    AmbiguousName,
    BadEmail,
    NamedPerson,
    UnknownPerson,
    UnknownPersonSuggestion,
)
from bot.services.workspaces import Workspace
from db.bulk import batched
from db.models import ACCOUNT, USER, without_index

MOST_SUGGESTED = 3
"""Something is suggested for so many unknown addresses, since each costs a search."""
MOST_CANDIDATES = 2000
LIKE = 0.7
"""Two local parts or domains that are less alike have little in common."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user as they are named in answers; the address is None once the person was forgotten."""

    id: int
    account_id: int
    account: str
    email: str | None
    name: str | None
    synced: bool


def selected(session: Session, workspace: Workspace, which: ColumnElement[bool]) -> list[Person]:
    """The users that meet a condition on USER, in the order of account and address. Whose ids are known, `among`
    finds."""
    found = [Person(*row) for row in session.execute(everybody().where(USER.c.workspace_id == workspace.id, which))]
    return sorted(found, key=order)


def among(
    session: Session,
    workspace: Workspace,
    ids: Iterable[int] | Select[tuple[int]],
    which: ColumnElement[bool] | None = None,
    most: int | None = None,
) -> list[Person]:
    """Those of the users with these ids, or with those that a statement reads, that meet a condition on USER, in the
    order of account and address; `most` limits those of a statement."""
    u = USER.c
    query = everybody().where(without_index(u.workspace_id) == workspace.id)
    if which is not None:
        query = query.where(which)
    if most is not None:
        query = query.order_by(ACCOUNT.c.name_key, u.email_key).limit(most)
    parts: Iterable[Any] = [ids] if isinstance(ids, Select) else batched(sorted(ids))
    found = [Person(*row) for some in parts for row in session.execute(query.where(u.id.in_(some)))]
    return sorted(found, key=order)


def everybody() -> Select[Any]:
    """The statement that reads people."""
    a, u = ACCOUNT.c, USER.c
    columns = (u.id, u.account_id, a.name, u.email, u.name.label("person"), u.synced)
    return select(*columns).join_from(USER, ACCOUNT, a.id == u.account_id)


def order(person: Person) -> tuple[tuple[str, str], bool, tuple[str, str]]:
    """What people are sorted by: account and address, whoever was forgotten last."""
    return names.sorting(person.account), person.email is None, names.sorting(person.email or "")


def of_account(session: Session, workspace: Workspace, account: Account) -> list[Person]:
    """Everybody of an account, active or not, by address."""
    return selected(session, workspace, USER.c.account_id == account.id)


def by_id(session: Session, workspace: Workspace, id_: int) -> Person:
    """The user of that id. Raises UnknownPerson also for somebody who was forgotten."""
    for person in among(session, workspace, [id_], USER.c.email.is_not(None)):
        return person
    raise UnknownPerson(email=str(id_))


def check_addresses(session: Session, workspace: Workspace, asked: Iterable[str]) -> None:
    """Raises BadEmail where one is no address, with the address of whom it names, if it is somebody's name."""
    wrong = []
    for text in asked:
        try:
            names.check_email(text)
        except BadEmail as refusal:
            wrong.append((text, refusal))
    if wrong:
        raise named(session, workspace, " ".join(text.strip() for text, _ in wrong)) or wrong[0][1]


def named(session: Session, workspace: Workspace, name: str) -> BadEmail | None:
    """What to say to somebody who wrote a person's name where an address belongs; None where nobody is named so."""
    words = names.fold(name).split()
    if not words or "@" in name:
        return None
    u = USER.c
    rows = session.execute(
        select(u.email, u.email_key, u.name).where(u.workspace_id == workspace.id, u.email.is_not(None))
    )
    found: dict[str, str] = {}
    for email, key, name_ in rows:
        of_person = names.fold(f"{key.partition('@')[0]} {name_ or ''}")
        if all(word in of_person for word in words):
            found.setdefault(key, email)
            if len(found) > MOST_SUGGESTED:
                break
    asked, addresses = names.printable(name), list(found.values())
    if len(addresses) == 1:
        return NamedPerson(email=asked, nearest=addresses[0])
    if addresses:
        return AmbiguousName(
            email=asked, candidates=[*addresses[:MOST_SUGGESTED], *["…"][: len(addresses) - MOST_SUGGESTED]]
        )
    return None


def unknown(email: str, nearest: Sequence[str]) -> UnknownPerson:
    """Nobody has the address; the nearest is suggested, if one is near."""
    return UnknownPersonSuggestion(email=email, nearest=nearest[0]) if nearest else UnknownPerson(email=email)


def nearest(session: Session, workspace: Workspace, emails: Sequence[str], account: Account | None = None) -> list[str]:
    """For addresses that nobody has, those most like them; none for an address that is like no other."""
    found = (nearest_to(session, workspace, names.key(email), account) for email in emails[:MOST_SUGGESTED])
    return list(dict.fromkeys(email for email in found if email))


def nearest_to(session: Session, workspace: Workspace, key: str, account: Account | None) -> str | None:
    """The address that is most like one that nobody has.

    One slip leaves the domain, the local part or one half of that as it is: those that share such a part are compared,
    so many at most that it takes little time among 50,000 people.
    """
    u = USER.c
    local, _, domain = key.partition("@")
    half = len(local) // 2
    here = (u.workspace_id == workspace.id) & u.email.is_not(None)
    if account is not None:
        here &= u.account_id == account.id
    as_long = func.length(u.email_key).between(len(key) - 3, len(key) + 3)
    some = select(u.email_key, u.email).where(here).limit(MOST_CANDIDATES)
    candidates: dict[str, str] = {}
    for which in (
        u.email_key.startswith(f"{local}@", autoescape=True),
        u.email_key.startswith(local[: max(half, 1)], autoescape=True) & as_long,
        u.email_key.endswith(f"{local[half:]}@{domain}", autoescape=True) & as_long,
        u.email_key.endswith(f"@{domain}", autoescape=True) & as_long,
    ):
        candidates |= {row.email_key: row.email for row in session.execute(some.where(which))}
    likeness = {candidate: alike(local, domain, candidate) for candidate in candidates}
    best = max(likeness, key=lambda candidate: likeness[candidate], default="")
    return candidates[best] if best and likeness[best] else None


def alike(local: str, domain: str, candidate: str) -> float:
    """How much an address is like another, from 0 (not enough to be meant) to 1. Pure."""
    other_local, _, other_domain = candidate.partition("@")
    locals_ = difflib.SequenceMatcher(None, other_local[:100], local[:100])
    slips = sum(map(str.__ne__, local, other_local)) if len(local) == len(other_local) else 2
    if slips > 1 and (locals_.quick_ratio() < LIKE or locals_.ratio() < LIKE):
        return 0
    domains = 1.0 if domain == other_domain else difflib.SequenceMatcher(None, other_domain, domain[:100]).ratio()
    if domains < (0.5 if local == other_local else LIKE):
        return 0
    return locals_.ratio() * domains

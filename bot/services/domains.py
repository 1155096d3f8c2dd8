"""The domains that accounts' addresses usually have, and the addresses that have others.

Most accounts have one domain, which an index tells; people are counted only where there are several.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, literal_column, select, text
from sqlmodel import Session

from bot.services import names
from bot.services.billing import counted
from bot.services.workspaces import Workspace
from db.addresses import DOMAIN
from db.bulk import batched
from db.models import ACCOUNT, USER, Status

FEWEST = 3
"""Of so few people nobody can tell which domain is the client's own."""
USUAL = 0.1
"""A domain that this part of an account's addresses has is one of its own."""
OF_ADDRESS: Any = literal_column(DOMAIN)


@dataclass(frozen=True, slots=True)
class Domains:
    """`usual` are an account's own domains, by account id, of all accounts where somebody has another one and of those
    that own such a domain; `foreign` are the domains that are not the account's own, with its id."""

    usual: Mapping[int, set[str]]
    foreign: Collection[tuple[int, str]]


def domains(
    session: Session, workspace: Workspace, now: datetime, gone: list[int], accounts: Container[int]
) -> Domains:
    """The domains of those of these accounts where they decide something, `gone` as of `counted.status_at`."""
    spans = [row for row in session.execute(SPANS, {"workspace": workspace.id}) if row.id in accounts and row.least]
    given = {row.id: names.key(row.domain) for row in spans if row.domain}
    mixed = {
        row.id
        for row in spans
        if row.least != row.most or (row.id in given and not is_within(row.least, {given[row.id]}))
    }
    usual = usual_domains(counts(session, now, gone, mixed), given)
    foreign = {
        (account, domain)
        for account, (own, all_) in usual.items()
        if own
        for domain in all_
        if not is_within(domain, own)
    }
    wanted = {part for _, domain in foreign for part in parents(domain)}
    owners = {row.id for row in spans if row.id not in mixed and not wanted.isdisjoint({row.least, given.get(row.id)})}
    usual |= usual_domains(counts(session, now, gone, owners), given)
    return Domains({account: own for account, (own, _) in usual.items()}, foreign)


def counts(session: Session, now: datetime, gone: list[int], accounts: Iterable[int]) -> dict[int, Counter[str]]:
    """How many active people of these accounts have each domain, by account id."""
    u = USER.c
    # Not the indexed expression: SQLite would go by that index, and read each row from the table besides.
    domain = OF_ADDRESS.concat("")
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for some in batched(sorted(accounts)):
        rows = session.execute(
            select(u.account_id, domain.label("domain"), func.count().label("people"))
            .where(u.account_id.in_(some), u.email_key.is_not(None), counted.status_at(now, gone) == Status.ACTIVE)
            .group_by(u.account_id, text("domain"))
        )
        for row in rows:
            found[row.account_id][row.domain] = row.people
    return found


def usual_domains(
    found: Mapping[int, Counter[str]], given: Mapping[int, str]
) -> dict[int, tuple[set[str], Collection[str]]]:
    """The domains that each account's addresses usually have, none where nobody can tell, and all that they have.
    `given` are the keys of those that accounts were given. Pure."""
    usual: dict[int, tuple[set[str], Collection[str]]] = {}
    for account, domains in found.items():
        enough = max(FEWEST, USUAL * domains.total())
        own = {domain for domain, n in domains.items() if n >= enough}
        usual[account] = (own | {given[account]} if account in given else own, domains.keys())
    return usual


def parents(domain: str) -> Iterator[str]:
    """A domain and those that it is a part of. Pure."""
    while domain:
        yield domain
        domain = domain.partition(".")[2]


def is_within(domain: str, domains: Container[str]) -> bool:
    """Whether a domain is one of these or a part of one. Pure."""
    return any(part in domains for part in parents(domain))


def least_and_most() -> Select[Any]:
    """The statement that reads the first and the last domain of each account's addresses, and the one it was given."""
    a, u = ACCOUNT.c, USER.c
    some = select(OF_ADDRESS).where(u.account_id == a.id, OF_ADDRESS.is_not(None)).limit(1).correlate(ACCOUNT)
    least, most = some.order_by(OF_ADDRESS).scalar_subquery(), some.order_by(OF_ADDRESS.desc()).scalar_subquery()
    return select(a.id, a.domain, least.label("least"), most.label("most")).where(
        a.workspace_id == bindparam("workspace")
    )


SPANS = least_and_most()

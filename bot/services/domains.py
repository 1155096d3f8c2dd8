"""The domains that accounts' addresses usually have, and who has another one.

An index tells the domains, the rollups how many people an account has in all: nobody is looked at in an account of one
domain, and in one of several only whoever has another one than the most.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    Row,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
    union_all,
)
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
    that own such a domain; `foreign` are the ids of the active users whose domain is not their account's own."""

    usual: Mapping[int, set[str]]
    foreign: Collection[int]


def domains(
    session: Session,
    workspace: Workspace,
    now: datetime,
    gone: Sequence[int],
    accounts: Container[int],
    active: Mapping[int, int],
) -> Domains:
    """The domains of those of these accounts where they decide something, `gone` as of `counted.status_at`; `active`
    are the active users of each account at `now`, as `peaks.active` gives them."""
    spans = [row for row in session.execute(SPANS, {"workspace": workspace.id}) if row.id in accounts and row.least]
    given = {row.id: names.key(row.domain) for row in spans if row.domain}
    mixed = [
        row.id
        for row in spans
        if row.least != row.most or (row.id in given and not is_within(row.least, {given[row.id]}))
    ]
    nameless = forgotten(session, workspace, now, gone)
    totals = {row.id: active.get(row.id, 0) - nameless.get(row.id, 0) for row in spans}
    found = having(session, now, gone, mixed, OTHERS)
    people = [row for row in found if row.id is not None]
    mains = {row.account_id: row.domain for row in found if row.id is None}
    usual = usual_domains(counts(people, mains, totals), given)
    foreign = [one for one in people if is_foreign(one.domain, usual[one.account_id][0])]
    # Where the domain that was taken for the main one is none of the account's own, few have it.
    mistaken = [id_ for id_, main in mains.items() if id_ in usual and is_foreign(main, usual[id_][0])]
    foreign += having(session, now, gone, mistaken, OF_MAIN)
    wanted = {part for domain in {one.domain for one in foreign} for part in parents(domain)}
    owners = {
        row.id: Counter({row.least: totals[row.id]})
        for row in spans
        if row.id not in mixed and totals[row.id] > 0 and not wanted.isdisjoint({row.least, given.get(row.id)})
    }
    usual |= usual_domains(owners, given)
    return Domains({account: own for account, (own, _) in usual.items()}, {one.id for one in foreign})


def counts(people: Iterable[Row[Any]], mains: Mapping[int, str], totals: Mapping[int, int]) -> dict[int, Counter[str]]:
    """How many active people have each domain, by account id: so many in all, of whom these have another domain than
    their account's of `mains`. Pure."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for one in people:
        found[one.account_id][one.domain] += 1
    for account, main in mains.items():
        if (rest := totals[account] - found[account].total()) > 0:
            found[account][main] = rest
    return {account: domains for account, domains in found.items() if domains}


def forgotten(session: Session, workspace: Workspace, now: datetime, gone: Sequence[int]) -> dict[int, int]:
    """How many active people of each account have no address any more, by account id."""
    rows = session.execute(FORGOTTEN, {"workspace": workspace.id, "instant": now, "gone": gone})
    return {account: people for account, people in rows}  # noqa: C416 - dict() would not take rows


def having(
    session: Session, now: datetime, gone: Sequence[int], accounts: Iterable[int], statement: Executable
) -> list[Row[Any]]:
    """What OTHERS or OF_MAIN reads of these accounts."""
    return [
        row
        for some in batched(sorted(accounts))
        for row in session.execute(statement, {"accounts": some, "instant": now, "gone": gone})
    ]


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


def is_foreign(domain: str, own: Container[str]) -> bool:
    """Whether a domain is none of an account's own, so far as those are known. Pure."""
    return bool(own) and not is_within(domain, own)


def main_domain() -> ColumnElement[Any]:
    """What is taken for the main domain of each row of ACCOUNT: what two have of its first address, its last and one in
    between. It need not be; the more people have another one, the more are read."""
    u = USER.c
    there = select(OF_ADDRESS).where(u.account_id == ACCOUNT.c.id, u.email_key.is_not(None)).limit(1).correlate(ACCOUNT)
    first = there.order_by(u.email_key).scalar_subquery()
    last = there.order_by(u.email_key.desc()).scalar_subquery()
    between = there.where(u.email_key >= "m").order_by(u.email_key).scalar_subquery()
    return case((first == last, first), else_=func.coalesce(between, first))


def spans() -> Select[Any]:
    """The statement that reads the first and the last domain of each account's addresses, and the one it was given."""
    a, u = ACCOUNT.c, USER.c
    some = select(OF_ADDRESS).where(u.account_id == a.id, OF_ADDRESS.is_not(None)).limit(1).correlate(ACCOUNT)
    least, most = some.order_by(OF_ADDRESS).scalar_subquery(), some.order_by(OF_ADDRESS.desc()).scalar_subquery()
    return select(a.id, a.domain, least.label("least"), most.label("most")).where(
        a.workspace_id == counted.OF_WORKSPACE
    )


def of_accounts() -> tuple[Executable, Executable]:
    """The statements that read the active users of accounts, `id`, `account_id` and `domain`: those who have another
    domain than the main one, with a row without an `id` for the main one itself, and those who have that."""
    a, u = ACCOUNT.c, USER.c
    wanted: BindParameter[int] = bindparam("accounts", expanding=True)
    main = select(a.id, main_domain().label("domain")).where(a.id.in_(wanted)).cte("main").prefix_with("MATERIALIZED")
    users = (
        select(u.id, u.account_id, OF_ADDRESS.label("domain"))
        .join_from(main, USER, u.account_id == main.c.id)
        .where(counted.status_at(counted.INSTANT, counted.GONE) == Status.ACTIVE)
    )
    mains = select(null().label("id"), main.c.id.label("account_id"), main.c.domain)
    # Less and greater, for which there is an index, as there is none for unlike.
    others = (users.where(main.c.domain > OF_ADDRESS), users.where(main.c.domain < OF_ADDRESS))
    return union_all(mains, *others), users.where(main.c.domain == OF_ADDRESS)


def nameless() -> Select[Any]:
    """The statement of `forgotten`."""
    u = USER.c
    return (
        select(u.account_id, func.count())
        .where(u.workspace_id == counted.OF_WORKSPACE, u.email_key.is_(None))
        .where(counted.status_at(counted.INSTANT, counted.GONE) == Status.ACTIVE)
        .group_by(u.account_id)
    )


SPANS, FORGOTTEN = spans(), nameless()
OTHERS, OF_MAIN = of_accounts()

"""Applying a directory's pool, against inserting its rows and nothing else, and against one object for each user."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from sqlmodel import Session, select

from benchmarks.history import NOW
from benchmarks.stores import LEDGER_COLUMNS, Place, Store, settle
from benchmarks.table import MEGABYTE, Line, faster, memory, slower
from benchmarks.timing import seconds
from benchmarks.workers import connected, environment
from bot.playground.directories.graph import LocalGraph, running
from bot.playground.directories.tenants import Tenant
from bot.services import accounts, names, sync
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.directories.base import Member, Pool, Progress
from bot.services.imports.accounts import import_accounts
from bot.services.sync_apply import NEW_USER
from db.bulk import insert_rows
from db.models import LEDGER, USER, Cause, Kind, LedgerRow, Status, User, to_micros
from db.session import begin_writing

PEOPLE = 50_000
FEW = 5_000
"""So many are enough for one object each, which takes minutes for all."""
CHURN = PEOPLE // 100
"""So many leave and so many come: two in a hundred change."""
ROUNDS = 3
APPLY = "apply of a first pool of 50,000"
SYNC_AND_TELL = """
import sys
from bot.cli import main
sys.argv[0:1] = ["seatbot", "sync"]
try:
    main()
except SystemExit as ended:
    assert not ended.code
from benchmarks.imports import most_memory
print(most_memory())
"""


@dataclass(frozen=True, slots=True)
class Given:
    """A directory that was read already."""

    members: Sequence[Member]

    def read(self, progress: Progress) -> Pool:
        return Pool(tuple(self.members))


def people(count: int, start: int = 0) -> list[Member]:
    """Members with ids as long as a directory's."""
    return [
        Member(f"00000000-0000-4000-8000-{number:012}", f"first.last{number}@client.example", f"First Last {number}")
        for number in range(start, start + count)
    ]


def lines(place: Place) -> Iterator[Line]:
    """The lines about applying pools."""
    pool = people(PEOPLE)
    firsts, bares, churns, same = [], [], [], []
    for number in range(ROUNDS):
        store = with_account(place, f"sync{number}")
        firsts.append(seconds(lambda store=store: applied(store, pool)))
        settle(store)
        moved = [*pool[CHURN:], *people(CHURN, PEOPLE)]
        churns.append(seconds(lambda store=store, moved=moved: applied(store, moved)))
        same.append(seconds(lambda store=store, moved=moved: applied(store, moved)))
        bare = with_account(place, f"bare{number}")
        bares.append(seconds(lambda bare=bare: inserted(bare, pool)))
    first = median(firsts)
    way = "bare executemany of the same rows" if place.engine == "sqlite" else "bare COPY of the same rows"
    yield slower(APPLY, first, median(bares), way, 6)
    yield slower("apply of 2 % churn in 50,000", median(churns), first, "the first pool", 0.7)
    yield slower("apply of no change in 50,000", median(same), first, "the first pool", 0.6)
    some = people(FEW)
    ours = median(
        seconds(lambda store=store: applied(store, some))
        for store in (with_account(place, f"few{number}") for number in range(ROUNDS))
    )
    plain = with_account(place, "plain")
    its = seconds(lambda: one_by_one(plain, some))
    yield faster("apply of a first pool of 5,000", ours, its, "one SQLModel object for each user", 20)
    yield memory("memory of `seatbot sync` of 50,000 users", held(place), 300 * MEGABYTE)


def held(place: Place) -> int:
    """The most memory, in bytes, of a process that syncs a large tenant for the first time."""
    tenant = Tenant("large.example")
    for number in range(PEOPLE):
        tenant.add(f"Person Number{number}")
    graph = LocalGraph(tenant)
    store = connected(place, "memory", [tenant])
    with running(graph) as served:
        command = [sys.executable, "-c", SYNC_AND_TELL, tenant.domain]
        settings = environment(store, graph, served)
        told = subprocess.run(command, env=settings, check=True, stdout=subprocess.PIPE)
    return int(told.stdout.split()[-1])


def with_account(place: Place, name: str) -> Store:
    """An empty store with one account."""
    store = place.make(name)
    path = place.folder / "accounts.csv"
    path.write_text("account,status,at\nAcme,active,2026-01-01\n")
    with store.session() as session:
        import_accounts(session, store.workspace, path, actor="cli:anna", clock=store.clock)
    return store


def the_account(store: Store, session: Session) -> Account:
    return accounts.find(session, store.workspace, "Acme")


def applied(store: Store, pool: Sequence[Member]) -> None:
    with store.session() as session:
        account = the_account(store, session)
        done = sync.sync(
            session,
            store.workspace,
            account,
            Given(pool),
            actor="cli:anna",
            clock=store.clock,
            progress=lambda pages, users: None,
        )
    if done.outcome not in ("applied", "unchanged"):
        raise RuntimeError(f"{done.outcome}: {done.refusal}")


def inserted(store: Store, pool: Sequence[Member]) -> None:
    """The rows of a first pool and nothing else."""
    workspace, at = store.workspace.id, to_micros(NOW)
    with store.session() as session:
        account = the_account(store, session).id
        session.rollback()
        begin_writing(session)
        change = ledger.begin_change(session, store.workspace, Kind.SYNC, "cli:anna", NOW)
        users = [(workspace, account, one.id, one.email, names.key(one.email), one.name, True) for one in pool]
        insert_rows(session, USER.name, NEW_USER, users)
        first = session.execute(select(USER.c.id).order_by(USER.c.id).limit(1)).scalar_one()
        rows = [(workspace, account, first + number, "active", at, "sync", change) for number, _ in enumerate(pool)]
        insert_rows(session, LEDGER.name, LEDGER_COLUMNS, rows)
        session.commit()


def one_by_one(store: Store, pool: Sequence[Member]) -> None:
    """The plain way: each user is looked for by id and by address, made and given a row."""
    workspace = store.workspace.id
    with store.session() as session:
        account = the_account(store, session).id
        change = ledger.begin_change(session, store.workspace, Kind.SYNC, "cli:anna", NOW)
        for one in pool:
            same = select(User).where(User.account_id == account, User.external_id == one.id)
            key = names.key(one.email)
            user = (
                session.exec(same).first()
                or session.exec(select(User).where(User.account_id == account, User.email_key == key)).first()
            )
            if user is None:
                user = User(
                    workspace_id=workspace,
                    account_id=account,
                    email=one.email,
                    email_key=key,
                    name=one.name,
                    external_id=one.id,
                    synced=True,
                )
                session.add(user)
                session.flush()
            session.add(
                LedgerRow(
                    workspace_id=workspace,
                    account_id=account,
                    user_id=user.id,
                    status=Status.ACTIVE,
                    at=NOW,
                    cause=Cause.SYNC,
                    change_id=change,
                )
            )
        session.commit()

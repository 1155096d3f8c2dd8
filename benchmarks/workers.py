"""Many accounts whose syncs are due at once, done by one, two and four workers (PostgreSQL)."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlmodel import Session

from benchmarks.stores import Place, Store
from benchmarks.table import Line, answer, duration, number
from bot.clock import system_clock
from bot.playground.directories.graph import LocalGraph, running
from bot.playground.directories.serving import Served
from bot.playground.directories.tenants import Tenant
from bot.services import accounts
from bot.services.imports.accounts import import_accounts
from db.models import CONNECTION, SYNC_RUN, USER, Source, SyncOutcome

ACCOUNTS, PEOPLE = 500, 100
WORKERS = (1, 2, 4)
PATIENCE = 600
SEATBOT = Path(sys.executable).with_name("seatbot")
FOREIGN = ("SLACK_", "SEATBOT_", "MS_", "GOOGLE_")
"""Settings of whoever runs the benchmarks, which are kept out of what is measured."""


def lines(place: Place) -> Iterator[Line]:
    """The lines about workers; none on SQLite, where one process does all."""
    if place.engine == "sqlite":
        return
    tenants = [Tenant(f"client{number}.example") for number in range(ACCOUNTS)]
    for tenant in tenants:
        for person in range(PEOPLE):
            tenant.add(f"Person Number{person}")
    graph = LocalGraph(*tenants)
    with running(graph) as served:
        alone = 0.0
        for workers in WORKERS:
            store = connected(place, f"workers{workers}", tenants)
            before = processor_times()
            took = synced(workers, store, environment(store, graph, served))
            busy = busy_share(before, processor_times())
            alone = alone or took
            once = runs(store) == [ACCOUNTS, ACCOUNTS] and users(store) == ACCOUNTS * PEOPLE
            job = f"{ACCOUNTS} accounts of {PEOPLE} users synced by {workers} worker{'s' if workers > 1 else ''}"
            ratio = f"{number(alone / took)} times as fast, processors {busy:.0%} busy"
            yield Line(job, duration(took), "one worker", duration(alone), ratio, "each once", answer(once))


def connected(place: Place, name: str, tenants: list[Tenant]) -> Store:
    """A store of accounts whose first syncs are due, each seen by an admin before."""
    store = place.make(name)
    path = place.folder / "accounts.csv"
    path.write_text("account,status,at\n" + "".join(f"{tenant.domain},active,2026-01-01\n" for tenant in tenants))
    with store.session() as session:
        import_accounts(session, store.workspace, path, actor="cli:anna", clock=system_clock)
        ids = {account.name: account.id for account in accounts.everyone(session, store.workspace)}
        now = system_clock()
        rows = [
            {
                "account_id": ids[tenant.domain],
                "workspace_id": store.workspace.id,
                "source": Source.M365,
                "target": tenant.id,
                "target_key": tenant.id,
                "options": '{"excluded": [], "groups": [], "guests": false, "licensed_only": false}',
                "connected_by": "cli:anna",
                "connected_at": now,
                "reviewed": True,
                "next_at": now,
                "failures": 0,
            }
            for tenant in tenants
        ]
        session.execute(insert(CONNECTION), rows)
        session.commit()
    return store


def environment(store: Store, graph: LocalGraph, served: Served) -> dict[str, str]:
    """What a process gets that syncs a store's accounts with the local Graph."""
    [secret] = graph.application.secrets
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | {
        "DATABASE_URL": store.url,
        "LOG_FORMAT": "json",
        "MS_CLIENT_ID": graph.application.id,
        "MS_CLIENT_SECRET": secret,
        "MS_AUTHORITY": served.url,
        "GRAPH_URL": f"{served.url}/v1.0",
        "REQUESTS_CA_BUNDLE": served.ca,
    }


def synced(workers: int, store: Store, environment: dict[str, str]) -> float:
    """How many seconds so many processes took until every account was synced."""
    with ExitStack() as stack, (Path(os.devnull)).open("w") as nowhere:
        begun = time.perf_counter()
        for _ in range(workers):
            process = subprocess.Popen([SEATBOT, "worker"], env=environment, stdout=nowhere, stderr=nowhere)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        while runs(store)[0] < ACCOUNTS:
            if time.perf_counter() - begun > PATIENCE:
                raise RuntimeError(f"only {runs(store)} accounts were synced")
            time.sleep(0.2)
        return time.perf_counter() - begun


def processor_times() -> tuple[int, int]:
    """How long all processors of the machine have been idle, and how long they have been there, in Linux's ticks."""
    first = Path("/proc/stat").read_text().splitlines()[0]
    ticks = [int(field) for field in first.split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def busy_share(before: tuple[int, int], after: tuple[int, int]) -> float:
    """The share of the time between two readings in which the processors had something to do."""
    return 1 - (after[0] - before[0]) / (after[1] - before[1])


def runs(store: Store) -> list[int]:
    """How many syncs were applied, and of how many accounts."""
    r = SYNC_RUN.c
    applied = select(func.count(), func.count(r.account_id.distinct())).where(r.outcome == SyncOutcome.APPLIED)
    with Session(store.engine) as session:
        return list(session.execute(applied).one())


def users(store: Store) -> int:
    with Session(store.engine) as session:
        return int(session.execute(select(func.count()).select_from(USER)).scalar_one())

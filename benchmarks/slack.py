"""Slash commands by HTTP, against Bolt's own servers, with many accounts, and at 50 a second."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session

from benchmarks.history import Shape, draw
from benchmarks.slack_client import CHANGE
from benchmarks.slack_serving import ADMIN, CLIENTS, OURS, Json, Server, Stage, bolt, stage
from benchmarks.stores import Place, load
from benchmarks.table import MEGABYTE, Line, answer, duration, faster, memory, plain, slower
from bot.clock import system_clock
from bot.playground import demo
from bot.playground.demo_data import DemoMSP, northwind
from bot.playground.team import NORTHWIND
from bot.services import workspaces
from bot.services.billing import counted, peaks, verify
from bot.services.store import create_store
from db.models import CHANGE as CHANGES
from db.models import DENY_ENTRY, LEDGER

ROUNDS = 5
ROUND_SECONDS = 3.0
REPORTS = 1_000
A_SECOND = 50
LONGEST = 3.0
"""Seconds after which Slack gives an app up."""
AGAIN = 20
"""Of so many commands one is delivered twice."""
MORNING = timedelta(hours=7)


def lines(place: Place, seconds: float) -> Iterator[Line]:
    """The lines about slash commands; commands at 50 a second come for so many seconds."""
    small, msp = demo_store(place)
    large = many_accounts(place)
    with stage(place.folder) as here:
        with ExitStack() as stack:
            ours = stack.enter_context(here.serving(small, *OURS))
            sides = [stack.enter_context(here.serving(small, *bolt(way))) for way in ("own", "asynchronous")]
            yield from against_bolt(here, ours, *sides)
        with here.serving(small, *OURS) as few, here.serving(large, *OURS) as many:
            yield from with_many_accounts(here, few, many)
        with here.serving(small, *OURS) as server:
            yield from at_a_pace(place, small, msp, here, server, seconds)


def demo_store(place: Place) -> tuple[str, DemoMSP]:
    """The demo's 12 accounts with 600 people, as far as today."""
    url = place.address("slack")
    engine = create_store(url)
    place.engines.append(engine)
    now = system_clock()
    msp = northwind((now - MORNING).astimezone(ZoneInfo("Europe/Paris")).date())
    with Session(engine) as session:
        demo.seed(session, msp, now, slack_team=NORTHWIND.id, admin=ADMIN.id)
    return url, msp


def many_accounts(place: Place) -> str:
    """3,000 accounts with 100,000 rows."""
    store = place.make("slack_many")
    load(store, draw(Shape(100_000, months=12)))
    with store.session() as session:
        workspaces.bind_team(session, store.workspace, NORTHWIND.id)
    return store.url


def against_bolt(here: Stage, ours: Server, own: Server, asynchronous: Server) -> Iterator[Line]:
    mine, its_own, its_asynchronous = rates(here, "report", ours, own, asynchronous)
    job = f"slash command `report`, an answer of {CLIENTS} clients'"
    yield faster(job, 1 / mine, 1 / its_own, "Bolt's own server, with Bolt's defaults", 6)
    yield faster(job, 1 / mine, 1 / its_asynchronous, "Bolt's `AsyncApp` on aiohttp, the work in threads", 0.75)
    (mine,) = rates(here, "help", ours)
    yield plain("slash command `help`, which reads little", 1 / mine)


def with_many_accounts(here: Stage, few: Server, many: Server) -> Iterator[Line]:
    by_few, by_many = rates(here, "report", few, many)
    yield slower("the same with 3,000 accounts", 1 / by_many, 1 / by_few, "with 12 accounts", 10)
    yield memory(f"memory of `serve` after {REPORTS:,} reports", held(here, few), 320 * MEGABYTE)
    yield memory("the same with 3,000 accounts", held(here, many), 320 * MEGABYTE)


def rates(here: Stage, text: str, *servers: Server) -> list[float]:
    """Commands a second of each server, the median of a few rounds in which they take turns, after a warm-up."""
    for server in servers:
        here.at_full_speed(server, text, 1)
    rounds = [[here.at_full_speed(server, text, ROUND_SECONDS) for server in servers] for _ in range(ROUNDS)]
    return [median(times) for times in zip(*rounds, strict=True)]


def held(here: Stage, server: Server) -> int:
    """The memory of a server, in bytes, after 1,000 reports."""
    answered = 0.0
    while answered < REPORTS:
        answered += here.at_full_speed(server, "report", 1)
    return server.memory()


def at_a_pace(place: Place, url: str, msp: DemoMSP, here: Stage, server: Server, seconds: float) -> Iterator[Line]:
    """50 commands a second, half of them changes: how long the answers took, and whether each change was made once."""
    plans = [plan(client, msp, seconds) for client in range(CLIENTS)]
    wanted = [command for commands in plans for command in commands if command["changes"]]
    again = sum(command["again"] for commands in plans for command in commands)
    with Session(create_store(url)) as session:
        before = books(session)
        found = here.paced(server, plans)
        session.rollback()
        after = books(session)
        (workspace,) = workspaces.everyone(session)
        peaks.report(session, workspace, workspace.calendar.holding(system_clock()), system_clock())
        differences = verify.differences(session, workspace)
    took = [second for one in found for second in one["took"]]
    numbers = {number for one in found for number in one["changes"] if number}
    made = after.changes - before.changes
    once = (
        made == len(numbers) == len(wanted)
        and after.rows - before.rows == sum(command["rows"] for command in wanted)
        and (after.active, after.denied) == (before.active, before.denied)
        and not any(one["different"] for one in found)
    )
    job = f"{A_SECOND} commands a second for {seconds:g} s, half of them changes"
    yield plain(f"{job}: half of the answers within", median(took))
    yield plain("99 of 100 within", quantiles(took, n=100)[98])
    slowest = max(took)
    yield Line("the slowest", duration(slowest), bound=f"none over {LONGEST:g} s", met=answer(slowest <= LONGEST))
    figure = f"{made:,} of {len(wanted):,}"
    yield Line(f"changes made, {again} commands delivered twice", figure, bound="each once", met=answer(once))
    clean = "clean" if not differences else f"{len(differences)} differences"
    yield Line("`verify` afterwards", clean, bound="clean", met=answer(not differences))


def plan(client: int, msp: DemoMSP, seconds: float) -> list[Json]:
    """The commands of one client, each with the second at which it is due, whether it changes something and how many
    ledger rows it writes. At the end everything is as it was before: each change is taken back, or made undone.

    No two clients change the same people.
    """
    people = [
        (account.name, person.email)
        for account in msp.accounts
        if account.statuses[-1][1] != "closed"
        for person in account.people
        if person.events[-1].active
    ]
    rounds = int(seconds * A_SECOND / CLIENTS / ROUND_COMMANDS)
    commands: list[Json] = []
    for number, (account, email) in enumerate(islice(cycle(people[client::CLIENTS]), rounds)):
        commands += one_round(account, email, f"nobody{number}.{client}@new.example")
    step = CLIENTS / A_SECOND
    for number, command in enumerate(commands):
        command |= {"due": step * (number + client / CLIENTS), "again": (number + client) % AGAIN == 0}
    return commands


ROUND_COMMANDS = 8


def one_round(account: str, email: str, nobody: str) -> list[Json]:
    """A few commands about one person and their account, half of them changes."""
    place = f'"{account}"'
    return [
        {"text": "report", "changes": False, "rows": 0},
        {"text": f"deactivate {email} in {place}", "changes": True, "rows": 1},
        {"text": f"report {place}", "changes": False, "rows": 0},
        {"text": f"deny add {place} {nobody}", "changes": True, "rows": 0},
        {"text": "report last", "changes": False, "rows": 0},
        {"text": f"undo {CHANGE}", "changes": True, "rows": 0},
        {"text": "help", "changes": False, "rows": 0},
        {"text": f"activate {email} in {place}", "changes": True, "rows": 1},
    ]


@dataclass(frozen=True, slots=True)
class Books:
    """What there is: changes, ledger rows, people who are counted and entries that stand on deny lists."""

    changes: int
    rows: int
    active: int
    denied: int


def books(session: Session) -> Books:
    (workspace,) = workspaces.everyone(session)
    changes, rows, denied = (
        session.execute(select(func.count()).select_from(table).where(*which)).scalar_one()
        for table, which in ((CHANGES, ()), (LEDGER, ()), (DENY_ENTRY, (DENY_ENTRY.c.removed_by.is_(None),)))
    )
    return Books(changes, rows, len(counted.people_counted(session, workspace, system_clock())), denied)

"""The jobs that are measured, on one engine, each a line of the table or a few."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import baselines, imports
from benchmarks.history import Shape, draw
from benchmarks.stores import LEDGER_COLUMNS, PEOPLE, Place, Store, load, settle
from benchmarks.table import MEGABYTE, Line, faster, memory, plain, slower
from benchmarks.timing import Job, in_turn, seconds, typical
from bot.clock import system_clock
from bot.services import accounts, history, users
from bot.services.accounts import Account
from bot.services.billing import counted, ledger, peaks, verify
from bot.services.billing.peaks import SLICE, Report
from db.models import EPOCH, LEDGER, USER

SEATBOT = Path(sys.executable).with_name("seatbot")
HALF_A_YEAR = timedelta(days=183)
LARGE = 50_000
ROUNDS = 7


def lines(place: Place, rows: int) -> Iterator[Line]:
    """All lines of an engine's table, as they are measured; the history has so many rows in 36 months."""
    full = filled(place, "full", shape_of(rows))
    yield from reports(full)
    yield from longer_histories(place, full, rows)
    yield from live_changes(full)
    yield from rebuilds(full)
    yield from large_import(place, rows)
    yield from whole_process(full)  # after the others: it reads the system's clock, and rolls up as far as that
    yield from many_people(place, full)


def shape_of(rows: int, months: int = 36) -> Shape:
    """The history of 1 M rows in 36 months that 3,000 accounts have, or a smaller one of that kind."""
    return Shape(rows * months // 36, months, min(3_000, rows // 300))


def filled(place: Place, name: str, shape: Shape) -> Store:
    """A store with a history, rolled up as far as it goes."""
    store = place.make(name)
    load(store, draw(shape))
    report(store)
    return store


def report(store: Store) -> Report:
    now = store.clock()
    with store.session() as session:
        return peaks.report(session, store.workspace, store.workspace.calendar.holding(now), now)


def replay(store: Store) -> baselines.Figures:
    now = store.clock()
    with store.session() as session:
        return baselines.replay(session, store.workspace, store.workspace.calendar.holding(now), now)


def reports(store: Store) -> Iterator[Line]:
    assert baselines.figures_of(report(store)) == replay(store), "the two ways disagree"
    yield against_replay("report of the running period", store, partial(report, store), 15, 500)


def against_replay(job: str, store: Store, run: Job, runs: int, at_least: float) -> Line:
    replayed = seconds(partial(replay, store))
    return faster(job, typical(run, runs), replayed, "every row replayed through SQLModel objects", at_least)


def longer_histories(place: Place, full: Store, rows: int) -> Iterator[Line]:
    short, medium = (filled(place, f"months_{n}", shape_of(rows, n)) for n in (3, 12))
    by_3, by_12, by_36 = in_turn(15, *(partial(report, store) for store in (short, medium, full)))
    yield slower("report with 12 months of history", by_12, by_3, "with 3 months", 1.3)
    yield slower("report with 36 months of history", by_36, by_3, "with 3 months", 1.3)
    tenth = filled(place, "tenth", replace(shape_of(rows), rows=rows // 10))
    few, many = in_turn(15, partial(report, tenth), partial(report, full))
    yield slower(f"report with {rows:,} rows", many, few, f"with {rows // 10:,} rows", 4)


def rebuilds(store: Store) -> Iterator[Line]:
    half_a_year_back = partial(rebuild, store, store.clock() - HALF_A_YEAR)
    yield against_replay("rebuild after an import dated 6 months back", store, half_a_year_back, 5, 20)
    yield against_replay("full rebuild", store, partial(rebuild, store, EPOCH), 3, 4)
    yield against_replay("`seatbot verify`", store, partial(check, store), 3, 4)


def rebuild(store: Store, since: datetime) -> None:
    """What the first report does after rows of a past instant were written."""
    with store.session() as session, ledger.locked(session, store.workspace):
        ledger.outdate(session, store.workspace, since)
    report(store)


def roll_up(store: Store) -> None:
    """Leave nothing that is newer than the rollups."""
    rebuild(store, store.workspace.calendar.holding(store.clock()).start)


def check(store: Store) -> None:
    with store.session() as session:
        assert not verify.differences(session, store.workspace)


def live_changes(store: Store) -> Iterator[Line]:
    now = store.clock()
    with store.session() as session:
        people = counted.people_counted(session, store.workspace, now)[: SLICE + ROUNDS + 1]
    emails = [person.email or "" for person in people]
    rounds = [around_a_change(store, email) for email in emails[:ROUNDS]]
    before, changing, after = (median(times) for times in zip(*rounds, strict=True))
    yield slower("report after one live change", after, before, "the report before it", 2)
    yield plain("deactivating one person", changing)
    roll_up(store)
    deactivate(store, emails[ROUNDS : ROUNDS + SLICE])
    yield plain(f"report after {SLICE:,} live changes", typical(partial(report, store)))
    rolling = seconds(partial(deactivate, store, emails[ROUNDS + SLICE :]))
    yield plain(f"the change after {SLICE:,}, which rolls them up", rolling)
    yield plain("`seatbot why` of one person", typical(partial(why, store, emails[0])))


def around_a_change(store: Store, email: str) -> tuple[float, float, float]:
    """The time of a report with nothing newer than the rollups, of a change, and of a report after it."""
    roll_up(store)
    before = typical(partial(report, store), 3)
    changing = seconds(partial(deactivate, store, [email]))
    return before, changing, typical(partial(report, store), 3)


def deactivate(store: Store, emails: list[str]) -> None:
    with store.session() as session:
        users.deactivate(session, store.workspace, emails, actor="cli:anna", clock=store.clock)


def why(store: Store, email: str) -> None:
    with store.session() as session:
        history.why(session, store.workspace, email, store.clock())


def large_import(place: Place, lines: int) -> Iterator[Line]:
    accounts_file, users_file = place.folder / "accounts.csv", place.folder / "users.csv"
    imports.write_accounts(accounts_file)
    imports.write_users(users_file, lines)
    full, bare = place.make("imported"), place.make("bare")
    for store in (full, bare):
        imports.import_accounts_file(store.url, accounts_file)
        settle(store)
    run = imports.in_process_of_its_own(full.url, users_file)
    people = baselines.stored_rows(full, USER, PEOPLE)
    rows = [row for row in baselines.stored_rows(full, LEDGER, LEDGER_COLUMNS) if row[2] is not None]
    inserted = seconds(partial(baselines.insert_bare, bare, people, rows))
    way = "COPY" if place.engine == "postgresql" else "executemany"
    yield slower(f"import of {lines:,} user lines", run.seconds, inserted, f"bare {way} of the same rows", 10)
    yield memory("most memory of that import", run.memory, 500 * MEGABYTE)


def whole_process(store: Store) -> Iterator[Line]:
    environment = os.environ | {"DATABASE_URL": store.url}
    run = partial(subprocess.run, check=True, env=environment, stdout=subprocess.DEVNULL)
    sides = partial(run, [SEATBOT, "report"]), partial(run, [sys.executable, "-c", "import sqlmodel"])
    against = '`python -c "import sqlmodel"`'
    ours, theirs = in_turn(11, *sides)
    yield slower("`seatbot report` as a whole process", ours, theirs, against, 2)
    change_now(store)
    ours, theirs = in_turn(11, *sides)
    yield slower("the same after a live change", ours, theirs, against, 2)


def change_now(store: Store) -> None:
    """Deactivate somebody by the system's clock, so that the rollups of a process of its own are older."""
    now = max(system_clock(), store.clock())
    with store.session() as session:
        person = counted.people_counted(session, store.workspace, now)[-1]
        users.deactivate(session, store.workspace, [person.email or ""], actor="cli:anna", clock=lambda: now)


def many_people(place: Place, full: Store) -> Iterator[Line]:
    """Lists at the edge of what is promised."""
    store = filled(place, "many_people", Shape(LARGE * 5, months=12, in_largest=LARGE))
    account, now = Account(1, "Client 00001"), store.clock()

    def listed_accounts() -> None:
        with full.session() as session:
            accounts.listed(session, full.workspace, full.clock())

    def listed_users() -> None:
        with store.session() as session:
            assert len(users.listed(session, store.workspace, account)) >= LARGE

    def people_counted(of: int | None) -> None:
        with store.session() as session:
            counted.people_counted(session, store.workspace, now, of)

    yield plain("list of all accounts", typical(listed_accounts))
    yield plain(f"list of an account's {LARGE:,} people", typical(listed_users, 3))
    yield plain(f"the people counted of an account of {LARGE:,}", typical(partial(people_counted, account.id), 3))
    yield plain("the people counted of its workspace", typical(partial(people_counted, None), 3))

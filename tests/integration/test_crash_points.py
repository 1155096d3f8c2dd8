"""Killed at any point, an operation was done or was not; repeated, it is done once, and every figure is right."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update
from sqlmodel import Session

from bot.services import accounts, connections, deny_list, privacy, undo, users
from bot.services.billing import peaks, verify
from bot.services.directories.base import Options
from bot.services.errors import AlreadyTakenBack, NotConnected, Refusal
from bot.services.faq import own
from bot.services.faq.topics import Topic
from bot.services.imports.accounts import import_accounts
from bot.services.imports.topics import import_topics
from bot.services.imports.users import import_users
from bot.services.workspaces import Workspace
from db.models import CHANGE, HELD_MEMBER, SYNC_RUN, USER, HoldState, Kind, Source
from tests.conftest import NOW, DrivenClock, Store
from tests.crash_points import Chosen, Operation, contents, crash, derived, points_of, restore, save
from tests.tenants import tenant_of

ACCOUNTS = "account,status,at\nAlpha,active,2026-09-01\nBeta,trial,2026-09-15\n"
USERS = """account,email,status,at,name,external_id
Alpha,ann@alpha.test,active,2026-09-02,Ann,
Alpha,bob@alpha.test,active,2026-09-03,Bob,id-bob
Alpha,cat@alpha.test,active,2026-10-01,,
Alpha,dan@alpha.test,inactive,2026-10-01,,
Beta,eve@beta.test,active,2026-09-20,Eve,
Beta,fay@beta.test,active,2026-09-20,,
"""
LATE = "account,email,status,at\nBeta,gus@beta.test,active,2026-09-22\nAlpha,cat@alpha.test,inactive,2026-09-10\n"
MEMBER = {"external_id": "id-eve", "email": "eve@beta.test"}
SYNCED = ["ann@alpha.test", "bob@alpha.test", "eve@beta.test"]

FILES = {
    "accounts.csv": "account,status,at,domain,trial_ends\n"
    "Beta,active,2026-11-03,beta.test,2026-11-02\nGamma,active,,gamma.test,\nAlpha,active,2026-09-01,,\n",
    "plain.csv": "account,email,status,name,external_id\n"
    "Alpha,new@alpha.test,active,New,\nAlpha,dan@alpha.test,active,,\nAlpha,rob@alpha.test,active,Rob,id-bob\n"
    "Beta,eve@beta.test,inactive,Eve Two,\n",
    "at.csv": "account,email,status,at\n"
    "Alpha,new@alpha.test,active,2026-09-05\nAlpha,new@alpha.test,inactive,2026-11-02\n"
    "Alpha,cat@alpha.test,inactive,2026-10-28\nBeta,fay@beta.test,inactive,2026-09-25\n",
    "own.yaml": "language: en\ntopics:\n"
    "  own-a: {question: A?, answer: Ask bob@alpha.test, phrasings: a}\n"
    "  own-b: {question: B, answer: b, phrasings: b}\n",
    "everybody.csv": "account,email,status\nAlpha,ann@alpha.test,active\nAlpha,new@alpha.test,active\n",
}


@dataclass
class Situation:
    """What an operation is given."""

    session: Session
    workspace: Workspace
    folder: Path
    actor: str = "ada"
    clock: Callable[[], Any] = lambda: NOW

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.actor, "clock": self.clock}

    def account(self, name: str) -> accounts.Account:
        return accounts.find(self.session, self.workspace, name)

    def latest(self, kind: Kind) -> str:
        found = select(CHANGE.c.id).where(CHANGE.c.kind == kind).order_by(CHANGE.c.id.desc()).limit(1)
        return str(self.session.execute(found).scalar_one())

    def users(self, name: str, **how: Any) -> Any:
        return import_users(self.session, self.workspace, self.folder / name, **how, **self.by)


def deny(s: Situation) -> Any:
    return deny_list.add(s.session, s.workspace, s.account("Alpha"), ["*@alpha.test", "later@alpha.test"], **s.by)


def deactivate(s: Situation, **how: Any) -> Any:
    asked = ["ann@alpha.test", "fay@beta.test", "dan@alpha.test"]
    return users.deactivate(s.session, s.workspace, asked, reason="ann@alpha.test leaves", **how, **s.by)


def connect(s: Situation, name: str) -> Any:
    by: Any = {"identify": tenant_of, **s.by}
    at = (s.session, s.workspace, s.account(name), Source.M365, f"{name}.test")
    return connections.connect(*at, options=Options(guests=True), **by)


OPERATIONS: dict[str, Callable[[Situation], Any]] = {
    "import of accounts": lambda s: import_accounts(s.session, s.workspace, s.folder / "accounts.csv", **s.by),
    "import of users": lambda s: s.users("plain.csv"),
    "import of users with instants": lambda s: s.users("at.csv"),
    "import of everybody": lambda s: s.users("everybody.csv", complete=True, force=True),
    "deactivate": deactivate,
    "deny add": deny,
    "import of topics": lambda s: import_topics(s.session, s.workspace, s.folder / "own.yaml", **s.by),
    "undo of topics": lambda s: undo.undo(s.session, s.workspace, change=s.latest(Kind.TOPICS), **s.by),
    "undo": lambda s: undo.undo(s.session, s.workspace, change=s.latest(Kind.DENY_ADD), **s.by),
    "undo of the latest from Slack": lambda s: undo.undo(s.session, s.workspace, request="T1.2", **s.by),
    "retract": lambda s: undo.retract(s.session, s.workspace, s.latest(Kind.IMPORT_USERS), **s.by),
    "connect": lambda s: connect(s, "Alpha"),
    "disconnect": lambda s: connections.disconnect(s.session, s.workspace, s.account("Beta"), **s.by),
    "forget": lambda s: privacy.forget(s.session, s.workspace, "bob@alpha.test", **s.by),
    "report": lambda s: peaks.report(s.session, s.workspace, s.workspace.calendar.holding(NOW), NOW),
}
ROWS = {
    "import of accounts": 2,
    "import of users": 3,
    "import of users with instants": 4,
    "import of everybody": 2,
    "deactivate": 2,
    "deny add": 1,
    "undo": 1,
    "undo of the latest from Slack": 1,
}
"""How many rows of the ledger they write; the others none."""

REFUSED_AGAIN = {
    "undo": AlreadyTakenBack,
    "undo of topics": AlreadyTakenBack,
    "retract": AlreadyTakenBack,
    "disconnect": NotConnected,
}
"""What is told to a person who repeats what was done; else, that nothing had to be done."""


@pytest.fixture
def furnished(store: Store, session: Session, workspace: Workspace, tmp_path: Path) -> Workspace:
    """Two clients and their people, an import that could be retracted and changes that could be undone; the rollups end
    a period ago, so that whatever is done next has to go on with them."""
    for name, text in {"first.csv": ACCOUNTS, "people.csv": USERS, "late.csv": LATE, **FILES}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    situation = Situation(session, workspace, tmp_path, clock=DrivenClock(NOW - timedelta(days=40)))
    import_accounts(session, workspace, tmp_path / "first.csv", **situation.by)
    situation.users("people.csv")
    session.execute(update(USER).where(USER.c.email.in_(SYNCED)).values(synced=True))
    session.commit()
    situation.users("late.csv")
    mine = [
        Topic("own-a", "en", "A?", "Nobody knows.", phrasings=("a",)),
        Topic("own-c", "fr", "C ?", "bob@alpha.test"),
    ]
    own.save(session, workspace, mine[:1], **situation.by)
    own.save(session, workspace, [replace(mine[0], answer="bob@alpha.test knows."), mine[1]], **situation.by)
    connect(situation, "Beta")
    patterns = ["bob@alpha.test", "former@alpha.test"]
    deny_list.add(session, workspace, situation.account("Alpha"), patterns, **situation.by)
    users.deactivate(session, workspace, ["eve@beta.test"], reason="after bob@alpha.test", **situation.by)
    of_beta = {"account_id": situation.account("Beta").id, "workspace_id": workspace.id}
    run = insert(SYNC_RUN).values(**of_beta, actor="sync", started_at=NOW, hold=HoldState.WAITING)
    session.execute(insert(HELD_MEMBER).values(run_id=session.execute(run).inserted_primary_key[0], **MEMBER))
    session.commit()
    store.close()
    return workspace


def operation_of(name: str, workspace: Workspace, folder: Path) -> Operation:
    def operation(engine: Engine) -> Any:
        with Session(engine, expire_on_commit=False) as session:
            return OPERATIONS[name](Situation(session, workspace, folder))

    return operation


class Judge:
    """Says what a store holds and what its reports say, and that both agree with the ledger.

    A state is judged once: what is stored is all that a report depends on.
    """

    def __init__(self, engine: Engine, workspace: Workspace) -> None:
        self.engine, self.workspace = engine, workspace
        self.known: list[tuple[Any, Any]] = []

    def seen(self) -> tuple[Any, ...]:
        with Session(self.engine) as session:
            state = contents(session), derived(session)
            figures = next((figures for known, figures in self.known if known == state), None)
            if figures is None:
                figures = judged(session, self.workspace)
                self.known.append((state, figures))
            return state[0], figures


@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_any_point_and_repeated_it_is_done_once(
    store: Store, furnished: Workspace, tmp_path: Path, name: str, chosen: Chosen
) -> None:
    engine, judge, operation = store.engine, Judge(store.engine, furnished), operation_of(name, furnished, tmp_path)
    saved = save(engine)
    before = judge.seen()
    restore(engine, saved)
    points = points_of(engine, operation)
    after = judge.seen()
    written = [len(after[0][table]) - len(before[0][table]) for table in ("ledger", "changes")]
    assert written == [ROWS.get(name, 0), 0 if name == "report" else 1]
    was_done = False
    for number in chosen(points):
        point = points[number]
        restore(engine, saved)
        crash(engine, operation, number)
        found = judge.seen()
        assert found in (before, after), f"half done at point {number} of {len(points)}: {point}"
        assert found == after or not was_done, f"lost again at point {number} of {len(points)}: {point}"
        was_done = found == after
        told = repeated(operation, engine)
        assert judge.seen() == after, f"not the same after point {number} of {len(points)}: {point}"
        if name != "report":
            assert_told(name, told, again=was_done)
    assert was_done


def judged(session: Session, workspace: Workspace) -> list[Any]:
    """The reports of the periods so far, without ids; the rollups are right before and after they were asked for."""
    assert verify.differences(session, workspace) == []
    found = []
    period = workspace.calendar.holding(NOW - timedelta(days=60))
    while period.start <= NOW:
        report = peaks.report(session, workspace, period, NOW)
        counted = (report.current, report.peak, report.peak_at, report.closed, report.daily)
        found.append((*counted, [account._replace(id=0) for account in report.accounts]))
        period = workspace.calendar.after(period)
    assert verify.differences(session, workspace) == []
    return found


def repeated(operation: Operation, engine: Engine) -> Any:
    """What a person is told who does it once more."""
    try:
        return operation(engine)
    except Refusal as refusal:
        return refusal


def assert_told(name: str, told: Any, *, again: bool) -> None:
    if again and name in REFUSED_AGAIN:
        assert isinstance(told, REFUSED_AGAIN[name])
        return
    change = told.id if hasattr(told, "id") else told.change
    assert (change is None) == (again and not name.endswith("from Slack"))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_an_address_is_in_no_file_after_forget_was_killed_and_repeated(
    store: Store, furnished: Workspace, tmp_path: Path
) -> None:
    engine, forget = store.engine, operation_of("forget", furnished, tmp_path)
    saved = save(engine)
    points = points_of(engine, forget)
    restore(engine, saved)
    crash(engine, forget, points.index("after commit"))
    with engine.connect() as server:  # as long as one is open, nothing tidies the files up
        server.execute(select(USER.c.id)).all()
        server.commit()
        assert repeated(forget, engine).change is None
        files = list(tmp_path.glob("seatbot.sqlite3*"))
        assert len(files) == 3
        assert [file.name for file in files if b"bob@alpha" in file.read_bytes()] == []

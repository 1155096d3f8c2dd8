"""A sync killed at any point, from its beginning until it is told: the next worker takes it up, and it is done, or
given up, and told once."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from urllib.request import OpenerDirector

import pytest
from sqlalchemy import Engine, update
from sqlmodel import Session

from bot.jobs import hand_over
from bot.playground.team import GRACE
from bot.services import accounts, connections, daily_syncs, work
from bot.services.daily_syncs import DailySyncs
from bot.services.directories.base import Directory, Member, Options, Pool, Progress
from bot.services.sync_requests import Wish
from bot.services.work import MOST_ATTEMPTS, Presence
from bot.services.workspaces import Workspace
from bot.worker import background
from db.models import CONNECTION, WORK, Source, WorkState
from tests.background import pieces, until
from tests.conftest import NOW, DrivenClock, Store
from tests.crash_points import Chosen, Operation, contents, crash, recount, restore, save, uncrashed
from tests.slack_requests import SYNCED, Desk, desk
from tests.tenants import tenant_of

SENDS = [(OpenerDirector, "open")]
KEPT = ("ledger", "changes", "users", "connections")
WORDS = "Acme is synced."


class Given:
    """A directory that one of the two has left, and somebody has come to."""

    def read(self, progress: Progress) -> Pool:
        return Pool(tuple(Member(email, email) for email in (SYNCED[0], "new@acme.example")))


class Broken:
    """A directory that no reader of ours can read."""

    def read(self, progress: Progress) -> Pool:
        raise ZeroDivisionError


@pytest.fixture
def at(
    store: Store,
    session: Session,
    workspace: Workspace,
    clock: DrivenClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    """Grace is the only admin, and the sync of Acme is due."""
    monkeypatch.setattr("bot.services.sweeping.EVERY", sys.maxsize)  # by chance, and so another point now and then
    with desk(store, session, workspace, clock, tmp_path) as made:
        made.settings = made.settings.model_copy(update={"admins": (GRACE.id,)})
        with Session(store.engine) as writing:
            acme = accounts.find(writing, made.workspace, "Acme")
            given = {"options": Options(), "identify": tenant_of, "actor": "t", "clock": clock}
            connections.connect(writing, made.workspace, acme, Source.M365, "acme.example", **given)  # type: ignore[arg-type]
            writing.execute(update(CONNECTION).values(reviewed=True, next_at=NOW))
            writing.commit()
            hand_over(writing, daily_syncs.NAME, DailySyncs(), NOW)
        clock.advance(minutes=1)
        yield made


def working(at: Desk, directory: Directory) -> Operation:
    """One worker, in one thread, until nothing is due."""

    def run(engine: Engine) -> None:
        jobs, presence = background(at.settings, engine, at.clock, lambda connection: directory), Presence(engine)
        number = presence.number()
        with Session(engine) as session:
            while task := work.claim(session, jobs._works, number, at.clock()):
                jobs._do(task)
        presence.end()

    return run


def taken_up(at: Desk, engine: Engine) -> None:
    """What the one that was killed had waits again, or is given up."""
    jobs = background(at.settings, engine, at.clock)

    def is_free() -> bool:
        with Session(engine) as session:
            work.recover(session, 0, [], at.clock(), jobs._give_up)
        return all(state != WorkState.DOING for _, state, _ in pieces(engine))

    until(is_free, "the server to see that the worker is gone")


def told(at: Desk) -> list[str]:
    """The news in the admin's direct message, which are taken away."""
    found = at.slack.messages_seen_by(GRACE.id, at.direct_message())
    for message in found:
        at.slack.delete(message)
    return [message.text.partition("\n")[0] for message in found]


def kept(engine: Engine) -> list[object]:
    with Session(engine) as session:
        found = contents(session)
    return [found[name] for name in KEPT]


def test_killed_at_any_point_it_is_done_and_told_once(at: Desk, store: Store, chosen: Chosen) -> None:
    engine, run = store.engine, working(at, Given())
    saved, before = save(engine), kept(engine)
    restore(engine, saved)
    recount(engine)
    points, _ = uncrashed(engine, run, SENDS)
    after = kept(engine)
    assert after != before
    assert told(at) == [WORDS]
    assert sum(point.endswith("open") for point in points) > 1
    for number in chosen(points):
        restore(engine, saved)
        recount(engine)
        crash(engine, run, number, SENDS)
        assert kept(engine)[:3] in (before[:3], after[:3])
        taken_up(at, engine)
        at.clock.advance(minutes=2)
        run(engine)
        at.clock.advance(minutes=-2)
        where = f"after point {number} of {len(points)}: {points[number]}"
        assert told(at) == [WORDS], where
        assert {state for _, state, _ in pieces(engine)} == {WorkState.DONE}, where
    assert at.refused() == []


def test_killed_at_any_point_of_its_last_attempt_it_is_given_up_and_told_once(
    at: Desk, store: Store, chosen: Chosen
) -> None:
    engine, run = store.engine, working(at, Broken())
    asked = json.dumps(asdict(Wish(GRACE.id, "en", "Europe/London")))
    with engine.begin() as connection:
        connection.execute(update(WORK).values(payload=asked, attempts=MOST_ATTEMPTS - 1))
    saved, before = save(engine), kept(engine)
    points, _ = uncrashed(engine, run, SENDS)
    assert told(at) == ["Acme: the sync failed."]
    for number in chosen(points):
        restore(engine, saved)
        crash(engine, run, number, SENDS)
        taken_up(at, engine)
        at.clock.advance(minutes=2)
        run(engine)
        at.clock.advance(minutes=-2)
        where = f"after point {number} of {len(points)}: {points[number]}"
        assert told(at) == ["Acme: the sync failed."], where
        assert [state for _, state, _ in pieces(engine)] == [WorkState.FAILED, WorkState.DONE], where
        assert kept(engine) == before, where
    assert at.refused() == []

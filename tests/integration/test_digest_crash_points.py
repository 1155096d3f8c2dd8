"""A digest killed at any point, from when it is due until it is posted: the next worker goes on, and it is posted once,
and the next one tells what comes after."""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import OpenerDirector

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from bot.playground.team import GRACE
from bot.services import users, work
from bot.services.workspaces import Workspace
from bot.worker import background
from db.models import WorkState
from tests.background import pieces, until
from tests.conftest import DrivenClock, Store
from tests.crash_points import Chosen, crash, recount, restore, save, uncrashed
from tests.digests import add, fall_due, posted, work_off
from tests.slack_requests import PEOPLE, Desk, desk

SENDS = [(OpenerDirector, "open")]


@pytest.fixture
def at(
    store: Store,
    session: Session,
    workspace: Workspace,
    clock: DrivenClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    """A digest is due, and tells that somebody was set inactive."""
    monkeypatch.setattr("bot.services.sweeping.EVERY", sys.maxsize)  # by chance, and so another point now and then
    with desk(store, session, workspace, clock, tmp_path) as made:
        made.settings = made.settings.model_copy(update={"admins": (GRACE.id,)})
        made.slack.grant("channels:history")
        work_off(made)  # the months before are closed by then
        id_ = add(made)
        with Session(store.engine) as writing:
            users.deactivate(writing, made.workspace, PEOPLE[:1], actor=GRACE.id, clock=clock)
        fall_due(made, id_)
        yield made


def taken_up(at: Desk, engine: Engine) -> None:
    """What the one that was killed had waits again."""
    jobs = background(at.settings, engine, at.clock)

    def is_free() -> bool:
        with Session(engine) as session:
            work.recover(session, 0, [], at.clock(), jobs._give_up)
        return all(state != WorkState.DOING for _, state, _ in pieces(engine))

    until(is_free, "the server to see that the worker is gone")


def go_on(at: Desk, engine: Engine) -> None:
    """The next worker, for as long as there is something to do."""
    begun = at.clock.now
    for _ in range(4):
        work_off(at, engine)
        at.clock.advance(seconds=10)
    at.clock.now = begun


def told(at: Desk) -> list[bool]:
    """Of each digest in the channel whether it tells what happened; they are taken away."""
    found = posted(at)
    for message in found:
        at.slack.delete(message)
    return ["Fewer are counted: Acme −1 → 11." in message.text for message in found]


def test_killed_at_any_point_it_is_posted_once(at: Desk, store: Store, chosen: Chosen) -> None:
    engine = store.engine
    saved = save(engine)
    points, _ = uncrashed(engine, lambda forked: work_off(at, forked), SENDS)
    assert told(at) == [True]
    assert sum(point.endswith("open") for point in points) > 1
    for number in chosen(points):
        restore(engine, saved)
        recount(engine)
        crash(engine, lambda forked: work_off(at, forked), number, SENDS)
        taken_up(at, engine)
        go_on(at, engine)
        where = f"after point {number} of {len(points)}: {points[number]}"
        assert told(at) == [True], where
        assert {state for _, state, _ in pieces(engine)} == {WorkState.DONE}, where
    assert at.refused() == []

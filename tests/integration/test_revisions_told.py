"""Revised statements as they are told: in the channels that get a digest about everything, else to the admins; once,
wherever a worker is killed."""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import OpenerDirector

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from bot.playground.team import BILLING, CAMILLE, GRACE, RANDOM, Channel
from bot.services import accounts, digests, posts, work, workspaces
from bot.services.billing import statements
from bot.services.imports.users import import_users
from bot.services.recipients import Recipient
from bot.services.workspaces import Workspace
from bot.worker import background
from db.models import WorkState
from tests.background import pieces, until
from tests.conftest import DrivenClock, Store
from tests.crash_points import Chosen, crash, recount, restore, save, uncrashed
from tests.digests import add, posted, settle, work_off
from tests.slack_requests import App, Desk, desk

SENDS = [(OpenerDirector, "open")]
REVISED = "revision 2: the peak is 14 instead of 13."


@pytest.fixture
def at(
    store: Store,
    session: Session,
    workspace: Workspace,
    clock: DrivenClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    """All periods that are over are closed."""
    monkeypatch.setattr("bot.services.sweeping.EVERY", sys.maxsize)  # by chance, and so another point now and then
    with desk(store, session, workspace, clock, tmp_path) as made:
        made.settings = made.settings.model_copy(update={"admins": (GRACE.id,)})
        made.slack.change_channel(RANDOM.id, has_app=True)
        settle(made)
        yield made


def revise(at: Desk, folder: Path) -> None:
    """An import with a date in the last period that is over."""
    path = folder / "late.csv"
    last = at.workspace.calendar.before(at.workspace.calendar.holding(at.clock()))
    path.write_text(f"account,email,status,at\nAcme,late@acme.example,active,{last.first_day.isoformat()}\n")
    with Session(at.store.engine) as session:
        import_users(session, at.workspace, path, actor="cli:test", clock=at.clock)
    at.clock.advance(seconds=1)


def told(at: Desk, channel: Channel = BILLING) -> list[str]:
    """What a channel has read about revisions."""
    return [one.text for one in posted(at, channel) if REVISED in one.text or "révision 2" in one.text]


def direct(at: Desk) -> list[str]:
    return [one.text for one in at.slack.messages_seen_by(GRACE.id, at.direct_message()) if REVISED in one.text]


def recipients(at: Desk) -> list[str]:
    with Session(at.store.engine) as session:
        return statements.recipients(session, at.workspace)


def test_without_a_channel_the_admins_are_told(at: Desk, tmp_path: Path) -> None:
    revise(at, tmp_path)
    settle(at)
    assert len(direct(at)) == 1
    assert told(at) == []


def test_each_channel_with_a_digest_about_everything_is_told_once(at: Desk, tmp_path: Path) -> None:
    for every in ("day", "week:mon"):
        add(at, every)
    add(at, channel=RANDOM)
    revise(at, tmp_path)
    settle(at)
    assert (len(told(at)), len(told(at, RANDOM)), direct(at)) == (1, 1, [])


def test_paused_digests_and_those_about_some_accounts_do_not_count(at: Desk) -> None:
    with Session(at.store.engine) as session:
        acme = accounts.find(session, at.workspace, "Acme")
    add(at, accounts=[acme])
    id_ = add(at)
    assert recipients(at) == [BILLING.id]
    with Session(at.store.engine) as session:
        digests.pause(session, at.workspace, id_, actor=GRACE.id, clock=at.clock)
    assert recipients(at) == [posts.ADMINS]
    with Session(at.store.engine) as session:
        digests.resume(session, at.workspace, id_, actor=GRACE.id, clock=at.clock)
        digests.remove(session, at.workspace, id_, actor=GRACE.id, clock=at.clock)
    assert recipients(at) == [posts.ADMINS]


def test_a_channel_by_its_name_is_the_one_known_by_its_id(at: Desk) -> None:
    with Session(at.store.engine) as session:
        for name in (f"#{BILLING.name}", "#elsewhere"):
            wanted = digests.check(at.workspace, Recipient(name, name), "day")
            digests.add(session, at.workspace, wanted, actor="cli:ann", clock=at.clock)
    assert recipients(at) == [f"#{BILLING.name}", "#elsewhere"]
    add(at)
    assert recipients(at) == ["#elsewhere", BILLING.id]


def test_a_channel_reads_the_workspaces_language(at: Desk, tmp_path: Path) -> None:
    add(at, locale="en")
    with Session(at.store.engine, expire_on_commit=False) as session:
        at.workspace, _ = workspaces.change(session, at.workspace, locale="fr", actor="t", clock=at.clock)
    revise(at, tmp_path)
    settle(at)
    [text] = told(at)
    assert "révision 2\u00a0: le pic est de 14 au lieu de 13." in text


def test_where_no_channel_takes_it_the_admins_are_told_once(at: Desk, tmp_path: Path) -> None:
    for channel in (BILLING, RANDOM):
        add(at, channel=channel)
        at.slack.change_channel(channel.id, is_archived=True)
    revise(at, tmp_path)
    settle(at)
    assert len(direct(at)) == 1


def test_its_button_answers_whoever_presses_it(at: Desk, tmp_path: Path) -> None:
    add(at)
    revise(at, tmp_path)
    settle(at)
    [message] = [one for one in posted(at) if REVISED in one.text]
    [action, *_] = [
        element["action_id"] for block in message.blocks if block["type"] == "actions" for element in block["elements"]
    ]
    assert App(at, at.store.engine).gets(at.press(message, action, CAMILLE)) == 200
    assert len(at.slack.messages_seen_by(CAMILLE.id, BILLING.id)) == len(posted(at)) + 1


# Killed at any point


def taken_up(at: Desk, engine: Engine) -> None:
    """What the one that was killed had waits again."""
    jobs = background(at.settings, engine, at.clock)

    def is_free() -> bool:
        with Session(engine) as session:
            work.recover(session, 0, [], at.clock(), jobs._give_up)
        return all(state != WorkState.DOING for _, state, _ in pieces(engine))

    until(is_free, "the server to see that the worker is gone")


def taken(at: Desk) -> int:
    """How often the channel was told; it is taken away."""
    found = [one for one in posted(at) if REVISED in one.text]
    for message in found:
        at.slack.delete(message)
    return len(found)


def test_killed_at_any_point_a_channel_is_told_of_a_revision_once(
    at: Desk, store: Store, tmp_path: Path, chosen: Chosen
) -> None:
    engine = store.engine
    at.slack.grant("channels:history")
    add(at)
    revise(at, tmp_path)
    saved = save(engine)
    points, _ = uncrashed(engine, lambda forked: work_off(at, forked), SENDS)
    assert taken(at) == 1
    assert sum(point.endswith("open") for point in points) > 1
    begun = at.clock.now
    for number in chosen(points):
        point = points[number]
        restore(engine, saved)
        recount(engine)
        crash(engine, lambda forked: work_off(at, forked), number, SENDS)
        taken_up(at, engine)
        for _ in range(4):
            work_off(at, engine)
            at.clock.advance(seconds=10)
        at.clock.now = begun
        where = f"after point {number} of {len(points)}: {point}"
        assert taken(at) == 1, where
        assert direct(at) == [], where
        assert {state for _, state, _ in pieces(engine)} == {WorkState.DONE}, where
    assert at.refused() == []

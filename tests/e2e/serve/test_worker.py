"""`seatbot worker` from start to end, beside `seatbot serve`."""

import signal
import sys
from pathlib import Path

import pytest

from bot.services import workspaces
from db.models import WorkState
from tests.background import hand_over, notes, pieces, until
from tests.conftest import NOW
from tests.e2e.conftest import PROGRAM, process
from tests.e2e.serve.conftest import Scene

postgres_only = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
WORKER = [str(PROGRAM), "worker"]
SLOW = """
from pathlib import Path
from threading import Event
import bot.worker
from bot.clock import system_clock
from bot.settings import Settings
from tests.background import note
background = bot.worker.background
def slow(engine, task, clock):
    note(engine, task.workspace, "begun", task.subject)
    while not Path("go on").exists():
        Event().wait(0.01)
    note(engine, task.workspace, "ended", task.subject)
def with_slow(*given):
    jobs = background(*given)
    jobs.register("note", slow)
    return jobs
bot.worker.background = with_slow
bot.worker.worker(Settings(), system_clock, stop_within=WITHIN)
"""


def slow(within: float) -> list[str]:
    """A worker that is at its work until the file `go on` is there, and waits so long for that once it is told to
    stop."""
    return [sys.executable, "-c", SLOW.replace("WITHIN", str(within))]


def workspace_of(scene: Scene) -> int:
    with scene.store.session() as session:
        return workspaces.find(session).id


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_on_sqlite_it_is_one_line(scene: Scene) -> None:
    result = process("worker", url=scene.store.url, folder=scene.folder)
    line = "More workers need PostgreSQL: on SQLite “seatbot serve” does all background work. Set DATABASE_URL.\n"
    assert (result.returncode, result.stdout, result.stderr) == (1, "", line)


@postgres_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_works_until_it_is_told_to_stop(scene: Scene, number: signal.Signals) -> None:
    with scene.serving(program=WORKER, SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="") as worker:
        worker.logged("working")
        worker.tell(number)
        assert worker.ended() == 0
    assert [entry["event"] for entry in worker.entries()] == ["working", "stopping", "stopped"]


@postgres_only
def test_told_to_stop_it_finishes_what_is_under_way(scene: Scene) -> None:
    workspace = workspace_of(scene)
    hand_over(scene.store.engine, workspace, ["a"], NOW.replace(year=2020))
    with scene.serving(program=slow(20), PYTHONPATH=str(Path(__file__).parents[3])) as worker:
        until(lambda: notes(scene.store.engine) == [("begun", "a")], "the work to begin")
        worker.tell()
        worker.logged("stopping")
        (scene.folder / "go on").touch()
        assert worker.ended() == 0
    assert notes(scene.store.engine) == [("begun", "a"), ("ended", "a")]
    assert pieces(scene.store.engine) == [("a", WorkState.DONE, 1)]


@postgres_only
def test_what_takes_too_long_is_cut_off_and_another_worker_takes_it_up(scene: Scene) -> None:
    workspace = workspace_of(scene)
    hand_over(scene.store.engine, workspace, ["a"], NOW.replace(year=2020))
    path = {"PYTHONPATH": str(Path(__file__).parents[3])}
    with scene.serving(program=slow(0.1), **path) as worker:
        until(lambda: notes(scene.store.engine) == [("begun", "a")], "the work to begin")
        worker.tell()
        assert worker.ended() == 1
    (scene.folder / "go on").touch()
    with scene.serving(program=slow(20), **path) as worker:
        until(lambda: pieces(scene.store.engine) == [("a", WorkState.DONE, 2)], "the work to be done")
        worker.tell()
        assert worker.ended() == 0
    assert notes(scene.store.engine) == [("begun", "a"), ("begun", "a"), ("ended", "a")]

"""The writers of a process queue in it."""

from threading import Event, Lock, Thread

import pytest

from db import session
from db.session import in_turn


@pytest.fixture(autouse=True)
def _nobody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "TURN", Lock())


class Writer(Thread):
    """One that takes its turn, and keeps it until it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.writes, self.may_end = Event(), Event()

    def run(self) -> None:
        with in_turn():
            self.writes.set()
            self.may_end.wait(10)


def test_one_writes_at_a_time() -> None:
    first, second = Writer(), Writer()
    first.start()
    assert first.writes.wait(10)
    second.start()
    assert not second.writes.wait(0.1)
    first.may_end.set()
    assert second.writes.wait(10)
    second.may_end.set()
    first.join()
    second.join()


def test_whoever_waits_too_long_goes_on_and_takes_nobodys_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "BUSY_SECONDS", 0.01)
    first = Writer()
    first.start()
    assert first.writes.wait(10)
    with in_turn():
        assert session.TURN.locked()
    assert session.TURN.locked()  # it is still that of the first
    first.may_end.set()
    first.join()
    assert not session.TURN.locked()


def test_a_writer_that_fails_gives_its_turn_back() -> None:
    with pytest.raises(ValueError, match="broken"), in_turn():
        raise ValueError("broken")
    assert not session.TURN.locked()

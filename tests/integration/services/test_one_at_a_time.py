"""One sync of an account at a time, in threads and in processes, and after a kill."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.services.errors import SyncUnderWay
from bot.services.one_at_a_time import alone
from tests.background import PAUSE, until
from tests.conftest import Store
from tests.crash_points import FORK, forked


def is_free(store: Store, account: int) -> bool:
    try:
        with alone(store.engine, account):
            return True
    except SyncUnderWay:
        return False


def test_an_account_is_held_against_the_same_thread_and_others_and_free_after(store: Store) -> None:
    with ThreadPoolExecutor(1) as other:
        with alone(store.engine, 7):
            assert not is_free(store, 7)
            assert not other.submit(is_free, store, 7).result()
            assert other.submit(is_free, store, 8).result()
        assert other.submit(is_free, store, 7).result()
        assert is_free(store, 7)


def test_an_account_is_free_after_a_sync_that_failed(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), alone(store.engine, 7):
        _ = 1 / 0
    assert is_free(store, 7)


def test_of_eight_that_come_at_once_one_gets_the_account(store: Store) -> None:
    entered: list[int] = []

    def enter(number: int) -> bool:
        try:
            with alone(store.engine, 7):
                entered.append(number)
                until(lambda: refused == 7, "the others to be refused")
                return True
        except SyncUnderWay:
            return False

    refused = 0
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(enter, number) for number in range(8)]
        until(lambda: sum(future.done() for future in futures) == 7, "seven to be refused")
        refused = 7
        assert sorted(future.result() for future in futures) == [False] * 7 + [True]
    assert len(entered) == 1


def test_a_killed_process_leaves_no_lock_behind(store: Store) -> None:
    receiver, sender = FORK.Pipe(duplex=False)

    def hold() -> None:
        with alone(store.engine, 7):
            sender.send("held")
            PAUSE.wait()

    child = forked(store.engine, hold)
    assert receiver.recv() == "held"
    assert not is_free(store, 7)
    assert is_free(store, 8)
    assert child.process.pid is not None
    os.kill(child.process.pid, signal.SIGKILL)
    assert child.result() is None
    # PostgreSQL may take a moment until it sees that nobody is there.
    until(lambda: is_free(store, 7), "the lock to be free")
    receiver.close()
    sender.close()

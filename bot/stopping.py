"""How a process that serves ends: told once it finishes what is under way, told twice it ends at once."""

import os
import signal
from collections.abc import Callable, Sequence
from threading import Event, Thread
from time import monotonic

import structlog

SECONDS = 8
"""So long what is under way may take once we are told to stop; Docker kills after ten seconds."""

LOOK_SECONDS = 0.5
"""Python heeds a signal that comes just before its thread begins to wait only once the wait is over."""

log = structlog.get_logger(__name__)
Closer = Callable[[float], None]
"""Ends something gracefully within so many seconds."""


class Stop:
    """Waits for SIGINT or SIGTERM, or until something that serves has ended by itself. A second signal ends the process
    at once."""

    def __init__(self) -> None:
        self._event = Event()
        self.is_broken = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told)

    def wait(self) -> None:
        """Returns once there is no more to wait for."""
        while not self._event.wait(LOOK_SECONDS):
            pass

    def broken(self) -> None:
        """Something that serves has ended by itself."""
        self.is_broken = True
        self._event.set()

    def _told(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        self._event.set()


def wait_for_signal() -> None:
    """Wait for SIGINT or SIGTERM."""
    Stop().wait()


def close(closers: Sequence[Closer], within: float) -> None:
    """Call all at once and wait for them; where that takes too long, end the process, since its threads would not."""
    if not closers:
        return
    log.info("stopping")
    until = monotonic() + within
    threads = [Thread(target=closer, args=(within,), daemon=True) for closer in closers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, until - monotonic()))
    if any(thread.is_alive() for thread in threads):
        log.error("stopped before everything was finished", seconds=within)
        os._exit(1)

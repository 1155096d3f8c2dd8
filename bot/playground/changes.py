"""The one lock of the local Slack, and the ways to hear of a change: waiting for one, or being called."""

from collections.abc import Callable
from threading import Condition


class Changes:
    """`with self.changed:` guards all state; `_notify` within it tells waiters and watchers."""

    def __init__(self) -> None:
        self.changed = Condition()
        self._watchers: list[Callable[[], None]] = []

    def wait_for(self, condition: Callable[[], object], what: str = "a change", timeout: float = 20) -> None:
        """Wait until the condition holds, which is looked at after every change; raises TimeoutError."""
        with self.changed:
            if not self.changed.wait_for(lambda: bool(condition()), timeout):
                raise TimeoutError(f"waited {timeout:g} s in vain for {what}")

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call the watcher, which must not block, after every change; gives a function that ends it."""
        with self.changed:
            self._watchers.append(watcher)

        def unwatch() -> None:
            with self.changed:
                if watcher in self._watchers:
                    self._watchers.remove(watcher)

        return unwatch

    def _notify(self) -> None:
        self.changed.notify_all()
        for watcher in self._watchers:
            watcher()

"""What goes wrong on demand: refused calls, lost and slow answers, throttling."""

from dataclasses import dataclass

LOST, SLOW, RATELIMITED = "lost", "slow", "ratelimited"
ALWAYS = 1_000_000
ANY = "*"
"""Whichever method is called next."""


@dataclass(slots=True)
class Fault:
    """`what`: `lost` (done, but the connection ends without an answer), `slow` (done, answered `delay` seconds later),
    `ratelimited` (429), or the error code to refuse with; `times` are left."""

    what: str
    times: int
    retry_after: int = 1
    delay: float = 0

    @property
    def is_refusal(self) -> bool:
        """Whether the call has no effect."""
        return self.what not in (LOST, SLOW)


class Faults:
    """What is ordered for each method, `response_url` and `upload` among them. Its owner holds the lock."""

    def __init__(self) -> None:
        self._ordered: dict[str, list[Fault]] = {}

    def order(self, method: str, fault: Fault) -> None:
        """Let it happen to the next calls of the method, after what is ordered already."""
        self._ordered.setdefault(method, []).append(fault)

    def take(self, method: str) -> Fault | None:
        """What happens to this call."""
        ordered = self._ordered.get(method) or self._ordered.get(ANY)
        if not ordered:
            return None
        fault = ordered[0]
        fault.times -= 1
        if fault.times <= 0:
            ordered.pop(0)
        return fault

    def spare(self, method: str, what: str) -> None:
        """Let it not happen after all."""
        self._ordered[method] = [fault for fault in self._ordered.get(method, ()) if fault.what != what]

    def on_any(self) -> list[str]:
        """What is ordered for whichever method is called next."""
        return [fault.what for fault in self._ordered.get(ANY, ())]

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._ordered.clear()

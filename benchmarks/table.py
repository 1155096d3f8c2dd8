"""The table of results, as Markdown."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A job, what it was compared with, and whether the bound is met, in words."""

    job: str
    figure: str
    against: str = ""
    its_figure: str = ""
    ratio: str = ""
    bound: str = ""
    met: str = ""


def faster(job: str, seconds: float, its_seconds: float, against: str, at_least: float) -> Line:
    """A job that has to be so many times faster than another."""
    ratio = its_seconds / seconds
    return Line(
        job,
        duration(seconds),
        against,
        duration(its_seconds),
        f"{number(ratio)} times faster",
        f"at least {at_least:g} times faster",
        answer(ratio >= at_least),
    )


def slower(job: str, seconds: float, its_seconds: float, against: str, at_most: float) -> Line:
    """A job that may take so many times as long as another."""
    ratio = seconds / its_seconds
    return Line(
        job,
        duration(seconds),
        against,
        duration(its_seconds),
        f"{number(ratio)} times",
        f"at most {at_most:g} times",
        answer(ratio <= at_most),
    )


def plain(job: str, seconds: float) -> Line:
    return Line(job, duration(seconds))


def memory(job: str, size: int, below: int) -> Line:
    bound = f"below {below // MEGABYTE} MB"
    return Line(job, f"{size / MEGABYTE:.0f} MB", bound=bound, met=answer(size < below))


def answer(met: bool) -> str:
    return "yes" if met else "**no**"


def number(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 20 else f"{ratio:.2f}"


def duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def markdown(lines: Iterable[Line]) -> str:
    head = ("job", "time", "against", "its time", "ratio", "bound", "met")
    rows = [head, ("---",) * len(head), *map(astuple, lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)

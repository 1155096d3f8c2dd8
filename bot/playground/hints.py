"""What the page offers to try, and the commands of the composer's menu."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command for the menu: as it is typed, such as `/seats report`, what may follow, what it does."""

    command: str
    usage: str = ""
    does: str = ""


Hint = str | Command
Hints = Mapping[str, Sequence[Hint]]
"""For each language: commands of the menu, and whole lines to try. Without commands the lines stand in the menu."""


def examples(hints: Iterable[Hint]) -> list[str]:
    """The lines to try."""
    return [hint for hint in hints if isinstance(hint, str)]


def commands(hints: Sequence[Hint]) -> list[Command]:
    """The commands of the menu."""
    return [hint for hint in hints if isinstance(hint, Command)] or [Command(line) for line in examples(hints)]

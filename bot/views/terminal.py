"""How the command line shows things: tables and colours on a terminal, tab-separated lines in a pipe."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

BARS = " ▁▂▃▄▅▆▇█"
HEIGHT = 6


class Terminal:
    """Standard output for one command. With `as_json` it prints documents and nothing else."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.is_terminal = sys.stdout.isatty()

    def document(self, document: Any) -> None:
        """Print one JSON document."""
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")

    def line(self, text: str, style: str = "") -> None:
        """Print a line; the style shows on a terminal only."""
        if self.is_terminal:
            from rich.console import Console
            from rich.text import Text

            Console(highlight=False).print(Text(text, style=style), soft_wrap=True)
        else:
            sys.stdout.write(text + "\n")

    def table(self, titles: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> None:
        """Print rows under titles; the columns `numbers` stand to the right."""
        if not self.is_terminal:
            for row in (titles, *rows):
                sys.stdout.write("\t".join(row) + "\n")
            return
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for place, title in enumerate(titles):
            table.add_column(Text(title), justify="right" if place in numbers else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))  # as text: brackets in a name are no markup
        Console().print(table)

    def chart(self, labels: tuple[str, str], values: Sequence[int]) -> None:
        """Draw bars, one a day, between a first and a last label; on a terminal only."""
        if self.is_terminal and values and max(values):
            for text in bars(values):
                self.line("  " + text, "cyan")
            left, right = labels
            width = max(2 * len(values) + 7, len(left) + len(right) + 1)
            self.line("  " + left.ljust(width - len(right)) + right, "dim")


def bars(values: Sequence[int], height: int = HEIGHT) -> list[str]:
    """A bar chart as lines, with the highest and the lowest value at the left. The axis begins near the lowest value,
    where the differences are. Pure."""
    low, high = min(values), max(values)
    floor = max(0, low - max(1, (high - low) // 3)) if high > low else 0
    eighths = [round((value - floor) * height * 8 / (high - floor)) for value in values]
    lines = []
    for row in range(height, 0, -1):
        label = str(high) if row == height else str(floor) if row == 1 else ""
        cells = "".join(BARS[min(8, max(0, eighth - (row - 1) * 8))] * 2 for eighth in eighths)
        lines.append(f"{label:>6} {cells}")
    return lines


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error for the reading of a large file; silent in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def fail(lines: Sequence[str]) -> None:
    """Say on standard error why nothing was done, one line a fault."""
    from bot.views.texts import BIDI

    for line in lines:
        sys.stderr.write(line.translate(BIDI) + "\n")

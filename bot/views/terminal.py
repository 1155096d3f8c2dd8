"""How the command line shows things: tables and colours on a terminal, tab-separated lines in a pipe."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from bot.views.parts import Part, Table

BARS = " ▁▂▃▄▅▆▇█"
HEIGHT = 6
STYLES = {"plain": "", "strong": "bold", "warning": "yellow", "small": "dim"}


class Terminal:
    """Standard output for one command. With `as_json` it prints documents and nothing else."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.is_terminal = sys.stdout.isatty()

    def document(self, document: Any, *, on_one_line: bool = False) -> None:
        """Print one JSON document; `on_one_line` at once, for a program that waits for each of several."""
        json.dump(document, sys.stdout, ensure_ascii=False, indent=None if on_one_line else 2)
        sys.stdout.write("\n")
        if on_one_line:
            sys.stdout.flush()

    def documents(self, documents: Iterable[Any]) -> None:
        """Print one JSON list of many documents, of which none has to stay."""
        opening = "["
        for one in documents:
            sys.stdout.write(f"{opening}\n  {json.dumps(one, ensure_ascii=False)}")
            opening = ","
        sys.stdout.write("[]\n" if opening == "[" else "\n]\n")

    def line(self, text: str, style: str = "", *, at_once: bool = False) -> None:
        """Print a line; the style shows on a terminal only. With `at_once` it waits for no more, in a pipe either."""
        if self.is_terminal:
            from rich.console import Console
            from rich.text import Text

            Console(highlight=False).print(Text(text, style=style), soft_wrap=True)
        else:
            sys.stdout.write(text + "\n")
        if at_once:
            sys.stdout.flush()

    def parts(self, parts: Iterable[Part]) -> None:
        """Print sentences, a line each."""
        for part in parts:
            self.line(part.text, STYLES[part.tone])

    def table(self, table: Table) -> None:
        """Print rows under their titles."""
        if not self.is_terminal:
            for row in (table.titles, *table.rows):
                sys.stdout.write("\t".join(row) + "\n")
            return
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table as RichTable
        from rich.text import Text

        drawn = RichTable(box=SIMPLE_HEAD, pad_edge=False)
        console = Console()
        shown = columns_that_fit(table, console.width)
        for place in shown:
            justify: Literal["right", "left"] = "right" if place in table.numbers else "left"
            drawn.add_column(Text(table.titles[place]), justify=justify, overflow="fold")
        for row in table.rows:
            drawn.add_row(*(Text(row[place]) for place in shown))  # as text: brackets in a name are no markup
        console.print(drawn)

    def chart(self, labels: tuple[str, str], values: Sequence[int]) -> None:
        """Draw bars, one a day, between a first and a last label; on a terminal only."""
        if self.is_terminal and values and max(values):
            for text in bars(values):
                self.line("  " + text, "cyan")
            left, right = labels
            width = max(2 * len(values) + 7, len(left) + len(right) + 1)
            self.line("  " + left.ljust(width - len(right)) + right, "dim")


def columns_that_fit(table: Table, width: int) -> list[int]:
    """The columns of a table whose longest words stand beside each other in so many cells: a word is not folded while
    the last columns can go; the first two always stay. Pure."""
    from rich.cells import cell_len

    longest = [
        max((cell_len(word) for row in (table.titles, *table.rows) for word in row[place].split()), default=0)
        for place in range(len(table.titles))
    ]
    count = len(longest)
    while count > 2 and sum(longest[:count]) + 2 * count > width:
        count -= 1
    return list(range(count))


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

"""The console script: reads words, calls a service, prints. Nothing heavy is imported before it is needed."""

import contextlib
import errno
import gc
import io
import os
import sys
from importlib import metadata
from typing import Annotated

import typer

from bot.cli.deny import deny
from bot.cli.digests import digest
from bot.cli.directories import connect, directories
from bot.cli.imports import imports
from bot.cli.people import people
from bot.cli.questions import questions
from bot.cli.reconcile import reconciling
from bot.cli.reports import reports
from bot.cli.serving import serving
from bot.cli.setup import setup
from bot.cli.statements import statements
from bot.cli.topics import topics
from bot.cli.warnings import warn
from bot.cli.what_if import what_if

app = typer.Typer(
    help="Active users and billing peaks of an MSP's usecure accounts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (setup, reports, statements, reconciling, questions, people, directories, serving):
    app.add_typer(part)
app.add_typer(imports, name="import")
app.add_typer(deny, name="deny")
app.add_typer(connect, name="connect")
app.add_typer(topics, name="topics")
app.add_typer(digest, name="digest")
app.add_typer(warn, name="warn")
app.add_typer(what_if, name="what-if")


NEW_OBJECTS = 50_000
"""The garbage collector waits for so many: imports make many that stay, and at Python's own 700 it looks through them
again and again."""

SWITCH_SECONDS = 0.0005
"""So long a thread goes on while another waits for Python's lock. Whoever holds the workspace's lock asks the database
two dozen times and waits for Python's lock after each answer: at Python's own 5 ms writers came faster than they went
(docs/decisions/0017)."""


def main() -> None:
    """The console script `seatbot`."""
    gc.set_threshold(NEW_OBJECTS)
    sys.setswitchinterval(SWITCH_SECONDS)
    if sys.stdout is None:  # closed by whoever started us
        unwritable(OSError(errno.EBADF, os.strerror(errno.EBADF)))
        raise SystemExit(1)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name must never fail to be printed
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")
    try:
        app(standalone_mode=True)
        sys.stdout.flush()
    except SystemExit:
        if not flushed():
            raise SystemExit(1) from None
        raise
    except OSError as error:  # whoever read the answer is gone, or the disk that it goes to is full
        unwritable(error)
        raise SystemExit(1) from None
    finally:
        gc.freeze()  # or Python would search all of it for garbage before it ends: a quarter of a report's time


def flushed() -> bool:
    """Write what is left of the answer; whether that could be done. Otherwise Python would fail at its very end."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        unwritable(error)
        return False
    return True


def unwritable(error: Exception) -> None:
    reason = getattr(error, "strerror", None) or str(error)
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"seatbot: the answer cannot be written: {reason}\n")
        sys.stderr.flush()
    with contextlib.suppress(OSError, ValueError):  # what cannot be written must not be tried again
        if sys.stdout is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def version(asked: bool) -> None:
    if asked:
        typer.echo(f"seatbot {metadata.version('seatbot')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Active users and billing peaks of an MSP's usecure accounts."""

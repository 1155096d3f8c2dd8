"""The console script: reads words, calls a service, prints. Nothing heavy is imported before it is needed."""

import io
import sys

import typer

from bot.cli.deny import deny
from bot.cli.imports import imports
from bot.cli.people import people
from bot.cli.reports import reports
from bot.cli.serving import serving
from bot.cli.setup import setup

app = typer.Typer(
    help="Active users and billing peaks of an MSP's usecure accounts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (setup, reports, people, serving):
    app.add_typer(part)
app.add_typer(imports, name="import")
app.add_typer(deny, name="deny")


def main() -> None:
    """The console script `seatbot`."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name must never fail to be printed
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")
    app()

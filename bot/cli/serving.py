"""`seatbot serve`, `seatbot worker` and `seatbot playground`: the bot in Slack, more hands, and a Slack of its own."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.call import read_settings, texts_for, told

serving = typer.Typer()


def address(text: str) -> tuple[str, int]:
    """HOST:PORT, with brackets around a host of IPv6."""
    host, _, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not bare or (":" in bare) != (host != bare) or not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise typer.BadParameter(f"{text!r} is not HOST:PORT, such as 0.0.0.0:3000")
    return bare, int(port)


@serving.command()
def serve(
    http: Annotated[
        str | None,
        typer.Option(
            "--http",
            metavar="HOST:PORT",
            help="Open this port, 0.0.0.0:3000 for all addresses; port 0 takes a free one.",
        ),
    ] = None,
) -> None:
    """Answer in Slack until stopped: by Socket Mode where SLACK_APP_TOKEN is set, else by HTTP at 127.0.0.1:3000."""
    from bot.clock import system_clock
    from bot.serve import serve

    opened = None if http is None else address(http)
    settings = None
    with told(lambda: texts_for(settings)):
        settings = read_settings()
        serve(settings, system_clock, opened)


@serving.command()
def worker() -> None:
    """Do more background work, beside `seatbot serve`, until stopped. Needs PostgreSQL."""
    from bot.clock import system_clock
    from bot.worker import worker

    settings = None
    with told(lambda: texts_for(settings)):
        settings = read_settings()
        worker(settings, system_clock)


@serving.command()
def playground(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Of the page; 0 takes a free one.")] = 8321,
) -> None:
    """Run a local Slack with the bot and a small MSP in it."""
    import logging

    from bot import logs
    from bot.clock import system_clock
    from bot.playground.run import run
    from bot.stopping import wait_for_signal
    from bot.views.terminal import Terminal

    logs.configure(None, level=logging.WARNING)
    out = Terminal()

    def announce(url: str, console: Path) -> None:
        texts = texts_for(None)
        out.line(texts.say("Open {url} and type /seats. Stop with Ctrl-C.", url=url), "bold", at_once=True)
        out.line(texts.say("In another terminal: {command}", command=f"{console} sync --all --preview"), at_once=True)

    with told(lambda: texts_for(None)):
        run(port, system_clock, announce, wait_for_signal)

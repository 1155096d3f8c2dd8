"""`seatbot serve` and `seatbot playground`: the bot in Slack, and in a Slack of its own."""

from typing import Annotated

import typer

from bot.cli.call import read_settings, texts_for, told

serving = typer.Typer()


@serving.command()
def serve() -> None:
    """Answer in Slack until stopped; connects by Socket Mode."""
    from bot.clock import system_clock
    from bot.serve import serve

    settings = None
    with told(lambda: texts_for(settings)):
        settings = read_settings()
        serve(settings, system_clock)


@serving.command()
def playground(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Of the page; 0 takes a free one.")] = 8321,
) -> None:
    """Run a local Slack with the bot and a small MSP in it."""
    from bot.clock import system_clock
    from bot.playground.run import run
    from bot.serve import wait_for_signal
    from bot.views.terminal import Terminal

    out = Terminal()
    with told(lambda: texts_for(None)):
        run(
            port,
            system_clock,
            lambda url: out.line(texts_for(None).say("Open {url} and type /seats. Stop with Ctrl-C.", url=url), "bold"),
            wait_for_signal,
        )

"""Bolt's own servers around the same work, with which the product's is compared.

`python -m benchmarks.slack_bolt own|asynchronous PORT` serves until it is killed; its settings are those of `seatbot
serve`. "own" is what `App.start` gives; "asynchronous" is `AsyncApp` with its aiohttp server, the work in a thread, as
somebody would write it whose database library blocks.
"""

import asyncio
import sys
from typing import Any

from slack_bolt import App
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Seatbot
from bot.clock import system_clock
from bot.serve import required
from bot.services import store
from bot.settings import Settings
from bot.surfaces.web import web_client


def own(bot: Seatbot, settings: Settings, port: int) -> None:
    client = web_client(settings, required(settings, "slack_bot_token"))
    app = App(client=client, token=client.token, signing_secret=required(settings, "slack_signing_secret"))
    app.command(settings.command)(bot.command)
    app.start(port)


def asynchronous(bot: Seatbot, settings: Settings, port: int) -> None:
    blocking = web_client(settings, required(settings, "slack_bot_token"))
    client = AsyncWebClient(blocking.token, base_url=blocking.base_url)
    app = AsyncApp(client=client, token=client.token, signing_secret=required(settings, "slack_signing_secret"))

    async def command(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        said: list[Any] = []
        work: Any = bot.command  # as it takes them, an acknowledgement and a context are the same in both worlds
        await asyncio.to_thread(work, said.append, body, context, blocking)
        await ack(said[0])

    app.command(settings.command)(command)
    app.start(port)


def main(way: str, port: int) -> None:
    settings = Settings()
    bot = Seatbot(settings, store.open_store(settings.database_url), system_clock)
    {"own": own, "asynchronous": asynchronous}[way](bot, settings, port)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

"""The local Slack on the wire: Web API, `response_url`, Socket Mode and the page, served by uvicorn on loopback."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground import endpoints
from bot.playground.cutting import cut
from bot.playground.directories.clients import ClientDirectory
from bot.playground.hints import Hints
from bot.playground.page import Page
from bot.playground.serving import HOST, listen, serving
from bot.playground.slack import LocalSlack

LOOK_AT_THE_CLOCK = 0.1  # seconds between two looks for commands that were not answered in time


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs."""

    url: str


class SocketLink:
    """One Socket Mode connection: what other threads queue, its task writes."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()

    def send(self, text: str) -> None:
        """Queue one text frame."""
        self._put(text)

    def close(self) -> None:
        """Close the socket after what is queued."""
        self._put(None)

    def cut(self) -> None:
        """End the connection without a goodbye."""
        with suppress(RuntimeError):  # the server has stopped
            self._loop.call_soon_threadsafe(cut, self._websocket.scope)

    async def write(self) -> None:
        """Write what is queued until the connection is closed."""
        while (text := await self._queue.get()) is not None:
            await self._websocket.send_text(text)
        await self._websocket.close()

    def _put(self, text: str | None) -> None:
        with suppress(RuntimeError):  # the server has stopped
            self._loop.call_soon_threadsafe(self._queue.put_nowait, text)


def create_app(slack: LocalSlack, hints: Hints | None = None, directories: Sequence[ClientDirectory] = ()) -> Starlette:
    """The whole local Slack as one application.

    `hints` are example commands for each language (`{"en": ["/seats report"], …}`) which the page offers, `directories`
    those that may be changed on it.
    """

    async def link(websocket: WebSocket) -> None:
        await _link(slack, websocket)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watch = asyncio.create_task(_look_at_the_clock(slack))
        yield
        watch.cancel()

    page = Page(slack, hints or {}, directories)
    return Starlette(
        routes=[
            *endpoints.routes(slack),
            WebSocketRoute("/link/", link),
            *page.routes(),
        ],
        # A page of another site must not reach us under a name of its own.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])],
        lifespan=lifespan,
    )


@contextmanager
def running(
    slack: LocalSlack, port: int = 0, hints: Hints | None = None, directories: Sequence[ClientDirectory] = ()
) -> Iterator[Running]:
    """Serve the local Slack on loopback in a thread while the block runs; port 0 takes a free one.

    Raises PortInUseError.
    """
    listener = listen(port)
    slack.url = f"http://{HOST}:{listener.getsockname()[1]}"
    with serving(create_app(slack, hints, directories), listener, "local-slack"):
        yield Running(slack.url)


async def _look_at_the_clock(slack: LocalSlack) -> None:
    while True:
        await asyncio.sleep(LOOK_AT_THE_CLOCK)
        slack.expire()


async def _link(slack: LocalSlack, websocket: WebSocket) -> None:
    link = SocketLink(websocket)
    await websocket.accept()
    if not slack.connect(websocket.query_params.get("ticket", ""), link):
        await websocket.close(4401, "the ticket is unknown or used")
        return
    writer = asyncio.create_task(link.write())
    try:
        while True:
            slack.receive(await websocket.receive_text())
    except (WebSocketDisconnect, RuntimeError, KeyError):  # gone, closed by us, or a frame that is no text
        pass
    finally:
        slack.drop(link)
        writer.cancel()

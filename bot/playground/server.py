"""The local Slack on the wire: Web API, `response_url`, Socket Mode and the page, served by uvicorn on loopback."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground import web_api
from bot.playground.page import Page
from bot.playground.slack import LocalSlack
from bot.playground.wire import Json, SlackError

HOST = "127.0.0.1"
LOOK_AT_THE_CLOCK = 0.1  # seconds between two looks for commands that were not answered in time
STOP_WITHIN = 2  # seconds for open sockets to end by themselves

_GONE = {"invalid_url", "used_url", "expired_url"}


class PortInUseError(OSError):
    """Somebody else listens on the port."""


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

    async def write(self) -> None:
        """Write what is queued until the connection is closed."""
        while (text := await self._queue.get()) is not None:
            await self._websocket.send_text(text)
        await self._websocket.close()

    def _put(self, text: str | None) -> None:
        with suppress(RuntimeError):  # the server has stopped
            self._loop.call_soon_threadsafe(self._queue.put_nowait, text)


def create_app(slack: LocalSlack, hints: Mapping[str, Sequence[str]] | None = None) -> Starlette:
    """The whole local Slack as one application.

    `hints` are example commands for each language (`{"en": ["/seats report"], …}`) which the page offers.
    """

    async def api(request: Request) -> Response:
        try:
            arguments = await _arguments(request)
        except SlackError as error:
            return JSONResponse(error.as_answer())
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        token = bearer.strip() if scheme.lower() == "bearer" else arguments.text("token")
        method = request.path_params["method"]
        answer = await run_in_threadpool(web_api.call, slack, method, token, arguments)
        return JSONResponse(answer, headers={"x-oauth-scopes": ",".join(slack.team.scopes)})

    async def respond(request: Request) -> Response:
        return await _respond(slack, request)

    async def link(websocket: WebSocket) -> None:
        await _link(slack, websocket)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watch = asyncio.create_task(_look_at_the_clock(slack))
        yield
        watch.cancel()

    page = Page(slack, hints or {})
    return Starlette(
        routes=[
            Route("/api/{method}", api, methods=["GET", "POST"]),
            Route("/response/{kind}/{team}/{key}", respond, methods=["POST"]),
            WebSocketRoute("/link/", link),
            *page.routes(),
        ],
        # A page of another site must not reach us under a name of its own.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])],
        lifespan=lifespan,
    )


@contextmanager
def running(slack: LocalSlack, port: int = 0, hints: Mapping[str, Sequence[str]] | None = None) -> Iterator[Running]:
    """Serve the local Slack on loopback in a thread while the block runs; port 0 takes a free one.

    Raises PortInUseError.
    """
    listener = _listen(port)
    slack.url = f"http://{HOST}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        create_app(slack, hints),
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    server = uvicorn.Server(config)
    ended = Event()

    def serve() -> None:
        try:
            server.run(sockets=[listener])
        finally:
            ended.set()

    # The socket listens already, so a client that comes early waits for the server instead of being refused.
    Thread(target=serve, name="local-slack", daemon=True).start()
    try:
        yield Running(slack.url)
    finally:
        server.should_exit = True
        ended.wait(STOP_WITHIN + 5)
        listener.close()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortInUseError(f"Port {port} is in use or not allowed; choose another one.") from error
    return listener


async def _look_at_the_clock(slack: LocalSlack) -> None:
    while True:
        await asyncio.sleep(LOOK_AT_THE_CLOCK)
        slack.expire()


async def _arguments(request: Request) -> web_api.Arguments:
    """Query, then the body over it: a form, or JSON, whichever it is; raises `invalid_json`, `invalid_form_data`."""
    values: Json = dict(request.query_params)
    body = await request.body()
    if "json" in request.headers.get("content-type", ""):
        values |= _json_object(body, "invalid_json")
    else:
        try:
            values |= dict(parse_qsl(body.decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            raise SlackError("invalid_form_data") from None
    return web_api.Arguments(values)


def _json_object(body: bytes, error: str) -> Json:
    try:
        found = json.loads(body)
    except ValueError:
        raise SlackError(error) from None
    if not isinstance(found, dict):
        raise SlackError(error)
    return found


async def _respond(slack: LocalSlack, request: Request) -> Response:
    body: Json = {}
    try:
        body = _json_object(await request.body(), "invalid_payload")
        await run_in_threadpool(slack.respond, request.path_params["key"], body)
    except SlackError as error:
        slack.note_request("response_url", body, error.as_answer(), (error.code, *error.details))
        return JSONResponse(error.as_answer(), status_code=404 if error.code in _GONE else 400)
    slack.note_request("response_url", body, "ok")
    return PlainTextResponse("ok")


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

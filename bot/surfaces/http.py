"""HTTP: what Slack sends to a public address, and what whoever runs the bot asks of it.

Bolt's own server takes one request at a time and its Starlette handler blocks the event loop: here the app answers in
threads, as many as the database has connections.
"""

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from urllib.parse import parse_qsl

import structlog
import uvicorn
from slack_bolt import App
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.services.consents import PATH
from bot.services.errors import CannotListen
from bot.surfaces.consent import HEADERS, Consents
from bot.surfaces.dispatch import Payload, dispatch
from bot.surfaces.metrics import CONTENT_TYPE, Metrics
from bot.surfaces.signature import is_signed
from db.session import POOL_SIZE

EVENTS = "/slack/events"
"""Where Slack sends everything: events, slash commands, interactivity, options."""
LONGEST_BODY = 1 << 20
LONGEST_DISCARDED = 64 << 20
"""A longer body is not even read to its end before it is refused."""
BODY_SECONDS = 10
READY_SECONDS = 2
KEEP_ALIVE_SECONDS = 75
"""Longer than proxies keep a connection, so that none sends a request into one that is being closed."""
RETRY_HEADERS = ("x-slack-retry-num", "x-slack-retry-reason")

log = structlog.get_logger(__name__)


class Http:
    """The routes, and the threads that answer. `ready` says what is wrong with the database, or None; it may block.
    Without `consents` nobody comes back from Microsoft here."""

    def __init__(
        self,
        app: App,
        secret: str | None,
        clock: Clock,
        ready: Callable[[], str | None],
        metrics: Metrics,
        consents: Consents | None = None,
    ) -> None:
        self._app, self._clock, self._ready, self._metrics = app, clock, ready, metrics
        self._consents = consents
        self._secret = secret.encode() if secret else None
        self._workers = ThreadPoolExecutor(POOL_SIZE, "http")
        self._prober = ThreadPoolExecutor(1, "ready")
        self._probe: asyncio.Future[str | None] | None = None
        self.asgi = Starlette(
            routes=[
                Route(EVENTS, self.events, methods=["POST"]),
                *([Route(PATH, self.consent)] if consents else []),
                Route("/healthz", self.healthz),
                Route("/readyz", self.readyz),
                Route("/metrics", self.metrics),
            ]
        )

    def close(self) -> None:
        """Wait until the app has answered all that it was given."""
        self._workers.shutdown()
        self._prober.shutdown(cancel_futures=True)

    async def events(self, request: Request) -> Response:
        """What Slack sends; 401 for what Slack did not sign within the last five minutes, whatever it is."""
        body = await body_of(request)
        headers = request.headers
        if body is None:
            return self._turned_away(413, "too large")
        timestamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if self._secret is None or not is_signed(self._secret, timestamp, signature, body, self._clock()):
            return self._turned_away(401, "unsigned")
        try:
            payload = parse(body, headers.get("content-type", ""))
        except (ValueError, RecursionError):
            return self._turned_away(400, "unreadable")
        answer = await asyncio.get_running_loop().run_in_executor(
            self._workers, dispatch, self._app, self._metrics, "http", payload, retry_headers(headers)
        )
        return Response(answer.body, answer.status, answer.first_headers_without_set_cookie())

    async def consent(self, request: Request) -> Response:
        """A client's administrator comes back from Microsoft, and reads what came of it."""
        if request.method == "HEAD":  # whoever only looks at the address uses nothing up
            return Response(headers=HEADERS)
        assert self._consents is not None
        answer, languages = dict(request.query_params), request.headers.get("accept-language", "")
        page = await asyncio.get_running_loop().run_in_executor(self._workers, self._consents.page, answer, languages)
        return HTMLResponse(page.html, page.status, HEADERS)

    async def healthz(self, _: Request) -> Response:
        """The process is up."""
        return PlainTextResponse("ok\n")

    async def readyz(self, _: Request) -> Response:
        """The database can be reached and has this program's tables; else 503 and why."""
        loop = asyncio.get_running_loop()
        if self._probe is None or self._probe.done():  # however many ask, the database is asked by one
            self._probe = loop.run_in_executor(self._prober, self._ready)
        try:
            fault = await asyncio.wait_for(asyncio.shield(self._probe), READY_SECONDS)
        except TimeoutError:
            fault = "The database does not answer."
        return PlainTextResponse(f"{fault or 'ready'}\n", 503 if fault else 200)

    async def metrics(self, _: Request) -> Response:
        """Figures in Prometheus' text format."""
        return Response(self._metrics.exposition(), media_type=CONTENT_TYPE)

    def _turned_away(self, status: int, outcome: str) -> Response:
        self._metrics.turned_away(outcome)
        return PlainTextResponse(f"{outcome}\n", status)


class Server:
    """Serves on an open socket, in a thread of its own."""

    def __init__(self, http: Http, listener: socket.socket) -> None:
        self._http, self._listener = http, listener
        self._config = uvicorn.Config(
            http.asgi,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._server = uvicorn.Server(self._config)
        self._thread: Thread | None = None

    def start(self, broken: Callable[[], None]) -> None:
        """Begin to answer; `broken` is called where that ends by itself."""

        def run() -> None:
            try:
                self._server.run([self._listener])
            except Exception:
                log.exception("no longer listening")
                broken()

        log.info("listening", address=shown(self._listener))
        self._thread = Thread(target=run, name="http", daemon=True)
        self._thread.start()

    def close(self, within: float) -> None:
        """Take no more connections, finish and send the answers under way, and end; what takes longer than `within`
        seconds is cut off."""
        self._config.timeout_graceful_shutdown = max(1, int(within) - 1)
        self._server.should_exit = True
        if self._thread:
            self._thread.join()
        self._http.close()


def listen(host: str, port: int) -> socket.socket:
    """An open socket at that address; port 0 takes a free one. Raises CannotListen."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1024)
        except OSError:
            listener.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotListen(address=f"{host}:{port}", reason=reason) from None
    return listener


def shown(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def body_of(request: Request) -> bytes | None:
    """The body; None if it is too large, or does not come.

    The rest of one that is too large is read and thrown away: whoever still sends would not hear the answer.
    """
    kept, length = bytearray(), 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                length += len(chunk)
                if length <= LONGEST_BODY:
                    kept += chunk
                elif length > LONGEST_DISCARDED:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return bytes(kept) if length <= LONGEST_BODY else None


def parse(body: bytes, content_type: str) -> Payload:
    """What Slack sent: JSON, a form, or JSON in the field `payload` of a form. Raises ValueError."""
    text = body.decode()
    if "json" in content_type or text.startswith(("{", "[")):
        payload = json.loads(text)
    else:
        form = dict(parse_qsl(text, keep_blank_values=True))
        payload = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(payload, dict) or not payload:
        raise ValueError("no request of Slack's")
    return payload


def retry_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in RETRY_HEADERS if name in headers}

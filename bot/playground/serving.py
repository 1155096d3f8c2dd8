"""Runs an application on loopback, in a thread, while a block runs."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import uvicorn
from starlette.types import ASGIApp

from bot.playground.cutting import Cuttable

HOST = "127.0.0.1"
STOP_WITHIN = 2  # seconds for open sockets to end by themselves


class Server(uvicorn.Server):
    """Ends the connections that clients hold when it stops: uvicorn leaves them open, TLS ones of idle clients too."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)  # in which they are closed


class PortInUseError(OSError):
    """Somebody else listens on the port."""


def listen(port: int) -> socket.socket:
    """A socket that listens on loopback; port 0 takes a free one. Raises PortInUseError."""
    # asyncio sends small packets at once only where the protocol is named; otherwise an answer on a connection that is
    # kept open waits 40 ms for the client to acknowledge its first half.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortInUseError(f"Port {port} is in use or not allowed; choose another one.") from error
    return listener


@contextmanager
def serving(app: ASGIApp, listener: socket.socket, name: str, tls: ssl.SSLContext | None = None) -> Iterator[None]:
    """Serve on the socket, which is closed in the end. `name` is the thread's."""
    config = uvicorn.Config(
        Cuttable(app),
        log_config=None,  # whoever runs it decides what is done with its log
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        ssl_context_factory=(lambda *_: tls) if tls else None,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    server = Server(config)
    ended = Event()

    def serve() -> None:
        try:
            server.run(sockets=[listener])
        finally:
            ended.set()

    # The socket listens already, so a client that comes early waits for the server instead of being refused.
    Thread(target=serve, name=name, daemon=True).start()
    try:
        yield
    finally:
        server.should_exit = True
        ended.wait(STOP_WITHIN + 5)
        listener.close()

"""Ends a connection without a word, as a broken network does: within uvicorn, by its own transport."""

import asyncio

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

TRANSPORT = "seatbot.transport"


class Lost(Response):
    """No answer: the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cut(scope)
        await asyncio.sleep(0)  # the server learns of it before it looks for an answer


class Cuttable:
    """Puts within reach of an endpoint what ends its connection without a word: uvicorn's own transport."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app(scope, receive, send)


def cut(scope: Scope) -> None:
    """End the connection of a request or a socket at once."""
    if transport := scope.get(TRANSPORT):
        transport.abort()

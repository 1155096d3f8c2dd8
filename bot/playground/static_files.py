"""The page's scripts and sheets as they go to a browser: small, and kept by it as long as they stay the same."""

import hashlib
from functools import cache
from importlib.resources import files

from rjsmin import jsmin
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

TYPES = {"js": "text/javascript", "css": "text/css"}
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def static_files() -> dict[str, bytes]:
    """All of them by name, scripts without what only their readers need."""
    folder = files("bot.playground").joinpath("static")
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.iterdir(), key=lambda one: one.name)}
    return {name: (jsmin(text) if name.endswith(".js") else text).encode() for name, text in texts.items()}


@cache
def version() -> str:
    """The same for the same content."""
    return hashlib.sha256(b"\0".join(static_files().values())).hexdigest()[:12]


def scripts() -> list[str]:
    """The names of the scripts: one that a browser knows of early, it need not find by way of another."""
    return [name for name in static_files() if name.endswith(".js")]


async def serve(request: Request) -> Response:
    """`/static/NAME`, or `/static/VERSION/NAME`, which a browser keeps: what they import has their version too."""
    name = request.path_params["name"]
    if name not in static_files():
        return PlainTextResponse("not found", 404)
    keeps = request.path_params.get("version") == version()
    headers = {"cache-control": FOR_EVER if keeps else "no-cache"}
    return Response(static_files()[name], media_type=TYPES[name.rpartition(".")[2]], headers=headers)

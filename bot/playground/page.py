"""The page: a conversation of one person, kept live over one WebSocket.

The server renders every message; `/live` sends the fragments that a page has not got yet, so that a page which comes
back after a pause catches up by the same way.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from urllib.parse import urlsplit

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.render import Renderer
from bot.playground.slack import LocalSlack, NoSuchButtonError
from bot.playground.team import Channel, Person
from bot.playground.wire import Json, SlackError

Action = Callable[[Json], object]

MOST_MESSAGES = 200
MOST_ENTRIES = 100
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self' ws:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(slots=True)
class Shown:
    """What an open page has got: the version of each message, and the last entry of the panel."""

    messages: dict[str, tuple[object, ...]] = field(default_factory=dict)
    entry: int = 0
    connected: bool | None = None


@dataclass(frozen=True, slots=True)
class View:
    """Who looks, and at which channel."""

    person: Person
    channel: Channel


class Page:
    """Routes of the page; `hints` are example commands for each language."""

    def __init__(self, slack: LocalSlack, hints: Mapping[str, Sequence[str]]) -> None:
        self._slack = slack
        self._hints = hints

    def routes(self) -> list[BaseRoute]:
        """The page, what it loads, its live connection, and what a person does on it."""
        return [
            Route("/", self.show),
            Route("/say", self.say, methods=["POST"]),
            Route("/press", self.press, methods=["POST"]),
            WebSocketRoute("/live", self.live),
            Mount("/static", StaticFiles(directory=str(files("bot.playground").joinpath("static")))),
        ]

    async def show(self, request: Request) -> Response:
        """The whole page, complete without a script but for what moves."""
        html = await run_in_threadpool(self._html, self._view(request.query_params))
        return HTMLResponse(html, headers={"content-security-policy": POLICY, "cache-control": "no-store"})

    async def say(self, request: Request) -> Response:
        """What a person sends: `{"as", "channel", "text"}`."""
        return await self._act(request, lambda body: self._slack.say(*_strings(body, "as", "channel", "text")))

    async def press(self, request: Request) -> Response:
        """A pressed button: `{"as", "ts", "action", "block"}`."""

        def press(body: Json) -> None:
            user_id, ts, action_id, block_id = _strings(body, "as", "ts", "action", "block")
            self._slack.press(user_id, ts, action_id, block_id=block_id)

        return await self._act(request, press)

    async def live(self, websocket: WebSocket) -> None:
        """Send what is new, now and after every change, until the page goes away."""
        if not _same_origin(websocket.headers):
            await websocket.close(4403)
            return
        await websocket.accept()
        loop, changed = asyncio.get_running_loop(), asyncio.Event()
        changed.set()

        def wake() -> None:
            with suppress(RuntimeError):  # the server has stopped
                loop.call_soon_threadsafe(changed.set)

        unwatch = self._slack.watch(wake)
        writer = asyncio.create_task(self._write(websocket, changed))
        try:
            while True:
                await websocket.receive_text()
        except (WebSocketDisconnect, RuntimeError, KeyError):
            pass
        finally:
            unwatch()
            writer.cancel()

    async def _write(self, websocket: WebSocket, changed: asyncio.Event) -> None:
        view, shown = self._view(websocket.query_params), Shown()
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await changed.wait()
                changed.clear()
                if news := await run_in_threadpool(self._news, view, shown):
                    await websocket.send_json(news)

    def _news(self, view: View, shown: Shown) -> Json:
        """What the page has not got yet; it is noted as shown."""
        renderer = Renderer(self._slack, view.person)
        news: Json = {}
        current, fragments = self._conversation(renderer, view, shown.messages)
        if fragments or current.keys() != shown.messages.keys():
            news["messages"] = {"order": list(current), "fragments": fragments}
        entries = [entry for entry in self._slack.journal() if entry.number > shown.entry][-MOST_ENTRIES:]
        if entries:
            news["entries"] = [renderer.entry(entry) for entry in entries]
            shown.entry = entries[-1].number
        connected = self._slack.connections > 0
        if connected != shown.connected:
            news["connected"] = connected
        shown.messages, shown.connected = current, connected
        return news

    def _conversation(
        self, renderer: Renderer, view: View, known: Mapping[str, tuple[object, ...]]
    ) -> tuple[dict[str, tuple[object, ...]], dict[str, Markup]]:
        """The versions of the messages now, and the HTML of those whose version is not the known one."""
        envelopes, buttons = self._slack.waiting(view.person.id)
        versions: dict[str, tuple[object, ...]] = {}
        fragments: dict[str, Markup] = {}
        for message in self._slack.conversation(view.person.id, view.channel.id)[-MOST_MESSAGES:]:
            awaited = tuple(sorted(button for button in buttons if button[0] == message.ts))
            versions[message.ts] = (message.revision, message.envelope_id in envelopes, awaited)
            if known.get(message.ts) != versions[message.ts]:
                fragments[message.ts] = renderer.message(message, envelopes, buttons)
        return versions, fragments

    def _html(self, view: View) -> str:
        renderer = Renderer(self._slack, view.person)
        _, fragments = self._conversation(renderer, view, {})
        return str(
            renderer.page(
                view=view,
                people=[(person, renderer.author(person.id)) for person in self._slack.people.values()],
                channels=self._slack.channels_of(view.person.id),
                channel_name=self._name(view.channel),
                messages=fragments.values(),
                entries=[renderer.entry(entry) for entry in reversed(self._slack.journal()[-MOST_ENTRIES:])],
                hints=self._hints.get(view.person.language, ()),
                connected=self._slack.connections > 0,
                most_entries=MOST_ENTRIES,
            )
        )

    def _name(self, channel: Channel) -> str:
        return self._slack.team.bot_name if channel.with_user else f"#{channel.name}"

    def _view(self, query: QueryParams) -> View:
        """Who and where the address says; the first person and channel where it names none that there is."""
        people = self._slack.people
        person = people.get(query.get("as", "")) or next(iter(people.values()))
        channels = self._slack.channels_of(person.id)
        return View(person, next((one for one in channels if one.id == query.get("channel")), channels[0]))

    async def _act(self, request: Request, action: Action) -> Response:
        if not _same_origin(request.headers) or "json" not in request.headers.get("content-type", ""):
            return JSONResponse({"ok": False, "error": "forbidden"}, status_code=403)
        try:
            await run_in_threadpool(action, await request.json())
        except SlackError as error:
            return JSONResponse(error.as_answer(), status_code=400)
        except NoSuchButtonError:
            return JSONResponse({"ok": False, "error": "no_such_button"}, status_code=404)
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"ok": False, "error": "invalid_arguments"}, status_code=400)
        return JSONResponse({"ok": True})


def _strings(body: Json, *names: str) -> list[str]:
    """These fields of a body; raises KeyError or TypeError where one is missing or no string."""
    values = [body[name] for name in names]
    if not all(isinstance(value, str) for value in values):
        raise TypeError("strings are needed")
    return values


def _same_origin(headers: Headers) -> bool:
    """Whether it comes from our own page, or from no page at all."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")

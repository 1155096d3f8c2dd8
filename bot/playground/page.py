"""The page: a conversation of one person, kept live over one WebSocket.

The server renders every message; `/live` sends the fragments that a page has not got yet, so that a page which comes
back after a pause catches up by the same way. What a person does on it is in page_acts.py.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground import static_files
from bot.playground.directories.clients import ClientDirectory
from bot.playground.directory_panel import DirectoryPanel
from bot.playground.fault_panel import FaultPanel
from bot.playground.hints import Hints, commands, examples
from bot.playground.page_acts import PageActs, same_origin
from bot.playground.prompts import Suggested
from bot.playground.render import Renderer
from bot.playground.slack import LocalSlack
from bot.playground.timeline import Look, Standings, Timeline
from bot.playground.wire import Json

Version = tuple[object, ...]

MOST_ENTRIES = 100
LONGEST_QUERY = 200
HOME, SEARCH = "home", "search"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws://{host}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(slots=True)
class Shown:
    """What an open page looks at and has got: the version of each message, in the channel and in a thread, and of each
    view, and the last entry of the panel."""

    look: Look
    thread_ts: str | None = None
    logs: dict[str, Standings] = field(default_factory=lambda: {"messages": {}, "thread": {}})
    views: dict[str, Version] = field(default_factory=dict)
    home: str | None = None
    suggested: Suggested | None = None
    entry: int = 0
    unread: list[str] | None = None
    connected: bool | None = None
    faults: list[str] | None = None
    is_at_work: bool = False


class Page:
    """Routes of the page."""

    def __init__(self, slack: LocalSlack, hints: Hints, directories: Sequence[ClientDirectory]) -> None:
        self._slack = slack
        self._hints = hints
        self._acts = PageActs(slack)
        self._panel = DirectoryPanel(slack, directories)
        self._faults = FaultPanel(slack)
        self._timeline = Timeline(slack)
        # By person and channel, the latest message that they have seen.
        self._read: defaultdict[str, dict[str, str]] = defaultdict(dict)

    def routes(self) -> list[BaseRoute]:
        """The page, what it loads, its live connection, and what a person does on it."""
        return [
            Route("/", self.show),
            WebSocketRoute("/live", self.live),
            *self._acts.routes(),
            *self._panel.routes(),
            *self._faults.routes(),
            Route("/static/{name}", static_files.serve),
            Route("/static/{version}/{name}", static_files.serve),
        ]

    async def show(self, request: Request) -> Response:
        """The whole page, complete without a script but for what moves."""
        html = await run_in_threadpool(self._html, self._look(request.query_params))
        policy = POLICY.format(host=request.headers["host"])  # one of ours: the server takes no other
        return HTMLResponse(html, headers={"content-security-policy": policy, "cache-control": "no-store"})

    async def live(self, websocket: WebSocket) -> None:
        """Send what is new, now and after every change, until the page goes away. It says its new address when a thread
        is opened or closed in it."""
        if not same_origin(websocket.headers):
            await websocket.close(4403)
            return
        await websocket.accept()
        loop, changed = asyncio.get_running_loop(), asyncio.Event()
        changed.set()

        def wake() -> None:
            with suppress(RuntimeError):  # the server has stopped
                loop.call_soon_threadsafe(changed.set)

        unwatch = self._slack.watch(wake)
        shown = Shown(self._look(websocket.query_params))
        writer = asyncio.create_task(self._write(websocket, changed, shown))
        try:
            while True:
                shown.look = self._look(QueryParams((await websocket.receive_text()).removeprefix("?")))
                changed.set()
        except (WebSocketDisconnect, RuntimeError, KeyError):
            pass
        finally:
            unwatch()
            writer.cancel()

    async def _write(self, websocket: WebSocket, changed: asyncio.Event, shown: Shown) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await changed.wait()
                changed.clear()
                if news := await run_in_threadpool(self._news, shown.look, shown):
                    await websocket.send_json(news)

    def _news(self, look: Look, shown: Shown) -> Json:
        """What the page has not got yet; it is noted as shown."""
        renderer = Renderer(self._slack, look.person)
        news: Json = {}
        if look.tab == HOME:
            self._news_of_home(renderer, look, shown, news)
        else:
            if look.thread_ts != shown.thread_ts:
                news["pane"], shown.logs["thread"] = self._thread(renderer, look)
                shown.thread_ts = look.thread_ts
            for log, thread_ts in self._logs(look).items():
                current, fragments = self._timeline.draw(renderer, look, thread_ts, shown.logs[log])
                if fragments or current.keys() != shown.logs[log].keys():
                    news[log] = {"order": list(current), "fragments": fragments}
                shown.logs[log] = current
            is_at_work = self._slack.is_at_work(look.channel.id)
            if is_at_work != shown.is_at_work:
                news["at_work"] = shown.is_at_work = is_at_work
            suggested = self._suggested(look)
            if suggested != shown.suggested:
                news["prompts"] = renderer.prompts(suggested)
                shown.suggested = suggested
        unread = self._unread(look)
        if unread != shown.unread:
            news["unread"] = shown.unread = unread
        views, fragments = self._views(renderer, look, shown.views)
        if fragments or list(views) != list(shown.views):
            news["views"] = {"order": list(views), "fragments": fragments}
        entries = [entry for entry in self._slack.journal() if entry.number > shown.entry][-MOST_ENTRIES:]
        if entries:
            news["entries"] = [renderer.entry(entry) for entry in entries]
            shown.entry = entries[-1].number
        connected = self._slack.connections > 0
        if connected != shown.connected:
            news["connected"] = connected
        faults = self._slack.faults_on_any()
        if faults != shown.faults:
            news["faults"] = faults
        shown.views, shown.connected, shown.faults = views, connected, faults
        return news

    def _unread(self, look: Look) -> list[str]:
        """The channels that have something new for the person, now that they see the one that they look at."""
        read = self._read[look.person.id]
        if not look.tab:
            read[look.channel.id] = self._slack.latest(look.channel.id)
        return self._slack.unread(look.person.id, read)

    def _first_new(self, look: Look) -> str | None:
        """The first message that others have said since the person last saw the channel; None where they never did."""
        since = None if look.tab else self._read[look.person.id].get(look.channel.id)
        if since is None:
            return None
        said = self._slack.conversation(look.person.id, look.channel.id)
        return next((one.ts for one in said if one.ts > since and one.is_news_to(look.person.id)), None)

    def _thread(self, renderer: Renderer, look: Look) -> tuple[Markup, Standings]:
        """The thread beside the conversation, and how its messages stand in it; empty where none is open."""
        if not look.thread_ts:
            return Markup(), {}
        standings, fragments = self._timeline.draw(renderer, look, look.thread_ts, {})
        return renderer.thread(look.channel, look.thread_ts, fragments.values()), standings

    def _suggested(self, look: Look) -> Suggested | None:
        """What the app suggests, which shows in the direct message with it."""
        is_there = look.channel.with_user and not look.tab
        return self._slack.suggested(look.person.id) if is_there else None

    def _logs(self, look: Look) -> dict[str, str | None]:
        """What of messages stands on the page, with the thread that it is of."""
        if look.tab == HOME:
            return {}
        return {"messages": None} | ({"thread": look.thread_ts} if look.thread_ts else {})

    def _views(
        self, renderer: Renderer, look: Look, known: Mapping[str, Version]
    ) -> tuple[dict[str, Version], dict[str, Markup]]:
        """The modals that the person has open, the lowest first, and the HTML of those that changed."""
        stack = self._slack.modals(look.person.id)
        # What the person puts in changes no version: their page has it already.
        versions: dict[str, Version] = {
            view.id: (view.hash, tuple(view.errors.items()), view.trouble) for view in stack
        }
        changed = [view for view in stack if known.get(view.id) != versions[view.id]]
        return versions, {view.id: renderer.view(view) for view in changed}

    def _news_of_home(self, renderer: Renderer, look: Look, shown: Shown, news: Json) -> None:
        view = self._slack.home(look.person.id)
        version = view.hash if view else ""
        if version != shown.home:
            news["home"] = renderer.home(view)
            shown.home = version

    def _html(self, look: Look) -> str:
        renderer = Renderer(self._slack, look.person)
        texts = renderer.texts
        channel_name = renderer.channel_name(look.channel)
        name = texts["found"].format(query=look.query) if look.query else channel_name
        home = None
        if look.tab == HOME:
            name = self._slack.team.bot_name
            home = renderer.home(self._slack.home(look.person.id))
        hints = self._hints.get(look.person.language, ())
        messages = {} if look.tab == HOME else self._timeline.draw(renderer, look, None, {})[1]
        return str(
            renderer.page(
                look=look,
                people=[(person, renderer.author(person.id)) for person in self._slack.people.values()],
                members=renderer.members(look.channel),
                author=renderer.author,
                channels=self._slack.channels_of(look.person.id),
                channel_name=channel_name,
                place_name=name,
                composer_name=texts["composer"].format(channel=channel_name),
                script_texts=texts["script"]
                | {key: texts[key] for key in ("connected", "not_connected", "refused", "remove")},
                messages=messages.items(),
                first_new=self._first_new(look),
                unread=self._unread(look),
                thread=self._thread(renderer, look)[0],
                prompts="" if home else renderer.prompts(self._suggested(look)),
                home=home,
                static=f"/static/{static_files.version()}",
                scripts=static_files.scripts(),
                app_channel=self._slack.direct_message(look.person.id),
                entries=[renderer.entry(entry) for entry in reversed(self._slack.journal()[-MOST_ENTRIES:])],
                examples=examples(hints),
                commands=commands(hints),
                faults=self._slack.faults_on_any(),
                connected=self._slack.connections > 0,
                has_directories=self._panel.has_any,
                most_entries=MOST_ENTRIES,
            )
        )

    def _look(self, query: QueryParams) -> Look:
        """Who and what the address says; the first person and channel where it names none that there is."""
        people = self._slack.people
        person = people.get(query.get("as", "")) or next(iter(people.values()))
        channels = self._slack.channels_of(person.id)
        channel = next((one for one in channels if one.id == query.get("channel")), channels[0])
        words, thread_ts = query.get("q", "").strip()[:LONGEST_QUERY], query.get("thread", "")
        tab = SEARCH if words else HOME if query.get("tab") == HOME else ""
        is_thread = not tab and bool(self._slack.thread(person.id, channel.id, thread_ts))
        return Look(person, channel, thread_ts if is_thread else None, tab, words)

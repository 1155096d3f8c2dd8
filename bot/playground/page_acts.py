"""What a person does on the page: says, presses, chooses, fills in forms, sends and fetches files."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.choices import options_of
from bot.playground.delivery import Envelope
from bot.playground.directories.clients import ImpossibleError
from bot.playground.elements import NoSuchElementError
from bot.playground.files import LARGEST, File
from bot.playground.render import IMAGES, Renderer
from bot.playground.slack import LocalSlack
from bot.playground.submissions import NotSubmittableError
from bot.playground.team import Person
from bot.playground.wire import Json, SlackError

Act = Callable[[Json], Json | None]

PATIENCE = 4  # seconds: a little more than an app has


class PageActs:
    """Routes for what a person does; every body is JSON with `as`, but for the bytes of a file."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    def routes(self) -> list[BaseRoute]:
        """One route for each act, and the files."""
        acts: dict[str, Act] = {
            "/say": self.say,
            "/react": self.react,
            "/press": self.press,
            "/choose": self.choose,
            "/options": self.options,
            "/submit": self.submit,
            "/close": self.close,
            "/month": self.month,
            "/home": self.home,
            "/shortcut": self.shortcut,
        }
        return [
            *(Route(path, act_route(act), methods=["POST"]) for path, act in acts.items()),
            Route("/upload", self.upload, methods=["POST"]),
            Route("/file/{file_id}", self.file),
        ]

    def say(self, body: Json) -> None:
        """`{"channel", "text", "files": [ids]?, "thread"?, "broadcast"?}`."""
        user_id, channel_id, text = strings(body, "as", "channel", "text")
        thread_ts = body.get("thread") or None
        files = [_string(one) for one in body.get("files") or []]
        for file_id in files:
            if self._slack.file(file_id).user_id != user_id:
                raise SlackError("file_not_found")
        thread_ts = thread_ts and _string(thread_ts)
        self._slack.say(user_id, channel_id, text, files, thread_ts, is_broadcast=body.get("broadcast") is True)

    def react(self, body: Json) -> None:
        """An emoji on a message, put there or taken away: `{"ts", "name"}`."""
        self._slack.react(*strings(body, "as", "ts", "name"))

    def press(self, body: Json) -> None:
        """A button: `{"place": message ts or view id, "block", "action", "value"?}`."""
        user_id, place, block_id, action_id = strings(body, "as", "place", "block", "action")
        value = body.get("value")
        self._slack.press(user_id, place, action_id, None if value is None else _string(value), block_id)

    def choose(self, body: Json) -> None:
        """A choice or what was put in: `{"place", "block", "action", "value": string, list or null}`."""
        user_id, place, block_id, action_id = strings(body, "as", "place", "block", "action")
        value = _value(body.get("value"), self._slack.person(user_id))
        if isinstance(value, list):
            self._slack.choose(user_id, place, action_id, values=value, block_id=block_id)
        else:
            self._slack.choose(user_id, place, action_id, value, block_id=block_id)

    def options(self, body: Json) -> Json:
        """What an app offers for a query, as HTML: `{"place", "block", "action", "query"}`."""
        user_id, place, block_id, action_id, query = strings(body, "as", "place", "block", "action", "query")
        envelope = self._slack.options(user_id, place, action_id, query, block_id)
        offered: list[Json] = []
        if envelope:
            self._wait(envelope)
            offered = self._slack.offered(envelope)
        groups = options_of({"options": offered})
        return {"html": Renderer(self._slack, self._slack.person(user_id)).options(groups)}

    def month(self, body: Json) -> Json:
        """A month of a date picker, as HTML: `{"at": day or "", "days", "months", "chosen": day or ""}`."""
        user_id, at, chosen = strings(body, "as", "at", "chosen")
        renderer = Renderer(self._slack, self._slack.person(user_id))
        start = date.fromisoformat(at) if at else None
        return {"html": renderer.month(start, int(body["days"]), int(body["months"]), chosen)}

    def submit(self, body: Json) -> None:
        """A modal with what was put in: `{"view", "values": {block: value}}`; ends when the app has answered."""
        user_id, view_id = strings(body, "as", "view")
        person = self._slack.person(user_id)
        values = {block: _value(held, person) for block, held in dict(body.get("values") or {}).items()}
        self._wait(self._slack.submit(user_id, view_id, values))

    def close(self, body: Json) -> None:
        """A modal is dismissed: `{"view"}`."""
        self._slack.close_view(*strings(body, "as", "view"))

    def home(self, body: Json) -> None:
        """Home, or with `{"tab": "messages"}` the direct message with the app, is opened."""
        self._slack.open_home(*strings(body, "as", "tab"))

    def shortcut(self, body: Json) -> None:
        """A shortcut of the app is used, on a message where it is one for messages: `{"shortcut", "ts"?}`."""
        user_id, callback_id = strings(body, "as", "shortcut")
        ts = _string(body["ts"]) if body.get("ts") else None
        if all(one.callback_id != callback_id for one in self._slack.team.shortcuts_of(message=ts is not None)):
            raise NoSuchElementError(f"no shortcut {callback_id!r}")
        self._slack.shortcut(user_id, callback_id, ts)

    async def upload(self, request: Request) -> Response:
        """The bytes of a file as they are, whatever type they bear: `?as=…&name=…`; gives its id."""
        if not same_origin(request.headers):
            return _refused("forbidden", 403)
        name = request.query_params.get("name", "").strip()[:255] or "file"
        mimetype = request.headers.get("content-type", "application/octet-stream")
        content = bytearray()
        try:
            async for piece in request.stream():
                content += piece
                if len(content) > LARGEST:
                    return _refused("file_too_large", 413)
            file = await run_in_threadpool(
                self._slack.upload, request.query_params.get("as", ""), name, bytes(content), mimetype
            )
        except ClientDisconnect:
            return _refused("gone", 400)
        except SlackError as error:
            return JSONResponse(error.as_answer(), status_code=400)
        return JSONResponse({"ok": True, "file": file.id})

    async def file(self, request: Request) -> Response:
        """A file that the person may see, to be kept; pictures may be shown too."""
        try:
            found = await run_in_threadpool(
                self._visible, request.query_params.get("as", ""), request.path_params["file_id"]
            )
        except SlackError as error:
            return JSONResponse(error.as_answer(), status_code=404)
        is_image = found.mimetype in IMAGES
        headers = {
            "content-disposition": f"{'inline' if is_image else 'attachment'}; filename*=utf-8''{quote(found.name)}",
            "content-security-policy": "sandbox; default-src 'none'",
            "x-content-type-options": "nosniff",
        }
        return Response(
            found.content, media_type=found.mimetype if is_image else "application/octet-stream", headers=headers
        )

    def _visible(self, user_id: str, file_id: str) -> File:
        """The file, if it is the person's or was shared where they are; raises `file_not_found`."""
        with self._slack.changed:
            self._slack.person(user_id)
            file = self._slack.file(file_id)
            for channel_id in () if file.user_id == user_id else (one for one, _ in file.shares):
                try:
                    self._slack.channel(channel_id, user_id)
                    return file
                except SlackError:
                    continue
            if file.user_id != user_id:
                raise SlackError("file_not_found")
            return file

    def _wait(self, envelope: Envelope) -> None:
        """Until the app has answered, or its three seconds are over; raises `operation_timeout`."""
        try:
            self._slack.wait_for(lambda: envelope.answers or envelope.late or envelope.failed, "answer", PATIENCE)
        except TimeoutError:
            raise SlackError("operation_timeout") from None
        if not envelope.answers:
            raise SlackError("operation_timeout")


def same_origin(headers: Headers) -> bool:
    """Whether it comes from our own page, or from no page at all."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def act_route(act: Act) -> Callable[[Request], Any]:
    """The route of an act: its refusals become statuses."""

    async def route(request: Request) -> Response:
        if not same_origin(request.headers) or "json" not in request.headers.get("content-type", ""):
            return _refused("forbidden", 403)
        try:
            answer = await run_in_threadpool(act, await request.json())
        except SlackError as error:
            return JSONResponse(error.as_answer(), status_code=400)
        except ImpossibleError as error:
            return _refused(error.code, 400)
        except NoSuchElementError:
            return _refused("no_such_element", 404)
        except NotSubmittableError as error:
            return JSONResponse({"ok": False, "error": "not_submittable", "errors": error.errors}, status_code=400)
        except (ValueError, KeyError, TypeError, AttributeError):
            return _refused("invalid_arguments", 400)
        return JSONResponse({"ok": True} | (answer or {}))

    return route


def _refused(error: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": error}, status_code=status)


def strings(body: Json, *names: str) -> list[str]:
    """These fields of a body; raises KeyError or TypeError where one is missing or no string."""
    return [_string(body[name]) for name in names]


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a string is needed")
    return value


def _value(value: object, person: Person) -> object:
    """What was put in: strings as they are; `{"local": "2026-11-03T14:30"}` is an instant in the person's time zone."""
    if isinstance(value, list):
        return [_string(one) for one in value]
    if isinstance(value, dict):
        return int(datetime.fromisoformat(value["local"]).replace(tzinfo=ZoneInfo(person.tz)).timestamp())
    return None if value is None else _string(value)

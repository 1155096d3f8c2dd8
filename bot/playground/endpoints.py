"""What the app reaches by HTTP: the Web API, `response_url`, and the bytes of files, up and down."""

import asyncio
import json
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground import web_api
from bot.playground.cutting import Lost
from bot.playground.faults import LOST
from bot.playground.methods.files import visible
from bot.playground.slack import LocalSlack
from bot.playground.wire import Json, RateLimitedError, SlackError

_GONE = {"invalid_url", "used_url", "expired_url"}


def routes(slack: LocalSlack) -> list[BaseRoute]:
    """All of them."""

    async def api(request: Request) -> Response:
        return await _api(slack, request)

    async def respond(request: Request) -> Response:
        return await _respond(slack, request)

    async def upload(request: Request) -> Response:
        return await _upload(slack, request)

    async def download(request: Request) -> Response:
        return _download(slack, request)

    return [
        Route("/api/{method}", api, methods=["GET", "POST"]),
        Route("/response/{kind}/{team}/{key}", respond, methods=["POST"]),
        Route("/upload/v1/{key}", upload, methods=["POST"]),
        Route("/files-pri/{team_and_file}/download/{name:path}", download),
        Route("/files-pri/{team_and_file}/{name:path}", download),
    ]


async def _api(slack: LocalSlack, request: Request) -> Response:
    try:
        arguments = await _arguments(request)
    except SlackError as error:
        return JSONResponse(error.as_answer())
    token = _bearer(request) or arguments.text("token")
    method = request.path_params["method"]
    answer = await run_in_threadpool(web_api.call, slack, method, token, arguments)
    return await _send(JSONResponse(answer.body, answer.status, dict(answer.headers)), answer.lost, answer.delay)


async def _arguments(request: Request) -> web_api.Arguments:
    """Query, then the body over it: a form, or JSON, whichever it is; raises `invalid_json`, `invalid_form_data`."""
    values: Json = dict(request.query_params)
    body = await request.body()
    if not body:
        return web_api.Arguments(values)
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
    fault = slack.take_fault("response_url")
    try:
        body = _json_object(await request.body(), "invalid_payload")
        web_api.refuse(fault)
        await run_in_threadpool(slack.respond, request.path_params["key"], body)
    except SlackError as error:
        slack.note_request("response_url", body, error.as_answer(), (error.code, *error.details))
        return _refusal(error, 404 if error.code in _GONE else 400)
    answer = web_api.answered(slack, {}, fault)
    slack.note_request("response_url", body, "ok", (LOST,) if answer.lost else ())
    return await _send(PlainTextResponse("ok"), answer.lost, answer.delay)


async def _upload(slack: LocalSlack, request: Request) -> Response:
    """The bytes of a file as they are, whatever type they are said to be, or as the one part of a form with parts."""
    fault = slack.take_fault("upload")
    content = _part(await request.body(), request.headers.get("content-type", ""))
    try:
        web_api.refuse(fault)
        file = slack.receive_upload(request.path_params["key"], content)
    except SlackError as error:
        slack.note_request("upload", {"bytes": len(content)}, error.as_answer(), (error.code, *error.details))
        return _refusal(error, 404 if error.code == "invalid_upload_url" else 400)
    answer = web_api.answered(slack, {}, fault)
    text = f"OK - {len(content)}"
    slack.note_request("upload", {"file": file.id, "bytes": len(content)}, text, (LOST,) if answer.lost else ())
    return await _send(PlainTextResponse(text), answer.lost, answer.delay)


def _download(slack: LocalSlack, request: Request) -> Response:
    """A file for the bot token in the header; whoever shows none is sent to the page where people sign in."""
    token = _bearer(request)
    team_id, _, file_id = request.path_params["team_and_file"].partition("-")
    body = {"file": file_id}
    try:
        web_api.granted(slack, token, "files:read")
        file = slack.file(file_id)
        if team_id != slack.team.id or not visible(slack, file):
            raise SlackError("file_not_found")
    except SlackError as error:
        slack.note_request("download", body, error.as_answer(), (error.code, *error.details))
        if error.code in ("file_not_found", "file_deleted"):
            return PlainTextResponse(error.code, 404)
        return RedirectResponse(f"{slack.url}/?redir={quote(request.url.path)}", 302)
    slack.note_request("download", body, f"{len(file.content)} bytes")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
    return Response(file.content, media_type=file.mimetype, headers=headers)


def _part(body: bytes, content_type: str) -> bytes:
    """The content of the first part that is a file, where the body is made of parts; else the body as it is."""
    if not content_type.startswith("multipart/form-data"):
        return body
    form = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    for part in form.iter_parts():
        if part.get_filename():
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else b""
    return body


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _refusal(error: SlackError, status: int) -> Response:
    if isinstance(error, RateLimitedError):
        return JSONResponse(error.as_answer(), 429, {"retry-after": str(error.retry_after)})
    return JSONResponse(error.as_answer(), status)


async def _send(response: Response, lost: bool, delay: float) -> Response:
    """The answer, later or never."""
    if delay:
        await asyncio.sleep(delay)
    return Lost() if lost else response

"""Answers of the local Microsoft 365, right ones and faulty ones."""

import asyncio
import json
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from bot.playground.cutting import Lost, cut
from bot.playground.directories.graph_faults import Fault, What
from bot.playground.directories.tenants import Json

PROXY_PAGE = "<!doctype html><title>Access denied</title><p>Your organisation's proxy blocked this page.</p>"
IN_ENGLISH = "What it says here is nobody's business but the support's."
"""In every refusal, so that tests find out whether words of a directory get anywhere."""


class CutHalfway(Response):
    """An answer whose connection ends in the middle."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self.body)
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await asyncio.sleep(0)
        cut(scope)


class Silence(Response):
    """No answer until the client has gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


def answer(request: Request, page: Json, status: int = 200) -> JSONResponse:
    """JSON with the ids that Graph sends along."""
    return JSONResponse(page, status, headers=ids(request))


def ids(request: Request) -> dict[str, str]:
    return {"request-id": str(uuid4()), "client-request-id": request.headers.get("client-request-id", str(uuid4()))}


def refusal(request: Request, status: int, code: str) -> JSONResponse:
    """An error of Graph."""
    return answer(request, {"error": {"code": code, "message": IN_ENGLISH, "innerError": ids(request)}}, status)


def entra_refusal(request: Request, status: int, error: str, number: int) -> JSONResponse:
    """An error of Entra."""
    said = {
        "error": error,
        "error_description": f"AADSTS{number}: {IN_ENGLISH} Trace ID: {uuid4()}",
        "error_codes": [number],
        "trace_id": str(uuid4()),
        "correlation_id": str(uuid4()),
    }
    return JSONResponse(said, status, headers={"x-ms-request-id": str(uuid4())})


def instead(request: Request, fault: Fault) -> Response | None:
    """What comes instead of any answer."""
    match fault.what:
        case What.STATUS:
            code = {429: "TooManyRequests", 503: "serviceNotAvailable"}.get(fault.status, "generalException")
            refused = refusal(request, fault.status, code)
            if fault.retry_after is not None:
                refused.headers["Retry-After"] = fault.retry_after
            return refused
        case What.HTML:
            return HTMLResponse(PROXY_PAGE, fault.status)
        case What.REDIRECT:
            return RedirectResponse(fault.link, 302)
        case What.SILENCE:
            return Silence()
        case What.CUT:
            return Lost()
        case What.EXPIRED:
            return refusal(request, 400, "Directory_ExpiredPageToken")
    return None


def spoilt(request: Request, page: Json, fault: Fault) -> Response:
    """A page with a fault in it."""
    match fault.what:
        case What.CUT_HALFWAY:
            return CutHalfway(json.dumps(page), media_type="application/json")
        case What.HALF_JSON:
            text = json.dumps(page)
            return Response(text[: len(text) // 2], media_type="application/json")
        case What.NO_LIST:
            del page["value"]
        case What.EMPTY:
            page = {"@odata.context": page["@odata.context"], "value": []}
        case What.EMPTY_PAGE:
            page["value"] = []
        case What.LINK:
            page["@odata.nextLink"] = fault.link
        case What.LOOP:
            page["@odata.nextLink"] = str(request.url)
        case What.COUNT:
            page["@odata.count"] = page.get("@odata.count", len(page["value"])) + 1
        case What.STUBS:
            page["value"] = [stub(row) for row in page["value"]]
        case What.MISSING:
            for row in page["value"]:
                row.pop(fault.missing, None)
    return answer(request, page)


def stub(row: Json) -> Json:
    """What Graph tells of a member whom the application may not read."""
    return {"@odata.type": "#microsoft.graph.user", "id": row["id"], **dict.fromkeys(row.keys() - {"id"})}

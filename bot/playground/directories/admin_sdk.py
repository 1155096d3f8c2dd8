"""A local Admin SDK and the token endpoint before it, for a customer that can be changed while it is served.

It answers as Google's discovery document has it: partial answers, opaque page tokens, errors with Google's codes.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

import trustme
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.playground.cutting import Lost, cut
from bot.playground.directories.google_customer import (
    READ_MEMBERS,
    READ_USERS,
    Fault,
    GoogleCustomer,
    Mishap,
)
from bot.playground.directories.google_tokens import GRANT, NoToken, Token
from bot.playground.directories.partial import mask_of, masked
from bot.playground.directories.serving import serving_tls
from bot.playground.wire import Json

LOOK_AGAIN = 0.02  # seconds between two looks whether somebody still listens
USERS_AT_MOST, MEMBERS_AT_MOST = 500, 200


@dataclass(frozen=True, slots=True)
class GoogleServed:
    """Where the local Google is: the endpoint of its Admin SDK, the key file of the service account as JSON, and the
    file of the authority that a client must trust."""

    url: str
    key_file: str
    ca: str


@contextmanager
def running(customer: GoogleCustomer, port: int = 0, authority: trustme.CA | None = None) -> Iterator[GoogleServed]:
    """Serve a customer on loopback while the block runs, as `serving_tls` does."""
    with serving_tls(create_app(customer), "local-google", port, authority) as served:
        yield GoogleServed(f"{served.url}/", customer.account.key_file(f"{served.url}/token"), served.ca)


class Denied(Exception):
    """A refusal of the Admin SDK: status, code, and what Google says to it."""

    def __init__(self, status: int, reason: str, message: str, **more: str) -> None:
        super().__init__(reason)
        self.status, self.reason, self.message, self.more = status, reason, message, more

    def as_answer(self) -> Response:
        """As the Admin SDK words it."""
        errors = [{"domain": "global", "reason": self.reason, "message": self.message}]
        error: Json = {"code": self.status, "message": self.message, "errors": errors}
        if "detail" in self.more:
            error["status"] = "PERMISSION_DENIED"
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": self.more["detail"]}]
        return JSONResponse({"error": error}, self.status)


class Halved(Response):
    """An answer of which half arrives before the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        cut(scope)
        await asyncio.sleep(0)


def create_app(customer: GoogleCustomer) -> Starlette:
    """The token endpoint at `/token`, users, and members of groups."""

    async def token(request: Request) -> Response:
        customer.calls.append("token")
        answer = granted(customer, (await request.body()).decode())
        return await happening(request, customer.take("token", 1), answer)

    async def users(request: Request) -> Response:
        customer.calls.append("users")
        return await listed(request, customer, "users", READ_USERS, USERS_AT_MOST, customer.user_rows)

    async def members(request: Request) -> Response:
        customer.calls.append("members")
        derived = request.query_params.get("includeDerivedMembership") == "true"

        def rows() -> list[Json]:
            group = customer.group(request.path_params["key"])
            if group is None:
                raise Denied(404, "notFound", "Resource Not Found: groupKey")
            return customer.member_rows(group, derived=derived)

        return await listed(request, customer, "members", READ_MEMBERS, MEMBERS_AT_MOST, rows)

    return Starlette(
        routes=[
            Route("/token", token, methods=["POST"]),
            Route("/admin/directory/v1/users", users),
            Route("/admin/directory/v1/groups/{key}/members", members),
        ]
    )


def granted(customer: GoogleCustomer, body: str) -> Response:
    """An answer of the token endpoint."""
    form = {name: values[0] for name, values in parse_qs(body).items()}
    try:
        if form.get("grant_type") != GRANT:
            raise NoToken("unsupported_grant_type", "Invalid grant_type")
        token = customer.office.grant(form.get("assertion", ""), customer.is_known)
    except NoToken as refusal:
        status = 401 if refusal.error == "unauthorized_client" else 400
        return JSONResponse({"error": refusal.error, "error_description": refusal.description}, status)
    return JSONResponse({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})


async def listed(
    request: Request,
    customer: GoogleCustomer,
    name: str,
    scope: str,
    at_most: int,
    rows: Callable[[], list[Json]],
) -> Response:
    """A page of a listing, or what happens instead."""
    asked = request.query_params
    token = asked.get("pageToken") or None
    fault = customer.take(name, customer.page_number(token))
    try:
        admit(customer, request, scope)
        if name == "users" and asked.get("customer") not in ("my_customer", customer.id):
            raise Denied(400, "badRequest", "Bad Request")
        size = int(asked.get("maxResults", at_most))
        if not 1 <= size <= at_most:
            raise Denied(400, "invalid", "Invalid Input: maxResults")
        page = page_of(customer, name, token, rows, 0 if fault and fault.what is Mishap.GAP else size)
        if fault and fault.what is Mishap.NOBODY:
            page = {field: value for field, value in page.items() if field not in (name, "nextPageToken")}
        if fault and fault.what is Mishap.SAME_TOKEN and token:
            page["nextPageToken"] = token
        answer: Response = JSONResponse(masked(page, mask_of(asked["fields"]) if "fields" in asked else None))
    except Denied as denied:
        answer = denied.as_answer()
    except ValueError:
        answer = Denied(400, "invalidParameter", "Invalid field selection or number").as_answer()
    return await happening(request, fault, answer)


def page_of(customer: GoogleCustomer, name: str, token: str | None, rows: Callable[[], list[Json]], size: int) -> Json:
    """One page with all its fields; an empty one before it for size 0. Raises Denied."""
    try:
        here, following = customer.page(token, rows, size) if size else ([], customer.gap(token, rows))
    except KeyError:
        raise Denied(400, "invalid", "Invalid Input: pageToken") from None
    page: Json = {"kind": f"admin#directory#{name}", "etag": '"local"'}
    if here:  # an empty page does not have the field
        page[name] = here
    if following:
        page["nextPageToken"] = following
    return page


def admit(customer: GoogleCustomer, request: Request, scope: str) -> Token:
    """Whose token it is, if that may read this. Raises Denied."""
    token = customer.office.issued.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    if token is None:
        raise Denied(401, "authError", "Invalid Credentials")
    if not customer.is_api_on:
        raise Denied(403, "accessNotConfigured", "Admin SDK API is disabled.", detail="SERVICE_DISABLED")
    if scope not in token.scopes:
        code = "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
        raise Denied(403, "insufficientPermissions", "Insufficient authentication scopes.", detail=code)
    if token.subject not in (customer.group_admins if scope == READ_MEMBERS else customer.admins):
        raise Denied(403, "forbidden", "Not Authorized to access this resource/api")
    return token


async def happening(request: Request, fault: Fault | None, answer: Response) -> Response:
    """The answer, or what happens instead."""
    if fault is None or fault.what in (Mishap.SAME_TOKEN, Mishap.GAP, Mishap.NOBODY):
        return answer
    instead = replaced(fault, answer)
    if instead is None:
        while not await request.is_disconnected():
            await asyncio.sleep(LOOK_AGAIN)
        return Lost()
    if fault.retry_after is not None:
        instead.headers["retry-after"] = fault.retry_after
    return instead


def replaced(fault: Fault, answer: Response) -> Response | None:
    """What a mishap makes of an answer; None for silence."""
    match fault.what:
        case Mishap.SILENCE:
            return None
        case Mishap.LOST:
            return Lost()
        case Mishap.CUT:
            return Halved(answer.body, answer.status_code, media_type="application/json")
        case Mishap.HALF:
            return Response(bytes(answer.body)[: len(answer.body) // 2], media_type="application/json")
        case Mishap.HTML:
            return HTMLResponse("<html><body>Sign in to the network</body></html>")
        case Mishap.BARRED:
            return HTMLResponse("<html><body>Forbidden by your administrator</body></html>", 403)
        case Mishap.ELSEWHERE:
            return RedirectResponse("https://elsewhere.example/users")
        case Mishap.NOTHING:
            return Response(b"", media_type="application/json")
        case Mishap.EMPTY:
            return JSONResponse({})
        case Mishap.TOO_MANY | Mishap.BROKEN | Mishap.AWAY as what:
            return Denied(int(what), "backendError", "Try again").as_answer()
        case what:
            return Denied(403, what, "Request rate higher than configured").as_answer()

"""The local Microsoft 365: Graph's lists of users and Entra's tokens, as far as a sync needs them."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

import trustme
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clock import Clock, system_clock
from bot.playground.directories.entra import Entra
from bot.playground.directories.graph_answers import answer, instead, refusal, spoilt, stub
from bot.playground.directories.graph_faults import Faults, What, take
from bot.playground.directories.serving import Served, serving_tls
from bot.playground.directories.tenants import GROUPS, HIDDEN, USERS, Application, Json, Person, Tenant

USUAL = (
    "businessPhones,displayName,givenName,jobTitle,mail,mobilePhone,officeLocation,preferredLanguage,surname,"
    "userPrincipalName,id"
)
"""What Graph tells of a user where nothing is selected."""
LARGEST_PAGE = 999
TAKEN = {"$select", "$top", "$count", "$skiptoken"}


class Asked(NamedTuple):
    """A question that Graph got: its address as it was sent, and its headers."""

    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after this id, being the page of this number."""

    after: str = ""
    page: int = 1

    def token(self) -> str:
        """As a link has it; its percent signs must come back as they are."""
        return "~" + base64.b64encode(json.dumps([self.after, self.page]).encode(), b"-_").decode() + "/'"

    @classmethod
    def of(cls, token: str) -> "Place":
        after, page = json.loads(base64.b64decode(token.strip("~/'"), b"-_"))
        return cls(after, page)


class LocalGraph:
    """The local Microsoft 365 with its application, its tenants, and what goes wrong.

    `page_size` makes pages smaller than asked for; `asked` are the questions to Graph so far.
    """

    def __init__(self, *tenants: Tenant, clock: Clock = system_clock, page_size: int = LARGEST_PAGE) -> None:
        self.application = Application()
        self.tenants = list(tenants)
        self.faults = Faults()
        self.entra = Entra(self.application, self.tenants, self.faults, clock)
        self.page_size = page_size
        self.asked: list[Asked] = []

    def routes(self) -> list[Route]:
        return [
            *self.entra.routes(),
            Route("/v1.0/users", self._users),
            Route("/v1.0/groups/{group}/transitiveMembers/microsoft.graph.user", self._members),
            Route("/v1.0/groups/{group}/transitiveMembers/graph.user", self._members),  # its short name, as SDKs use it
        ]

    async def _users(self, request: Request) -> Response:
        tenant = self._tenant(request)
        if isinstance(tenant, Response):
            return tenant
        if USERS not in tenant.permissions:
            return refusal(request, 403, "Authorization_RequestDenied")
        return self._page(request, tenant.everybody(), "users")

    async def _members(self, request: Request) -> Response:
        tenant = self._tenant(request)
        if isinstance(tenant, Response):
            return tenant
        if GROUPS not in tenant.permissions:
            return refusal(request, 403, "Authorization_RequestDenied")
        group = tenant.groups.get(request.path_params["group"])
        if group is None:
            return refusal(request, 404, "Request_ResourceNotFound")
        asked = request.query_params
        if request.headers.get("ConsistencyLevel") != "eventual" or asked.get("$count") != "true":
            return refusal(request, 400, "Request_UnsupportedQuery")  # a list cast to users is an advanced query
        is_seen = not group.is_hidden or HIDDEN in tenant.permissions
        return self._page(
            request, tenant.members(group) if is_seen else [], "users", as_stubs=USERS not in tenant.permissions
        )

    def _tenant(self, request: Request) -> Tenant | Response:
        """Whose directory the token opens."""
        query = request.url.query
        self.asked.append(Asked(f"{request.url.path}?{query}", dict(request.headers)))
        tenant = self.entra.tenant_of(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if tenant is None:
            return refusal(request, 401, "InvalidAuthenticationToken")
        if not tenant.consented:
            return refusal(request, 401, "Authorization_IdentityNotFound")
        return tenant

    def _page(self, request: Request, people: list[Person], what: str, *, as_stubs: bool = False) -> Response:
        asked = dict(request.query_params)
        try:
            place = Place.of(asked["$skiptoken"]) if "$skiptoken" in asked else Place()
            most = int(asked.get("$top", "100"))
        except ValueError:
            return refusal(request, 400, "Request_BadRequest")
        if not 1 <= most <= LARGEST_PAGE or asked.keys() - TAKEN:
            return refusal(request, 400, "Request_UnsupportedQuery")
        fault = take(self.faults.lists, place.page)
        if fault and (other := instead(request, fault)):
            return other
        size = min(most, self.page_size)
        rest = [person for person in people if person.id > place.after]
        selected = asked.get("$select", USUAL).split(",")
        rows = [select(person.row(), selected) for person in rest[:size]]
        page: Json = {"@odata.context": f"{request.base_url}v1.0/$metadata#{what}"}
        if asked.get("$count") == "true" and place.page == 1:
            page["@odata.count"] = len(people)
        if fault and fault.what is What.EMPTY_PAGE:
            page["@odata.nextLink"] = link(request, asked, Place(place.after, place.page + 1))
        elif len(rest) > size:
            page["@odata.nextLink"] = link(request, asked, Place(rest[size - 1].id, place.page + 1))
        page["value"] = [stub(row) for row in rows] if as_stubs else rows
        return spoilt(request, page, fault) if fault else answer(request, page)


def select(row: Json, selected: list[str]) -> Json:
    """What was asked for of a user."""
    return {name: row[name] for name in selected if name in row}


def link(request: Request, asked: dict[str, str], place: Place) -> str:
    """The address of a page, as Graph writes it: with everything that was asked for the first."""
    kept = [f"{name}={quote(value, safe=',')}" for name, value in asked.items() if name != "$skiptoken"]
    address = str(request.url).partition("?")[0]
    return f"{address}?{'&'.join(kept)}&$skiptoken={quote(place.token(), safe='').replace('~', '%7E')}"


@contextmanager
def running(graph: LocalGraph, port: int = 0, authority: trustme.CA | None = None) -> Iterator[Served]:
    """Serve while the block runs, as `serving_tls` does: Graph below `/v1.0`, Entra beside it."""
    with serving_tls(Starlette(routes=graph.routes()), "local-graph", port, authority) as served:
        yield served

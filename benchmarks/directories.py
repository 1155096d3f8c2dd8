"""Reading a large tenant of Microsoft 365 from the local Graph, against asking for the same pages and parsing them."""

import json
from collections.abc import Iterator

import requests
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.table import Line, slower
from benchmarks.timing import in_turn
from bot.playground.directories.graph import LocalGraph, select
from bot.playground.directories.serving import Served, serving_tls
from bot.playground.directories.tenants import Tenant
from bot.services.directories.m365 import PAGE, SELECTED, Microsoft365
from bot.services.directories.microsoft import MicrosoftCredentials

USERS = 50_000
ROUNDS = 5
MOST_TIMES = 1.5


def lines() -> Iterator[Line]:
    """The lines of the table."""
    tenant = Tenant("large.example")
    graph = LocalGraph(tenant)
    bodies = pages(tenant)

    async def page(request: Request) -> Response:
        """A page that was written before: what the server takes is nobody's time."""
        number = int(request.query_params.get("$skiptoken", "0"))
        link = f"{request.base_url}v1.0/users?$skiptoken={number + 1}"
        last = number + 1 == len(bodies)
        body = bodies[number] if last else bodies[number].replace(b"{", f'{{"@odata.nextLink":"{link}",'.encode(), 1)
        return Response(body, media_type="application/json")

    with serving_tls(Starlette(routes=[*graph.entra.routes(), Route("/v1.0/users", page)]), "large-tenant") as served:
        [secret] = graph.application.secrets
        credentials = MicrosoftCredentials(
            graph.application.id, secret, authority=served.url, graph_url=f"{served.url}/v1.0", ca=served.ca
        )
        directory = Microsoft365(credentials, tenant.id)
        assert len(directory.read(lambda pages, users: None).members) == USERS
        time, bare = in_turn(ROUNDS, lambda: directory.read(lambda pages, users: None), lambda: ask(served))
    yield slower(f"read a tenant of {USERS:,} users", time, bare, "requests and json alone", MOST_TIMES)


def pages(tenant: Tenant) -> list[bytes]:
    """All users of a large tenant, as Graph writes them."""
    rows = [select(tenant.add(f"Person Number{number}").row(), SELECTED.split(",")) for number in range(USERS)]
    return [json.dumps({"value": rows[start : start + PAGE]}).encode() for start in range(0, USERS, PAGE)]


def ask(served: Served) -> int:
    """The pages and their JSON, and nothing else."""
    read = 0
    link = f"{served.url}/v1.0/users"
    with requests.Session() as session:
        session.trust_env = False
        session.verify = served.ca
        while link:
            page = session.get(link, timeout=60).json()
            read += len(page["value"])
            link = page.get("@odata.nextLink")
    return read

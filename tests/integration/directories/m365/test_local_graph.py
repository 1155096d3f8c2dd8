"""The local Graph answers as Microsoft describes Graph, and Microsoft's own client reads it."""

import asyncio
import json
import ssl
from contextlib import aclosing
from importlib.resources import files
from typing import Any

import httpx
import jsonschema_rs
import pytest
import requests
from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient
from msgraph_core import GraphClientFactory

from bot.playground.directories.graph_faults import What
from bot.playground.directories.tenants import Person
from tests.integration.directories.m365.conftest import Scene

SCHEMA = json.loads(
    files("bot.playground.directories").joinpath("graph_users_page.schema.json").read_text(encoding="utf-8")
)
VALID = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)
ALL = "id,displayName,mail,userPrincipalName,proxyAddresses,accountEnabled,userType,assignedLicenses"


@pytest.fixture
def token(scene: Scene) -> str:
    scene.read()
    return next(iter(scene.graph.entra.tokens))


def pages(scene: Scene, token: str, path: str) -> list[dict[str, object]]:
    """All pages from this one on, each of which is as Microsoft describes it."""
    found = []
    headers = {"Authorization": f"Bearer {token}", "ConsistencyLevel": "eventual"}
    link: object = f"{scene.served.url}/v1.0/{path}"
    with requests.Session() as session:
        session.trust_env = False
        while isinstance(link, str):
            page = session.get(link, headers=headers, verify=scene.served.ca).json()
            VALID.validate(page)
            found.append(page)
            link = page.get("@odata.nextLink")
    return found


def test_users_are_as_microsoft_describes_them(scene: Scene, token: str) -> None:
    scene.tenant.add("Room", enabled=False, is_licensed=False, mail=None, proxies=[])
    scene.tenant.keep(Person(None, "a_b.example#EXT#@acme.example", kind="Guest"))
    scene.tenant.add("Old Hand", kind=None)
    group = scene.tenant.add_group("all", *scene.tenant.people.values())
    members = f"groups/{group.id}/transitiveMembers/microsoft.graph.user?$count=true&$top=999"
    for path in ("users", "users?$top=3", f"users?$select={ALL}", members, f"{members}&$select={ALL}"):
        found = pages(scene, token, path)
        assert [len(page["value"]) for page in found] == [2, 2, 2]  # type: ignore[arg-type]


@pytest.mark.parametrize("what", [What.EMPTY, What.EMPTY_PAGE, What.LINK, What.COUNT, What.MISSING])
def test_answers_that_mislead_are_as_microsoft_describes_them(scene: Scene, token: str, what: What) -> None:
    page_itself = f"{scene.served.url}/v1.0/users?$skiptoken=gone"
    scene.graph.faults.order(what, page=1, link=page_itself)
    headers = {"Authorization": f"Bearer {token}"}
    with requests.Session() as session:
        session.trust_env = False
        page = session.get(f"{scene.served.url}/v1.0/users", headers=headers, verify=scene.served.ca).json()
    VALID.validate(page)


def test_what_is_not_selected_is_absent(scene: Scene, token: str) -> None:
    [first, _] = pages(scene, token, "users")
    usual = first["value"][0]  # type: ignore[index]
    assert usual.keys().isdisjoint({"proxyAddresses", "accountEnabled", "userType", "assignedLicenses"})
    [first, _] = pages(scene, token, "users?$select=id,userType")
    assert first["value"][0].keys() == {"id", "userType"}  # type: ignore[index]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of classes that the client itself uses
def test_microsofts_own_client_lists_the_users(scene: Scene) -> None:
    group = scene.tenant.add_group("two", *scene.tenant.everybody()[:2])
    users, members = asyncio.run(by_microsoft(scene, group.id))
    assert users == {(one.id, one.email) for one in scene.read().members}
    assert members == {one.id for one in scene.tenant.everybody()[:2]}


async def by_microsoft(scene: Scene, group: str) -> tuple[set[tuple[str, str]], set[str]]:
    """Everybody of the tenant, and the members of a group, as azure-identity and msgraph-sdk read them."""
    host = scene.served.url.removeprefix("https://")
    tls = ssl.create_default_context(cafile=scene.served.ca)
    with ClientSecretCredential(
        scene.tenant.id,
        scene.graph.application.id,
        scene.secret,
        authority=scene.served.url,
        disable_instance_discovery=True,
        connection_verify=scene.served.ca,
    ) as credential:
        provider = AzureIdentityAuthenticationProvider(
            credential, scopes=[f"https://{host}/.default"], allowed_hosts=[host.partition(":")[0]]
        )
        # The client's middleware takes the transport's place, and closes it not.
        async with (
            aclosing(httpx.AsyncHTTPTransport(verify=tls, trust_env=False)) as transport,
            httpx.AsyncClient(transport=transport, trust_env=False) as http,
        ):
            adapter = GraphRequestAdapter(provider, GraphClientFactory.create_with_default_middleware(client=http))
            adapter.base_url = f"{scene.served.url}/v1.0"
            client = GraphServiceClient(request_adapter=adapter)
            users = set()
            page = await client.users.get()
            while page:
                users |= {(user.id, user.mail) for user in page.value}
                page = await client.users.with_url(page.odata_next_link).get() if page.odata_next_link else None
            asked: RequestConfiguration[Any] = RequestConfiguration()
            asked.headers.add("ConsistencyLevel", "eventual")
            link = f"{adapter.base_url}/groups/{group}/transitiveMembers/graph.user?$count=true"
            cast = client.groups.by_group_id(group).transitive_members.graph_user.with_url(link)
            members = await cast.get(request_configuration=asked)
    return users, {member.id for member in members.value}

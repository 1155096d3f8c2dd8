"""The directories of the demo's clients, as if all that syncs brought had come from them; and the way to them."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import trustme
from pydantic import SecretStr

from bot.clock import Clock
from bot.playground.demo_data import DemoAccount, DemoMSP, DemoPerson, Directory
from bot.playground.directories import admin_sdk, graph
from bot.playground.directories.clients import ClientDirectory, Entry, GoogleClient, MicrosoftClient, Standing

CLIENTS: Mapping[Directory, type[MicrosoftClient] | type[GoogleClient]] = {
    "m365": MicrosoftClient,
    "google": GoogleClient,
}


class DemoDirectories:
    """The directories of the clients that have one."""

    def __init__(self, msp: DemoMSP, clock: Clock) -> None:
        self.clients: list[ClientDirectory] = [
            CLIENTS[account.directory](account.name, account.domain, entries(account), clock)
            for account in msp.accounts
            if account.directory
        ]

    @contextmanager
    def served(self, folder: Path) -> Iterator[dict[str, Any]]:
        """Serve them on loopback while the block runs; gives the fields of Settings with which they are read. The key
        for Google and the authority to trust stand in the folder. Raises PortInUseError."""
        authority, ca = trustme.CA(), folder / "authority.pem"
        authority.cert_pem.write_to_path(str(ca))
        settings: dict[str, Any] = {"ca_bundle": str(ca)}
        with ExitStack() as stack:
            for client in self.clients:
                if isinstance(client, MicrosoftClient):
                    microsoft = stack.enter_context(graph.running(client.graph, authority=authority))
                    [secret] = client.graph.application.secrets
                    settings |= {
                        "ms_client_id": client.graph.application.id,
                        "ms_client_secret": SecretStr(secret),
                        "ms_authority": microsoft.url,
                        "graph_url": f"{microsoft.url}/v1.0",
                    }
                elif isinstance(client, GoogleClient):
                    google = stack.enter_context(admin_sdk.running(client.customer, authority=authority))
                    key = folder / "service-account.json"
                    key.write_text(google.key_file, encoding="utf-8")
                    settings |= {"google_service_account": SecretStr(str(key)), "google_api_endpoint": google.url}
            yield settings


def entries(account: DemoAccount) -> Iterator[Entry]:
    """Who is in a client's directory: those whom its last sync found or the deny list keeps out, and, disabled, those
    whom a sync no longer found. Whom a hand set inactive for good was deleted."""
    subject = administrator(account)
    for person in account.people:
        last = person.events[-1]
        if last.active or last.cause != "manual":
            is_disabled = not last.active and last.cause == "sync"
            standing = Standing.DISABLED if is_disabled else Standing.ACTIVE
            id_ = external_id(account, person)
            assert id_ is not None
            yield Entry(id_, person.name, person.email, standing, person.email == subject)


def administrator(account: DemoAccount) -> str | None:
    """The address of the administrator as whom a directory is read, where it takes one."""
    if account.directory != "google":
        return None
    return [one.email for one in account.people if one.events[-1].active and one.email.endswith(account.domain)][-1]


def directory_key(account: DemoAccount) -> str:
    """By what a client's directory is known: the tenant's id, or Google's domain."""
    return MicrosoftClient.id_of(account.domain) if account.directory == "m365" else account.domain


def external_id(account: DemoAccount, person: DemoPerson) -> str | None:
    """The id that somebody has in the client's directory, if it has one."""
    return CLIENTS[account.directory].id_of(person.email) if account.directory else None

"""How the local servers end."""

import gc
import warnings

import requests

from bot.playground.directories import graph
from bot.playground.directories.graph import LocalGraph
from bot.playground.directories.tenants import Tenant


def test_a_connection_that_a_client_holds_does_not_outlive_the_server() -> None:
    gc.collect()
    with requests.Session() as client:
        client.trust_env = False
        with graph.running(LocalGraph(Tenant("acme.example"))) as served:
            assert client.get(f"{served.url}/v1.0/users", verify=served.ca, timeout=10).status_code == 401
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            gc.collect()
    assert [str(warning.message) for warning in told if "transport" in str(warning.message)] == []

"""Directories behind a proxy, which alone knows the names of their hosts."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.playground.directories import graph
from bot.playground.directories.graph import LocalGraph
from bot.playground.directories.tenants import Tenant
from bot.services.directories.base import Directory, Options
from bot.services.directories.failures import DirectoryAway, ProxyAway
from bot.services.directories.google import GoogleCredentials, GoogleWorkspace
from bot.services.directories.m365 import Microsoft365
from bot.services.directories.microsoft import MicrosoftCredentials
from tests.connect_proxy import ConnectProxy, connect_proxy
from tests.integration.directories.google_fixtures import ADMIN, DOMAIN, local_google

CREDENTIALS = "ana:hush"


@pytest.fixture(autouse=True)
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectProxy]:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with connect_proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{CREDENTIALS}@127.0.0.1:{proxy.port}")
        yield proxy


@pytest.fixture(params=["microsoft", "google"])
def directory(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Directory, str]]:
    """A directory with one person in it, and its host, by a name that only the proxy knows."""
    if request.param == "microsoft":
        tenant = Tenant("acme.example")
        tenant.add("Ada Lovelace")
        local = LocalGraph(tenant)
        with graph.running(local) as served:
            url = served.url.replace("127.0.0.1", "local-graph.test")
            [secret] = local.application.secrets
            application = MicrosoftCredentials(
                local.application.id, secret, authority=url, graph_url=f"{url}/v1.0", ca=served.ca
            )
            yield Microsoft365(application, tenant.id, wait=lambda seconds: None), url.removeprefix("https://")
    else:
        with local_google(monkeypatch) as google:
            url, key = (
                text.replace("127.0.0.1", "local-google.test") for text in (google.served.url, google.served.key_file)
            )
            account = GoogleCredentials(key, url, google.served.ca)
            directory = GoogleWorkspace(account, DOMAIN, ADMIN, Options(), wait=lambda seconds: None)
            yield directory, url.removeprefix("https://").rstrip("/")


def read(directory: Directory) -> int:
    """How many are in it."""
    return len(directory.read(lambda pages, users: None).members)


def test_a_directory_is_read_by_the_proxy_of_the_environment(
    proxy: ConnectProxy, directory: tuple[Directory, str]
) -> None:
    asked, host = directory
    assert read(asked) == 1
    assert set(proxy.asked) == {host}
    assert set(proxy.credentials) == {f"Basic {b64encode(CREDENTIALS.encode()).decode()}"}


def test_what_no_proxy_spares_is_asked_without(
    proxy: ConnectProxy, directory: tuple[Directory, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, host = directory
    monkeypatch.setenv("NO_PROXY", "other.example, .test")
    with pytest.raises(DirectoryAway) as refused:
        read(asked)
    assert refused.value.fields == {"host": host}
    assert proxy.asked == []


@pytest.mark.parametrize("trouble", ["it refuses", "nobody is there", "it speaks no HTTP"])
def test_a_proxy_that_leads_nowhere_is_named_without_its_password(
    proxy: ConnectProxy, directory: tuple[Directory, str], monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    asked, host = directory
    named = f"127.0.0.1:{proxy.port}"
    if trouble == "it refuses":
        proxy.refuses = True
    else:
        named = "127.0.0.1:1"
        scheme = "socks5" if trouble == "it speaks no HTTP" else "http"
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{CREDENTIALS}@{named}")
    with capture_logs() as logged, pytest.raises(ProxyAway) as refused:
        read(asked)
    assert refused.value.fields == {"host": host, "proxy": named}
    assert "hush" not in f"{refused.value!r} {logged}"


def test_our_own_machine_is_asked_without(proxy: ConnectProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    with local_google(monkeypatch) as google:
        assert len(google.read().members) == 1
    assert proxy.asked == []


def test_nothing_else_of_the_environment_is_heeded(
    proxy: ConnectProxy, directory: tuple[Directory, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked, host = directory
    (tmp_path / "netrc").write_text(f"machine {host.partition(':')[0]} login ana password hush\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "/no/such/file.pem")
    assert read(asked) == 1

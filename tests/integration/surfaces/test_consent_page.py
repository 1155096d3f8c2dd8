"""`GET /connect/m365`: what a client's administrator reads who comes back from Microsoft."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from sqlalchemy import select, text

from bot.playground.directories import graph as local
from bot.playground.directories.graph import LocalGraph
from bot.playground.directories.tenants import Tenant
from bot.serve import database_fault
from bot.services import accounts, connections, consents, workspaces
from bot.services.directories.base import Options
from bot.services.directories.failures import ConsentGone
from bot.services.directories.microsoft import verify_tenant
from bot.services.directories.opening import Credentials, identify_tenant, microsoft
from bot.surfaces.consent import Consents, preferred
from bot.surfaces.http import Http, Server, listen
from bot.surfaces.metrics import Metrics
from db.models import CONSENT, Source
from tests.integration.surfaces.conftest import SECRET, Scene

sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@dataclass
class Browser:
    """The administrator's browser; the local Microsoft and Seatbot's port are what it reaches."""

    scene: Scene
    graph: LocalGraph
    tenant: Tenant
    credentials: Credentials
    port: int

    def link(self) -> str:
        with self.scene.store.session() as session:
            workspace = workspaces.find(session)
            return consents.begin(
                session,
                workspace,
                accounts.find(session, workspace, "Acme"),
                Options(),
                public_url="https://seats.example.com",
                credentials=self.credentials,
                actor="cli:alex",
                now=self.scene.clock(),
            ).url

    def sent_back(self, link: str | None = None) -> dict[str, str]:
        """What Microsoft adds to the address."""
        with requests.Session() as browser:
            browser.trust_env = False
            answer = browser.get(link or self.link(), verify=self.credentials.ca, allow_redirects=False)
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def read(self, answer: dict[str, str], languages: str = "", method: str = "GET") -> tuple[int, str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            headers = {"Accept-Language": languages} if languages else {}
            connection.request(method, f"/connect/m365?{urlencode(answer)}", headers=headers)
            got = connection.getresponse()
            return got.status, got.read().decode(), got.headers
        finally:
            connection.close()

    def connected(self) -> list[str]:
        with self.scene.store.session() as session:
            return [one.target for one in connections.everyone(session, workspaces.find(session))]


@contextmanager
def served(scene: Scene, credentials: Credentials) -> Iterator[int]:
    consented = Consents(scene.store.engine, credentials, scene.clock, wait=lambda seconds: None)
    http_ = Http(scene.app, SECRET, scene.clock, lambda: database_fault(scene.store.engine), Metrics(), consented)
    server = Server(http_, listener := listen("127.0.0.1", 0))
    server.start(lambda: None)
    try:
        yield listener.getsockname()[1]
    finally:
        server.close(5)


@pytest.fixture
def browser(scene: Scene) -> Iterator[Browser]:
    tenant = Tenant("acme.example", consented=False)
    graph = LocalGraph(tenant)
    graph.entra.at_home = tenant
    with local.running(graph) as microsoft:
        credentials = Credentials(
            ms_client_id=graph.application.id,
            ms_client_secret=next(iter(graph.application.secrets)),
            ms_authority=microsoft.url,
            graph_url=f"{microsoft.url}/v1.0",
            ca=microsoft.ca,
        )
        with served(scene, credentials) as port:
            yield Browser(scene, graph, tenant, credentials, port)


def test_the_whole_way(browser: Browser) -> None:
    answer = browser.sent_back()
    status, page, headers = browser.read(answer)
    assert status == 200
    assert "<h1>Microsoft 365 is connected</h1>" in page
    assert browser.tenant.id in page
    assert browser.connected() == [browser.tenant.id]
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    status, page, _ = browser.read(answer)
    assert (status, browser.connected()) == (400, [browser.tenant.id])
    assert "used already" in page


@sqlite_only
def test_a_tenant_that_consents_again_by_the_link_in_a_failure_is_thanked(browser: Browser) -> None:
    browser.read(browser.sent_back())
    browser.graph.application.reply_url = "https://seats.example.com/connect/m365"
    browser.tenant.consented = False
    before = browser.scene.dump()
    with pytest.raises(ConsentGone) as gone:
        verify_tenant(microsoft(browser.credentials), browser.tenant.id)
    answer = browser.sent_back(gone.value.fields["url"])
    assert answer == {"admin_consent": "True", "tenant": browser.tenant.id}
    status, page, _ = browser.read(answer)
    assert status == 200
    assert "<h1>Consent given</h1>" in page
    assert "<h1>Consentement donné</h1>" in browser.read(answer, "fr")[1]
    assert browser.scene.dump() == before
    verify_tenant(microsoft(browser.credentials), browser.tenant.id)


@sqlite_only
def test_the_page_fetches_nothing_and_runs_nothing(browser: Browser) -> None:
    for answer in (browser.sent_back(), {}):
        _, page, headers = browser.read(answer)
        for word in ("<script", "<style", "<link", "<img", "http:", "https:", "src=", "href="):
            assert word not in page
        assert "default-src 'none'" in headers["Content-Security-Policy"]


@sqlite_only
def test_nothing_of_the_address_reaches_the_page(browser: Browser) -> None:
    evil = "<script>alert(1)</script>"
    answer = browser.sent_back()
    for said in (
        {"state": answer["state"], "error": evil, "error_description": evil},
        {"state": evil, "tenant": evil},
        {"tenant": evil, "error": evil},
    ):
        status, page, _ = browser.read(said)
        assert (status, "alert" in page) == (400, False)
    assert browser.connected() == []


@sqlite_only
def test_an_msp_s_name_is_no_markup(browser: Browser) -> None:
    with browser.scene.store.engine.begin() as connection:
        connection.execute(text("UPDATE workspace SET name = '<b>North & {West}'"))
    assert "&lt;b&gt;North &amp; {West} can read" in browser.read(browser.sent_back())[1]


@pytest.mark.parametrize(
    "answer",
    [
        {"admin_consent": "True", "state": ""},
        {"admin_consent": "True", "error": "access_denied"},
        {"admin_consent": "False"},
        {},
        {"state": ""},
        {"state": "x" * 4000},
        {"tenant": "x" * 4000},
        {"state": "\0"},
        {"x": "y"},
    ],
)
@sqlite_only
def test_what_nobody_asked_for_changes_nothing(browser: Browser, answer: dict[str, str]) -> None:
    before = browser.scene.dump()
    status, page, _ = browser.read(answer)
    assert status == 400
    assert "Please tell whoever sent you the link." in page
    assert browser.scene.dump() == before


@sqlite_only
def test_a_look_at_the_address_alone_uses_nothing_up(browser: Browser) -> None:
    answer = browser.sent_back()
    assert browser.read(answer, method="HEAD")[:2] == (200, "")
    assert browser.read(answer, method="POST")[0] == 405
    assert browser.read(answer)[0] == 200


@sqlite_only
def test_the_page_speaks_french_to_whoever_does(browser: Browser) -> None:
    status, page, _ = browser.read(browser.sent_back(), "fr-CA,fr;q=0.9,en;q=0.5")
    assert status == 200
    assert '<html lang="fr">' in page
    assert "Vous pouvez fermer cette page." in page


@sqlite_only
def test_without_a_language_of_ours_it_speaks_the_workspace_s(browser: Browser) -> None:
    with browser.scene.store.engine.begin() as connection:
        connection.execute(text("UPDATE workspace SET locale = 'fr'"))
    assert '<html lang="fr">' in browser.read(browser.sent_back(), "de")[1]
    assert '<html lang="en">' in browser.read({}, "de")[1], "nobody knows whose workspace it is about"


@sqlite_only
def test_trouble_at_microsoft_is_told_and_no_secret_with_it(browser: Browser) -> None:
    answer = browser.sent_back()
    browser.graph.entra.number = 7000222
    status, page, _ = browser.read(answer)
    assert status == 400
    assert "expired" in page
    assert str(browser.credentials.ms_client_secret) not in page
    assert browser.connected() == []


@sqlite_only
@pytest.mark.parametrize("named", ["id", "domain"])
def test_another_account_s_tenant_is_refused_and_its_name_kept(browser: Browser, named: str) -> None:
    with browser.scene.store.session() as session:
        workspace = workspaces.find(session)
        from bot.services import account_status
        from db.models import Status

        account_status.add(session, workspace, "Zebra", Status.ACTIVE, actor="t", clock=browser.scene.clock)
        zebra = accounts.find(session, workspace, "Zebra")
        connections.connect(
            session,
            workspace,
            zebra,
            Source.M365,
            getattr(browser.tenant, named),
            options=Options(),
            identify=partial(identify_tenant, credentials=browser.credentials),
            actor="t",
            clock=browser.scene.clock,
        )
    status, page, _ = browser.read(browser.sent_back())
    assert status == 400
    assert "connected already, for another account" in page
    assert "Zebra" not in page


@sqlite_only
def test_a_broken_store_is_told_as_no_more_than_that(browser: Browser) -> None:
    answer = browser.sent_back()
    with browser.scene.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE consent RENAME TO lost"))
    status, page, _ = browser.read(answer)
    assert status == 503
    assert "consent" not in page.lower()
    with browser.scene.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE lost RENAME TO consent"))
    with browser.scene.store.session() as session:
        assert len(session.execute(select(CONSENT)).all()) == 1
    assert browser.read(answer)[0] == 200


@pytest.mark.parametrize(
    ("languages", "liked"),
    [
        ("", None),
        ("fr", "fr"),
        ("FR-ca", "fr"),
        ("de, fr;q=0.3, en;q=0.7", "en"),
        ("en;q=0, fr;q=0.1", "fr"),
        ("de,*;q=0.5", None),
        ("fr;q=x,en;q=0.1", "en"),
        ("fr;q=1.1.1", None),
        (",;,;q=1", None),
        ("en;q=²", None),
    ],
)
def test_the_language_that_a_browser_likes_best(languages: str, liked: str | None) -> None:
    assert preferred(languages) == liked

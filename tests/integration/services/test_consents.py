"""Consents, from the link to the connection, against the local Entra."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select

from bot.playground.directories.graph import LocalGraph, running
from bot.playground.directories.graph_answers import IN_ENGLISH
from bot.playground.directories.serving import Served
from bot.playground.directories.tenants import Tenant
from bot.services import account_status, accounts, connections, consents, workspaces
from bot.services.connections import Connected
from bot.services.consents import Invitation
from bot.services.directories import failures
from bot.services.directories.base import Options
from bot.services.directories.opening import Credentials, identify_tenant, open_directory
from bot.services.errors import (
    AccountClosed,
    BadGroup,
    ConsentDeclined,
    ConsentFailed,
    ConsentLinkGone,
    ConsentOutdated,
    ConsentWithoutTenant,
    Refusal,
    TenantTaken,
)
from bot.services.workspaces import Workspace
from db.models import CONNECTION, CONSENT, Kind, Source, Status
from tests.conftest import Store
from tests.integration.services.conftest import Msp
from tests.tenants import tenant_of

PUBLIC = "https://seats.example.com"
GROUP = "6a0c1e5e-3b1f-4a4d-8c77-53c9a1f0f001"
ACTOR = "cli:alex"


@dataclass
class Scene:
    """An MSP, the local Microsoft, and a tenant that has not consented, whose administrator is at the browser."""

    msp: Msp
    graph: LocalGraph
    served: Served
    tenant: Tenant
    waits: list[float] = field(default_factory=list)

    @property
    def credentials(self) -> Credentials:
        return Credentials(
            ms_client_id=self.graph.application.id,
            ms_client_secret=next(iter(self.graph.application.secrets)),
            ms_authority=self.served.url,
            graph_url=f"{self.served.url}/v1.0",
            ca=self.served.ca,
        )

    def begin(self, account: str = "Acme", options: Options = Options(), **changed: Any) -> Invitation:  # noqa: B008
        known = {"public_url": PUBLIC, "credentials": self.credentials, "actor": ACTOR, "now": self.msp.clock()}
        return consents.begin(
            self.msp.session, self.msp.workspace, self.msp.account(account), options, **known | changed
        )

    def visit(self, url: str) -> dict[str, str]:
        """What Microsoft sends the administrator back with."""
        with requests.Session() as browser:
            browser.trust_env = False
            answer = browser.get(url, verify=self.served.ca, allow_redirects=False)
        back = urlsplit(answer.headers["Location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == f"{PUBLIC}/connect/m365"
        return dict(parse_qsl(back.query))

    def come_back(self, answer: Mapping[str, str]) -> Connected:
        asked = consents.take(self.msp.session, answer.get("state", ""), self.msp.clock())
        return consents.finish(
            self.msp.session, asked, answer, self.credentials, clock=self.msp.clock, wait=self.waits.append
        )

    def refused(self, kind: type[Refusal], answer: Mapping[str, str]) -> Refusal:
        """The refusal of an answer, which changes nothing and uses its state up."""
        before = self.connections()
        with pytest.raises(kind) as caught:
            self.come_back(answer)
        assert self.connections() == before
        with pytest.raises(ConsentLinkGone):
            self.come_back(answer)
        return caught.value

    def connect(self, account: str, target: str, workspace: Workspace | None = None) -> Connected:
        """Connect an account with a tenant from the command line."""
        session, workspace = self.msp.session, workspace or self.msp.workspace
        identify = partial(identify_tenant, credentials=self.credentials)
        by: Any = {"identify": identify, "actor": "t", "clock": self.msp.clock}
        at = (session, workspace, accounts.find(session, workspace, account), Source.M365, target)
        return connections.connect(*at, options=Options(), **by)

    def connections(self) -> list[Any]:
        rows = self.msp.session.execute(select(CONNECTION).order_by(CONNECTION.c.account_id)).all()
        self.msp.session.rollback()
        return list(rows)


@pytest.fixture
def scene(msp: Msp) -> Iterator[Scene]:
    tenant = Tenant("acme.example", consented=False)
    tenant.add("Anna Arnold")
    graph = LocalGraph(tenant)
    graph.entra.at_home = tenant
    with running(graph) as served:
        yield Scene(msp, graph, served, tenant)


def test_an_administrator_consents_and_the_account_is_connected(scene: Scene) -> None:
    options = Options(groups=(GROUP.upper(),), licensed_only=True)
    invitation = scene.begin(options=options)
    assert (invitation.until - scene.msp.clock()).total_seconds() == 3600
    answer = scene.visit(invitation.url)
    assert answer["tenant"] == scene.tenant.id
    done = scene.come_back(answer)
    assert (done.kind, done.connection.account.name, done.connection.target) == (Kind.CONNECT, "Acme", scene.tenant.id)
    found = connections.find(scene.msp.session, scene.msp.workspace, scene.msp.account("Acme"))
    assert found.options == Options(groups=(GROUP,), licensed_only=True)
    assert not found.reviewed
    [row] = scene.connections()
    assert row.connected_by == ACTOR
    assert scene.waits == []


def test_what_was_connected_so_can_be_read(scene: Scene) -> None:
    done = scene.come_back(scene.visit(scene.begin().url))
    pool = open_directory(done.connection, scene.credentials).read(lambda pages, users: None)
    assert [member.email for member in pool.members] == ["anna.arnold@acme.example"]


def test_the_state_is_not_kept(scene: Scene) -> None:
    state = scene.visit(scene.begin().url)["state"]
    [row] = scene.msp.session.execute(select(CONSENT)).all()
    assert len(state) >= 43
    assert state not in map(str, row)
    assert scene.begin().url != scene.begin().url


def test_a_link_works_once(scene: Scene) -> None:
    answer = scene.visit(scene.begin().url)
    scene.come_back(answer)
    scene.refused(ConsentLinkGone, answer)


def test_of_many_at_once_one_is_let_in(scene: Scene, store: Store) -> None:
    answer = scene.visit(scene.begin().url)

    def take(_: int) -> bool:
        session = store.session()
        try:
            consents.take(session, answer["state"], scene.msp.clock())
        except ConsentLinkGone:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(8))) == 1


@pytest.mark.parametrize("state", ["", "x", "é", "\0", "x" * 4000, "'; DROP TABLE consent; --"])
def test_a_state_that_nobody_gave_is_worth_nothing(scene: Scene, state: str) -> None:
    good = scene.visit(scene.begin().url)
    scene.refused(ConsentLinkGone, good | {"state": state})
    scene.refused(ConsentLinkGone, {"tenant": scene.tenant.id})
    scene.come_back(good)


def test_a_link_is_good_for_an_hour(scene: Scene) -> None:
    late, in_time = scene.visit(scene.begin().url), scene.visit(scene.begin("Blue").url)
    scene.msp.clock.advance(minutes=59, seconds=59)
    assert scene.come_back(in_time).connection.account.name == "Blue"
    scene.msp.clock.advance(seconds=1)
    scene.refused(ConsentLinkGone, late)


def test_a_new_link_sweeps_the_expired_ones_away(scene: Scene) -> None:
    scene.begin()
    scene.msp.clock.advance(hours=1)
    scene.begin()
    assert len(scene.msp.session.execute(select(CONSENT)).all()) == 1


def test_a_forged_tenant_is_not_believed(scene: Scene) -> None:
    other = Tenant("victim.example", consented=False)
    scene.graph.tenants.append(other)
    answer = scene.visit(scene.begin().url)
    scene.refused(failures.ConsentGone, answer | {"tenant": other.id})
    answer = scene.visit(scene.begin().url)
    scene.refused(failures.UnknownTenant, answer | {"tenant": str(uuid4())})


@pytest.mark.parametrize(
    "tenant",
    ["", "common", "organizations", "acme.example", "9188040d-6c67-4c5b-b112-36a304b66dad", "../x", "<b>", "a" * 4000],
)
def test_what_is_no_tenant_is_asked_nothing(scene: Scene, tenant: str) -> None:
    answer = scene.visit(scene.begin().url)
    scene.refused(ConsentWithoutTenant, answer | {"tenant": tenant})


def test_an_answer_without_a_tenant(scene: Scene) -> None:
    answer = scene.visit(scene.begin().url)
    scene.refused(ConsentWithoutTenant, {"state": answer["state"]})


def test_a_tenant_of_another_account_is_refused_without_saying_whose(scene: Scene) -> None:
    scene.come_back(scene.visit(scene.begin("Blue").url))
    refusal = scene.refused(TenantTaken, scene.visit(scene.begin("Acme").url))
    assert "Blue" not in str(refusal)


@pytest.mark.parametrize("named", ["id", "domain"])
def test_a_tenant_of_another_workspace_is_refused_too(scene: Scene, named: str) -> None:
    session, clock = scene.msp.session, scene.msp.clock
    other = workspaces.create(session, workspaces.check("Southwind MSP"))
    account_status.add(session, other, "Rival", Status.ACTIVE, actor="t", clock=clock)
    scene.connect("Rival", getattr(scene.tenant, named), other)
    assert "Rival" not in str(scene.refused(TenantTaken, scene.visit(scene.begin().url)))


@pytest.mark.parametrize("domain", ["acme.example", "ACME.onmicrosoft.example"])
def test_a_tenant_that_another_account_has_by_a_domain_is_refused(scene: Scene, domain: str) -> None:
    scene.tenant.domains.add("acme.onmicrosoft.example")
    scene.connect("Blue", domain)
    scene.refused(TenantTaken, scene.visit(scene.begin().url))


def test_the_same_tenant_for_the_same_account_changes_nothing(scene: Scene) -> None:
    first = scene.come_back(scene.visit(scene.begin().url))
    again = scene.come_back(scene.visit(scene.begin().url))
    assert (first.change is None, again.change) == (False, None)


def test_a_link_from_before_another_connection_does_not_replace_it(scene: Scene) -> None:
    answer = scene.visit(scene.begin().url)
    connections.connect(
        scene.msp.session,
        scene.msp.workspace,
        scene.msp.account("Acme"),
        Source.GOOGLE,
        "acme.example",
        subject="admin@acme.example",
        options=Options(),
        identify=tenant_of,
        actor="t",
        clock=scene.msp.clock,
    )
    scene.refused(ConsentOutdated, answer)


def test_a_refused_consent(scene: Scene) -> None:
    scene.graph.entra.declines = True
    refusal = scene.refused(ConsentDeclined, scene.visit(scene.begin().url))
    assert IN_ENGLISH not in str(refusal)
    assert not scene.tenant.consented


@pytest.mark.parametrize("error", ["server_error", "<script>alert(1)</script>", "", "x" * 4000, "é{0}"])
def test_an_error_of_microsofts_is_told_by_its_code_only(scene: Scene, error: str) -> None:
    state = scene.visit(scene.begin().url)["state"]
    said = {"state": state, "error": error, "error_description": "<b>AADSTS90000</b>", "tenant": scene.tenant.id}
    text = str(scene.refused(ConsentFailed, said))
    assert ("server_error" in text) == (error == "server_error")
    assert "<" not in text
    assert len(text) < 120


def test_an_account_that_was_closed_meanwhile(scene: Scene) -> None:
    answer = scene.visit(scene.begin().url)
    account_status.set_status(
        scene.msp.session,
        scene.msp.workspace,
        scene.msp.account("Acme"),
        Status.CLOSED,
        actor="t",
        clock=scene.msp.clock,
    )
    scene.refused(AccountClosed, answer)
    scene.msp.clock.advance(seconds=1)
    with pytest.raises(AccountClosed):
        scene.begin()


@pytest.mark.parametrize("tries", [1, 2])
def test_a_consent_that_microsofts_servers_learn_of_late(scene: Scene, tries: int) -> None:
    answer = scene.visit(scene.begin().url)
    scene.graph.entra.slow = tries
    assert scene.come_back(answer).change is not None
    assert scene.waits == [2.0, 4.0][:tries]


def test_without_the_application_there_is_no_link(scene: Scene) -> None:
    with pytest.raises(failures.NotConfigured, match="MS_CLIENT_ID"):
        scene.begin(credentials=Credentials())
    with pytest.raises(BadGroup):
        scene.begin(options=Options(groups=("staff",)))
    assert scene.msp.session.execute(select(CONSENT)).all() == []

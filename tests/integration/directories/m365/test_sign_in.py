"""Why Microsoft does not let Seatbot in, and how a tenant's administrator does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from bot.playground.directories.graph_faults import ALWAYS, What
from bot.playground.directories.tenants import Tenant
from bot.services.directories import failures
from bot.services.directories.m365 import Microsoft365
from bot.services.directories.microsoft import consent_url, tenant_id, verify_tenant
from tests.integration.directories.m365.conftest import Certificate, Scene, certificate

OTHER = "8a1d2c3b-0000-4000-8000-00000000000f"


@pytest.fixture(scope="module")
def mine() -> Certificate:
    return certificate()


def test_a_tenant_that_microsoft_does_not_know(scene: Scene) -> None:
    failure = scene.failure(failures.UnknownTenant, tenant=OTHER)
    assert failure.fields["tenant"] == OTHER
    scene.failure(failures.UnknownTenant, tenant="nowhere.example")


@pytest.mark.parametrize(
    "tenant", ["common", "organizations", "consumers", "", "a/b.example", "x@acme.example", "é.fr"]
)
def test_what_names_no_single_tenant_is_never_asked_for(scene: Scene, tenant: str) -> None:
    with pytest.raises(failures.UnknownTenant):
        Microsoft365(scene.credentials, tenant)
    with pytest.raises(failures.UnknownTenant):
        consent_url(scene.credentials, tenant, "https://seatbot.example/connect/m365", "state")
    with pytest.raises(failures.UnknownTenant):
        verify_tenant(scene.credentials, tenant)


def test_a_tenant_is_known_by_each_of_its_domains(scene: Scene) -> None:
    scene.tenant.domains.add("acme.onmicrosoft.example")
    scene.graph.tenants.append(Tenant("other.example"))
    for domain in ("acme.example", "Acme.OnMicrosoft.example"):
        assert tenant_id(scene.credentials, domain) == scene.tenant.id
    assert tenant_id(scene.credentials, "other.example") != scene.tenant.id
    with pytest.raises(failures.UnknownTenant, match=r"nowhere\.example"):
        tenant_id(scene.credentials, "nowhere.example")


def test_which_tenant_a_domain_is_of_takes_no_sign_in(scene: Scene) -> None:
    scene.tenant.consented = False
    scene.changed |= {"client_id": None, "secret": None}
    assert tenant_id(scene.credentials, "acme.example") == scene.tenant.id


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (What.STATUS, failures.TenantUnclear),
        (What.CUT, failures.TenantUnclear),
        (What.HTML, failures.StrangeAnswer),
        (What.REDIRECT, failures.ForeignLink),
    ],
)
def test_microsoft_does_not_say_which_tenant_it_is(
    scene: Scene, what: What, kind: type[failures.DirectoryFailure]
) -> None:
    scene.graph.faults.order_at_sign_in(what, times=ALWAYS, status=503 if what is What.STATUS else 200)
    with pytest.raises(kind) as caught:
        tenant_id(scene.credentials, "acme.example", wait=scene.waits.append)
    scene.keeps_secrets(caught.value)
    assert len(scene.waits) == (4 if kind is failures.TenantUnclear else 0)


def test_a_wrong_secret(scene: Scene) -> None:
    wrong = "a-secret-of-somebody-else"
    scene.changed |= {"secret": wrong}
    failure = scene.failure(failures.SecretRefused)
    assert wrong not in scene.caplog.text + repr(scene.logged) + str(failure) + repr(scene.credentials)


def test_a_secret_that_has_expired(scene: Scene) -> None:
    scene.graph.application.secrets[scene.secret] = datetime.now(UTC) - timedelta(seconds=1)
    scene.failure(failures.SecretExpired)


def test_a_certificate_opens_and_goes_before_the_secret(scene: Scene, mine: Certificate, tmp_path: Path) -> None:
    scene.graph.application.certificates.append(mine.public)
    scene.changed |= {"certificate": mine.both, "secret": "wrong"}
    assert len(scene.read().members) == 3
    file = tmp_path / "seatbot.pem"
    file.write_text(mine.public + mine.key)
    scene.changed["certificate"] = str(file)
    assert len(scene.read().members) == 3


def test_a_certificate_that_microsoft_was_not_given(scene: Scene, mine: Certificate) -> None:
    scene.changed["certificate"] = mine.both
    scene.failure(failures.CertificateRefused)


def test_a_certificate_that_has_expired(scene: Scene) -> None:
    old = certificate(datetime.now(UTC) - timedelta(days=1))
    scene.graph.application.certificates.append(old.public)
    scene.changed["certificate"] = old.both
    scene.failure(failures.CertificateRefused)


def test_a_certificate_that_is_none(scene: Scene, mine: Certificate) -> None:
    for given in (mine.public, mine.key, certificate().key + mine.public, "/no/such/file.pem", "-----BEGIN x", "a\0b"):
        scene.changed["certificate"] = given
        scene.failure(failures.BadCertificate)


@pytest.mark.parametrize("minutes", [-10, 20])
def test_a_clock_that_is_wrong(scene: Scene, mine: Certificate, minutes: int) -> None:
    scene.graph.application.certificates.append(mine.public)
    scene.changed["certificate"] = mine.both
    scene.graph.entra.ahead = timedelta(minutes=minutes)
    scene.failure(failures.ClockOff)


def test_a_clock_that_is_wrong_does_not_matter_to_a_secret(scene: Scene) -> None:
    scene.graph.entra.ahead = timedelta(minutes=-10)
    assert len(scene.read().members) == 3


def test_a_tenant_that_has_not_consented(scene: Scene) -> None:
    scene.tenant.consented = False
    failure = scene.failure(failures.ConsentGone)
    url = urlsplit(failure.fields["url"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{scene.served.url}/{scene.tenant.id}/adminconsent"
    assert parse_qs(url.query) == {"client_id": [scene.graph.application.id]}


def test_consent_that_is_withdrawn_while_a_token_lives(scene: Scene) -> None:
    scene.read()
    scene.tenant.consented = False
    scene.failure(failures.ConsentGone)
    scene.tenant.consented = True
    assert len(scene.read().members) == 3


def test_a_refusal_is_not_remembered(scene: Scene) -> None:
    scene.tenant.consented = False
    scene.failure(failures.ConsentGone)
    scene.tenant.consented = True
    assert len(scene.read().members) == 3


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (7000112, failures.ApplicationBlocked),
        (7000229, failures.ConsentGone),
        (53003, failures.SignInRefused),
    ],
)
def test_refusals_are_known_by_their_numbers(scene: Scene, number: int, kind: type[failures.DirectoryFailure]) -> None:
    scene.graph.entra.number = number
    failure = scene.failure(kind)
    if kind is failures.SignInRefused:
        assert failure.fields == {"code": "AADSTS53003"}


def test_settings_that_are_missing_are_named(scene: Scene) -> None:
    scene.changed["secret"] = None
    assert scene.failure(failures.NotConfigured).fields == {"variable": "MS_CLIENT_SECRET"}
    scene.changed["client_id"] = None
    assert scene.failure(failures.NotConfigured).fields == {"variable": "MS_CLIENT_ID"}


def test_an_authority_that_nobody_vouches_for(scene: Scene) -> None:
    scene.changed["ca"] = None
    scene.failure(failures.Untrusted)
    assert scene.waits == []
    scene.changed["ca"] = "/no/such/file.pem"
    scene.failure(failures.Untrusted)


def test_throttling_at_sign_in_is_obeyed(scene: Scene) -> None:
    scene.graph.faults.order_at_sign_in(What.STATUS, times=2, status=429, retry_after="9")
    assert len(scene.read().members) == 3
    assert all(9 <= wait <= 10 for wait in scene.waits)
    assert len(scene.waits) == 2


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (What.STATUS, failures.DirectoryTroubled),
        (What.HTML, failures.DirectoryTroubled),
        (What.CUT, failures.DirectoryAway),
        (What.REDIRECT, failures.ForeignLink),
    ],
)
def test_trouble_at_sign_in_has_a_name(scene: Scene, what: What, kind: type[failures.DirectoryFailure]) -> None:
    scene.graph.faults.order_at_sign_in(what, times=ALWAYS)
    scene.failure(kind)
    scene.graph.faults.clear()
    assert len(scene.read().members) == 3


@pytest.mark.parametrize("times", [1, 2])
def test_a_page_of_a_proxy_at_sign_in_reaches_no_log(scene: Scene, times: int) -> None:
    scene.graph.entra.faults.order_at_sign_in(What.HTML, times=times, status=200)
    scene.failure(failures.StrangeAnswer)


def test_the_secret_goes_to_no_other_host(scene: Scene) -> None:
    scene.graph.entra.elsewhere = "https://login.example.com/token"
    scene.failure(failures.ForeignLink)


def test_an_administrator_consents(scene: Scene) -> None:
    newcomer = Tenant("newcomer.example", consented=False)
    scene.graph.tenants.append(newcomer)
    back = "https://seatbot.example/connect/m365"
    with pytest.raises(failures.ConsentGone):
        verify_tenant(scene.credentials, newcomer.id)
    url = consent_url(scene.credentials, newcomer.id, back, "random & single-use")
    with requests.Session() as browser:
        browser.trust_env = False
        answer = browser.get(url, verify=scene.served.ca, allow_redirects=False)
    said = urlsplit(answer.headers["Location"])
    assert f"{said.scheme}://{said.netloc}{said.path}" == back
    assert parse_qs(said.query) == {
        "admin_consent": ["True"],
        "tenant": [newcomer.id],
        "state": ["random & single-use"],
    }
    verify_tenant(scene.credentials, newcomer.id)


def test_a_tenant_is_verified_by_a_new_token(scene: Scene) -> None:
    verify_tenant(scene.credentials, scene.tenant.id)
    scene.tenant.consented = False
    with pytest.raises(failures.ConsentGone):
        verify_tenant(scene.credentials, scene.tenant.id)

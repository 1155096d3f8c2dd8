"""Seatbot's application at Microsoft: one for all tenants, let in by each tenant's consent. The only user of MSAL."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import msal
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from bot.services.directories.base import DOMAIN, GUID
from bot.services.directories.failures import (
    ApplicationBlocked,
    BadCertificate,
    CertificateRefused,
    ClockOff,
    ConsentGone,
    DirectoryAway,
    DirectoryBusy,
    DirectoryFailure,
    DirectoryTroubled,
    ForeignLink,
    NotConfigured,
    SecretExpired,
    SecretRefused,
    SignInRefused,
    StrangeAnswer,
    TenantUnclear,
    UnknownTenant,
)
from bot.services.directories.http import Answer, Json, Wait, host_of
from bot.services.directories.line import Line, json_of

ISSUER = re.compile(rf"https://[^/]+/({GUID.pattern})/v2\.0")
PRIVATE_KEY = re.compile(r"-----BEGIN ([A-Z ]*)PRIVATE KEY-----.*?-----END \1PRIVATE KEY-----", re.DOTALL)
AADSTS = re.compile(r"AADSTS(\d{4,9})\b")
WORD = re.compile(r"\w{1,60}")

REFUSALS: dict[type[DirectoryFailure], frozenset[int]] = {
    UnknownTenant: frozenset({90002, 900021, 900023, 50059}),
    ConsentGone: frozenset({65001, 700016, 7000229}),
    ApplicationBlocked: frozenset({7000112}),
    SecretRefused: frozenset({7000215, 7000216, 7000218}),
    SecretExpired: frozenset({7000222}),
    CertificateRefused: frozenset({50012, 700023, 700027, 700030, 7000214}),
    ClockOff: frozenset({700024}),
}
"""What the numbers of Entra's errors mean (learn.microsoft.com, entra/identity-platform/reference-error-codes)."""


@dataclass(frozen=True, slots=True)
class MicrosoftCredentials:
    """The application at Entra. `certificate` is a private key with its certificate in PEM, or the path to them, and
    goes before the secret; `ca` the file of the authorities to trust instead of the usual ones."""

    client_id: str | None
    secret: str | None = field(default=None, repr=False)
    certificate: str | None = field(default=None, repr=False)
    authority: str = "https://login.microsoftonline.com"
    graph_url: str = "https://graph.microsoft.com/v1.0"
    ca: str | None = None


def check_tenant(tenant: str) -> str:
    """The tenant, a GUID or a domain; never `common` or `organizations`. Raises UnknownTenant."""
    if not GUID.fullmatch(tenant) and not DOMAIN.fullmatch(tenant):
        raise UnknownTenant(tenant=tenant)
    return tenant


def consent_url(credentials: MicrosoftCredentials, tenant: str | None, redirect_uri: str, state: str) -> str:
    """The page on which an administrator of the tenant, or without one of whichever they are at home in, lets Seatbot
    in. `state` comes back with the answer.

    Raises UnknownTenant, NotConfigured.
    """
    asked = {
        "client_id": client_id(credentials),
        "scope": scope(credentials),
        "redirect_uri": redirect_uri,
        "state": state,
    }
    place = "organizations" if tenant is None else check_tenant(tenant)
    return f"{credentials.authority.rstrip('/')}/{place}/v2.0/adminconsent?{urlencode(asked)}"


def renewal_url(credentials: MicrosoftCredentials, tenant: str) -> str:
    """The page on which a tenant that is connected consents again, to all that the application is registered with. Its
    answer comes to the application's first registered address, without a state, and says nothing that Seatbot needs.
    (learn.microsoft.com, entra/identity/enterprise-apps/grant-admin-consent)"""
    asked = urlencode({"client_id": credentials.client_id})
    return f"{credentials.authority.rstrip('/')}/{tenant}/adminconsent?{asked}"


def verify_tenant(credentials: MicrosoftCredentials, tenant: str, *, wait: Wait = time.sleep) -> None:
    """Whether the tenant lets Seatbot in: a new token for it is the only proof. Raises DirectoryFailure."""
    kept = tokens(credentials)
    kept.forget(tenant)
    with Line(credentials.ca, wait=wait) as line:
        kept.token(tenant, line)


def tenant_id(credentials: MicrosoftCredentials, domain: str, *, wait: Wait = time.sleep) -> str:
    """The id of the tenant that a domain is of, in small letters: the issuer in Entra's description of it, which takes
    no sign-in (learn.microsoft.com, entra/identity-platform/v2-protocols-oidc).

    Raises UnknownTenant, TenantUnclear where Entra does not answer, and other DirectoryFailures.
    """
    place = f"{credentials.authority.rstrip('/')}/{check_tenant(domain)}/v2.0/.well-known/openid-configuration"
    try:
        with Line(credentials.ca, wait=wait) as line:
            answer = line.get(place)
    except (DirectoryAway, DirectoryBusy, DirectoryTroubled):
        raise TenantUnclear(host=host_of(credentials.authority), domain=domain) from None
    found = json_of(answer)
    if issuer := ISSUER.fullmatch(str(found.get("issuer"))):
        return issuer[1].lower()
    raise refusal(credentials, domain, found)


class Tokens:
    """Tokens for tenants' directories. The applications are kept, one a tenant, and their tokens with them."""

    def __init__(self, credentials: MicrosoftCredentials) -> None:
        self._credentials = credentials
        self._applications: dict[str, _Application] = {}
        self._lock = Lock()

    def token(self, tenant: str, line: Line) -> str:
        """A token that is good for minutes at least, over this line where a new one is needed. Raises
        DirectoryFailure."""
        check_tenant(tenant)
        with self._lock:
            application = self._applications.setdefault(tenant.lower(), _Application(self._credentials, tenant))
        try:
            return application.token(line)
        except DirectoryFailure as failure:
            self.forget(tenant)  # MSAL would repeat a refusal for a minute, though consent may be given by now
            raise failure from None

    def forget(self, tenant: str) -> None:
        """Ask for a new token next time."""
        with self._lock:
            self._applications.pop(tenant.lower(), None)


@lru_cache(maxsize=8)
def tokens(credentials: MicrosoftCredentials) -> Tokens:
    """The tokens of this process."""
    return Tokens(credentials)


class _Application:
    """MSAL's application for one tenant, made when it is first needed."""

    def __init__(self, credentials: MicrosoftCredentials, tenant: str) -> None:
        self._credentials, self._tenant = credentials, tenant
        self._lock = Lock()
        self._http = _Http(host_of(credentials.authority))
        self._application: Any = None

    def token(self, line: Line) -> str:
        with self._lock:
            self._http.line = line
            try:
                answer = self._answer()
            except (ValueError, KeyError, TypeError, AttributeError):  # JSON of another shape than Entra's
                answer = {}
            except _Refused as refused:
                answer = refused.answer
        if isinstance(token := answer.get("access_token"), str):
            return token
        raise refusal(self._credentials, self._tenant, answer)

    def _answer(self) -> Json:
        one = self._credentials
        if self._application is None:
            self._application = msal.ConfidentialClientApplication(
                client_id(one),
                client_credential=credential(one),
                authority=f"{one.authority.rstrip('/')}/{self._tenant}",
                instance_discovery=False,  # the settings decide which host is Microsoft
                http_client=self._http,
            )
        answer: Json = self._application.acquire_token_for_client([scope(one)])
        return answer


class _Refused(Exception):
    """Entra's answer to a question that MSAL takes for unanswered."""

    def __init__(self, answer: Json) -> None:
        super().__init__()
        self.answer = answer


class _Http:
    """What MSAL speaks through. It gets no answer that it would log, follow or repeat by itself."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.line: Line | None = None

    def get(self, url: str, params: Json | None = None, headers: dict[str, str] | None = None) -> Answer:
        """The description of a tenant's endpoints."""
        answer = self._to(url).get(url, headers, params)
        found = json_of(answer)
        if not answer.ok:
            raise _Refused(found)
        return answer

    def post(self, url: str, headers: dict[str, str], data: Json, params: Json | None = None) -> Answer:
        """A token, or why there is none."""
        answer = self._to(url).post(url, headers, data)
        json_of(answer)
        return answer

    def _to(self, url: str) -> Line:
        if not url.startswith(f"https://{self._host}/"):  # the secret goes to nobody else
            raise ForeignLink(host=self._host)
        assert self.line is not None
        return self.line


def client_id(credentials: MicrosoftCredentials) -> str:
    """The application's id. Raises NotConfigured."""
    if not credentials.client_id:
        raise NotConfigured(variable="MS_CLIENT_ID")
    return credentials.client_id


def scope(credentials: MicrosoftCredentials) -> str:
    """All that the tenant's administrator has allowed."""
    return f"https://{host_of(credentials.graph_url)}/.default"


def credential(credentials: MicrosoftCredentials) -> str | dict[str, str]:
    """The certificate or else the secret, as MSAL takes them. Raises BadCertificate, NotConfigured."""
    if credentials.certificate:
        return certificate(credentials.certificate)
    if not credentials.secret:
        raise NotConfigured(variable="MS_CLIENT_SECRET")
    return credentials.secret


def certificate(given: str) -> dict[str, str]:
    """The private key and its certificate out of PEM, or of the file of it. Raises BadCertificate."""
    try:
        pem = given if "-----BEGIN" in given else Path(given).expanduser().read_text(encoding="ascii")
        found = PRIVATE_KEY.search(pem)
        private = serialization.load_pem_private_key(found[0].encode() if found else b"", None)
        public = x509.load_pem_x509_certificate(pem.encode())  # of a chain the first, which is the key's
        is_pair = isinstance(private, RSAPrivateKey) and private.public_key() == public.public_key()
    except (OSError, ValueError, TypeError):  # a TypeError where the key is encrypted
        found, is_pair = None, False
    if found is None or not is_pair:
        raise BadCertificate()
    return {"private_key": found[0], "public_certificate": pem}


def refusal(credentials: MicrosoftCredentials, tenant: str, answer: Json) -> DirectoryFailure:
    """What it means that Entra gave something else than was asked for."""
    host = host_of(credentials.authority)
    if "error" not in answer:
        return StrangeAnswer(host=host)
    numbers = numbers_of(answer)
    for kind, meant in REFUSALS.items():
        if meant.intersection(numbers):
            return kind(tenant=tenant, url=renewal_url(credentials, tenant), host=host)
    word = str(answer["error"])
    return SignInRefused(code=f"AADSTS{numbers[0]}" if numbers else word if WORD.fullmatch(word) else "?")


def numbers_of(answer: Json) -> list[int]:
    """The numbers of Entra's errors in an answer."""
    codes = answer.get("error_codes")
    numbers = [code for code in codes if type(code) is int] if isinstance(codes, Iterable) else []
    described = AADSTS.search(str(answer.get("error_description")))
    return numbers or ([int(described[1])] if described else [])

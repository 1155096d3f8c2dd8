"""A local Microsoft 365 that runs, and the real MSAL and requests against it."""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.playground.directories.graph import LocalGraph, running
from bot.playground.directories.graph_answers import IN_ENGLISH, PROXY_PAGE
from bot.playground.directories.serving import Served
from bot.playground.directories.tenants import Tenant
from bot.services.directories.base import Options, Pool, Progress
from bot.services.directories.failures import DirectoryFailure
from bot.services.directories.m365 import Microsoft365
from bot.services.directories.microsoft import MicrosoftCredentials


@dataclass(frozen=True)
class Certificate:
    """A private key and its certificate in PEM."""

    key: str
    public: str

    @property
    def both(self) -> str:
        return self.key + self.public


def certificate(ends: datetime | None = None) -> Certificate:
    """One that signs for itself, for a year unless it `ends` before."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "seatbot")])
    end = ends or datetime.now(UTC) + timedelta(days=365)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=730))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Certificate(private.decode(), signed.public_bytes(Encoding.PEM).decode())


@dataclass
class Scene:
    """A tenant with people, what serves it, and how long Seatbot would have waited."""

    graph: LocalGraph
    served: Served
    tenant: Tenant
    caplog: pytest.LogCaptureFixture
    waits: list[float] = field(default_factory=list)
    progress: list[tuple[int, int]] = field(default_factory=list)
    logged: list[Any] = field(default_factory=list)
    changed: dict[str, Any] = field(default_factory=dict)

    @property
    def secret(self) -> str:
        return next(iter(self.graph.application.secrets))

    @property
    def credentials(self) -> MicrosoftCredentials:
        known = MicrosoftCredentials(
            client_id=self.graph.application.id,
            secret=self.secret,
            authority=self.served.url,
            graph_url=f"{self.served.url}/v1.0",
            ca=self.served.ca,
        )
        return replace(known, **self.changed)

    def read(self, tenant: str | None = None, silence: float = 30, **options: Any) -> Pool:
        return self.read_with(lambda *told: self.progress.append(told), tenant, silence, **options)

    def read_with(self, progress: Progress, tenant: str | None = None, silence: float = 30, **options: Any) -> Pool:
        directory = Microsoft365(
            self.credentials, tenant or self.tenant.id, Options(**options), wait=self.waits.append, silence=silence
        )
        with structlog.testing.capture_logs() as logged:
            try:
                return directory.read(progress)
            finally:
                self.logged += logged

    def emails(self, **options: Any) -> set[str]:
        return {member.email for member in self.read(**options).members}

    def failure(self, kind: type[DirectoryFailure], **asked: Any) -> DirectoryFailure:
        """The failure of a read, which must be of this kind and keep everything secret."""
        with pytest.raises(kind) as caught:
            self.read(**asked)
        self.keeps_secrets(caught.value)
        return caught.value

    def keeps_secrets(self, failure: DirectoryFailure) -> None:
        """Nothing that only Microsoft and we may know stands in a message, a log or a chain of exceptions."""
        told = [*traceback.format_exception(failure), repr(failure), self.caplog.text, repr(self.logged)]
        secrets = [self.secret, *self.graph.entra.tokens, IN_ENGLISH, PROXY_PAGE, "PRIVATE KEY"]
        assert [secret for secret in secrets if secret in "\n".join(told)] == []


@pytest.fixture
def scene(caplog: pytest.LogCaptureFixture) -> Iterator[Scene]:
    """Three people at Acme, two a page."""
    caplog.set_level(0)
    tenant = Tenant("acme.example")
    for name in ("Anna Arnold", "Bruno Berg", "Chloé Carré"):
        tenant.add(name)
    graph = LocalGraph(tenant, page_size=2)
    with running(graph) as served:
        yield Scene(graph, served, tenant, caplog)

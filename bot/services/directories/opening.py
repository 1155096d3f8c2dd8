"""From a connection and what the settings hold to a directory that can be read."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.services.directories.base import Directory
from bot.services.directories.failures import NotConfigured
from db.models import Source

if TYPE_CHECKING:
    from bot.services.connections import Connection
    from bot.services.directories.microsoft import MicrosoftCredentials


@dataclass(frozen=True, slots=True)
class Credentials:
    """By what Seatbot is let into directories, and where they are: everything that the settings say of it. Its secrets
    do not show when it is printed. `ca` is the file with the authorities that are trusted, where it is not the
    library's own."""

    ms_client_id: str | None = None
    ms_client_secret: str | None = field(default=None, repr=False)
    ms_client_certificate: str | None = field(default=None, repr=False)
    ms_authority: str = "https://login.microsoftonline.com"
    graph_url: str = "https://graph.microsoft.com/v1.0"
    google_service_account: str | None = field(default=None, repr=False)
    google_api_endpoint: str | None = None
    ca: str | None = None


def open_directory(connection: "Connection", credentials: Credentials) -> Directory:
    """The directory of a connection; nothing is sent to it yet. Raises NotConfigured with the variable to set."""
    variable = missing(connection.source, credentials)
    if variable is not None:
        raise NotConfigured(variable=variable)
    # What talks to a directory takes long to import, and most commands do not need it.
    if connection.source == Source.M365:
        from bot.services.directories.m365 import Microsoft365

        return Microsoft365(microsoft(credentials), connection.key, connection.options)
    from bot.services.directories.google import GoogleCredentials, GoogleWorkspace

    assert credentials.google_service_account is not None
    assert connection.subject is not None
    google = GoogleCredentials(credentials.google_service_account, credentials.google_api_endpoint, credentials.ca)
    return GoogleWorkspace(google, connection.key, connection.subject, connection.options)


def identify_tenant(domain: str, credentials: Credentials) -> str:
    """The id of the tenant of Microsoft 365 that a domain is of. Raises UnknownTenant and other DirectoryFailures."""
    from bot.services.directories.microsoft import tenant_id

    return tenant_id(microsoft(credentials), domain)


def microsoft(credentials: Credentials) -> "MicrosoftCredentials":
    """Seatbot's application at Microsoft."""
    from bot.services.directories.microsoft import MicrosoftCredentials

    return MicrosoftCredentials(
        credentials.ms_client_id,
        credentials.ms_client_secret,
        credentials.ms_client_certificate,
        credentials.ms_authority,
        credentials.graph_url,
        credentials.ca,
    )


def missing(source: Source, credentials: Credentials) -> str | None:
    """The variable without which directories of that kind cannot be read, if one is not set. Pure."""
    if source == Source.GOOGLE:
        return None if credentials.google_service_account else "GOOGLE_SERVICE_ACCOUNT"
    if not credentials.ms_client_id:
        return "MS_CLIENT_ID"
    return None if credentials.ms_client_secret or credentials.ms_client_certificate else "MS_CLIENT_SECRET"

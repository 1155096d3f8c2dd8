"""What opens a directory, and what is missing where nothing does."""

import pytest

from bot.services.accounts import Account
from bot.services.connections import Connection
from bot.services.directories.base import Options
from bot.services.directories.failures import NotConfigured
from bot.services.directories.opening import Credentials, missing, open_directory
from db.models import Source

TENANT_ID = "2f1f4a2c-6d0b-4f6e-9a53-0b9b6e2d8c11"
TENANT = Connection(Account(1, "Acme"), Source.M365, "acme.example", TENANT_ID, None, Options())
DOMAIN = Connection(Account(1, "Acme"), Source.GOOGLE, "acme.example", "acme.example", "admin@acme.example", Options())


@pytest.mark.parametrize(
    ("connection", "credentials", "variable"),
    [
        (TENANT, Credentials(), "MS_CLIENT_ID"),
        (TENANT, Credentials(ms_client_secret="s", google_service_account="{}"), "MS_CLIENT_ID"),
        (TENANT, Credentials(ms_client_id="c"), "MS_CLIENT_SECRET"),
        (DOMAIN, Credentials(ms_client_id="c", ms_client_secret="s"), "GOOGLE_SERVICE_ACCOUNT"),
    ],
)
def test_without_what_lets_it_in_the_variable_is_named(
    connection: Connection, credentials: Credentials, variable: str
) -> None:
    with pytest.raises(NotConfigured) as refused:
        open_directory(connection, credentials)
    assert refused.value.fields == {"variable": variable}


def test_a_certificate_or_a_secret_is_enough() -> None:
    assert missing(Source.M365, Credentials(ms_client_id="c", ms_client_certificate="p")) is None
    assert missing(Source.M365, Credentials(ms_client_id="c", ms_client_secret="s")) is None
    assert missing(Source.GOOGLE, Credentials(google_service_account="{}")) is None


def test_no_secret_shows_when_credentials_are_printed() -> None:
    held = Credentials("c", "SECRET", "SECRET", google_service_account="SECRET")
    assert "SECRET" not in repr(held)
    assert "ms_client_id='c'" in repr(held)

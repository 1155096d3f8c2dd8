"""Settings from the environment or a `.env` file (contracts.md, Settings): read once, handed down."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

if TYPE_CHECKING:  # it needs the tables, and not every command does
    from bot.services.directories.opening import Credentials

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def default_database_url() -> str:
    return f"sqlite:///{user_data_path('seatbot') / 'seatbot.sqlite3'}"


class Settings(BaseSettings):
    """Everything that the environment decides. Secrets show as stars when printed."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True, env_ignore_empty=True)

    database_url: str = Field(default_factory=default_database_url, validation_alias="DATABASE_URL")
    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    command: str = Field(default="/seats", validation_alias="SEATBOT_COMMAND", pattern=r"^/[a-z0-9_-]{1,31}$")
    admins: Annotated[tuple[str, ...], NoDecode] = Field(default=(), validation_alias="SEATBOT_ADMINS")
    encryption_keys: SecretStr | None = Field(default=None, validation_alias="SEATBOT_ENCRYPTION_KEYS")
    """Fernet keys, the newest first, separated by commas or spaces."""
    ms_client_id: str | None = Field(default=None, validation_alias="MS_CLIENT_ID")
    ms_client_secret: SecretStr | None = Field(default=None, validation_alias="MS_CLIENT_SECRET")
    ms_client_certificate: SecretStr | None = Field(default=None, validation_alias="MS_CLIENT_CERTIFICATE")
    """A private key and its certificate in PEM, or the path to a file of them."""
    ms_authority: str = Field(default="https://login.microsoftonline.com", validation_alias="MS_AUTHORITY")
    graph_url: str = Field(default="https://graph.microsoft.com/v1.0", validation_alias="GRAPH_URL")
    google_service_account: SecretStr | None = Field(default=None, validation_alias="GOOGLE_SERVICE_ACCOUNT")
    """A service account's key in JSON, or the path to it."""
    google_api_endpoint: str | None = Field(default=None, validation_alias="GOOGLE_API_ENDPOINT")
    ca_bundle: str | None = Field(
        default=None, validation_alias=AliasChoices("REQUESTS_CA_BUNDLE", "HTTPLIB2_CA_CERTS", "SSL_CERT_FILE")
    )
    """A file with the authorities that are trusted when directories are read."""
    log_format: Literal["console", "json"] | None = Field(default=None, validation_alias="LOG_FORMAT")
    language: str = Field(default="", validation_alias=AliasChoices("LC_ALL", "LC_MESSAGES", "LANG"))
    """The terminal's language, for the command line."""

    @field_validator("admins", mode="before")
    @classmethod
    def split(cls, value: object) -> object:
        """User ids, separated by commas or spaces."""
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def with_driver(cls, value: str) -> str:
        """The usual short forms of a PostgreSQL address mean psycopg too."""
        for short in ("postgresql://", "postgres://"):
            if value.startswith(short):
                return "postgresql+psycopg://" + value.removeprefix(short)
        return value

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that nobody may read in a log."""
        given = (getattr(self, name) for name in type(self).model_fields)
        found = [value.get_secret_value() for value in given if isinstance(value, SecretStr)]
        try:
            password = urlsplit(self.database_url).password
        except ValueError:  # it is no address, and whoever opens it says so
            password = None
        return tuple(found + ([password, unquote(password)] if password else []))

    @property
    def credentials(self) -> "Credentials":
        """By what Seatbot is let into its clients' directories."""
        from bot.services.directories.opening import Credentials

        return Credentials(
            ms_client_id=self.ms_client_id,
            ms_client_secret=revealed(self.ms_client_secret),
            ms_client_certificate=revealed(self.ms_client_certificate),
            ms_authority=self.ms_authority,
            graph_url=self.graph_url,
            google_service_account=revealed(self.google_service_account),
            google_api_endpoint=self.google_api_endpoint,
            ca=self.ca_bundle,
        )

    @property
    def sqlite_path(self) -> Path | None:
        """The file of the database, where it is one."""
        path, _, _ = self.database_url.partition("?")
        for start in ("sqlite:///", "sqlite+pysqlite:///"):
            if path.startswith(start):
                return Path(path.removeprefix(start)).resolve()
        return None


def revealed(secret: SecretStr | None) -> str | None:
    """The value of a secret, if it is set."""
    return None if secret is None else secret.get_secret_value()


def source_of(field: str) -> str:
    """Where a setting comes from: the name of the variable's place, `environment`, `.env` or `default`."""
    names = {name.casefold() for name in variables_of(field)}  # the case of a variable's name does not matter
    if names & {name.casefold() for name, value in os.environ.items() if value}:
        return "environment"
    if names & {name.casefold() for name, value in dotenv_values(".env").items() if value}:
        return ".env"
    return "default"


def variables_of(field: str) -> list[str]:
    """The variables that a setting is read from."""
    alias = Settings.model_fields[field].validation_alias
    return [str(name) for name in alias.choices] if isinstance(alias, AliasChoices) else [str(alias)]


def variable_of(field: str) -> str:
    """The variable that a setting comes from; of several the first that is set, else the last."""
    names = variables_of(field)
    given = {name.casefold() for place in (os.environ, dotenv_values(".env")) for name, value in place.items() if value}
    return next((name for name in names if name.casefold() in given), names[-1])


def spare_loopback() -> None:
    """Let no proxy of the environment stand between us and our own machine.

    The SDK, urllib below it and websocket-client have one thing in common that they all heed: `no_proxy`.
    """
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in spared.split(",") if host.strip()]
    missing = [host for host in LOOPBACK if host not in hosts]
    if missing:
        os.environ["no_proxy"] = ",".join(hosts + missing)

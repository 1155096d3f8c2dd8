"""Settings from the environment or a `.env` file (contracts.md, Settings): read once, handed down."""

import os
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def default_database_url() -> str:
    return f"sqlite:///{user_data_path('seatbot') / 'seatbot.sqlite3'}"


class Settings(BaseSettings):
    """Everything that the environment decides. Secrets show as stars when printed."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True, env_ignore_empty=True)

    database_url: str = Field(default_factory=default_database_url, validation_alias="DATABASE_URL")
    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    command: str = Field(default="/seats", validation_alias="SEATBOT_COMMAND", pattern=r"^/[a-z0-9_-]{1,31}$")
    admins: Annotated[tuple[str, ...], NoDecode] = Field(default=(), validation_alias="SEATBOT_ADMINS")
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
    def sqlite_path(self) -> Path | None:
        """The file of the database, where it is one."""
        return (
            Path(self.database_url.removeprefix("sqlite:///")) if self.database_url.startswith("sqlite:///") else None
        )


def source_of(field: str) -> str:
    """Where a setting comes from: the name of the variable's place, `environment`, `.env` or `default`."""
    names = variables_of(field)
    if any(os.environ.get(name) for name in names):
        return "environment"
    env_file = Path(".env")
    if env_file.is_file():
        told = {line.split("=", 1)[0].removeprefix("export ").strip() for line in env_file.read_text().splitlines()}
        if told & set(names):
            return ".env"
    return "default"


def variables_of(field: str) -> list[str]:
    """The variables that a setting is read from."""
    alias = Settings.model_fields[field].validation_alias
    return [str(name) for name in alias.choices] if isinstance(alias, AliasChoices) else [str(alias)]


def spare_loopback() -> None:
    """Let no proxy of the environment stand between us and our own machine.

    The SDK, urllib below it and websocket-client have one thing in common that they all heed: `no_proxy`.
    """
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in spared.split(",") if host.strip()]
    missing = [host for host in LOOPBACK if host not in hosts]
    if missing:
        os.environ["no_proxy"] = ",".join(hosts + missing)

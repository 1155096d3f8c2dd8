"""Settings from the environment or a `.env` file (contracts.md, Settings): read once, handed down."""

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


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

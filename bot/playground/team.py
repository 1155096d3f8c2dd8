"""Who and what is there in the local Slack: the team, its people, its channel, the app."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playground.wire import Json


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the team, with what Slack knows about them. `locale` is Slack's form, such as `fr-FR`."""

    id: str
    name: str
    real_name: str
    locale: str
    tz: str
    is_admin: bool = False
    is_owner: bool = False

    @property
    def language(self) -> str:
        """The two letters of the language, such as `fr`."""
        return self.locale.partition("-")[0]

    def as_user(self, team_id: str, now: datetime, include_locale: bool = False) -> Json:
        """Slack's user object; its `tz_offset` is the one in force at `now`."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        user: Json = {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": False,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": {
                "real_name": self.real_name,
                "display_name": self.real_name,
                "email": f"{self.name}@northwind.example",
                "team": team_id,
            },
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": self.is_owner,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_bot": False,
            "is_app_user": False,
        }
        return user | ({"locale": self.locale} if include_locale else {})


@dataclass(frozen=True, slots=True)
class Channel:
    """A public channel, or a direct message between the app and one person (`with_user`)."""

    id: str
    name: str
    with_user: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace and the one app that is installed in it, with its two tokens."""

    id: str
    name: str
    domain: str
    app_id: str
    bot_id: str
    bot_user_id: str
    bot_name: str
    command: str
    bot_token: str
    app_token: str
    verification_token: str
    scopes: tuple[str, ...]


SLACKBOT = "USLACKBOT"

NORTHWIND = Team(
    id="T0NORTHWND",
    name="Northwind MSP",
    domain="northwind-msp",
    app_id="A0SEATBOT1",
    bot_id="B0SEATBOT1",
    bot_user_id="U0SEATBOT1",
    bot_name="Seatbot",
    command="/seats",
    bot_token="xoxb-local-playground",  # noqa: S106 - opens nothing but this process
    app_token="xapp-local-playground",  # noqa: S106
    verification_token="local-playground",  # noqa: S106
    scopes=("commands", "chat:write", "im:write", "users:read"),
)

GRACE = Person("U0GRACE001", "grace", "Grace Holloway", "en-GB", "Europe/London", is_admin=True, is_owner=True)
CAMILLE = Person("U0CAMILLE1", "camille", "Camille Laurent", "fr-FR", "Europe/Paris", is_admin=True)
TOM = Person("U0TOM00001", "tom", "Tom Beckett", "en-GB", "Europe/London")
NADIA = Person("U0NADIA001", "nadia", "Nadia Benali", "fr-FR", "Europe/Paris")
PEOPLE: Sequence[Person] = (GRACE, CAMILLE, TOM, NADIA)

BILLING = Channel("C0BILLING1", "billing")

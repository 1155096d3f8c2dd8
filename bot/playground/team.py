"""Who and what is there in the local Slack: the team, its people, its channels, the app."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playground.wire import Json


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with what Slack knows about them. `locale` is Slack's form, such as `fr-FR`.

    `team_id` is that of another organisation, empty for the team's own people; `is_restricted` is a guest.
    """

    id: str
    name: str
    real_name: str
    locale: str
    tz: str
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    team_id: str = ""

    @property
    def language(self) -> str:
        """The two letters of the language, such as `fr`."""
        return self.locale.partition("-")[0]

    def as_user(self, team_id: str, now: datetime, include_locale: bool = False) -> Json:
        """Slack's user object; its `tz_offset` is the one in force at `now`."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        team_id = self.team_id or team_id
        user: Json = {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": False,
            "color": "4bbe2e",
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            # An address is told only to apps with the scope users:read.email.
            "profile": {
                "real_name": self.real_name,
                "real_name_normalized": self.real_name,
                "display_name": self.real_name,
                "display_name_normalized": self.real_name,
                "team": team_id,
            },
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": self.is_owner,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now.timestamp()),
        }
        return user | ({"locale": self.locale} if include_locale else {})


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, or a direct message between the app and one person (`with_user`).

    `has_app`: the app is a member; `shared_with`: the other organisation's team, for a channel of Slack Connect;
    `members`: of a private channel, and the guests of a public one, in which everybody else of the team is.
    """

    id: str
    name: str
    with_user: str | None = None
    has_app: bool = True
    is_archived: bool = False
    shared_with: str = ""
    is_private: bool = False
    members: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Slack's word for its type: `public_channel`, `private_channel` or `im`."""
        return "im" if self.with_user else "private_channel" if self.is_private else "public_channel"

    def holds(self, person: Person) -> bool:
        """Whether the person is in it: guests where they were invited, outsiders in what is shared with them."""
        if self.with_user:
            return self.with_user == person.id
        if self.is_private or person.is_restricted:
            return person.id in self.members
        return not person.team_id or person.team_id == self.shared_with


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut of the app, as its manifest has it: a global one, or one in the menu of each message."""

    callback_id: str
    name: str
    description: str = ""
    is_on_message: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace and the one app that is installed in it, with its two tokens, its scopes, its events and its
    shortcuts."""

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
    events: tuple[str, ...] = ("message.im", "app_mention", "app_home_opened")
    shortcuts: tuple[Shortcut, ...] = ()

    def shortcuts_of(self, *, message: bool) -> list[Shortcut]:
        """Those in the menu of a message, or the global ones."""
        return [one for one in self.shortcuts if one.is_on_message is message]


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
    scopes=(
        "commands",
        "app_mentions:read",
        "assistant:write",
        "channels:read",
        "chat:write",
        "groups:read",
        "im:write",
        "im:history",
        "files:read",
        "files:write",
        "users:read",
    ),
)
OTHER_TEAM = "T0FABRIKAM"

GRACE = Person("U0GRACE001", "grace", "Grace Holloway", "en-GB", "Europe/London", is_admin=True, is_owner=True)
CAMILLE = Person("U0CAMILLE1", "camille", "Camille Laurent", "fr-FR", "Europe/Paris", is_admin=True)
TOM = Person("U0TOM00001", "tom", "Tom Beckett", "en-GB", "Europe/London")
NADIA = Person("U0NADIA001", "nadia", "Nadia Benali", "fr-FR", "Europe/Paris")
GUS = Person("U0GUEST001", "gus", "Gus Marsh", "en-GB", "Europe/London", is_restricted=True)
SAM = Person("U0STRANGE1", "sam", "Sam Okafor", "en-US", "America/New_York", team_id=OTHER_TEAM)
PEOPLE: Sequence[Person] = (GRACE, CAMILLE, TOM, NADIA, GUS, SAM)

ALERTS = Person("U0ALERTS01", "alerts", "Alerts", "en-US", "America/Los_Angeles", is_bot=True)
"""Another app's bot. Nobody can be it on the page."""
BOTS: Sequence[Person] = (ALERTS,)

BILLING = Channel("C0BILLING1", "billing", members=(GUS.id,))
RANDOM = Channel("C0RANDOM01", "random", has_app=False)
OLD_BILLING = Channel("C0OLDBILL1", "billing-2025", is_archived=True)
FABRIKAM = Channel("C0FABRIKAM", "fabrikam-shared", shared_with=OTHER_TEAM)
CHANNELS: Sequence[Channel] = (BILLING, RANDOM, FABRIKAM, OLD_BILLING)
WARNINGS = Channel("C0WARNINGS", "seats-warnings")
"""Only the demo has it, which posts its warnings there."""
INVOICING = Channel("C0FACTURE1", "facturation")
"""Only the demo has it, which posts its digest there in French."""

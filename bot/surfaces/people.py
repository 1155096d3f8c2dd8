"""What Slack tells of people: language, time zone and role, kept for a short while."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar
from urllib.error import URLError
from zoneinfo import ZoneInfo

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.clock import Clock
from bot.services.access import Role
from bot.services.workspaces import LOCALES, Workspace
from bot.views.texts import Texts

KEPT_FOR = timedelta(minutes=5)
MOST_KEPT = 10_000
PAGE = 200
MOST_PAGES = 5
"""Owners and admins are looked for among so many pages of people, since somebody waits for the answer."""
UNREACHABLE = (SlackClientError, URLError, TimeoutError, ConnectionError)

log = structlog.get_logger(__name__)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Member:
    """A person as Slack knows them; `locale` is None where it is none of ours, `zone` where it is none at all."""

    role: Role
    locale: str | None
    zone: ZoneInfo | None


class Kept(Generic[V]):
    """The latest answers by key, each for a while. For use by many threads."""

    def __init__(self, clock: Clock, kept_for: timedelta, most: int) -> None:
        self._clock, self._kept_for, self._most = clock, kept_for, most
        self._lock = Lock()
        self._found: OrderedDict[str, tuple[datetime, V]] = OrderedDict()

    def get(self, key: str) -> V | None:
        """What was kept under the key, if it is not too old."""
        with self._lock:
            at, value = self._found.get(key, (None, None))
            return value if at is not None and self._clock() - at < self._kept_for else None

    def put(self, key: str, value: V) -> V:
        """Keep the value; gives it back."""
        with self._lock:
            self._found[key] = (self._clock(), value)
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return value


class People:
    """Looks people up in Slack. A lookup that fails says None, and is not kept."""

    def __init__(self, client: WebClient, clock: Clock) -> None:
        self._client = client
        self._members: Kept[Member] = Kept(clock, KEPT_FOR, MOST_KEPT)
        self._owners: Kept[tuple[str, ...]] = Kept(clock, KEPT_FOR, MOST_KEPT)

    def member(self, team: str, person: str) -> Member | None:
        """The person of that Slack user id, from the point of view of a team."""
        key = f"{team} {person}"
        if known := self._members.get(key):
            return known
        user = asked(lambda: self._client.users_info(user=person, include_locale=True).get("user"))
        return self._members.put(key, as_member(team, user)) if user else None

    def owners(self, team: str) -> tuple[str, ...]:
        """The ids of a team's owners and admins; none where Slack does not tell."""
        if known := self._owners.get(team):
            return known
        found: list[str] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            page = asked(lambda cursor=cursor: self._client.users_list(limit=PAGE, cursor=cursor).data)  # type: ignore[misc]
            if not page:
                return ()
            found += [user["id"] for user in page["members"] if as_member(team, user).role == Role.OWNER]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return self._owners.put(team, tuple(found))

    def texts(self, workspace: Workspace | None, team: str, person: str) -> Texts:
        """The texts of a person: their own language and time zone, else the workspace's, else English and UTC."""
        member = self.member(team, person)
        locale = (member and member.locale) or (workspace and workspace.locale) or "en"
        zone = (member and member.zone) or (workspace.calendar.zone if workspace else ZoneInfo("UTC"))
        return Texts(locale, zone)


@dataclass(frozen=True, slots=True)
class TeamRoles:
    """The roles of people in one team."""

    people: People
    team: str

    def role(self, person: str) -> Role | None:
        """As `access.Roles`."""
        member = self.people.member(self.team, person)
        return member.role if member else None

    def owners(self) -> Sequence[str]:
        """As `access.Roles`."""
        return self.people.owners(self.team)


def asked(ask: Callable[[], Any]) -> Any:
    """Slack's answer, or None where it gives none."""
    try:
        return ask()
    except UNREACHABLE as error:
        log.warning("Slack does not tell about people", error=str(error))
        return None


def as_member(team: str, user: Mapping[str, Any]) -> Member:
    """A person from Slack's user object (https://docs.slack.dev/reference/objects/user-object)."""
    locale = str(user.get("locale") or "")[:2].lower()
    try:
        zone = ZoneInfo(user["tz"]) if user.get("tz") else None
    except (KeyError, ValueError, OSError):
        zone = None
    return Member(role_of(team, user), locale if locale in LOCALES else None, zone)


def role_of(team: str, user: Mapping[str, Any]) -> Role:
    """Guests, bots, people who left and people of other organisations are outsiders."""
    teams = [user.get("team_id"), *(user.get("enterprise_user") or {}).get("teams", [])]
    outside = ("is_restricted", "is_ultra_restricted", "is_bot", "is_stranger", "deleted")
    if team not in teams or any(user.get(flag) for flag in outside):
        return Role.OUTSIDER
    return Role.OWNER if user.get("is_owner") or user.get("is_admin") else Role.MEMBER

"""What Slack tells of people: language, time zone and role, kept for a short while."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar
from urllib.error import URLError
from zoneinfo import ZoneInfo

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.clock import Clock
from bot.services.access import Role
from bot.services.workspaces import LOCALES, Workspace
from bot.views.slack.answer import USER_ID
from bot.views.texts import Texts

KEPT_FOR = timedelta(minutes=5)
KNOWN_FOR = timedelta(hours=1)
"""So old may be what is known of a person who only reads, where Slack does not tell now."""
MOST_KEPT = 10_000
PAGE = 200
MOST_PAGES = 5
PATIENCE = 0.5
"""Owners and admins are looked for among so many pages of people, and no other page is asked for after so many seconds,
since somebody waits for the answer."""
NAMED_WITHIN = timedelta(seconds=1)
"""Names are looked up for no longer than that for one answer, since somebody waits for it."""
UNREACHABLE = (SlackClientError, URLError, TimeoutError, ConnectionError)

log = structlog.get_logger(__name__)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Member:
    """A person as Slack knows them; `locale` is None where it is none of ours, `zone` where it is none at all."""

    role: Role
    locale: str | None
    zone: ZoneInfo | None
    name: str = ""


class Kept(Generic[V]):
    """The latest answers by key, each for a while. For use by many threads."""

    def __init__(self, clock: Clock, kept_for: timedelta, most: int) -> None:
        self._clock, self._kept_for, self._most = clock, kept_for, most
        self._lock = Lock()
        self._found: OrderedDict[str, tuple[datetime, V]] = OrderedDict()

    def get(self, key: str, within: timedelta | None = None) -> V | None:
        """What was kept under the key, if it is not too old (or not older than `within`)."""
        with self._lock:
            at, value = self._found.get(key, (None, None))
            return value if at is not None and self._clock() - at < (within or self._kept_for) else None

    def put(self, key: str, value: V) -> V:
        """Keep the value; gives it back."""
        with self._lock:
            self._put(key, value)
        return value

    def drop(self, key: str) -> None:
        """Keep nothing under the key any more."""
        with self._lock:
            self._found.pop(key, None)

    def is_first(self, key: str, value: V) -> bool:
        """Keep the value where nothing is kept under the key, or nothing that is not too old; whether that was so."""
        with self._lock:
            at, _ = self._found.get(key, (None, None))
            if at is not None and self._clock() - at < self._kept_for:
                return False
            self._put(key, value)
            return True

    def _put(self, key: str, value: V) -> None:
        self._found[key] = (self._clock(), value)
        self._found.move_to_end(key)
        while len(self._found) > self._most:
            self._found.popitem(last=False)


class People:
    """Looks people up in Slack. A lookup that fails says None, and is not kept."""

    def __init__(self, client: WebClient, clock: Clock) -> None:
        self.client, self.clock = client, clock
        self._members: Kept[Member] = Kept(clock, KNOWN_FOR, MOST_KEPT)
        self._owners: Kept[tuple[str, ...]] = Kept(clock, KEPT_FOR, MOST_KEPT)
        self._missed: set[str] | None = None

    def for_one_request(self) -> "People":
        """The same for a request, which asks Slack but once about each person: it has three seconds in all."""
        one = copy(self)
        one._missed = set()
        return one

    def member(self, team: str, person: str) -> Member | None:
        """The person of that Slack user id, from the point of view of a team, as Slack tells within minutes."""
        key = f"{team} {person}"
        if known := self._members.get(key, KEPT_FOR):
            return known
        if self._missed and key in self._missed:
            return None
        user = asked(lambda: self.client.users_info(user=person, include_locale=True).get("user"))
        if not user and self._missed is not None:
            self._missed.add(key)
        return self._members.put(key, as_member(team, user)) if user else None

    def kept(self, team: str, person: str) -> Member | None:
        """The person as Slack told within an hour, without asking."""
        return self._members.get(f"{team} {person}")

    def names(self, team: str) -> Callable[[str], str]:
        """Gives, for one answer, the names of those who did something: that of a Slack user id, where Slack tells it in
        time, and everything else as it is."""
        told: dict[str, str] = {}
        until: datetime | None = None

        def name(actor: str) -> str:
            nonlocal until
            if actor in told or not USER_ID.fullmatch(actor):
                return told.get(actor, actor)
            now = self.clock()
            until = until or now + NAMED_WITHIN
            member = self.member(team, actor) if now < until else self.kept(team, actor)
            return told.setdefault(actor, (member and member.name) or actor)

        return name

    def known(self, team: str, person: str) -> Member | None:
        """As `member` or, where Slack does not tell now, as it told within an hour."""
        return self.member(team, person) or self.kept(team, person)

    def owners(self, team: str) -> tuple[str, ...]:
        """The ids of a team's owners and admins; none where Slack does not tell."""
        if known := self._owners.get(team):
            return known
        found: list[str] = []
        cursor: str | None = None
        until = monotonic() + PATIENCE
        for _ in range(MOST_PAGES):
            page = asked(lambda cursor=cursor: self.client.users_list(limit=PAGE, cursor=cursor).data)  # type: ignore[misc]
            if not page:
                return ()
            found += [user["id"] for user in page["members"] if as_member(team, user).role == Role.OWNER]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
            if monotonic() > until:
                return ()
        return self._owners.put(team, tuple(found))

    def texts(self, workspace: Workspace | None, team: str, person: str) -> Texts:
        """The texts of a person: their own language and time zone, else the workspace's, else English and UTC."""
        member = self.known(team, person)
        locale = (member and member.locale) or (workspace and workspace.locale) or "en"
        zone = (member and member.zone) or (workspace.calendar.zone if workspace else ZoneInfo("UTC"))
        return Texts(locale, zone)


@dataclass(frozen=True, slots=True)
class TeamRoles:
    """The roles of people in one team; with `lately`, as Slack told within an hour where it does not tell now."""

    people: People
    team: str
    lately: bool = False

    def role(self, person: str) -> Role | None:
        """As `access.Roles`."""
        member = (self.people.known if self.lately else self.people.member)(self.team, person)
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
    name = user.get("real_name") or (user.get("profile") or {}).get("real_name") or user.get("name") or ""
    return Member(role_of(team, user), locale if locale in LOCALES else None, zone, str(name))


def role_of(team: str, user: Mapping[str, Any]) -> Role:
    """Guests, bots, people who left and people of other organisations are outsiders."""
    teams = [user.get("team_id"), *(user.get("enterprise_user") or {}).get("teams", [])]
    outside = ("is_restricted", "is_ultra_restricted", "is_bot", "is_stranger", "deleted")
    if team not in teams or any(user.get(flag) for flag in outside):
        return Role.OUTSIDER
    return Role.OWNER if user.get("is_owner") or user.get("is_admin") else Role.MEMBER

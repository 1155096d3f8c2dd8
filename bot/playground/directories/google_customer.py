"""A local customer of Google Workspace: its users and groups, who may read them, and what goes wrong."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from threading import RLock
from typing import Any

from bot.playground.directories.google_tokens import ServiceAccount, TokenOffice
from bot.playground.wire import Json

READ_USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"
READ_MEMBERS = "https://www.googleapis.com/auth/admin.directory.group.member.readonly"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody in the directory."""

    id: str
    email: str
    name: str
    suspended: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A group of users (by id) and other groups (by address); `holds_all`: the whole account is in it."""

    id: str
    email: str
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    holds_all: bool = False


class Mishap(StrEnum):
    """What may happen to a call instead of an answer."""

    RATE = "rateLimitExceeded"
    USER_RATE = "userRateLimitExceeded"
    QUOTA = "quotaExceeded"
    DAY = "dailyLimitExceeded"
    """No rate: whoever gets this has used up the day."""
    TOO_MANY = "429"
    BROKEN = "500"
    AWAY = "503"
    LOST = "the connection ends before the answer"
    CUT = "the connection ends in the middle of the answer"
    HALF = "half of the JSON, as if it were all"
    HTML = "a page for people"
    BARRED = "a page for people, as a proxy forbids with"
    ELSEWHERE = "a redirect to another host"
    GAP = "an empty page that is not the last"
    SAME_TOKEN = "the page leads to itself"  # noqa: S105
    NOTHING = "200 with no body"
    EMPTY = "200 with an empty object"
    NOBODY = "a page with nobody on it, and no other"
    SILENCE = "nothing, for as long as somebody listens"


@dataclass(slots=True)
class Fault:
    """A mishap of the next `times` calls of `users`, `members` or `token`, on that page if one is given. `retry_after`
    is the header's value."""

    what: Mishap
    on: str = "users"
    page: int | None = None
    times: int = 1
    retry_after: str | None = None


@dataclass(slots=True)
class Listing:
    """What is left of a list of which pages were given out."""

    page: int
    rows: list[Json]


class GoogleCustomer:
    """Who and what there is; it may be changed while it is served. `admins` are the addresses as which the directory
    may be read, `group_admins` those as which groups may."""

    def __init__(
        self, clock: Callable[[], datetime], account: ServiceAccount, admin: str, people: Iterable[User] = ()
    ) -> None:
        """`admin` is the address of an administrator: one of `people`, or its only user."""
        self.account = account
        self.office = TokenOffice(account, clock, {READ_USERS, READ_MEMBERS})
        self.id = f"C0{secrets.token_hex(4)}"
        self.admins, self.group_admins = {admin}, {admin}
        self.is_api_on = True
        self.faults: list[Fault] = []
        self.calls: list[str] = []
        self.lock = RLock()
        self._groups: dict[str, Group] = {}
        self._listings: dict[str, Listing] = {}
        self._users = {user.id: user for user in people}
        if not self._users:
            self.add(admin, "Ada Admin")

    def add(self, email: str, name: str = "") -> User:
        """Somebody new."""
        return self.keep(User(str(10**20 + secrets.randbelow(10**20)), email, name or email.partition("@")[0].title()))

    def keep(self, user: User) -> User:
        """Somebody new, or who was removed."""
        with self.lock:
            self._users[user.id] = user
            return user

    def people(self) -> list[User]:
        """Everybody."""
        with self.lock:
            return list(self._users.values())

    def remove(self, email: str) -> None:
        """Somebody leaves."""
        with self.lock:
            del self._users[self.user(email).id]

    def change(self, email: str, /, **changes: Any) -> User:
        """Suspend, archive or rename somebody: fields of User, such as `suspended=True`."""
        with self.lock:
            user = replace(self.user(email), **changes)
            self._users[user.id] = user
            return user

    def recreate(self, email: str) -> User:
        """Delete somebody and make them anew, with another id."""
        with self.lock:
            name = self.user(email).name
            self.remove(email)
            return self.add(email, name)

    def user(self, email: str) -> User:
        """Raises KeyError."""
        for user in self._users.values():
            if user.email.casefold() == email.casefold():
                return user
        raise KeyError(email)

    def is_known(self, email: str) -> bool:
        """Whether somebody with that address may sign in."""
        return any(user.email == email and not user.suspended for user in list(self._users.values()))

    def put_group(self, email: str, *members: str, holds_all: bool = False) -> Group:
        """A group with these members from now on, addresses of users and of groups; others are outside the account."""
        with self.lock:
            known = {user.email: user.id for user in self._users.values()}
            groups = tuple(member for member in members if member in self._groups)
            # Somebody of another organisation has an id too.
            users = tuple(known.get(one, f"9{len(one):020}") for one in members if one not in groups)
            group_id = self._groups[email].id if email in self._groups else f"03{secrets.token_hex(7)}"
            self._groups[email] = Group(group_id, email, users, groups, holds_all)
            return self._groups[email]

    def remove_group(self, email: str) -> None:
        """A group goes."""
        with self.lock:
            del self._groups[email]

    def group(self, key: str) -> Group | None:
        """The group with that address or id."""
        return next((group for group in self._groups.values() if key in (group.email, group.id)), None)

    def take(self, on: str, page: int) -> Fault | None:
        """What happens to this call."""
        with self.lock:
            for fault in self.faults:
                if fault.on == on and fault.page in (None, page):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                    return fault
            return None

    def user_rows(self) -> list[Json]:
        """All users, as the Admin SDK tells of them, in the order of address."""
        with self.lock:
            found = sorted(self._users.values(), key=lambda user: user.email)
            return [self._user_row(user) for user in found]

    def member_rows(self, group: Group, *, derived: bool) -> list[Json]:
        """The members of a group; `derived`: those of the groups in it too, each once."""
        with self.lock:
            found = list(self._circle(group, set())) if derived else [group]
            rows = [self._member_row(self.id, "CUSTOMER")] if any(one.holds_all for one in found) else []
            ids = dict.fromkeys(user for one in found for user in one.users)
            for user in ids:
                known = self._users.get(user)
                rows.append(self._member_row(user, "USER", known.email if known else "partner@elsewhere.example"))
            nested = dict.fromkeys(email for one in found for email in one.groups if email in self._groups)
            return rows + [self._member_row(self._groups[email].id, "GROUP", email) for email in nested]

    def page(self, token: str | None, rows: Callable[[], list[Json]], size: int) -> tuple[list[Json], str | None]:
        """What is on a page, and the token of the next. Raises KeyError for a token of nobody's."""
        with self.lock:
            listing = self._listings[token] if token else Listing(1, rows())
            here, left = listing.rows[:size], listing.rows[size:]
            if not left:
                return here, None
            return here, self._token(Listing(listing.page + 1, left))

    def gap(self, token: str | None, rows: Callable[[], list[Json]]) -> str:
        """Another token of the same page. Raises KeyError as `page`."""
        with self.lock:
            return self._token(self._listings[token] if token else Listing(1, rows()))

    def page_number(self, token: str | None) -> int:
        """Which page a token stands for; 1 without one."""
        with self.lock:
            return self._listings[token].page if token in self._listings else 1

    def _token(self, listing: Listing) -> str:
        token = secrets.token_urlsafe(24)
        self._listings[token] = listing
        return token

    def _circle(self, group: Group, seen: set[str]) -> Iterable[Group]:
        if group.email in seen:
            return
        seen.add(group.email)
        yield group
        for email in group.groups:
            if email in self._groups:
                yield from self._circle(self._groups[email], seen)

    def _user_row(self, user: User) -> Json:
        given, _, family = user.name.partition(" ")
        return {
            "kind": "admin#directory#user",
            "id": user.id,
            "etag": f'"{user.id}"',
            "primaryEmail": user.email,
            "name": {"givenName": given, "familyName": family, "fullName": user.name},
            "isAdmin": user.email in self.admins,
            "isDelegatedAdmin": False,
            "creationTime": "2025-01-15T08:00:00.000Z",
            "agreedToTerms": True,
            "suspended": user.suspended,
            "archived": user.archived,
            "changePasswordAtNextLogin": False,
            "emails": [{"address": user.email, "primary": True}],
            "customerId": self.id,
            "orgUnitPath": "/",
            "isMailboxSetup": True,
            "includeInGlobalAddressList": True,
        }

    def _member_row(self, member: str, kind: str, email: str | None = None) -> Json:
        row: Json = {"kind": "admin#directory#member", "id": member, "role": "MEMBER", "type": kind, "status": "ACTIVE"}
        return row | ({"email": email} if email else {})

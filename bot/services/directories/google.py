"""Google Workspace: the users of a customer, all or those of some groups, by the Admin SDK (sync.md)."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from bot.services.directories.base import Absentee, Member, Options, Outside, Pool, Progress
from bot.services.directories.failures import (
    LoopingPages,
    NoAddresses,
    StrangeAnswer,
    UnreadableMembers,
    WrongDomain,
)
from bot.services.directories.google_answers import READ_MEMBERS, READ_USERS, Asked
from bot.services.directories.google_api import AdminSDK
from bot.services.directories.http import Json

WHOLE_ACCOUNT = "CUSTOMER"
"""The type of a member that stands for everybody."""
MOST_PAGES = 20_000
"""Ten million users: who has more leads us on for ever."""


@dataclass(frozen=True, slots=True)
class GoogleCredentials:
    """What Seatbot is to Google: a service account's key, as JSON or the path to it; where the Admin SDK is, if not at
    Google's own address; and a file of certificate authorities, if not the usual ones."""

    service_account: str = field(repr=False)
    endpoint: str | None = None
    ca: str | None = None


class Person:
    """A user as Google tells of them."""

    __slots__ = ("email", "id", "is_off", "name")

    def __init__(self, row: Json) -> None:
        """Raises UnreadableMembers for what is no user, or hides whether it may sign in."""
        suspended, archived = row.get("suspended"), row.get("archived", False)  # not every edition has an archive
        if not isinstance(suspended, bool) or not isinstance(archived, bool) or not text(row.get("id")):
            raise UnreadableMembers(permission=READ_USERS)
        name = row.get("name")
        self.id: str = row["id"]
        self.email = text(row.get("primaryEmail"))
        self.name = text(name.get("fullName")) if isinstance(name, dict) else None
        self.is_off = suspended or archived


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is in some groups."""

    ids: frozenset[str] = frozenset()
    is_everybody: bool = False

    def __contains__(self, person: Person) -> bool:
        return self.is_everybody or person.id in self.ids


class GoogleWorkspace:
    """The directory of a client that is a customer of Google Workspace."""

    def __init__(
        self,
        credentials: GoogleCredentials,
        domain: str,
        subject: str,
        options: Options,
        *,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """`domain` is one of the customer's, `subject` the address of an administrator there, as whom it is read.
        Google has neither guests nor licences here, so that those options mean nothing. `wait` waits for seconds."""
        self._credentials, self._domain, self._subject = credentials, domain, subject
        self._options, self._wait = options, wait

    def read(self, progress: Progress) -> Pool:
        """As `Directory`: users of all the customer's domains who are neither suspended nor archived. One object may
        be read by several threads."""
        groups, excluded = self._options.groups, self._options.excluded
        scopes = (READ_USERS, READ_MEMBERS) if groups or excluded else (READ_USERS,)
        given = self._credentials
        asked = Asked(self._domain, self._subject, scopes)
        with closing(AdminSDK(given.service_account, given.endpoint, given.ca, asked, self._wait)) as sdk:
            reading = Reading(sdk, progress)
            chosen = reading.circle(groups) if groups else Circle(is_everybody=True)
            left_out = reading.circle(excluded)
            people = reading.people()
        pool = pool_of((person for person in people if person in chosen), left_out)
        if pool.members and not any(is_of(member.email, self._domain) for member in pool.members):
            raise WrongDomain(domain=self._domain)
        return pool


class Reading:
    """One reading of a directory, page by page."""

    def __init__(self, sdk: AdminSDK, progress: Progress) -> None:
        self._sdk, self._progress = sdk, progress
        self._pages, self._people = 0, dict[str, Person]()

    def circle(self, groups: Iterable[str]) -> Circle:
        """Everybody in one of the groups, and in the groups in them."""
        ids, is_everybody = set[str](), False
        for group in groups:
            for row in self._rows(partial(self._sdk.members, group), "members"):
                if row.get("type") == WHOLE_ACCOUNT:
                    is_everybody = True
                elif text(row.get("id")):
                    ids.add(row["id"])
                else:
                    raise UnreadableMembers(permission=READ_MEMBERS)
        return Circle(frozenset(ids), is_everybody)

    def people(self) -> list[Person]:
        """All users, each once."""
        for row in self._rows(self._sdk.users, "users"):
            person = Person(row)
            self._people[person.id] = person
        return list(self._people.values())

    def _rows(self, ask: Callable[[str | None], Json], name: str) -> Iterator[Json]:
        """What stands on the pages of a listing. A page may be empty and yet not the last. Raises LoopingPages,
        StrangeAnswer."""
        page, seen = None, set[str]()
        while True:
            answer = ask(page)
            if not is_page(answer, name):
                raise StrangeAnswer(host=self._sdk.host)
            yield from answer.get(name, [])
            self._pages += 1
            self._progress(self._pages, len(self._people))
            page = answer.get("nextPageToken")
            if not page:
                return
            if page in seen or len(seen) == MOST_PAGES:
                raise LoopingPages()
            seen.add(page)


def is_page(answer: Json, name: str) -> bool:
    """Whether an answer is a page of that listing. An empty one still says of what kind it is: what says nothing at all
    must not pass for the last page."""
    rows, following = answer.get(name, []), answer.get("nextPageToken")
    return (
        not answer.keys().isdisjoint({"kind", "nextPageToken", name})
        and isinstance(following, str | None)
        and isinstance(rows, list)
        and all(isinstance(row, dict) for row in rows)
    )


def pool_of(people: Iterable[Person], left_out: Circle) -> Pool:
    """Who of these people counts, and why the others do not. Raises NoAddresses where all that would lack one."""
    members, absent = list[Member](), list[Absentee]()
    for person in people:
        if person.is_off:
            absent.append(Absentee(person.id, person.email, Outside.DISABLED))
        elif person in left_out:
            absent.append(Absentee(person.id, person.email, Outside.LEFT_OUT))
        elif person.email is None:
            absent.append(Absentee(person.id, None, Outside.NO_ADDRESS))
        else:
            members.append(Member(person.id, person.email, person.name))
    if not members and any(one.why is Outside.NO_ADDRESS for one in absent):
        raise NoAddresses()
    return Pool(tuple(members), tuple(absent))


def is_of(email: str, domain: str) -> bool:
    return email.rpartition("@")[2].strip().casefold() == domain.strip().casefold()


def text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None

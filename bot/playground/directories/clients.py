"""A client's directory as somebody at the demo changes it, whichever it is: who is in it, and how it answers."""

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import RLock
from uuid import UUID

from bot.clock import Clock
from bot.playground.demo_names import local_part
from bot.playground.directories.google_customer import Fault, GoogleCustomer, Mishap, User
from bot.playground.directories.google_tokens import ServiceAccount
from bot.playground.directories.graph import LocalGraph
from bot.playground.directories.graph_faults import ALWAYS, What
from bot.playground.directories.tenants import Person, Tenant

LOCAL_PART = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LONGEST_NAME = 60
BUSY_SECONDS = "300"
"""For how long a throttled directory wants to be left alone: longer than a sync waits, so that it says so at once."""


class Standing(StrEnum):
    """How somebody stands in a directory."""

    ACTIVE = "active"
    DISABLED = "disabled"
    GONE = "gone"
    """Deleted, and kept by the directory for a while."""


class Answering(StrEnum):
    """How a directory answers whoever reads it."""

    USUAL = "usual"
    OUTAGE = "outage"
    EMPTY = "empty"
    """As if nobody were in it."""
    THROTTLED = "throttled"


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in a directory, by its id. As an administrator it is read, so that nothing may happen to them."""

    id: str
    name: str
    email: str
    standing: Standing
    is_admin: bool = False


class ImpossibleError(Exception):
    """An act that the directory refuses, by a code: `name_taken`, `bad_name`, `person_gone`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ClientDirectory(ABC):
    """The directory of one client, which may be changed while it is served."""

    product: str

    def __init__(self, client: str, domain: str) -> None:
        """`client` is the account's name."""
        self.client, self.domain = client, domain
        self.answering = Answering.USUAL
        self._lock = RLock()

    @abstractmethod
    def people(self) -> list[Entry]:
        """Everybody, also those who are gone, in no order."""

    @abstractmethod
    def _put(self, entry: Entry) -> None:
        """Let somebody be as the entry has it, who may be new."""

    @abstractmethod
    def _order(self, answering: Answering) -> None:
        """Let it answer so from now on."""

    def answer(self, answering: Answering) -> None:
        """Let it answer so until something else is said."""
        with self._lock:
            self._order(answering)
            self.answering = answering

    def join(self, name: str) -> Entry:
        """Somebody new of that name. Raises ImpossibleError."""
        with self._lock:
            email = self._free_address(name)
            entry = Entry(self._new_id(email), name, email, Standing.ACTIVE)
            self._put(entry)
            return entry

    def rename(self, id_: str, name: str) -> Entry:
        """Give somebody another name, and the address that goes with it. Raises ImpossibleError."""
        with self._lock:
            entry = replace(self._person(id_), name=name, email=self._free_address(name, but=id_))
            self._put(entry)
            return entry

    def let(self, id_: str, standing: Standing) -> Entry:
        """Let somebody leave, be disabled or come back as who they were. Raises ImpossibleError."""
        with self._lock:
            entry = replace(self._person(id_), standing=standing)
            if standing is not Standing.GONE:
                self._check_free(entry.email, but=id_)
            self._put(entry)
            return entry

    def _person(self, id_: str) -> Entry:
        for entry in self.people():
            if entry.id == id_ and not entry.is_admin:
                return entry
        raise ImpossibleError("person_gone")

    def _free_address(self, name: str, *, but: str = "") -> str:
        part = local_part(name)
        if len(name) > LONGEST_NAME or not name.isprintable() or not LOCAL_PART.fullmatch(part):
            raise ImpossibleError("bad_name")
        email = f"{part}@{self.domain}"
        self._check_free(email, but=but)
        return email

    def _check_free(self, email: str, *, but: str) -> None:
        """Raises ImpossibleError where somebody else has the address; who is gone has left it to others."""
        if any(one.email == email and one.id != but and one.standing is not Standing.GONE for one in self.people()):
            raise ImpossibleError("name_taken")

    def _new_id(self, email: str) -> str:
        """An id that nobody had: whoever gave an address up keeps theirs."""
        taken = {entry.id for entry in self.people()}
        return next(id_ for n in range(len(taken) + 1) if (id_ := self.id_of(email, n)) not in taken)

    @staticmethod
    @abstractmethod
    def id_of(email: str, turn: int = 0) -> str:
        """The id that the directory gave whoever had that address first, or in a later turn."""


class MicrosoftClient(ClientDirectory):
    """A tenant of Microsoft 365."""

    product = "Microsoft 365"

    def __init__(self, client: str, domain: str, people: Iterable[Entry], clock: Clock) -> None:
        super().__init__(client, domain)
        self._tenant = Tenant(domain, id=self.id_of(domain))
        self._gone: dict[str, Person] = {}
        self.graph = LocalGraph(self._tenant, clock=clock)
        for entry in people:
            self._put(entry)

    @staticmethod
    def id_of(email: str, turn: int = 0) -> str:
        return str(UUID(bytes=digest(email, turn)[:16], version=4))

    def people(self) -> list[Entry]:
        with self._lock:
            found = [entry_of(person) for person in self._tenant.people.values()]
            return found + [replace(entry_of(person), standing=Standing.GONE) for person in self._gone.values()]

    def _put(self, entry: Entry) -> None:
        person = self._gone.pop(entry.id, None) or self._tenant.people.get(entry.id)
        if person is None:
            person = Person(entry.name, entry.email, entry.email, [f"SMTP:{entry.email}"], id=entry.id)
        if person.mail != entry.email:
            self._tenant.rename(person, entry.email)
            person.upn = entry.email
        person.name, person.enabled = entry.name, entry.standing is not Standing.DISABLED
        self._tenant.keep(person)
        if entry.standing is Standing.GONE:
            self._tenant.remove(person)
            self._gone[person.id] = person

    def _order(self, answering: Answering) -> None:
        self.graph.faults.clear()
        match answering:
            case Answering.OUTAGE:
                self.graph.faults.order(What.STATUS, times=ALWAYS, status=500)
            case Answering.EMPTY:
                self.graph.faults.order(What.EMPTY, times=ALWAYS)
            case Answering.THROTTLED:
                self.graph.faults.order(What.STATUS, times=ALWAYS, status=429, retry_after=BUSY_SECONDS)


class GoogleClient(ClientDirectory):
    """A customer of Google Workspace, read as its first user who is active."""

    product = "Google Workspace"

    def __init__(self, client: str, domain: str, people: Iterable[Entry], clock: Clock) -> None:
        """Somebody among the people must be the administrator."""
        super().__init__(client, domain)
        known = list(people)
        self.subject = next(entry.email for entry in known if entry.is_admin)
        self._gone: dict[str, User] = {}
        self.customer = GoogleCustomer(clock, ServiceAccount(), self.subject, map(user_of, known))

    @staticmethod
    def id_of(email: str, turn: int = 0) -> str:
        return str(10**20 + int.from_bytes(digest(email, turn)) % (9 * 10**20))

    def people(self) -> list[Entry]:
        with self._lock:
            found = [
                Entry(
                    user.id,
                    user.name,
                    user.email,
                    Standing.DISABLED if user.suspended else Standing.ACTIVE,
                    user.email == self.subject,
                )
                for user in self.customer.people()
            ]
            return found + [Entry(user.id, user.name, user.email, Standing.GONE) for user in self._gone.values()]

    def _put(self, entry: Entry) -> None:
        user = self.customer.keep(user_of(entry))
        self._gone.pop(entry.id, None)
        if entry.standing is Standing.GONE:
            self.customer.remove(user.email)
            self._gone[user.id] = user

    def _order(self, answering: Answering) -> None:
        ordered = {
            Answering.OUTAGE: Fault(Mishap.BROKEN, times=ALWAYS),
            Answering.EMPTY: Fault(Mishap.NOBODY, times=ALWAYS),
            Answering.THROTTLED: Fault(Mishap.TOO_MANY, times=ALWAYS, retry_after=BUSY_SECONDS),
        }
        with self.customer.lock:
            self.customer.faults[:] = [ordered[answering]] if answering in ordered else []


def entry_of(person: Person) -> Entry:
    """How a user object of Microsoft's stands."""
    standing = Standing.ACTIVE if person.enabled else Standing.DISABLED
    return Entry(person.id, person.name or "", person.mail or person.upn, standing)


def user_of(entry: Entry) -> User:
    """An entry as a user of Google's."""
    return User(entry.id, entry.email, entry.name, suspended=entry.standing is Standing.DISABLED)


def digest(email: str, turn: int) -> bytes:
    return hashlib.sha256(f"{email} {turn}".encode()).digest()

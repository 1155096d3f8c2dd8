"""What the local Microsoft 365 holds: tenants with their people and groups, and the application that reads them.

Everything may be changed while it is served: whoever lists people takes them all at once first.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

Json = dict[str, Any]
LICENCE = "3b555118-da6a-4418-894f-7df1e2096870"
"""Microsoft 365 Business Basic."""
USERS, GROUPS, HIDDEN = "User.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"


def new_id() -> str:
    return str(uuid4())


@dataclass(slots=True)
class Person:
    """A user object. `proxies` are its mailbox's addresses, the primary one with `SMTP:`."""

    name: str | None
    upn: str
    mail: str | None = None
    proxies: list[str] = field(default_factory=list)
    enabled: bool = True
    kind: str | None = "Member"
    """`Member` or `Guest`; objects of before 2014 have neither."""
    is_licensed: bool = True
    id: str = field(default_factory=new_id)

    def row(self) -> Json:
        """The object as Graph writes it, with all that this one knows of it."""
        return {
            "id": self.id,
            "displayName": self.name,
            "givenName": self.name.partition(" ")[0] if self.name else None,
            "surname": self.name.partition(" ")[2] or None if self.name else None,
            "jobTitle": None,
            "businessPhones": [],
            "mobilePhone": None,
            "officeLocation": None,
            "preferredLanguage": None,
            "mail": self.mail,
            "userPrincipalName": self.upn,
            "proxyAddresses": list(self.proxies),
            "accountEnabled": self.enabled,
            "userType": self.kind,
            "assignedLicenses": [{"disabledPlans": [], "skuId": LICENCE}] if self.is_licensed else [],
        }


@dataclass(slots=True)
class Group:
    """A group of people and of other groups, by their ids. Members of a hidden one take a permission of its own."""

    name: str
    people: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    is_hidden: bool = False
    id: str = field(default_factory=new_id)


@dataclass(slots=True)
class Tenant:
    """A client's directory. `domains` are those that it has besides the first; `consented` says whether the application
    was let in, `permissions` to what."""

    domain: str
    domains: set[str] = field(default_factory=set)
    id: str = field(default_factory=new_id)
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    consented: bool = True
    permissions: set[str] = field(default_factory=lambda: {USERS, GROUPS})

    def add(self, name: str, **facts: Any) -> Person:
        """Somebody new with a mailbox of that name, but for what `facts` say otherwise (fields of Person)."""
        address = f"{'.'.join(name.casefold().split())}@{self.domain}"
        known = {"upn": address, "mail": address, "proxies": [f"SMTP:{address}"]}
        return self.keep(Person(name, **{**known, **facts}))

    def keep(self, person: Person) -> Person:
        self.people[person.id] = person
        return person

    def remove(self, person: Person) -> None:
        """Delete somebody, from the groups too."""
        del self.people[person.id]
        for group in self.groups.values():
            group.people.discard(person.id)

    def rename(self, person: Person, address: str) -> None:
        """Give somebody another address; the old one stays an alias, as Exchange does it."""
        aliases = [proxy.replace("SMTP:", "smtp:") for proxy in person.proxies]
        person.mail, person.proxies = address, [f"SMTP:{address}", *aliases]

    def recreate(self, person: Person) -> Person:
        """Delete somebody and make the same object anew, with a new id and in no group."""
        self.remove(person)
        return self.keep(
            Person(
                person.name, person.upn, person.mail, person.proxies, person.enabled, person.kind, person.is_licensed
            )
        )

    def add_group(self, name: str, *members: Person | Group, is_hidden: bool = False) -> Group:
        """A group with these in it."""
        people = {one.id for one in members if isinstance(one, Person)}
        groups = {one.id for one in members if isinstance(one, Group)}
        group = Group(name, people, groups, is_hidden)
        self.groups[group.id] = group
        return group

    def everybody(self) -> list[Person]:
        """All people, in the order of their ids."""
        return sorted(self.people.values(), key=lambda person: person.id)

    def members(self, group: Group) -> list[Person]:
        """The people of a group and of the groups within it, in the order of their ids."""
        seen: set[str] = set()
        open_ = [group.id]
        ids: set[str] = set()
        while open_:
            if (one := self.groups.get(open_.pop())) and one.id not in seen:
                seen.add(one.id)
                ids |= one.people
                open_.extend(one.groups)
        return [self.people[id_] for id_ in sorted(ids) if id_ in self.people]


@dataclass(slots=True)
class Application:
    """The application that reads the tenants: its secrets with the instants at which they expire, if ever, and the
    certificates in PEM and the address for answers that it was registered with."""

    id: str = field(default_factory=new_id)
    secrets: dict[str, datetime | None] = field(default_factory=lambda: {f"local-{uuid4().hex}": None})
    certificates: list[str] = field(default_factory=list)
    reply_url: str | None = None

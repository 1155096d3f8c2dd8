"""What a sync of an account would do: its users and its directory's pool in, the changes out (sync.md, Invariants;
domain.md, Identity and Deny list). Pure."""

import hashlib
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.services import limits, names
from bot.services.directories.base import Member
from db.models import Cause, Status

FORMER = "\x1f"
"""Stands in the key of a user whose address another user has, before an id: no address has it."""


class Known(NamedTuple):  # of which a sync makes 50,000, several times as fast as of a frozen dataclass
    """A user of the account as they stand; `key` is the address as it is compared, None of a forgotten one."""

    id: int
    external_id: str | None
    key: str | None
    email: str | None
    name: str | None
    synced: bool
    active: bool


class Newcomer(NamedTuple):
    """A user to be made."""

    external_id: str
    email: str
    key: str
    name: str | None


class Details(NamedTuple):
    """What a user is to be called from now on."""

    id: int
    external_id: str | None
    email: str | None
    key: str | None
    name: str | None
    synced: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync would do. `details` change nobody's status; `off` are those who become inactive, with the cause;
    `denied` members are kept out by the deny list, `unchanged` ones were active before. `active` users had the account,
    and `is_first` says that no sync ever brought it any."""

    created: tuple[Newcomer, ...] = ()
    details: tuple[Details, ...] = ()
    on: tuple[Known, ...] = ()
    off: tuple[tuple[Known, Cause], ...] = ()
    denied: int = 0
    unchanged: int = 0
    active: int = 0
    is_first: bool = False
    is_empty: bool = False
    """The pool was empty although users that syncs brought are active."""

    @property
    def activated(self) -> int:
        return len(self.created) + len(self.on)

    @property
    def deactivates_too_many(self) -> bool:
        return limits.too_many_deactivated(len(self.off), self.active)

    @property
    def activates_too_many(self) -> bool:
        return not self.is_first and limits.too_many_activated(self.activated, self.active)

    @property
    def turns(self) -> bool:
        """Whether it turns anybody active or inactive."""
        return bool(self.created or self.on or self.off)


class Turned(NamedTuple):
    """Somebody whom a sync turns active or inactive, and why; `created` says that the user is new."""

    email: str
    name: str | None
    status: Status
    cause: Cause
    created: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How many a sync changed, or would change (contracts.md, JSON of `sync`)."""

    created: int = 0
    reactivated: int = 0
    deactivated: int = 0
    denied: int = 0
    unchanged: int = 0

    @property
    def activated(self) -> int:
        return self.created + self.reactivated


def beside(key: str, id_: int | str) -> str:
    """The key of a user whose address another user has."""
    return f"{key}{FORMER}{id_}"


def plan(known: Sequence[Known], members: Iterable[Member], denied: Collection[str]) -> Plan:
    """What has to change so that the members of the pool are the account's active users.

    `denied` are the keys of the deny list. The order of neither changes anything; planned again once it was done, there
    is nothing to do.
    """
    by_external = {user.external_id: user for user in known if user.external_id}
    by_key = {user.key: user for user in known if user.key}
    persons = gathered(members, by_external, denied)
    ids = {member.id for _, member in persons}
    matched: dict[int, tuple[str, Member]] = {}
    new: list[tuple[str, Member]] = []
    on: list[Known] = []
    off: list[tuple[Known, Cause]] = []
    kept_out = unchanged = 0
    for key, member in persons:
        user = by_external.get(member.id)
        if user is None:  # one without an id, or whose id is gone: a member that was made anew
            holder = by_key.get(key)
            user = holder if holder and holder.external_id not in ids else None
        if denied and names.matches(denied, key):
            kept_out += 1
            if user and user.synced:
                matched[user.id] = (key, member)
                if user.active:
                    off.append((user, Cause.DENY_LIST))
        elif user is None:
            new.append((key, member))
        else:
            matched[user.id] = (key, member)
            if user.active:
                unchanged += 1
            else:
                on.append(user)
    off += [(user, Cause.SYNC) for user in known if user.synced and user.active and user.id not in matched]
    wanted = {key for key, _ in [*matched.values(), *new]}
    taken = {user.key for user in known if user.key in wanted and user.id not in matched and not user.synced}
    left = [user for user in known if user.key in wanted and user.id not in matched and user.synced]
    return Plan(
        created=tuple(
            Newcomer(one.id, one.email, beside(key, one.id) if key in taken else key, one.name) for key, one in new
        ),
        details=(
            *(Details(u.id, u.external_id, u.email, beside(u.key or "", u.id), u.name, u.synced) for u in left),
            *renamed(known, matched, taken),
        ),
        on=tuple(on),
        off=tuple(off),
        denied=kept_out,
        unchanged=unchanged,
        active=sum(user.active for user in known),
        is_first=not any(user.synced for user in known),
        is_empty=not persons and any(user.active and user.synced for user in known),
    )


def gathered(
    members: Iterable[Member], known: Mapping[str, Known], denied: Collection[str] = ()
) -> list[tuple[str, Member]]:
    """The people of a pool, each with the key of the address: members who share one are one, of whom the one stands
    that changes least."""
    found: dict[str, Member] = {}
    for member in members:
        key = names.key(member.email)
        other = found.get(key)
        if other is None or standing(member, key, known, denied) < standing(other, key, known, denied):
            found[key] = member
    return list(found.items())


def standing(
    member: Member, key: str, known: Mapping[str, Known], denied: Collection[str]
) -> tuple[bool, bool, bool, str]:
    """What decides between members who share an address: who has an active user, unless the address is denied, so that
    nobody will have one, who has one with that address, or beside it, who has one at all, the id."""
    user = known.get(member.id)
    stays = user is not None and user.active and not (denied and names.matches(denied, key))
    has_it = user is not None and user.key in (key, beside(key, member.id))
    return not stays, not has_it, user is None, member.id


def renamed(
    known: Iterable[Known], matched: Mapping[int, tuple[str, Member]], taken: Container[str | None]
) -> Iterator[Details]:
    """The users whom the pool gives another id, address or name, or whom a sync brings for the first time; an address
    in `taken` stays with a user whom no sync may touch."""
    for user in known:
        if user.id in matched:
            key, member = matched[user.id]
            key = beside(key, member.id) if key in taken else key
            wanted = (member.id, member.email, key, member.name or user.name, True)
            if wanted != (user.external_id, user.email, user.key, user.name, user.synced):
                yield Details(user.id, *wanted)


def figures_of(planned: Plan) -> Figures:
    """How many a plan changes."""
    return Figures(
        created=len(planned.created),
        reactivated=len(planned.on),
        deactivated=len(planned.off),
        denied=planned.denied,
        unchanged=planned.unchanged,
    )


def turned_by(planned: Plan) -> tuple[Turned, ...]:
    """Whom a plan turns, in the order of address."""
    renamed = {one.id: one.email for one in planned.details}
    people = [Turned(one.email, one.name, Status.ACTIVE, Cause.SYNC, True) for one in planned.created]
    people += [
        Turned(renamed.get(one.id) or one.email or "", one.name, Status.ACTIVE, Cause.SYNC, False) for one in planned.on
    ]
    people += [Turned(one.email or "", one.name, Status.INACTIVE, cause, False) for one, cause in planned.off]
    return tuple(sorted(people, key=lambda one: names.sorting(one.email)))


def digest_of(planned: Plan) -> str:
    """A text that two plans have in common if they turn the same people."""
    lines = [f"new {one.key} {one.external_id}" for one in planned.created]
    lines += [f"on {one.id}" for one in planned.on]
    lines += [f"off {one.id}" for one, _ in planned.off]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

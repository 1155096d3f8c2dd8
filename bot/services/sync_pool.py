"""What a sync takes of a directory's pool: people with a usable address, each once (sync.md). Pure."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from bot.services import names, sync_notes
from bot.services.directories.base import Member, Outside, Pool
from bot.services.errors import BadEmail
from db.models import Note


class Usable(NamedTuple):
    """What a sync takes of a pool: the members with a usable address, how many of the directory are not among them and
    why, and what is noted of people, None where the pool tells nothing of that."""

    members: list[Member]
    outside: Mapping[Outside, int] = MappingProxyType({})
    notes: Mapping[str, Note] | None = None


def usable(pool: Pool) -> Usable:
    """A pool with addresses trimmed and without marks that nobody sees, and with names of one line. Pure."""
    members: dict[str, Member] = {}  # by id, since a page may tell again of somebody of the page before
    outside = Counter(absentee.why for absentee in pool.absent)
    for member in pool.members:
        email = address_of(member.email)
        if email is None:
            outside[Outside.NO_ADDRESS] += 1
            continue
        name = names.printable((member.name or "").strip(), names.LONGEST_NAME) or None
        is_clean = email == member.email and name == member.name
        members[member.id] = member if is_clean else Member(member.id, email, name, member.licensed)
    absent = (one._replace(email=address_of(one.email)) for one in pool.absent if one.why is Outside.DISABLED)
    return Usable(list(members.values()), outside, sync_notes.notes(members.values(), absent))


def address_of(given: str | None) -> str | None:
    """An address trimmed and without marks that nobody sees; None of what is none. Pure."""
    try:
        return names.check_email(names.BIDI.sub("", given or ""))
    except BadEmail:
        return None

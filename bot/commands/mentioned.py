"""Whom a message names: by an address in it, or by a mention."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.commands.call import Call
from bot.services import people
from bot.services.errors import NamedPerson, Refusal
from bot.services.faq import named

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
LONGEST = 4000


def person(call: Call, message: Mapping[str, Any], name_of: Callable[[str], str]) -> str | None:
    """The address of the one person whom a message names; None where it names nobody whom we know, or several.
    `name_of` gives the name of a Slack user id."""
    text = "\n".join(texts(message))[:LONGEST]
    if found := named.person(call.session, call.workspace, named.addresses(text)):
        return found
    known = {email for id_ in dict.fromkeys(MENTION.findall(text)) if (email := of_name(call, name_of(id_)))}
    return known.pop() if len(known) == 1 else None


def of_name(call: Call, name: str) -> str | None:
    """The address of the one person of that name."""
    found: Refusal | None = people.named(call.session, call.workspace, name)
    return str(found.fields["nearest"]) if isinstance(found, NamedPerson) else None


def texts(part: Any) -> Iterator[str]:
    """Every text in a message: its own, and those of its blocks."""
    if isinstance(part, Mapping):
        for key in ("text", "url", "user_id"):
            if isinstance(value := part.get(key), str):
                yield f"<@{value}>" if key == "user_id" else value
        part = [value for key, value in part.items() if key in ("text", "blocks", "elements", "fields", "rows")]
    if isinstance(part, list):
        for one in part:
            yield from texts(one)

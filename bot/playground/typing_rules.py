"""What Slack's composer makes of what a person types, before an app sees it."""

import re
from collections.abc import Mapping

ADDRESS = re.compile(r"(?<![\w@:|<.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![\w@>|-])")
PERSON = re.compile(r"(?<![\w@&])@([\w.-]+)")
CHANNEL = re.compile(r"(?<![\w#&])#([\w-]+)")


def escaped(text: str) -> str:
    """Text that is no markup: the three characters that could begin some are written as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_typed(text: str, people: Mapping[str, str] | None = None, channels: Mapping[str, str] | None = None) -> str:
    """The text as an app receives it: escaped, addresses made into links, and names (to ids) into mentions."""
    people, channels = people or {}, channels or {}
    text = ADDRESS.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", escaped(text))
    text = PERSON.sub(lambda found: _mention(found, "@", people.get(found[1].lower())), text)
    return CHANNEL.sub(lambda found: _mention(found, "#", channels.get(found[1].lower()), f"|{found[1]}"), text)


def _mention(found: re.Match[str], sign: str, id_: str | None, label: str = "") -> str:
    return f"<{sign}{id_}{label}>" if id_ else found[0]

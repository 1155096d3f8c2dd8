"""How addresses and names are compared and checked (domain.md, Identity). Pure."""

import re
import unicodedata
from collections.abc import Container

from bot.services.errors import BadEmail, BadName, BadPattern

EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LONGEST_EMAIL = 320


def key(text: str) -> str:
    """What two spellings of one name or address have in common: trimmed, NFC, case folded."""
    text = text.strip()
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return folded.encode(errors="replace").decode()  # bytes of a command line that are no text


def check_email(email: str) -> str:
    """The address, trimmed. Raises BadEmail."""
    email = email.strip()
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email) or CONTROL.search(email):
        raise BadEmail(email=printable(email))
    return email


def check_name(name: str) -> str:
    """The name, trimmed. Raises BadName if nothing is left or if it holds control characters."""
    name = name.strip()
    if not name or CONTROL.search(name):
        raise BadName()
    return name


def check_pattern(pattern: str) -> str:
    """A deny-list entry, trimmed: an address or `*@domain`. Raises BadPattern."""
    try:
        checked = check_email(pattern)
    except BadEmail as error:
        raise BadPattern(pattern=error.fields["email"]) from None
    if "*" in checked and not (checked.startswith("*@") and checked.count("*") == 1):
        raise BadPattern(pattern=checked)
    return checked


def matches(patterns: Container[str], email_key: str) -> bool:
    """Whether an address, as a key, is on a deny list of keys."""
    return email_key in patterns or f"*@{email_key.rpartition('@')[2]}" in patterns


def printable(text: str, longest: int = 80) -> str:
    """Somebody's text, fit to be shown in one line: no control characters, nothing that turns the direction of
    writing, not endless."""
    text = BIDI.sub("", CONTROL.sub("�", text))
    return text if len(text) <= longest else text[: longest - 1] + "…"

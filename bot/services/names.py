"""How addresses and names are compared and checked (domain.md, Identity). Pure."""

import re
import unicodedata
from collections.abc import Container
from urllib.parse import urlsplit

from bot.services.errors import BadEmail, BadName, BadPattern, BadUrl, LongName

EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
PLAIN = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}")
"""What most addresses are like: nothing else has to be looked for in them."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LONGEST_EMAIL = 320
LONGEST_NAME = 500
"""Indexes hold names and addresses, and PostgreSQL's take 2,700 bytes: their keys must not be longer either."""


def key(text: str) -> str:
    """What two spellings of one name or address have in common: trimmed, NFC, case folded."""
    text = text.strip()
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return folded.encode(errors="replace").decode()  # bytes of a command line that are no text


def without(held: re.Pattern[str], text: str) -> str:
    """A text without what the pattern finds in it as a key; without anything, where that is spelt so that only the key
    shows it."""
    left = held.sub("…", unicodedata.normalize("NFC", text)) if held.search(key(text)) else text
    return "…" if held.search(key(left)) else left


def fold(text: str) -> str:
    """What two spellings have in common where nobody minds accents: a key without them, with plain apostrophes."""
    text = key(text)
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text).replace("’", "'")
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def check_email(email: str) -> str:
    """The address, trimmed. Raises BadEmail."""
    if PLAIN.fullmatch(email):
        return email
    email = email.strip()
    if is_long(email, LONGEST_EMAIL) or not EMAIL.fullmatch(email) or CONTROL.search(email):
        raise BadEmail(email=printable(email))
    return email


def check_name(name: str) -> str:
    """The name, trimmed. Raises BadName if nothing is left or if it holds control characters, LongName."""
    name = name.strip()
    if not name or CONTROL.search(name):
        raise BadName()
    if is_long(name, LONGEST_NAME):
        raise LongName(most=LONGEST_NAME)
    return name


def is_long(text: str, most: int) -> bool:
    """Whether a text or its key is longer; folding makes three of some characters."""
    return len(text) > most or (3 * len(text) > most and not text.isascii() and len(key(text)) > most)


def sorting(text: str) -> tuple[str, str]:
    """What names are sorted by, on either engine: their letters without accents, then as they are (É beside E)."""
    folded = key(text)
    return (folded, folded) if folded.isascii() else (fold(text), folded)


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
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text
    text = BIDI.sub("", CONTROL.sub("�", text))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def cut(text: str, longest: int) -> str:
    """As `printable`, but cut between words: half an address would be a trace that nobody finds again."""
    text = printable(text, len(text))
    if len(text) <= longest:
        return text
    whole = text[:longest].rpartition(" ")[0].rstrip()
    return f"{whole} …" if whole else "…"


def public(url: str) -> str:
    """An address that Slack and browsers reach, without a slash at its end. Raises BadUrl for any that is not https."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        raise BadUrl(url=url) from None
    if not fine or parts.query or parts.fragment or not url.isascii() or any(character.isspace() for character in url):
        raise BadUrl(url=url)
    return url.rstrip("/")

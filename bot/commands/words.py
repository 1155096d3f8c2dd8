"""The words of a slash command: Slack's rewriting undone, quotes grouped, words of both languages told apart. Pure."""

import html
import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from bot.services.errors import UnclosedQuote

IN = {"in", "dans"}
BECAUSE = {"because", "car"}
ALL = {"all", "tous", "toutes", "tout"}
FORCE = {"--force"}
PERIODS = {
    "current": "current",
    "courant": "current",
    "courante": "current",
    "actuel": "current",
    "actuelle": "current",
    "last": "last",
    "dernier": "last",
    "derniere": "last",
    "precedent": "last",
    "precedente": "last",
}
DATE = re.compile(r"\d[\d/.-]*")

MENTION = re.compile(r"<([@#][A-Z0-9]+)(?:\|[^<>]*)?>")
LINK = re.compile(r"<(?:mailto:|https?://)([^<>|]*)(?:\|([^<>]*))?>")
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
WORD = re.compile(r'"([^"]*)"|(\S+)')
SPACE = re.compile(r"\s+")


class Misused(Exception):
    """A command lacks something or has too much; its help says how it is written."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word, or several in quotes, which are then never a keyword."""

    text: str
    quoted: bool = False

    def means(self, keywords: Container[str]) -> bool:
        """Whether it is one of these keywords, whatever its case and accents."""
        return not self.quoted and fold(self.text) in keywords


@dataclass(frozen=True, slots=True)
class People:
    """Whom a command means, where, and why. `forced`: it was confirmed."""

    emails: tuple[str, ...]
    account: str | None
    reason: str | None
    forced: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """Entries of a deny list, and of which account. `forced`: it was confirmed."""

    patterns: tuple[str, ...]
    account: str
    forced: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a report is wanted; no account means all of them."""

    account: str | None
    period: str


def read(text: str) -> list[Word]:
    """The words of what somebody typed, as they typed it. Raises UnclosedQuote."""
    plain = html.unescape(LINK.sub(link_text, MENTION.sub(r"\1", text))).translate(QUOTES)
    words = []
    for quoted, bare in WORD.findall(plain):
        if bare.startswith('"'):
            raise UnclosedQuote()
        if bare:
            words.append(Word(bare))
        elif quoted.strip():
            words.append(Word(SPACE.sub(" ", quoted.strip()), quoted=True))
    return words


def typed(text: str) -> list[Word]:
    """The words of a command that somebody typed: what only a button confirms cannot be confirmed by typing it.

    Raises UnclosedQuote.
    """
    words, _ = without_force(read(text))
    return words


def link_text(found: re.Match[str]) -> str:
    """What was typed where Slack made a link of it."""
    target, label = found.groups()
    return label or target


def fold(text: str) -> str:
    """A word without case and accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def dump(words: Iterable[Word]) -> str:
    """Words as one text, a line each, that `load` reads."""
    return "\n".join(f'"{word.text}"' if word.quoted else word.text for word in words)


def load(text: str) -> list[Word]:
    """The words of a text made by `dump`."""
    lines = text.split("\n")
    return [Word(line[1:-1], quoted=True) if line.startswith('"') and len(line) > 1 else Word(line) for line in lines]


def people(words: Sequence[Word]) -> People:
    """EMAIL… [in ACCOUNT] [because REASON]. Raises Misused."""
    rest, forced = without_force(words)
    rest, reason = split(rest, BECAUSE, after=IN)
    rest, account = split(rest, IN)
    emails = addresses(rest)
    if not emails or reason == [] or account == []:
        raise Misused()
    return People(emails, joined(account), joined(reason), forced)


def patterns(words: Sequence[Word]) -> Patterns:
    """PATTERN… in ACCOUNT, or ACCOUNT PATTERN…. Raises Misused."""
    rest, forced = without_force(words)
    rest, account = split(rest, IN)
    first = next((number for number, word in enumerate(rest) if "@" in word.text and not word.quoted), len(rest))
    before, rest = rest[:first], rest[first:]
    if account is not None and before:
        rest, before = [*before, *rest], []  # whatever stands there was meant as an entry, and is refused as one
    named = joined(account) or joined(before)
    found = tuple(f"*{entry}" if entry.startswith("@") else entry for entry in addresses(rest))
    if not named or not found:
        raise Misused()
    return Patterns(found, named, forced)


def report(words: Sequence[Word]) -> Asked:
    """[ACCOUNT|all] [PERIOD]."""
    rest = list(words)
    if rest and rest[0].means(IN):
        rest = rest[1:]
    period = "current"
    if rest and not rest[-1].quoted:
        last = fold(rest[-1].text)
        if last in PERIODS or DATE.fullmatch(last):
            period = PERIODS.get(last, last)
            rest = rest[:-1]
    if len(rest) == 1 and rest[0].means(ALL):
        rest = []
    return Asked(joined(rest), period)


def split(
    words: Sequence[Word], marker: Container[str], after: Container[str] = ()
) -> tuple[list[Word], list[Word] | None]:
    """The words before a marker and those behind it; None where there is no marker.

    The first word behind a marker of `after` is a name, even if it looks like the marker.
    """
    for number, word in enumerate(words):
        is_name = number > 0 and words[number - 1].means(after)
        if word.means(marker) and not is_name:
            return list(words[:number]), list(words[number + 1 :])
    return list(words), None


def without_force(words: Sequence[Word]) -> tuple[list[Word], bool]:
    kept = [word for word in words if not word.means(FORCE)]
    return kept, len(kept) < len(words)


def addresses(words: Iterable[Word]) -> tuple[str, ...]:
    """The words as a list, with or without commas between them; each once."""
    texts = (part for word in words for part in re.split(r"[,;]", word.text))
    return tuple(dict.fromkeys(text for text in texts if text))


def joined(words: Sequence[Word] | None) -> str | None:
    """Several words as the one name they are."""
    return " ".join(word.text for word in words) if words else None

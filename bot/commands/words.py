"""The words of a slash command: Slack's rewriting undone, quotes grouped, words of both languages told apart. Pure."""

import html
import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass

from bot.services.errors import UnclosedQuote
from bot.services.names import fold

IN = {"in", "dans"}
BECAUSE = {"because", "car", "since"}
PARCE, QUE = {"parce"}, re.compile(r"que|qu'(.+)")
ALL = {"all", "tous", "toutes", "tout"}
STATUSES = {
    "active": "active",
    "actif": "active",
    "actifs": "active",
    "actives": "active",
    "inactive": "inactive",
    "inactif": "inactive",
    "inactifs": "inactive",
    "inactives": "inactive",
    "denied": "denied",
    "exclu": "denied",
    "exclus": "denied",
    "exclue": "denied",
    "exclues": "denied",
}
MONTHS = (
    ("january", "jan", "janvier", "janv"),
    ("february", "feb", "fevrier", "fevr"),
    ("march", "mar", "mars"),
    ("april", "apr", "avril", "avr"),
    ("may", "mai"),
    ("june", "jun", "juin"),
    ("july", "jul", "juillet", "juil"),
    ("august", "aug", "aout"),
    ("september", "sep", "sept", "septembre"),
    ("october", "oct", "octobre"),
    ("november", "nov", "novembre"),
    ("december", "dec", "decembre"),
)
NUMBERS = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
CURRENT = re.compile(
    "current|now|actuel(le)?|courante?|en cours"
    "|(the )?(current|this) (month|(billing )?period)"
    "|(ce|cette) (mois|periode)(-ci)?"
    "|((le|la) )?(mois|periode) (actuel(le)?|courante?|en cours)"
)
LAST = re.compile(
    "last|previous|dernier|derniere|precedente?"
    "|(the )?(last|previous) (month|(billing )?period)"
    "|((le|la) )?(mois|periode) (dernier|derniere|precedente?|passee?)"
    "|((le|la) )?(dernier|derniere) (mois|periode)"
)
MONTH = re.compile(r"(?:(\d{1,2}) )?([a-z]+)\.?(?: (\d{4}))?")
DATE = re.compile(r"\d[\d/.-]*|--\d\d")
WHOLE_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?|--\d\d")
"""A date so plain that it may stand before a name."""
BEFORE_PERIOD = {"for", "in", "of", "pour", "en", "de", "du", "dans"}
LONGEST_PERIOD = 4
"""No period takes more words."""

MENTION = re.compile(r"<([@#][A-Z0-9]+)(?:\|[^<>]*)?>")
LINK = re.compile(r"<(?:mailto:|https?://)([^<>|]*)(?:\|([^<>]*))?>")
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
WORD = re.compile(r'"([^"]*)"|(\S+)')
SPACE = re.compile(r"\s+")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no database takes: NUL and halves of characters."""


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
    """Whom a command means, where, and why."""

    emails: tuple[str, ...]
    account: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Patterns:
    """Entries of a deny list, and of which account."""

    patterns: tuple[str, ...]
    account: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which users of an account are listed: those of a status, those whose address or name contains something."""

    status: str | None
    search: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a report is wanted; no account means all of them."""

    account: str | None
    period: str


def read(text: str) -> list[Word]:
    """The words of what somebody typed, as they typed it. Raises UnclosedQuote."""
    plain = html.unescape(LINK.sub(link_text, MENTION.sub(r"\1", text))).translate(QUOTES)
    plain = UNSTORABLE.sub("�", plain)
    words = []
    for quoted, bare in WORD.findall(plain):
        if bare.startswith('"'):
            raise UnclosedQuote()
        if bare:
            words.append(Word(bare))
        elif quoted.strip():
            words.append(Word(SPACE.sub(" ", quoted.strip()), quoted=True))
    return words


def without_quotes(text: str) -> str:
    """What somebody typed, with spaces for its quotation marks."""
    return text.translate(QUOTES).replace('"', " ")


def link_text(found: re.Match[str]) -> str:
    """What was typed where Slack made a link of it."""
    target, label = found.groups()
    return label or target


def is_none(name: str) -> bool:
    """The answer of whoever knows no account's name."""
    return False


def people(words: Sequence[Word], is_account: Callable[[str], bool] = is_none) -> People:
    """EMAIL… [in ACCOUNT] [because REASON]. What `is_account` knows is a name, even with a keyword in it. Raises
    Misused."""
    rest, behind = split(words, IN)
    for count in range(len(behind or []), 0, -1):
        name, more = (behind or [])[:count], (behind or [])[count:]
        unread, reason = reason_of(more)
        if not unread and is_account(joined(name) or ""):
            account: list[Word] | None = name
            break
    else:
        rest, reason = reason_of(words)
        rest, account = split(rest, IN)
    emails = addresses(rest)
    if not emails or reason == [] or account == []:
        raise Misused()
    return People(emails, joined(account), joined(reason))


def patterns(words: Sequence[Word]) -> Patterns:
    """PATTERN… in ACCOUNT, or ACCOUNT PATTERN…. Raises Misused."""
    rest, account = split(words, IN)
    first = next((number for number, word in enumerate(rest) if "@" in word.text and not word.quoted), len(rest))
    before, rest = rest[:first], rest[first:]
    if account is not None and before:
        rest, before = [*before, *rest], []  # whatever stands there was meant as an entry, and is refused as one
    named = joined(account) or joined(before)
    found = tuple(f"*{entry}" if entry.startswith("@") else entry for entry in addresses(rest))
    if not named or not found:
        raise Misused()
    return Patterns(found, named)


def report(words: Sequence[Word], is_account: Callable[[str], bool] = is_none) -> Asked:
    """[ACCOUNT|all] [PERIOD], or the period first. What `is_account` knows is a name, even if it is a month's too."""
    rest = without_in(words)
    if rest and is_account(joined(rest) or ""):
        return Asked(joined(rest), "current")
    rest, period = with_period(rest)
    rest = without_in(rest)
    if len(rest) == 1 and rest[0].means(ALL):
        rest = []
    return Asked(joined(rest), period)


def with_period(words: Sequence[Word]) -> tuple[list[Word], str]:
    """The words without those that name a period, at their end or at their beginning, and that period."""
    asked, longest = list(words), min(LONGEST_PERIOD, len(words))
    for count in range(longest, 0, -1):
        if period := period_of(words[-count:]):
            rest = list(words[:-count])
            return (rest[:-1] if rest and rest[-1].means(BEFORE_PERIOD) else rest), period
    if words and words[0].means(BEFORE_PERIOD):
        words = words[1:]
    for count in range(longest, 0, -1):
        period = period_of(words[:count])
        if period and (count > 1 or not DATE.fullmatch(period) or WHOLE_DATE.fullmatch(period)):
            return list(words[count:]), period
    return asked, "current"


def period_of(words: Sequence[Word]) -> str | None:
    """What these words mean as a period, as `Calendar.parse` reads it; None where they mean none."""
    if any(word.quoted for word in words):
        return None
    text = fold(" ".join(word.text for word in words))
    if CURRENT.fullmatch(text):
        return "current"
    if LAST.fullmatch(text):
        return "last"
    if DATE.fullmatch(text):
        return text
    found = MONTH.fullmatch(text)
    if found is None or found[2] not in NUMBERS or (found[1] and not found[3]):
        return None
    month = f"{found[3] or '-'}-{NUMBERS[found[2]]:02}"
    return f"{month}-{int(found[1]):02}" if found[1] else month


def selection(words: Sequence[Word]) -> Selection:
    """[active|inactive|denied] [SEARCH], or the search first."""
    for at in (0, -1):
        if words and words[at].means(STATUSES):
            rest = words[1:] if at == 0 else words[:-1]
            return Selection(STATUSES[fold(words[at].text)], joined(rest) or "")
    return Selection(None, joined(words) or "")


def before_status(words: Sequence[Word]) -> list[Word]:
    """The words before the first one that names a status; all of them, where that is the first."""
    first = next((number for number, word in enumerate(words) if number and word.means(STATUSES)), len(words))
    return list(words[:first])


def without_in(words: Sequence[Word]) -> list[Word]:
    """The words without an `in` before them."""
    return list(words[1:] if words and words[0].means(IN) else words)


def reason_of(words: Sequence[Word]) -> tuple[list[Word], list[Word] | None]:
    """The words before `because` and the reason behind it; None where there is none. Since people say why in other
    words too, `since` and `parce que` mean the same."""
    before, reason = split(words, BECAUSE, after=IN)
    for number in range(len(before) - 1):
        joint = QUE.fullmatch(before[number + 1].text.casefold().replace("’", "'"))
        if joint and before[number].means(PARCE):
            behind = list(words[number + 2 :])
            return before[:number], [Word(before[number + 1].text[3:]), *behind] if joint[1] else behind
    return before, reason


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


def addresses(words: Iterable[Word]) -> tuple[str, ...]:
    """The words as a list, with or without commas between them; each once."""
    texts = (part for word in words for part in re.split(r"[,;]", word.text))
    return tuple(dict.fromkeys(text for text in texts if text))


def joined(words: Sequence[Word] | None) -> str | None:
    """Several words as the one name they are."""
    return " ".join(word.text for word in words) if words else None

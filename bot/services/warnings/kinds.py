"""The kinds of warnings: their names in both languages, their thresholds, and what somebody typed for them. Pure."""

import difflib
import re

from bot.services import names
from bot.services.errors import (
    BadMute,
    BadThreshold,
    UnknownWarning,
    UnknownWarningKind,
    UnknownWarningKindSuggestion,
)
from db.models import WarningKind

WORDS = {
    WarningKind.JUMP: ("jump", "saut", "hausse"),
    WarningKind.PEAK: ("peak", "pic"),
    WarningKind.TRIAL: ("trial", "trials", "essai", "essais"),
    WarningKind.PERIOD_END: ("period-end", "periodend", "fin-periode", "fin-de-periode"),
    WarningKind.SYNC: ("sync", "syncs", "synchro", "synchros", "synchronisation", "synchronisations"),
    WarningKind.REACTIVATED: ("reactivated", "reactive", "reactives", "reactivation", "reactivations"),
}
"""How each may be named, folded; the first one is its name."""
BY_WORD = {word: kind for kind, words in WORDS.items() for word in words}
DEFAULTS = {
    WarningKind.JUMP: 10,
    WarningKind.PEAK: 1,
    WarningKind.TRIAL: 7,
    WarningKind.PERIOD_END: 3,
    WarningKind.SYNC: 2,
    WarningKind.REACTIVATED: 1,
}
DAYS = (WarningKind.TRIAL, WarningKind.PERIOD_END, WarningKind.SYNC)
"""Those whose threshold is in days; that of the others is in people."""
MOST = {
    WarningKind.JUMP: 1_000_000,
    WarningKind.PEAK: 1_000_000,
    WarningKind.TRIAL: 365,
    WarningKind.PERIOD_END: 31,
    WarningKind.SYNC: 365,
    WarningKind.REACTIVATED: 1_000_000,
}
"""The highest threshold of each; the lowest is 1."""
LONGEST_MUTE = 365
NUMBER = re.compile(r"#?([0-9]{1,9})")


def kind_of(asked: str) -> WarningKind:
    """The kind that a word means. Raises UnknownWarningKind, with the nearest where one is near."""
    word = names.fold(asked)
    if word in BY_WORD:
        return BY_WORD[word]
    shown = names.printable(asked)
    for near in difflib.get_close_matches(word[:100], BY_WORD, n=1):
        raise UnknownWarningKindSuggestion(asked=shown, nearest=BY_WORD[near])
    raise UnknownWarningKind(asked=shown)


def threshold_of(kind: WarningKind, asked: str | None) -> int:
    """The threshold of a warning, in people or days; without one, its kind's usual one. Raises BadThreshold."""
    if asked is None:
        return DEFAULTS[kind]
    return number(asked, MOST[kind]) or refused(kind, asked)


def refused(kind: WarningKind, asked: str) -> int:
    raise BadThreshold(asked=names.printable(asked), kind=kind, most=MOST[kind], usual=DEFAULTS[kind])


def days_of(asked: str) -> int:
    """For how many days a warning is mute. Raises BadMute."""
    days = number(asked, LONGEST_MUTE)
    if not days:
        raise BadMute(asked=names.printable(asked), most=LONGEST_MUTE)
    return days


def id_of(asked: str) -> int:
    """The number of a warning. Raises UnknownWarning for what can be none."""
    found = NUMBER.fullmatch(asked.strip())
    if found is None:
        raise UnknownWarning(asked=names.printable(asked))
    return int(found[1])


def number(asked: str, most: int) -> int | None:
    """A whole number of 1 to `most`; None for anything else."""
    text = asked.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most else None

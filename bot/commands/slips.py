"""What was mistyped within a command put right, by what its refusal suggests. Pure."""

from dataclasses import replace
from itertools import product

from bot.commands.command import Command
from bot.commands.words import Word, joined
from bot.services.errors import (
    NamedPerson,
    Refusal,
    UnknownAccountSuggestion,
    UnknownPeopleSuggestion,
    UnknownPersonInAccountSuggestion,
    UnknownPersonSuggestion,
)
from bot.services.names import fold

ASKED = {
    UnknownAccountSuggestion: "asked",
    UnknownPersonSuggestion: "email",
    UnknownPeopleSuggestion: "emails",
    UnknownPersonInAccountSuggestion: "emails",
    NamedPerson: "email",
}
"""The field of each suggestion that has what was typed; `nearest` has what was probably meant."""


def put_right(meant: Command, refusal: Refusal) -> Command | None:
    """The command with what was probably meant in the place of what was typed; None where the refusal suggests nothing,
    or something for several, or where what was typed does not stand there as it was."""
    if type(refusal) not in ASKED:
        return None
    asked, nearest = refusal.fields[ASKED[type(refusal)]], refusal.fields["nearest"]
    if isinstance(asked, list | tuple):
        if len(asked) != 1 or len(nearest) != 1:
            return None
        asked, nearest = asked[0], nearest[0]
    words = meant.words
    for start, end in product(range(len(words)), range(1, len(words) + 1)):
        if start < end and fold(joined(words[start:end]) or "") == fold(asked):
            return replace(meant, words=(*words[:start], Word(nearest, quoted=True), *words[end:]))
    return None

"""What tells a sentence from the words of a command: its question mark, and small words of both languages. Pure."""

import re
from collections.abc import Callable, Sequence

from bot.commands.words import Word, joined
from bot.services.names import fold

MARKS = "?？!"
JOINT = re.compile(r"\W+")
LONGEST_ACCOUNT = 8
"""Names of more words are not looked for within a sentence."""
SPOKEN = set(
    JOINT.split(
        "am are can could did do does had has have how i is me must my our should that they was we were what when where"
        " which who whom whose why would you your"
        " avons combien comment dois doit elle elles est etes ils je leur mes mon nos notre nous ont ou peut peux"
        " pourquoi quand que quel quelle quelles quels qui quoi sommes sont suis vos votre vous"
    )
)
"""Words of sentences, without accents; no period and no status is among them."""


GREETINGS = {"bonjour", "bonsoir", "coucou", "hello", "hey", "hi", "merci", "salut", "thank", "thanks"}
"""Words that ask for nothing."""


def greets(words: Sequence[Word]) -> bool:
    """Whether they begin with a greeting or thanks."""
    return not words[0].quoted and JOINT.split(fold(words[0].text))[0] in GREETINGS


def asks(words: Sequence[Word]) -> bool:
    """Whether there is a question mark at the end."""
    last = words[-1].text
    return not words[-1].quoted and not set("?？").isdisjoint(last[len(last.rstrip(MARKS)) :])


def stated(words: Sequence[Word]) -> list[Word]:
    """The words of a question without its mark."""
    last = words[-1].text.rstrip(MARKS)
    return [*words[:-1], Word(last)] if last else list(words[:-1])


def speaks(words: Sequence[Word], is_account: Callable[[str], bool]) -> bool:
    """Whether there are words of a sentence among these, outside of the names of accounts."""
    return any(map(is_spoken, words)) and any(map(is_spoken, unnamed(words, is_account)))


def is_spoken(word: Word) -> bool:
    return not word.quoted and not SPOKEN.isdisjoint(JOINT.split(fold(word.text)))


def unnamed(words: Sequence[Word], is_account: Callable[[str], bool]) -> list[Word]:
    """The words that are not part of an account's name."""
    rest, at = list[Word](), 0
    while at < len(words):
        runs = range(min(LONGEST_ACCOUNT, len(words) - at), 0, -1)
        named = next((count for count in runs if is_account(joined(words[at : at + count]) or "")), 0)
        if not named:
            rest.append(words[at])
        at += named or 1
    return rest

"""A command as a button stands for it: kept in the store as text, and read from there again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.words import Word


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand by its name in the registry, with the words that follow it.

    `page` counts from 1. `confirmed` says that whoever pressed the button was asked before. `back` is the offer of the
    answer that this one takes the place of.
    """

    name: str
    words: tuple[Word, ...] = ()
    page: int = 1
    confirmed: bool = False
    back: str | None = None


def command(name: str, *words: str | Word) -> Command:
    """A command whose plain words are names or addresses, never keywords."""
    return Command(name, tuple(word if isinstance(word, Word) else Word(word, quoted=True) for word in words))


def dump(meant: Command) -> str:
    """A command as text: a line for each of its fields, then one for each word."""
    fields = [meant.name, str(meant.page), "confirmed" if meant.confirmed else "", meant.back or ""]
    return "\n".join([*fields, *(f'"{word.text}"' if word.quoted else word.text for word in meant.words)])


def load(text: str) -> Command:
    """The command of a text made by `dump`."""
    name, page, confirmed, back, *words = text.split("\n")
    return Command(name, tuple(map(word, words)), int(page), bool(confirmed), back or None)


def word(line: str) -> Word:
    return Word(line[1:-1], quoted=True) if line.startswith('"') and len(line) > 1 else Word(line)


def said(words: Sequence[Word]) -> str:
    """Words as somebody would type them."""
    return " ".join(f'"{one.text}"' if one.quoted and " " in one.text else one.text for one in words)

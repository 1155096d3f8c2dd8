"""A question as the matcher reads it: its text without anybody's address, and the features of its words. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import combinations, pairwise
from math import log
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

MOST_CONCEPTS = 360
"""So many, with the pairs of them, have room among the features."""
LONGEST = 400
"""So many characters of a question count."""
WORD_BITS, PIECE_BITS = 15, 16
WORDS, PIECES, CONCEPTS = 1 << WORD_BITS, 1 << PIECE_BITS, 1 << 16
SPARSE = WORDS + PIECES + CONCEPTS
"""Features of words come first, then those of pieces of words, each told by a hash; then the concepts, and the pairs of
them."""
SHORTEST_PIECE, LONGEST_PIECE = 2, 5
ADDRESS = re.compile(r"(?:<mailto:[^>|\s]*\|?)?[^\s<>@|,;:()]+@[^\s<>@|,;:()]+>?", re.IGNORECASE)
MENTION = re.compile(r"<(?:[@#]|![a-z])[^<>]*>")
SOMEBODY = "bob@client.example"
TOKEN = re.compile(r"[a-z0-9]+|[^\w\s]")


class Features(NamedTuple):
    """The features that a text has: their numbers, in rising order, and how much of each."""

    numbers: NDArray[np.int32]
    values: NDArray[np.float32]


def read(text: str) -> str:
    """The part of a question that counts: one line, no longer than `LONGEST`, any address in it that of somebody, and
    without Slack's mentions of people, groups and channels."""
    text = text[: 4 * LONGEST].encode(errors="replace").decode()  # bytes of a command line that are no text
    text = MENTION.sub(" ", ADDRESS.sub(SOMEBODY, text))
    return " ".join(text.replace("’", "'").split())[:LONGEST].strip()


def features(text: str) -> Features:
    """Words and pairs of words, pieces of words of 2 to 5 characters, and concepts and pairs of them, of a text without
    accents and capitals; a feature that occurs n times counts 1 + log n."""
    tokens = TOKEN.findall(without_accents(text))
    pairs = (f"{first} {second}" for first, second in pairwise(tokens))
    words = Counter(number(word, WORD_BITS) for word in (*tokens, *pairs))
    parts = Counter(WORDS + piece for token in tokens for piece in pieces(token))
    meant = [concept for token in tokens if (concept := concepts().get(token)) is not None]
    ideas = Counter(WORDS + PIECES + idea for idea in (*meant, *map(pair, combinations(sorted(set(meant)), 2))))
    numbers: list[int] = []
    values: list[float] = []
    for part in (words, parts, ideas):
        weights = {feature: 1 + log(times) for feature, times in sorted(part.items())}
        numbers += weights
        values += weights.values()
    return Features(np.array(numbers, np.int32), np.array(values, np.float32))


@cache
def concepts() -> Mapping[str, int]:
    """The number of the concept that a word of either language stands for, by the word without accents and capitals."""
    lines = (line.split(":", 1)[1] for line in lines_of_concepts())
    return MappingProxyType({word: number for number, words in enumerate(lines) for word in words.split()})


def pair(both: tuple[int, int]) -> int:
    """The number of a pair of concepts, the smaller first; it comes after those of the concepts alone."""
    first, second = both
    return MOST_CONCEPTS + second * (second - 1) // 2 + first


def lines_of_concepts() -> list[str]:
    """The concepts, a line each: its name, a colon, its words."""
    file = files("bot.services.faq").joinpath("data", "concepts.txt")
    return file.read_text(encoding="utf-8").splitlines()


def without_accents(text: str) -> str:
    """A text in small letters without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))


@lru_cache(maxsize=20_000)
def pieces(token: str) -> tuple[int, ...]:
    """The numbers of the pieces of a word, whose beginning and end are pieces' too."""
    word = f" {token} "
    return tuple(
        number(word[at : at + length], PIECE_BITS)
        for length in range(SHORTEST_PIECE, LONGEST_PIECE + 1)
        for at in range(max(1, len(word) - length + 1))
    )


def number(text: str, bits: int) -> int:
    """The feature of a text, one of 2 ** bits."""
    return crc32(text.encode("utf-8", "replace")) >> (32 - bits)

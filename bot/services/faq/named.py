"""Whom and which account a question names."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from bot.services import names
from bot.services.accounts import Account
from bot.services.faq import question, topics
from bot.services.workspaces import Workspace
from db.models import USER

LONGEST_RUN = 8
"""No account's name is looked for in more words than that."""
COMMON = 25
"""A word that is in so many phrasings of topics, or stands for a concept, is a word before it is a name."""
MARKS = ".?!…'’‘\"“”«»‹›*_~`/\\[]{}"
"""What stands around an address in a sentence, and at neither end of one."""
ELIDED = re.compile(r"^(?:[cdjlmnst]|qu)['’]", re.IGNORECASE)
OWNING = re.compile(r"['’]s?$", re.IGNORECASE)
WORD = re.compile(r"[^\s,;:.?!()«»“”\"]+(?:\.[^\s,;:.?!()«»“”\"]+)*")


def addresses(text: str) -> list[str]:
    """The addresses in a question. Pure."""
    found = question.ADDRESS.findall(text[: question.LONGEST])
    return [
        one.removeprefix("<").removesuffix(">").removeprefix("mailto:").split("|")[0].rstrip(".?!") for one in found
    ]


def person(session: Session, workspace: Workspace, addresses: Sequence[str]) -> str | None:
    """The first of these addresses that somebody has."""
    c = USER.c
    keys = [key for found in addresses for key in keys_of(found)]
    rows = session.execute(select(c.email_key, c.email).where(c.workspace_id == workspace.id, c.email_key.in_(keys)))
    known = {row.email_key: str(row.email) for row in rows}
    return next((known[key] for key in keys if key in known), None)


def keys_of(found: str) -> list[str]:
    """What an address may be, by its key, that stands so in a sentence: as it is, or without the marks around it and
    what French elides before it. Pure."""
    email = found.removeprefix("<").removesuffix(">").removeprefix("mailto:").split("|")[0]
    clean = OWNING.sub("", email.strip(MARKS))
    return [names.key(one) for one in (email, clean, ELIDED.sub("", clean)) if not names.CONTROL.search(one)]


class Written(NamedTuple):
    """An account, and how a question writes its name."""

    account: Account
    written: str


def account(known: Sequence[Account], text: str) -> Written | None:
    """The account whose whole name stands in a question, that of most words first. A name that is a common word of such
    questions must be written as the account's is. Pure."""
    words = list(WORD.finditer(text[: question.LONGEST]))
    by_name = {names.fold(bare(one.name)): one for one in known} | {names.fold(one.name): one for one in known}
    for count in range(min(LONGEST_RUN, len(words)), 0, -1):
        for at in range(len(words) - count + 1):
            whole = text[words[at].start() : words[at + count - 1].end()]
            owned = OWNING.sub("", whole)
            for written in dict.fromkeys((whole, owned, ELIDED.sub("", whole), ELIDED.sub("", owned))):
                found = by_name.get(names.fold(written))
                if found and (written == bare(found.name) or not is_common(written)):
                    return Written(found, written)
    return None


def bare(name: str) -> str:
    """A name from its first word to its last, as it is found in a sentence: without marks around them."""
    words = list(WORD.finditer(name))
    return name[words[0].start() : words[-1].end()] if words else name


def renamed(text: str, written: str, name: str) -> str:
    """A question with another name wherever it writes one as a word of its own."""
    return re.sub(rf"(?<!\w){re.escape(written)}(?!\w)", name, text)


def is_common(text: str) -> bool:
    return names.fold(text) in common_words() or names.fold(text) in question.concepts()


@cache
def common_words() -> frozenset[str]:
    """The words that are in several of the topics' phrasings."""
    counts: Counter[str] = Counter()
    for topic in topics.builtin().values():
        for phrasing in topic.phrasings:
            counts.update({names.fold(word) for word in WORD.findall(phrasing)})
    return frozenset(word for word, times in counts.items() if times >= COMMON)

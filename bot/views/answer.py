"""What an answer is made of: blocks, and the text that stands for them in notifications and screen readers.

Names and addresses go into plain text, table cells or rich text, where Slack reads no markup; in the one text that it
does read as markup, `text`, they are escaped.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from slackblocks import ActionsBlock, Block, Button, ContextBlock, HeaderBlock, Markdown, PlainText, SectionBlock

from bot.services.people import Person
from bot.views.texts import BIDI, Texts, shown

LONGEST_HEADER = 150
LONGEST_SECTION = 3000
LONGEST_BUTTON = 75
NAMED = 10
"""So many people are named in a sentence; the rest are counted."""
USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A message: `blocks` as Slack takes them, `text` for where blocks are not shown."""

    text: str
    blocks: list[dict[str, Any]]

    def as_message(self) -> dict[str, Any]:
        """The fields of a message that only the asker sees."""
        return {"response_type": "ephemeral", "text": self.text, "blocks": self.blocks}


def answer(said: Iterable[str], blocks: Sequence[Block]) -> Answer:
    """An answer of blocks that says so much in plain words."""
    return Answer(escaped("\n".join(said)), [block._resolve() for block in blocks])


def escaped(text: str) -> str:
    """Text without markup of Slack's: nothing in it becomes a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def header(block_id: str, text: str) -> HeaderBlock:
    """A headline."""
    return HeaderBlock(PlainText(shown(text, LONGEST_HEADER)), block_id=block_id)


def section(block_id: str, lines: Iterable[str]) -> SectionBlock:
    """Sentences, a line each, of which none is read as markup."""
    return SectionBlock(PlainText(shown("\n".join(lines), LONGEST_SECTION)), block_id=block_id)


def marked(block_id: str, text: str) -> SectionBlock:
    """A text of ours with markup in it; never a name."""
    return SectionBlock(Markdown(text), block_id=block_id)


def context(block_id: str, text: str) -> ContextBlock:
    """Small print."""
    return ContextBlock([PlainText(shown(text, LONGEST_SECTION))], block_id=block_id)


def button(action_id: str, text: str, value: str, style: Literal["primary", "danger"] | None = None) -> Button:
    """A button; `value` is an id, what it stands for lives in the store."""
    return Button(PlainText(shown(text, LONGEST_BUTTON)), action_id=action_id, value=value, style=style)


def buttons(block_id: str, elements: Sequence[Button]) -> ActionsBlock:
    """A row of buttons."""
    return ActionsBlock(list(elements), block_id=block_id)


def people(texts: Texts, persons: Sequence[Person]) -> str:
    """People by address, with their accounts; of many, the first and how many more."""
    accounts = {person.account for person in persons}
    several = len(accounts) > 1
    named = [
        f"{shown(person.email or '–')} ({shown(person.account)})" if several else shown(person.email or "–")
        for person in persons[:NAMED]
    ]
    if more := len(persons) - NAMED:
        named += [texts.plural("{n} more", "{n} more", more)] if more > 0 else []
    listed = texts.listing(named)
    return listed if several else f"{listed} ({shown(accounts.pop())})"


def clean(text: str) -> str:
    """A sentence without marks that turn the direction of writing."""
    return text.translate(BIDI)


def mention(person: str) -> str:
    """Markup that shows a person by Slack user id; what is no such id is shown as it is."""
    return f"<@{person}>" if USER_ID.fullmatch(person) else escaped(shown(person))

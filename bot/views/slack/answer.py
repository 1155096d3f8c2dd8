"""What an answer is made of: blocks, and the text that stands for them in notifications and screen readers.

Names and addresses go into plain text, table cells or rich text, where Slack reads no markup; in the one text that it
does read as markup, `text`, they are escaped.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal
from zoneinfo import ZoneInfo

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ColumnSettings,
    ContextBlock,
    ExternalSelectMenu,
    HeaderBlock,
    Markdown,
    Option,
    PlainText,
    RawText,
    RichText,
    RichTextBlock,
    RichTextCodeBlock,
    SectionBlock,
    StaticSelectMenu,
    TableBlock,
)

from bot.views.parts import Part, Sheet, Table
from bot.views.texts import BIDI, Texts, shown

LONGEST_HEADER = 150
LONGEST_SECTION = 3000
LONGEST_BUTTON = 75
LONGEST_CELLS = (100, 60, 40, 30, 20)
"""A cell is cut to the first of these lengths with which the table is short enough."""
LONGEST_ALIGNED = 40
"""To so many characters a cell is cut in aligned text."""
LONGEST_TABLE = 6_000
"""So many characters of a message a table may take, of which Slack takes some 13,000."""
CELL = 35
"""So many characters of a message a cell takes beside its text."""
PAGE = 20
"""So many rows are shown at once."""
NOTHING = "–"
"""What stands in a cell that has nothing in it."""
USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A message: `blocks` as Slack takes them, `text` for where blocks are not shown.

    `lasts` says that it can be shared, `table` is the whole of what it shows a page of, `sheet` the same for a
    spreadsheet, where there is such a file, `change` what it tells of.
    """

    text: str
    blocks: list[dict[str, Any]]
    lasts: bool = False
    table: Table | None = None
    change: int | None = None
    sheet: Sheet | None = None

    @property
    def pages(self) -> int:
        """How many pages the table has; at least one."""
        return max(1, -(-len(self.table.rows) // PAGE)) if self.table else 1

    def as_message(self) -> dict[str, Any]:
        """The fields of a message that only the asker sees."""
        return {"response_type": "ephemeral", "text": self.text, "blocks": self.blocks}


def answer(
    said: Iterable[str | Part],
    blocks: Sequence[Block],
    *,
    lasts: bool = False,
    table: Table | None = None,
    change: int | None = None,
    sheet: Sheet | None = None,
) -> Answer:
    """An answer of blocks that says so much in plain words."""
    text = "\n".join(marked_up(one.text, one.people) if isinstance(one, Part) else escaped(one) for one in said)
    return Answer(text, [block._resolve() for block in blocks], lasts, table, change, sheet)


def escaped(text: str) -> str:
    """Text without markup of Slack's: nothing in it becomes a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def marked_up(text: str, people: Collection[str]) -> str:
    """Text without markup, but for the mentions of these people by the Slack user ids in it."""
    ids = [re.escape(person) for person in people if USER_ID.fullmatch(person)]
    text = escaped(clean(text))
    return re.sub(rf"\b({'|'.join(ids)})\b", r"<@\1>", text) if ids else text


def header(block_id: str, text: str) -> HeaderBlock:
    """A headline."""
    return HeaderBlock(PlainText(shown(text, LONGEST_HEADER)), block_id=block_id)


def section(block_id: str, lines: Iterable[str], beside: Button | None = None) -> SectionBlock:
    """Sentences, a line each, of which none is read as markup; perhaps with a button beside them."""
    return SectionBlock(PlainText(shown("\n".join(lines), LONGEST_SECTION)), block_id=block_id, accessory=beside)


def sections(parts: Iterable[Part]) -> list[Block]:
    """Sentences as blocks: those of one id stand together, small ones as small print, long ones in several blocks."""
    blocks: list[Block] = []
    for block_id, group in groupby(parts, lambda part: part.id):
        said = list(group)
        text = "\n".join(part.text for part in said)
        if people := [person for part in said for person in part.people]:
            pieces = split(marked_up(text, people), LONGEST_SECTION)
            blocks += [marked(numbered(block_id, at), shown(piece, LONGEST_SECTION)) for at, piece in enumerate(pieces)]
        elif all(part.tone == "small" for part in said):
            blocks.append(context(block_id, text))
        else:
            pieces = split(text, LONGEST_SECTION)
            blocks += [section(numbered(block_id, at), [piece]) for at, piece in enumerate(pieces)]
    return blocks


def numbered(block_id: str, at: int) -> str:
    """The id of a piece of a block that was too long."""
    return f"{block_id}_{at}" if at else block_id


def split(text: str, longest: int) -> list[str]:
    """A text in pieces that are not too long, each of whole lines."""
    pieces = [""]
    for line in text.split("\n"):
        longer = f"{pieces[-1]}\n{line}" if pieces[-1] else line
        if len(longer) > longest and pieces[-1]:
            pieces.append(line)
        else:
            pieces[-1] = longer
    return pieces


def small_print(block_id: str, text: str) -> ContextBlock:
    """Small print of ours with markup in it; never a name that is not escaped."""
    return ContextBlock([Markdown(shown(text, LONGEST_SECTION))], block_id=block_id)


def page(
    texts: Texts, native: Collection[str], block_id: str, table: Table, number: int, most: int = LONGEST_TABLE
) -> list[Block]:
    """One page of a table, as a table of Slack's or, where the workspace takes none, as aligned text; of several pages
    it says which. `most` is about how many characters it may take."""
    start = (number - 1) * PAGE
    rows = list(table.rows[start : start + PAGE])
    blocks: list[Block] = [grid(native, block_id, replace(table, rows=rows), most)]
    if len(table.rows) > PAGE:
        told = texts.say("{first} to {last} of {all}", first=start + 1, last=start + len(rows), all=len(table.rows))
        blocks.append(context(f"{block_id}_page", told))
    return blocks


def grid(native: Collection[str], block_id: str, table: Table, most: int = LONGEST_TABLE) -> Block:
    """A table of at most 98 rows, with its titles and its total."""
    longest = longest_cell(table.rows, most) if "table" in native else LONGEST_ALIGNED
    rows = [table.titles, *([shown(cell, longest) or NOTHING for cell in row] for row in table.rows)]
    rows += [table.total] if table.total else []
    if "table" in native:
        aligned = [ColumnSettings(align="right" if at in table.numbers else "left") for at in range(len(table.titles))]
        return TableBlock([[RawText(cell or NOTHING) for cell in row] for row in rows], aligned, block_id=block_id)
    widths = [max(len(row[at]) for row in rows) for at in range(len(table.titles))]
    lines = [
        "  ".join(
            cell.rjust(width) if at in table.numbers else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return RichTextBlock(RichTextCodeBlock(RichText("\n".join(lines))), block_id=block_id)


def longest_cell(rows: Sequence[Sequence[str]], most: int) -> int:
    """How long a cell of these rows may be, of which together about so many characters are shown."""
    for longest in LONGEST_CELLS[:-1]:
        if sum(min(len(cell), longest) + CELL for row in rows for cell in row) <= most:
            return longest
    return LONGEST_CELLS[-1]


def marked(block_id: str, text: str) -> SectionBlock:
    """A text of ours with markup in it; never a name."""
    return SectionBlock(Markdown(text), block_id=block_id)


def context(block_id: str, text: str) -> ContextBlock:
    """Small print."""
    return ContextBlock([PlainText(shown(text, LONGEST_SECTION))], block_id=block_id)


def button(action_id: str, text: str, value: str, style: Literal["primary", "danger"] | None = None) -> Button:
    """A button; `value` is an id, what it stands for lives in the store."""
    return Button(PlainText(shown(text, LONGEST_BUTTON)), action_id=action_id, value=value, style=style)


def menu(
    action_id: str, label: str, here: str, options: Iterable[tuple[str, int]], longest: int = LONGEST_BUTTON
) -> list[StaticSelectMenu]:
    """A menu of at most 100 things by name and id, each of which opens in place of what `here` stands for; none where
    there is nothing to choose. A name is cut to `longest` characters."""
    choices = [Option(PlainText(shown(name, longest) or "–"), f"{here} {id_}") for name, id_ in options]
    return [StaticSelectMenu(action_id, choices, placeholder=PlainText(label))] if choices else []


def zone_note(texts: Texts, zone: ZoneInfo) -> list[Block]:
    """Whose time it is, for instants in the reader's zone where that is not the workspace's."""
    if texts.zone.key == zone.key:
        return []
    return [context("zone", texts.say("Times are those of {zone}.", zone=texts.zone.key))]


def yes(texts: Texts, offer: str) -> Button:
    """Behind the question whether something else was meant: it is done."""
    return button("open_meant", texts.say("Yes"), offer, "primary")


def buttons(block_id: str, elements: Sequence[Button | StaticSelectMenu | ExternalSelectMenu]) -> ActionsBlock:
    """A row of buttons and menus."""
    return ActionsBlock(list(elements), block_id=block_id)


def clean(text: str) -> str:
    """A sentence without marks that turn the direction of writing."""
    return text.translate(BIDI)


def mention(person: str) -> str:
    """Markup that shows a person by Slack user id; what is no such id is shown as it is."""
    return f"<@{person}>" if USER_ID.fullmatch(person) else escaped(shown(person))

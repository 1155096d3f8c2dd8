"""Modals: forms, and answers where somebody pressed a button in Home or in a modal.

https://docs.slack.dev/surfaces/modals
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from slackblocks import Block, ModalView, PlainText, RichText, RichTextBlock, RichTextSection

from bot.views.slack import answer
from bot.views.slack.answer import NOTHING, Answer
from bot.views.texts import Texts, shown

View = dict[str, Any]
LONGEST_TITLE = 24
MOST_BLOCKS = 100
MOST_LINES_IN_MESSAGE = 8
NATIVE = ("table",)
"""The newer blocks in an answer for a window: a table becomes lines there, whatever the workspace takes in messages."""
NOT_IN_VIEWS = ("context_actions", "data_table", "data_visualization", "markdown")
"""What Slack takes in messages and in no modal."""


def form(
    texts: Texts, name: str, title: str, blocks: Sequence[Block], *, kept: str | None = None, submit: str | None = None
) -> View:
    """A form of that name; `kept` comes back with what is filled in. `submit` is the word on its button."""
    view = ModalView(
        PlainText(shown(title, LONGEST_TITLE)),
        list(blocks),
        submit=PlainText(submit or texts.say("Save")),
        close=PlainText(texts.say("Cancel")),
        callback_id=name,
        private_metadata=kept,
    )
    return dict(view._resolve())


def of_answer(texts: Texts, told: Answer, title: str = "Seatbot") -> View:
    """An answer in a window of its own: tables are lines, what else only messages can show, and the way to share it, is
    left out."""
    blocks = [taken for block in told.blocks for taken in within(texts, block)][:MOST_BLOCKS]
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": shown(title, LONGEST_TITLE)},
        "close": {"type": "plain_text", "text": texts.say("Close")},
        "blocks": blocks or [answer.section("told", [told.text or "–"])._resolve()],
    }


def without_window(texts: Texts, told: Answer) -> Answer:
    """An answer for a window as a message, where Slack shows no window: fewer lines, whatever the workspace takes."""
    return replace(told, blocks=[taken for one in told.blocks for taken in within(texts, one, MOST_LINES_IN_MESSAGE)])


def within(texts: Texts, block: dict[str, Any], most: int = MOST_BLOCKS) -> list[dict[str, Any]]:
    """A block of a message as a view takes it, of a table at most so many lines; none where it does not."""
    if block["type"] in NOT_IN_VIEWS:
        return []
    if block["type"] == "table":
        return [line._resolve() for line in lines(texts, block, most)]
    if block["type"] != "actions":
        return [block]
    elements = [one for one in block["elements"] if one.get("action_id") != "share"]
    return [block | {"elements": elements}] if elements else []


def lines(texts: Texts, table: dict[str, Any], most: int) -> Iterator[Block]:
    """The rows of a table: what stands in the first column, and under it as small print the others by their titles."""
    titles, *rows = ([cell["text"] for cell in row] for row in table["rows"])
    for at, (first, *others) in enumerate(rows[:most]):
        block_id = f"{table['block_id']}_{at}"
        yield RichTextBlock(RichTextSection(RichText(first, bold=True)), block_id=block_id)
        told = [
            texts.say("{title}: {value}", title=title, value=value)
            for title, value in zip(titles[1:], others, strict=True)
            if value != NOTHING
        ]
        if told:
            yield answer.context(f"{block_id}_more", " · ".join(told))
    if (more := len(rows) - most) > 0:
        yield answer.context(f"{table['block_id']}_rest", texts.plural("and {n} more", "and {n} more", more))


def instead(texts: Texts, told: Answer) -> View:
    """What takes the place of a form where nothing was saved."""
    return of_answer(texts, told, texts.say("Nothing was saved"))


def too_late(texts: Texts) -> Answer:
    """Slack opens a form only within three seconds."""
    said = texts.say("The form did not open in time. Press the button again.")
    return answer.answer([said], [answer.section("too_late", [said])])

"""Modals: forms, and answers where somebody pressed a button in Home or in a modal.

https://docs.slack.dev/surfaces/modals
"""

from collections.abc import Sequence
from typing import Any

from slackblocks import Block, ModalView, PlainText

from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown

View = dict[str, Any]
LONGEST_TITLE = 24
MOST_BLOCKS = 100
NOT_IN_VIEWS = ("context_actions", "data_table", "data_visualization", "markdown", "table")
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
    """An answer in a window of its own: what only messages can show, and the way to share it, is left out."""
    blocks = [block for block in map(within, told.blocks) if block][:MOST_BLOCKS]
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": shown(title, LONGEST_TITLE)},
        "close": {"type": "plain_text", "text": texts.say("Close")},
        "blocks": blocks or [answer.section("told", [told.text or "–"])._resolve()],
    }


def within(block: dict[str, Any]) -> dict[str, Any] | None:
    """A block of a message as a view takes it, if it does."""
    if block["type"] in NOT_IN_VIEWS:
        return None
    if block["type"] != "actions":
        return block
    elements = [one for one in block["elements"] if one.get("action_id") != "share"]
    return block | {"elements": elements} if elements else None


def instead(texts: Texts, told: Answer) -> View:
    """What takes the place of a form where nothing was saved."""
    return of_answer(texts, told, texts.say("Nothing was saved"))


def too_late(texts: Texts) -> Answer:
    """Slack opens a form only within three seconds."""
    said = texts.say("The form did not open in time. Press the button again.")
    return answer.answer([said], [answer.section("too_late", [said])])

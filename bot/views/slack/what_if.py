"""What a change would do, without making it, as Slack shows it."""

from collections.abc import Collection

from slackblocks import Block

from bot.services.what_if import Supposed
from bot.views import what_if
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts


def supposed(texts: Texts, found: Supposed, *, native: Collection[str], do: str | None) -> Answer:
    """What would come of it, both bills, and the button that `do` stands for, which makes the change."""
    title, parts, table = what_if.title(texts, found), what_if.told(texts, found), what_if.bills(texts, found)
    lines = [": ".join([row[0], " → ".join(row[1:])]) for row in table.rows]
    notes = what_if.estimated(texts, found)
    blocks: list[Block] = [
        answer.header("title", title),
        *answer.sections(parts),
        answer.grid(native, "bills", table),
        *answer.sections(notes),
    ]
    if do:
        blocks.append(answer.buttons("next", [answer.button("also_do", texts.say("Do it"), do)]))
    return answer.answer([title, *parts, *lines, *notes], blocks, lasts=True)

"""What can be done with an answer: turn its pages, take it as a file, share it, go back."""

from dataclasses import replace

from bot.views.slack import answer, faq
from bot.views.slack.answer import Answer, escaped, mention
from bot.views.texts import Texts


def added(
    texts: Texts, shown: Answer, *, here: str, back: str | None, previous: str | None, following: str | None
) -> Answer:
    """The answer with its last row of buttons. `here` stands for the answer itself, the others for those beside it."""
    elements = []
    if back:
        elements.append(answer.button("open_back", texts.say("Back"), back))
    if previous:
        elements.append(answer.button("page_previous", texts.say("Previous page"), previous))
    if following:
        elements.append(answer.button("page_next", texts.say("Next page"), following))
    if shown.table:
        elements.append(answer.button("csv", texts.say("As a CSV file"), here))
    if shown.sheet:
        elements.append(answer.button("xlsx", texts.say("As an Excel file"), here))
    elements.append(answer.button("share", texts.say("Share in this channel"), here))
    return replace(shown, blocks=[*shown.blocks, answer.buttons("more", elements)._resolve()])


def seen_by_all(shown: Answer) -> Answer:
    """An answer that everybody sees already: there is nothing to share."""
    blocks = [
        block | {"elements": [one for one in block["elements"] if one.get("action_id") != "share"]}
        if block["type"] == "actions"
        else block
        for block in shown.blocks
    ]
    return replace(shown, blocks=[block for block in blocks if block.get("elements") != []])


def leading_back(texts: Texts, shown: Answer, back: str) -> Answer:
    """An answer that does not last, with nothing but the way back."""
    row = answer.buttons("more", [answer.button("open_back", texts.say("Back"), back)])
    return replace(shown, blocks=[*shown.blocks, row._resolve()])


def shared(texts: Texts, shown: Answer, person: str, asked: str) -> Answer:
    """The answer for everybody in the channel: who asked for what stands above, and there are no buttons."""
    quoted = texts.say("“{question}”", question=escaped(asked))
    told = texts.say("{person} shares the answer to {command}", person=mention(person), command=quoted)
    kept = [
        block
        for block in shown.blocks
        if block["type"] not in ("actions", "context_actions") and block["block_id"] != faq.OTHERS
    ]
    return replace(shown, text=f"{told}\n{shown.text}", blocks=[answer.small_print("shared", told)._resolve(), *kept])


def may_repeat(texts: Texts, shown: Answer) -> Answer:
    """A post that may be in its channel already, and says so."""
    told = texts.say("This may be here twice: Slack did not say whether it arrived the first time.")
    note = answer.context("may_repeat", told)._resolve()
    return replace(shown, text=f"{told}\n{shown.text}", blocks=[note, *shown.blocks])


def shared_already(texts: Texts) -> Answer:
    """A share button was pressed once more, or nobody knows whether Slack took what was shared."""
    return told(
        texts.say("This answer was shared already. If it is not in the channel, give the command again and share that.")
    )


def not_shared(texts: Texts) -> Answer:
    """Slack did not take what was to be shared."""
    return told(texts.say("Slack did not take the answer for the channel. Give the command again and share that."))


def file_sent(texts: Texts) -> Answer:
    """A file is where the asker finds it."""
    return told(texts.say("The file is in your direct messages with Seatbot."))


def file_on_its_way(texts: Texts) -> Answer:
    """A file was sent, and nobody knows whether Slack took it."""
    return told(texts.say("If the file does not come to your direct messages with Seatbot, ask for it again."))


def told(text: str) -> Answer:
    return answer.answer([text], [answer.section("told", [text])])

"""An MSP's own topics in Slack: the list with the way to change it, and what was asked in vain."""

from collections.abc import Collection, Sequence

from slackblocks import Block, Option, PlainText, StaticSelectMenu

from bot.services.faq.own import Origin, TopicLine
from bot.services.faq.unanswered import Question
from bot.services.workspaces import Workspace
from bot.views import topics
from bot.views.slack import answer, topic_form
from bot.views.slack.answer import LONGEST_BUTTON, Answer, escaped
from bot.views.slack.lists import listing, on_page
from bot.views.texts import Texts, shown


def value(line: TopicLine) -> str:
    """A topic as the value of a choice: the form that edits it, with its id and language."""
    return f"{topic_form.NAME} {line.topic.id} {line.topic.locale}"


def listed(
    texts: Texts, lines: Sequence[TopicLine], *, native: Collection[str], page: int, unanswered: str | None
) -> Answer:
    """The topics that are answered, the MSP's own first, then those in the reader's language. For admins
    `unanswered` leads to what was asked in vain."""
    mine = [line for line in lines if line.origin != Origin.BUILTIN]
    title = texts.say("Topics of the FAQ")
    said = [
        texts.plural("{n} of them is your own.", "{n} of them are your own.", len(mine))
        if mine
        else texts.say("None of them is your own yet.")
    ]
    rows = sorted(lines, key=lambda line: (line.origin == Origin.BUILTIN, line.topic.locale != texts.locale))
    more: list[Block] = []
    if unanswered:
        edit = [
            Option(PlainText(shown(f"{line.topic.question} ({line.topic.locale})", LONGEST_BUTTON)), value(line))
            for line in on_page(rows, page)
        ]
        more = [
            answer.buttons(
                "topics",
                [
                    answer.button(topic_form.NEW, texts.say("Add a topic"), topic_form.NAME, "primary"),
                    StaticSelectMenu(topic_form.EDIT, edit, placeholder=PlainText(texts.say("Edit a topic"))),
                    answer.button("open_unanswered", texts.say("Asked in vain"), unanswered),
                ],
            )
        ]
    table = topics.listed(texts, rows).only((2, 0, 1, 3, 4))  # what people know a topic by comes first
    return listing(texts, title, said, table, more, native=native, page=page)


def unanswered(
    texts: Texts, workspace: Workspace, found: Sequence[Question], *, native: Collection[str], page: int
) -> Answer:
    """What was asked in vain, the latest first, and the way to answer it."""
    title = texts.plural("{n} question asked in vain", "{n} questions asked in vain", len(found))
    said = [texts.say("Of the last 90 days, without anybody’s name. A topic of your own answers at once.")]
    more: list[Block] = [
        answer.buttons("topics", [answer.button(topic_form.NEW, texts.say("Add a topic"), topic_form.NAME, "primary")])
    ]
    more = [*answer.zone_note(texts, workspace.calendar.zone), *more]
    return listing(texts, title, said, topics.questions(texts, found), more, native=native, page=page)


def send_file(texts: Texts, example: str) -> Answer:
    """No file came: where topics from a file are to be sent, and how they are written."""
    told = texts.say(
        "Send a YAML file to Seatbot in a direct message, with the words: topics import. It is written like this:"
    )
    written = answer.marked("example", f"```{escaped(example)}```")
    return answer.answer([told, example], [answer.section("file", [told]), written])

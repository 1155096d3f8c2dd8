"""The form in which admins write a topic of their own, and what is said of it."""

from typing import Any

from slackblocks import Element, InputBlock, ModalView, Option, PlainText, PlainTextInput, StaticSelectMenu

from bot.services.changes import Change
from bot.services.faq import drafts
from bot.services.faq.drafts import LONGEST_FIELD
from bot.services.faq.topics import LONGEST_ANSWER, LONGEST_QUESTION, Topic
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown

CALLBACK = "topic_form"
NEW, EDIT = "open_topic_form", "open_topic_form_of"
"""What opens it: a button, and a menu of topics, whose values are their ids and languages."""
LOCALE, QUESTION, ANSWER, PHRASINGS = "locale", "question", "answer", "phrasings"
"""The ids of its fields' blocks, which are the names of a draft's fields."""
VALUE = "value"
LANGUAGES = {"en": "English", "fr": "Français"}

View = dict[str, Any]


def form(texts: Texts, topic: Topic | None) -> View:
    """The form for a new topic, or for one that there is."""
    phrasings = drafts.fit(topic.phrasings) if topic else []
    options = {locale: Option(PlainText(name), locale) for locale, name in LANGUAGES.items()}
    language = StaticSelectMenu(VALUE, list(options.values()), initial_option=options[(topic or texts).locale])
    question = PlainTextInput(VALUE, topic.question if topic else None, max_length=LONGEST_QUESTION)
    words = PlainTextInput(VALUE, topic.answer if topic else None, multiline=True, max_length=LONGEST_ANSWER)
    others = PlainTextInput(VALUE, "\n".join(phrasings) or None, multiline=True, max_length=LONGEST_FIELD)
    hint = texts.say("One a line. The more there are, and the more they differ, the better it is found.")
    if topic and (kept := len(topic.phrasings) - len(phrasings)):
        more = texts.plural("{n} more stays as it is.", "{n} more stay as they are.", kept)
        hint = f"{hint} {more}"
    blocks = [
        field(LOCALE, texts.say("Language"), language),
        field(QUESTION, texts.say("Question"), question, texts.say("It stands on buttons, so keep it short.")),
        field(ANSWER, texts.say("Answer"), words, texts.say("One to five sentences.")),
        field(PHRASINGS, texts.say("Other ways to ask it"), others, hint, optional=True),
    ]
    view = ModalView(
        PlainText(texts.say("Edit a topic") if topic else texts.say("Add a topic")),
        list(blocks),
        submit=PlainText(texts.say("Save")),
        close=PlainText(texts.say("Cancel")),
        callback_id=CALLBACK,
        private_metadata=topic.id if topic else None,
    )
    return dict(view._resolve())


def field(
    block_id: str, label: str, element: Element, hint: str | None = None, *, optional: bool = False
) -> InputBlock:
    return InputBlock(
        PlainText(label), element, block_id=block_id, hint=PlainText(hint) if hint else None, optional=optional
    )


def instead(texts: Texts, told: Answer) -> View:
    """What takes the place of the form where nothing was saved."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": texts.say("Nothing was saved")},
        "close": {"type": "plain_text", "text": texts.say("Close")},
        "blocks": told.blocks,
    }


def too_late(texts: Texts) -> Answer:
    """Slack opens a form only within three seconds."""
    said = texts.say("The form did not open in time. Press the button again.")
    return answer.answer([said], [answer.section("too_late", [said])])


def saved(texts: Texts, topic: Topic, change: Change) -> Answer:
    """A topic was saved, with the button that takes it back; without one where nothing was changed."""
    question = shown(topic.question)
    if change.id is None:
        said = [texts.say("“{question}” was saved so before; nothing was changed.", question=question)]
        return answer.answer(said, [answer.section("saved", said)])
    said = [texts.say("Saved: “{question}”. Whoever asks this gets your answer from now on.", question=question)]
    undo = answer.button("undo", texts.say("Undo"), str(change.id))
    return answer.answer(said, [answer.section("saved", said), answer.buttons("next", [undo])])

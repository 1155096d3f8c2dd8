"""The form in which admins write a topic of their own, and what is said of it."""

from bot.services.changes import Change
from bot.services.faq import drafts
from bot.services.faq.drafts import LONGEST_FIELD
from bot.services.faq.topics import LONGEST_ANSWER, LONGEST_QUESTION, Topic
from bot.views.slack import answer, fields, modal
from bot.views.slack.answer import Answer
from bot.views.slack.modal import View
from bot.views.texts import Texts, shown

NAME = "topic"
NEW, EDIT = "form_topic", "form_topics"
"""What opens it: a button, and a menu of topics, whose values are their ids and languages behind the form's name."""
LOCALE, QUESTION, ANSWER, PHRASINGS = "locale", "question", "answer", "phrasings"
"""The ids of its fields' blocks, which are the names of a draft's fields."""
LANGUAGES = (("en", "English"), ("fr", "Français"))


def form(texts: Texts, topic: Topic | None, kept: str | None = None) -> View:
    """The form for a new topic, or for one that there is; `kept` comes back with it."""
    phrasings = drafts.fit(topic.phrasings) if topic else []
    hint = texts.say("One a line. The more there are, and the more they differ, the better it is found.")
    if topic and (more := len(topic.phrasings) - len(phrasings)):
        stays = texts.plural("{n} more stays as it is.", "{n} more stay as they are.", more)
        hint = f"{hint} {stays}"
    question, words = (topic.question, topic.answer) if topic else (None, None)
    blocks = [
        fields.one_of(LOCALE, texts.say("Language"), LANGUAGES, initial=(topic or texts).locale),
        fields.text(
            QUESTION,
            texts.say("Question"),
            texts.say("It stands on buttons, so keep it short."),
            initial=question,
            longest=LONGEST_QUESTION,
        ),
        fields.text(
            ANSWER,
            texts.say("Answer"),
            texts.say("One to five sentences."),
            initial=words,
            longest=LONGEST_ANSWER,
            lines=True,
        ),
        fields.text(
            PHRASINGS,
            texts.say("Other ways to ask it"),
            hint,
            initial="\n".join(phrasings),
            longest=LONGEST_FIELD,
            lines=True,
            optional=True,
        ),
    ]
    title = texts.say("Edit a topic") if topic else texts.say("Add a topic")
    return modal.form(texts, NAME, title, blocks, kept=kept)


def saved(texts: Texts, topic: Topic, change: Change) -> Answer:
    """A topic was saved, with the button that takes it back; without one where nothing was changed."""
    question = shown(topic.question)
    if change.id is None:
        said = [texts.say("“{question}” was saved so before; nothing was changed.", question=question)]
        return answer.answer(said, [answer.section("saved", said)])
    said = [texts.say("Saved: “{question}”. Whoever asks this gets your answer from now on.", question=question)]
    undo = answer.button("undo", texts.say("Undo"), str(change.id))
    return answer.answer(said, [answer.section("saved", said), answer.buttons("next", [undo])])

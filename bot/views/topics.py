"""Topics of the FAQ: which there are, what changed of them, and what was asked in vain."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.services.changes import Change
from bot.services.errors import N_
from bot.services.faq import OWN
from bot.views.parts import Part, Rows, Table
from bot.views.texts import Texts, shown
from bot.views.words import few

if TYPE_CHECKING:  # they need YAML, and what tells of a change does not
    from bot.services.faq.own import TopicLine
    from bot.services.faq.unanswered import Question

ORIGINS = {
    "builtin": N_("Seatbot’s"),
    "own": N_("your own"),
    "overridden": N_("Seatbot’s, with your answer"),
}
OUTCOMES = {
    "unanswered": N_("no answer"),
    "unhelpful": N_("not helpful: {topic}"),
}


def changed(texts: Texts, change: Change) -> list[Part]:
    """Which topics are answered otherwise from now on, and which not any more."""
    said = []
    if change.topics:
        message = (
            N_("As before: {topics}.") if change.takes_back else N_("Answered from now on as you wrote it: {topics}.")
        )
        said.append(texts.say(message, topics=few(texts, change.topics)))
    if own := [topic for topic in change.topics_removed if topic.startswith(OWN)]:
        said.append(texts.say("Not answered any more: {topics}.", topics=few(texts, own)))
    if others := [topic for topic in change.topics_removed if not topic.startswith(OWN)]:
        said.append(texts.say("Answered in Seatbot’s own words again: {topics}.", topics=few(texts, others)))
    return [Part("topics", text) for text in said]


def would(texts: Texts, change: Change) -> list[Part]:
    """Which topics an undo would make what they were before."""
    touched = sorted({*change.topics, *change.topics_removed})
    return [Part("topics", texts.say("Would be as before: {topics}.", topics=few(texts, touched)))] if touched else []


def listed(texts: Texts, lines: Sequence["TopicLine"]) -> Table:
    """The topics, with whose they are."""
    titles = [
        texts.say("Topic"),
        texts.say("Language"),
        texts.say("Question"),
        texts.say("Whose"),
        texts.say("Phrasings"),
    ]
    return Table(titles, Rows(lines, lambda line: row(texts, line)), numbers=(4,))


def row(texts: Texts, line: "TopicLine") -> list[str]:
    topic = line.topic
    whose, phrasings = texts.say(ORIGINS[line.origin]), texts.number(len(topic.phrasings))
    return [topic.id, topic.locale, shown(topic.question), whose, phrasings]


def questions(texts: Texts, found: Sequence["Question"]) -> Table:
    """Questions that found no answer, or whose answer did not help."""
    titles = [
        texts.say("Question"),
        texts.say("Times"),
        texts.say("What came of it"),
        texts.say("Language"),
        texts.say("Last asked"),
    ]
    return Table(titles, Rows(found, lambda one: question(texts, one)), numbers=(1,))


def question(texts: Texts, one: "Question") -> list[str]:
    outcome = texts.say(OUTCOMES[one.outcome], topic=one.topic or "–")
    return [shown(one.text), texts.number(one.times), outcome, one.locale, texts.instant(one.at)]

"""An MSP's own topics of the FAQ, and what was asked in vain."""

from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.command import command
from bot.commands.deny import kept
from bot.commands.words import Misused, Word
from bot.services.errors import SeveralFiles
from bot.services.faq import answers, drafts, own, topics, unanswered
from bot.services.faq.drafts import Draft
from bot.services.faq.own import Seen
from bot.services.imports.topics import import_topics
from bot.views.slack import change as change_view
from bot.views.slack import topic_form
from bot.views.slack import topics as topic_view
from bot.views.slack.answer import Answer

LIST = {"list", "liste"}
MOST_UNANSWERED = 1000


def listed(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats topics [list]"""
    if asked and not (len(asked) == 1 and asked[0].means(LIST)):
        raise Misused()
    return topic_view.listed(
        call.reader,
        own.listed(call.session, call.workspace),
        native=call.native,
        page=call.command.page,
        unanswered=call.leading_to(command("topics unanswered")) if call.is_admin else None,
    )


def in_vain(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats topics unanswered"""
    found = unanswered.listed(call.session, call.workspace, call.now(), MOST_UNANSWERED)
    return topic_view.unanswered(call.reader, call.workspace, found, native=call.native, page=call.command.page)


def import_file(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats topics import, with a file"""
    if not call.uploads:
        return topic_view.send_file(call.reader, topics.example(call.reader.locale))
    if len(call.uploads) > 1:
        raise SeveralFiles()
    with kept(*call.fetch(call.uploads[0].id)) as path:
        change = import_topics(
            call.session, call.workspace, path, actor=call.actor, clock=call.clock, request=call.request
        )
    answers.expect(call.session, call.workspace)
    return change_view.made(call.reader, change)


def remove(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats topics remove TOPIC"""
    topic = words.joined(asked)
    if topic is None:
        raise Misused()
    change = own.remove(call.session, call.workspace, topic, actor=call.actor, clock=call.clock, request=call.request)
    answers.expect(call.session, call.workspace)
    return change_view.made(call.reader, change)


def save(call: Call, asked: Sequence[Word]) -> Answer:
    """ID LOCALE MARK of the topic as it was opened, and what was filled in. A form asks for it."""
    id_, seen_in, mark, locale, question, words_, *phrasings = (word.text for word in asked)
    saved = drafts.save(
        call.session,
        call.workspace,
        Draft(id_, locale, question, words_, tuple(phrasings)),
        seen=Seen(id_, seen_in, mark) if id_ else None,
        actor=call.actor,
        clock=call.clock,
        request=call.request,
    )
    answers.expect(call.session, call.workspace)
    return topic_form.saved(call.reader, *saved)

"""The form for a topic of an MSP's own: a new one, or one that there is, in one language."""

import re

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.services.errors import N_
from bot.services.faq import drafts, own
from bot.services.faq.drafts import Draft
from bot.views.slack import topic_form
from bot.views.slack.modal import View
from bot.views.slack.topic_form import ANSWER, LOCALE, PHRASINGS, QUESTION

SPACES = re.compile(r"[ \t]+")


def show(call: Call, value: str) -> View:
    """The form for the topic `ID LOCALE`, else for a new one."""
    id_, _, locale = value.strip().partition(" ")
    topic = drafts.known(call.session, call.workspace, id_, locale)
    if topic is None:
        return topic_form.form(call.reader, None)
    mark = own.seen(call.session, call.workspace, id_, locale).mark
    return topic_form.form(call.reader, topic, f"{id_} {locale} {mark}")


def meant(call: Call, filled: Filled) -> Command:
    """That the topic is saved: its id, language and mark when it was opened, then what was filled in. Raises
    BadFields."""
    id_, locale, mark = (*filled.kept.split(" "), "", "", "")[:3]
    lines = (SPACES.sub(" ", line).strip() for line in filled.lines(PHRASINGS).split("\n"))
    draft = Draft(
        id_,
        filled.option(LOCALE),
        filled.text(QUESTION),
        SPACES.sub(" ", filled.lines(ANSWER)),
        tuple(dict.fromkeys(line for line in lines if line)),
    )
    if faults := drafts.faults(draft):
        raise BadFields(faults)
    return command("topics save", id_, locale, mark, draft.locale, draft.question, draft.answer, *draft.phrasings)


FORM = Form(topic_form.NAME, N_("Add a FAQ topic"), show, meant, QUESTION)

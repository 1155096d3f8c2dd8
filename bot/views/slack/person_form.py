"""The form that asks whose story is wanted."""

from bot.views.slack import fields, modal
from bot.views.slack.modal import View
from bot.views.texts import Texts


def form(texts: Texts) -> View:
    """Somebody, picked."""
    blocks = [fields.field("person", texts.say("Person"), fields.person_picker(texts))]
    return modal.form(texts, "why", texts.say("Why active?"), blocks, submit=texts.say("Show"))

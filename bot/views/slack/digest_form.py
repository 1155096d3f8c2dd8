"""The form for a digest to a channel."""

from bot.services.errors import N_
from bot.views.slack import fields, modal
from bot.views.slack.modal import View
from bot.views.slack.topic_form import LANGUAGES
from bot.views.texts import Texts

RHYTHMS = {
    "day": N_("Every day"),
    "weekday": N_("From Monday to Friday"),
    "week:mon": N_("Every Monday"),
    "week:tue": N_("Every Tuesday"),
    "week:wed": N_("Every Wednesday"),
    "week:thu": N_("Every Thursday"),
    "week:fri": N_("Every Friday"),
    "period-end": N_("The day after a billing period ends"),
    "before-end:5": N_("5 days before a billing period ends"),
}


def form(texts: Texts, zone: str, locale: str) -> View:
    """Where, how often, at what time, in which language, about whom."""
    rhythms = [(every, texts.say(told)) for every, told in RHYTHMS.items()]
    blocks = [
        fields.channel(texts, "channel", texts.say("Channel"), texts.say("Seatbot must be in it.")),
        fields.one_of("every", texts.say("How often"), rhythms, initial="weekday"),
        fields.time("at", texts.say("Time of day"), initial="08:00"),
        fields.text("zone", texts.say("Time zone"), initial=zone, longest=64),
        fields.one_of("locale", texts.say("Language"), LANGUAGES, initial=locale),
        fields.accounts(texts, "accounts", texts.say("Accounts"), texts.say("Leave it empty for all accounts.")),
    ]
    return modal.form(texts, "digest", texts.say("Add a digest"), blocks, submit=texts.say("Add"))

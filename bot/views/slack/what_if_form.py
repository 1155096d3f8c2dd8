"""The form that asks what a change would do, without making it."""

from bot.services.errors import N_
from bot.views.slack import fields, modal
from bot.views.slack.modal import View
from bot.views.texts import Texts

NAME = "what-if"
DEEDS = {
    "deactivate": N_("People are set inactive"),
    "activate": N_("People are set active"),
    "convert": N_("An account becomes a paying one"),
    "close": N_("An account is closed"),
}


def form(texts: Texts) -> View:
    """What would happen, to whom."""
    deeds = [(deed, texts.say(told)) for deed, told in DEEDS.items()]
    blocks = [
        fields.radio("deed", texts.say("What if"), deeds),
        fields.people(texts, "people", texts.say("People"), texts.say("Nobody is changed by this."), optional=True),
        fields.text(
            "addresses",
            texts.say("Or their addresses"),
            texts.say("As many as you like, with spaces, commas or line breaks between them."),
            longest=3000,
            lines=True,
            optional=True,
        ),
        fields.account(
            texts, hint=texts.say("The account that is meant, or that of an address in several."), optional=True
        ),
    ]
    return modal.form(texts, NAME, texts.say("What if?"), blocks, submit=texts.say("Compute"))

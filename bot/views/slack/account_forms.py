"""The forms for client accounts."""

from slackblocks import Block

from bot.services.accounts import Account
from bot.views.slack import fields, modal
from bot.views.slack.deny_forms import initial
from bot.views.slack.modal import View
from bot.views.texts import Texts


def add(texts: Texts) -> View:
    """A new account."""
    statuses = [("active", texts.say("Active: it is billed")), ("trial", texts.say("On trial: it is not billed"))]
    blocks = [
        fields.text("name", texts.say("Name"), longest=500),
        fields.radio("status", texts.say("Status"), statuses),
        *days(texts),
    ]
    return modal.form(texts, "account", texts.say("Add an account"), blocks, submit=texts.say("Add"))


def status(texts: Texts, account: Account | None) -> View:
    """The status of an account."""
    statuses = [
        ("active", texts.say("Active: it is billed")),
        ("trial", texts.say("On trial: it is not billed")),
        ("closed", texts.say("Closed: it is not billed any more")),
    ]
    blocks = [
        fields.account(texts, initial=initial(account)),
        fields.radio("status", texts.say("Status"), statuses),
        *days(texts),
    ]
    return modal.form(texts, "status", texts.say("Account’s status"), blocks, submit=texts.say("Set"))


def days(texts: Texts) -> list[Block]:
    """From when on, and until when."""
    return [
        fields.day("since", texts.say("From the day"), texts.say("Without a day: at once.")),
        fields.day("until", texts.say("End of the trial"), texts.say("Only for a trial.")),
    ]

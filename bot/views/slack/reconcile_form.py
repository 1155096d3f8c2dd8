"""The form that checks the distributor's invoice against a statement."""

from collections.abc import Sequence

from bot.services.billing.periods import Period
from bot.views.slack import fields, modal
from bot.views.slack.modal import View
from bot.views.texts import Texts

NAME = "reconcile"
LONGEST_FIGURE = 40


def form(texts: Texts, periods: Sequence[tuple[str, Period]]) -> View:
    """Of which period, and what the invoice has: a figure, or a list. The periods come with what they are asked by."""
    choices = [
        (asked, texts.say("{first} to {last}", first=one.first_day, last=one.last_day)) for asked, one in periods
    ]
    blocks = [
        fields.one_of("period", texts.say("Billing period"), choices, initial=choices[0][0]),
        fields.text(
            "figure",
            texts.say("What the invoice has"),
            texts.say("The number of users, such as 840, or the amount, such as 1,234.50 EUR."),
            longest=LONGEST_FIGURE,
            optional=True,
        ),
        fields.file(
            "file",
            texts.say("Or usecure’s customer list"),
            texts.say("A CSV file with the columns Name, Active Users, Status and, if you like, Domain."),
            optional=True,
        ),
    ]
    return modal.form(texts, NAME, texts.say("Check an invoice"), blocks, submit=texts.say("Check"))

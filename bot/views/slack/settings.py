"""The settings of the workspace: the form, and what is said of it."""

import json

from bot.services.changes import Change
from bot.services.workspace_settings import Terms
from bot.views import changes
from bot.views.parts import Part
from bot.views.slack import answer, fields, modal
from bot.views.slack.answer import Answer
from bot.views.slack.modal import View
from bot.views.slack.topic_form import LANGUAGES
from bot.views.texts import Texts, shown


def form(texts: Texts, terms: Terms, *, may_correct: bool) -> View:
    """The settings as they are, which come back with what is filled in; `may_correct` says that the past would have to
    be computed anew."""
    blocks = [
        fields.text("name", texts.say("Your company’s name"), initial=terms.name, longest=500),
        fields.number(
            "day",
            texts.say("Billing day"),
            texts.say("The day of the month on which your usecure account was created; it begins each period."),
            initial=terms.billing_day,
            least=1,
            most=31,
        ),
        fields.text(
            "zone",
            texts.say("Time zone"),
            texts.say("Its name in the time zone database, such as Europe/Paris."),
            initial=terms.timezone,
            longest=64,
        ),
        fields.one_of("locale", texts.say("Language of posts to channels"), LANGUAGES, initial=terms.locale),
    ]
    if may_correct:
        label = texts.say("Another day or zone computes past periods anew")
        blocks.append(fields.ticks("more", texts.say("Past periods"), [("correct", label)]))
    kept = json.dumps([terms.name, str(terms.billing_day), terms.timezone, terms.locale])
    return modal.form(texts, "settings", texts.say("Settings"), blocks, kept=kept)


def saved(texts: Texts, terms: Terms, change: Change) -> Answer:
    """How the settings are now."""
    if change.id is None:
        parts = [Part("done", texts.say("Nothing had to be changed."))]
        return answer.answer(parts, answer.sections(parts))
    told = texts.say(
        "Saved. {name} is billed from day {day} of the month on, in the time of {zone}.",
        name=shown(terms.name),
        day=terms.billing_day,
        zone=terms.timezone,
    )
    parts = [Part("done", told)]
    return answer.answer(parts, answer.sections([*parts, *changes.number(texts, change.id)]), change=change.id)


def prices(texts: Texts, currency: str | None) -> View:
    """The form for what a user costs, and brings."""
    none = texts.say("Such as 4.50; “none” takes it away. Open: it stays as it is.")
    blocks = [
        fields.text("price", texts.say("What a user costs you in a period"), none, longest=30, optional=True),
        fields.text(
            "currency", texts.say("Currency"), texts.say("Its code, such as EUR."), initial=currency, longest=3
        ),
        fields.text("resale", texts.say("What a user brings you"), none, longest=30, optional=True),
        fields.account(texts, hint=texts.say("Whose resale price it is; open: all clients’."), optional=True),
    ]
    return modal.form(texts, "prices", texts.say("Prices"), blocks)


def priced(texts: Texts, change: Change) -> Answer:
    """Prices were set."""
    parts = [Part("done", texts.say("Saved. Reports show amounts by these prices from now on."))]
    return answer.answer(parts, answer.sections([*parts, *changes.number(texts, change.id)]), change=change.id)

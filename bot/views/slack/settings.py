"""The settings of the workspace: the form, and what is said of it."""

import json
from collections.abc import Sequence
from decimal import Decimal

from bot.services.changes import Change
from bot.services.workspace_settings import Terms
from bot.services.workspaces import Workspace
from bot.views import changes
from bot.views.parts import Part
from bot.views.slack import answer, fields, modal
from bot.views.slack.answer import Answer
from bot.views.slack.modal import View
from bot.views.slack.topic_form import LANGUAGES
from bot.views.texts import Texts, shown

MOST_RESALES = 10
"""The resale prices of so many single clients are told."""


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


def saved(texts: Texts, terms: Terms, change: Change, back: str | None) -> Answer:
    """How the settings are now; `back` stands for how they were before."""
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
    blocks = answer.sections([*parts, *changes.number(texts, change.id)])
    if back:
        blocks.append(answer.buttons("next", [answer.button("open_before", texts.say("Undo"), back)]))
    return answer.answer(parts, blocks, change=change.id)


def prices(texts: Texts, workspace: Workspace, resales: Sequence[tuple[str, Decimal]]) -> View:
    """The form for what a user costs, and brings, under what holds now; `resales` are those of single clients."""
    none = texts.say("Such as 4.50; “none” takes it away. Leave it empty to keep it as it is.")
    blocks = [
        answer.section("standing", standing(texts, workspace, resales)),
        fields.text("price", texts.say("What a user costs you in a period"), none, longest=30, optional=True),
        fields.text(
            "currency",
            texts.say("Currency"),
            texts.say("Its code, such as EUR."),
            initial=workspace.currency,
            longest=3,
        ),
        fields.text("resale", texts.say("What a user brings you"), none, longest=30, optional=True),
        fields.account(
            texts, hint=texts.say("The client whose resale price it is; leave it empty for all clients."), optional=True
        ),
    ]
    return modal.form(texts, "prices", texts.say("Prices"), blocks)


def standing(texts: Texts, workspace: Workspace, resales: Sequence[tuple[str, Decimal]]) -> list[str]:
    """The prices that hold now."""
    price, currency = workspace.price, workspace.currency
    if price is None or currency is None:
        return [texts.say("No price is set yet.")]
    tiers = [(tier.start, texts.money(tier.amount, currency)) for tier in price.tiers]
    costs = [
        texts.plural("{amount} from {n} user on", "{amount} from {n} users on", start, amount=amount)
        for start, amount in tiers
    ]
    said = [texts.say("Now a user costs you {amount} in a period.", amount=costs if len(costs) > 1 else tiers[0][1])]
    if workspace.resale is not None:
        said.append(texts.say("A user brings you {amount}.", amount=texts.money(workspace.resale, currency)))
    if resales:
        named = [f"{shown(name)} ({texts.money(resale, currency)})" for name, resale in resales[:MOST_RESALES]]
        if (more := len(resales) - MOST_RESALES) > 0:
            named.append(texts.plural("{n} more", "{n} more", more))
        said.append(texts.say("What a user brings you at single clients: {accounts}.", accounts=named))
    return said


def priced(texts: Texts, change: Change) -> Answer:
    """Prices were set."""
    parts = [Part("done", texts.say("Saved. Reports show amounts by these prices from now on."))]
    blocks = answer.sections([*parts, *changes.number(texts, change.id)])
    blocks.append(answer.buttons("next", [answer.button("undo", texts.say("Undo"), str(change.id))]))
    return answer.answer(parts, blocks, change=change.id)

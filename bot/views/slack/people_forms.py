"""The forms that set people inactive or active."""

from collections.abc import Sequence

from bot.services.people import Person
from bot.views.slack import fields, modal
from bot.views.slack.answer import LONGEST_BUTTON
from bot.views.slack.modal import View
from bot.views.texts import Texts, shown
from bot.views.words import address

LONGEST_ACCOUNT = 30


def named(texts: Texts, person: Person) -> fields.Choice:
    """A person as a choice: by address, and the account that they are in."""
    email, account = address(texts, person.email), shown(person.account, LONGEST_ACCOUNT)
    room = LONGEST_BUTTON - len(account) - 3
    return str(person.id), f"{shown(email, room)} · {account}"


def form(texts: Texts, picked: Sequence[Person], *, deactivates: bool) -> View:
    """Whom, and why; whoever is set inactive may go on the deny list in the same step."""
    many = texts.say("For more than ten people you are asked to confirm first.")
    blocks = [
        fields.people(texts, "people", texts.say("People"), many, [named(texts, one) for one in picked], optional=True),
        fields.text(
            "addresses",
            texts.say("Or their addresses"),
            texts.say("As many as you like, with spaces, commas or line breaks between them."),
            longest=3000,
            lines=True,
            optional=True,
        ),
        fields.account(texts, hint=texts.say("Only needed where an address is in several accounts."), optional=True),
    ]
    if not deactivates:
        title, submit = texts.say("Set people active"), texts.say("Set active")
        return modal.form(texts, "activate", title, blocks, submit=submit)
    blocks += [
        fields.text("reason", texts.say("Reason"), texts.say("It is kept in the log."), longest=300, optional=True),
        fields.ticks(
            "more",
            texts.say("Deny list"),
            [("deny", texts.say("Add to the deny list whoever the next sync would bring back"))],
        ),
    ]
    title, submit = texts.say("Set people inactive"), texts.say("Set inactive")
    return modal.form(texts, "deactivate", title, blocks, submit=submit)

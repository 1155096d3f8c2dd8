"""Buttons: each stands for a command, which runs as if its words had been typed."""

from collections.abc import Sequence
from dataclasses import replace

from bot.commands import registry
from bot.commands.call import Call
from bot.commands.words import Word, load
from bot.services import access, offers
from bot.views import change as change_view
from bot.views.answer import Answer

IN_PLACE = ("confirm", "cancel", "pick_")
"""The answer to one of these stands where the question stood."""


def press(call: Call, action: str, value: str) -> tuple[Answer, bool]:
    """Do what a button stands for; says also whether the answer takes the place of the message with the button."""
    return run(call, action, value), action.startswith(IN_PLACE)


def run(call: Call, action: str, value: str) -> Answer:
    """Raises OfferGone, and what the command refuses."""
    if action == "undo":
        return registry.run(call, [Word("undo"), Word(value)])
    access.require_member(call.roles, call.actor)
    if action == "cancel":
        offers.withdraw(call.session, call.workspace, value, actor=call.actor)
        return change_view.cancelled(call.reader)
    return registry.run(replace(call, request=f"offer {value}"), waiting(call, value))


def waiting(call: Call, offer: str) -> Sequence[Word]:
    """The words of the command that an offer holds. However often its button is pressed, the command's request is the
    same, so that it changes things once."""
    return load(offers.find(call.session, call.workspace, offer, actor=call.actor, now=call.now()))

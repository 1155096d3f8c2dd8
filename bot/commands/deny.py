"""Deny lists."""

from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.words import Word
from bot.services import deny_list
from bot.services.changes import Change
from bot.services.errors import DenyNeedsForce
from bot.views import change as change_view
from bot.views.answer import Answer


def add(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats deny add PATTERN… in ACCOUNT, or: deny add ACCOUNT PATTERN…"""
    wanted = words.patterns(asked)
    account = call.account(wanted.account)
    try:
        change = deny_list.add(
            call.session,
            call.workspace,
            account,
            wanted.patterns,
            force=wanted.forced,
            actor=call.actor,
            clock=call.clock,
            request=call.request,
        )
    except DenyNeedsForce as refusal:
        [confirm] = call.offer([[Word("deny"), Word("add"), *asked, Word("--force")]])
        return change_view.needs_force(call.reader, refusal, confirm)
    return change_view.denied(call.reader, change, offer_deactivation(call, change))


def offer_deactivation(call: Call, change: Change) -> str | None:
    """A button's id that sets those inactive whom new entries mean although no sync ever brought them."""
    emails = [Word(person.email) for person in change.left if person.email]
    if not emails:
        return None
    account = Word(change.left[0].account, quoted=True)
    return call.offer([[Word("deactivate"), *emails, Word("in"), account]])[0]

"""Setting people active again."""

from collections.abc import Sequence

from bot.commands import deactivate, words
from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.words import Word
from bot.services import users
from bot.services.changes import Unconfirmed
from bot.services.errors import AmbiguousPerson, Denied
from bot.views.slack import change as change_view
from bot.views.slack.answer import Answer


def activate(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats activate EMAIL… [in ACCOUNT]"""
    return set_active(call, words.people(asked, call.is_account))


def chosen(call: Call, asked: Sequence[Word]) -> Answer:
    """IDS ACCOUNT REASON EMAIL…: the same for people by id, and for those of the addresses. A form asks for it."""
    return set_active(call, *deactivate.picked(asked))


def set_active(call: Call, wanted: words.People, ids: Sequence[int] | None = None) -> Answer:
    """Set people active: by address and, where a form asks for it, by id."""
    account = call.account(wanted.account) if wanted.account else None
    try:
        change = users.activate(
            call.session,
            call.workspace,
            wanted.emails,
            account=account,
            picked=ids or (),
            reason=wanted.reason,
            actor=call.actor,
            clock=call.clock,
            request=call.request,
            unasked=call.unasked,
        )
    except Unconfirmed as question:
        return change_view.preview(call.reader, question.change, call.confirmable())
    except AmbiguousPerson as refusal:
        if ids is not None:  # a form has a field for the account
            raise
        return deactivate.which_account(call, wanted, refusal)
    except Denied as refusal:
        if ids is not None:
            raise
        return change_view.still_denied(call.reader, refusal, call.offer(lifting(wanted, refusal)))
    return change_view.made(call.reader, change)


def lifting(wanted: words.People, refusal: Denied) -> Command:
    """The command that takes the entries that mean these people off their list, and then offers to set them active."""
    account, entries = refusal.fields["account"], refusal.fields["entries"]
    then = deactivate.in_account(wanted, wanted.account) if wanted.account else wanted.emails
    return command("deny lift", account, *entries, Word("for"), *then)

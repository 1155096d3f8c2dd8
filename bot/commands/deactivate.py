"""Setting people inactive."""

from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.words import Word
from bot.services import users
from bot.services.changes import Change
from bot.services.errors import AmbiguousPerson
from bot.views import change as change_view
from bot.views.answer import Answer

UNASKED = 10
"""More people than that are changed only once it was confirmed (domain.md, The hand)."""


def deactivate(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats deactivate EMAIL… [in ACCOUNT] [because REASON]"""
    wanted = words.people(asked)
    account = call.account(wanted.account) if wanted.account else None
    command = [Word("deactivate"), *asked]
    try:
        if len(wanted.emails) > UNASKED and not wanted.forced:
            would = users.preview(call.session, call.workspace, wanted.emails, account, call.now())
            if len(would.changed) > UNASKED:
                [confirm] = call.offer([[*command, Word("--force")]])
                return change_view.preview(call.reader, would, confirm)
        change = users.deactivate(
            call.session,
            call.workspace,
            wanted.emails,
            account=account,
            reason=wanted.reason,
            actor=call.actor,
            clock=call.clock,
            request=call.request,
        )
    except AmbiguousPerson as refusal:
        accounts = refusal.fields["accounts"][: change_view.MOST_BUTTONS]
        return change_view.which_account(
            call.reader, refusal, call.offer([in_account(wanted, name) for name in accounts])
        )
    return change_view.deactivated(call.reader, change, offer_deny(call, change))


def in_account(wanted: words.People, account: str) -> list[Word]:
    """The same command, for the people of one account."""
    command = [Word("deactivate"), *map(Word, wanted.emails), Word("in"), Word(account, quoted=True)]
    if wanted.reason:
        command += [Word("because"), Word(wanted.reason, quoted=True)]
    return command + ([Word("--force")] if wanted.forced else [])


def offer_deny(call: Call, change: Change) -> list[tuple[str, str]]:
    """For each account with people whom the next sync would bring back: its name, and the id of a button that puts them
    on its deny list."""
    emails: dict[str, list[Word]] = {}
    for person in change.comes_back:
        if person.email:
            emails.setdefault(person.account, []).append(Word(person.email))
    if not emails:
        return []
    commands = [
        [Word("deny"), Word("add"), *entries, Word("in"), Word(account, quoted=True)]
        for account, entries in list(emails.items())[: change_view.MOST_OFFERS]
    ]
    return list(zip(emails, call.offer(commands), strict=False))

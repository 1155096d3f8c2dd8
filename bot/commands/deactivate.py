"""Setting people inactive."""

from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.command import command
from bot.commands.words import Word
from bot.services import users
from bot.services.changes import Change, Unconfirmed
from bot.services.errors import AmbiguousPerson
from bot.views.slack import change as change_view
from bot.views.slack.answer import Answer


def deactivate(call: Call, asked: Sequence[Word], *, deny: bool = False) -> Answer:
    """/seats deactivate EMAIL… [in ACCOUNT] [because REASON]"""
    return set_inactive(call, words.people(asked, call.is_account), deny=deny)


def chosen(call: Call, asked: Sequence[Word], *, deny: bool = False) -> Answer:
    """IDS ACCOUNT REASON EMAIL…: the same for people by id, and for those of the addresses. A form asks for it."""
    return set_inactive(call, *picked(asked), deny=deny)


def chosen_and_deny(call: Call, asked: Sequence[Word]) -> Answer:
    """As `chosen`, and puts those whom the next sync would bring back on the deny lists."""
    return chosen(call, asked, deny=True)


def picked(asked: Sequence[Word]) -> tuple[words.People, tuple[int, ...]]:
    """Whom a form means by address, and whom by id."""
    ids, account, reason, *emails = (word.text for word in asked)
    meant = words.People(tuple(emails), account or None, reason or None)
    return meant, tuple(int(id_) for id_ in ids.split(",") if id_)


def set_inactive(call: Call, wanted: words.People, ids: Sequence[int] | None = None, *, deny: bool) -> Answer:
    """Set people inactive: by address and, where a form asks for it, by id."""
    account = call.account(wanted.account) if wanted.account else None
    try:
        change = users.deactivate(
            call.session,
            call.workspace,
            wanted.emails,
            account=account,
            picked=ids or (),
            reason=wanted.reason,
            deny=deny,
            actor=call.actor,
            clock=call.clock,
            request=call.request,
            unasked=call.unasked,
        )
    except Unconfirmed as question:
        denies = bool(question.change.comes_back) and not deny
        return change_view.preview(call.reader, question.change, call.confirmable(), denies=denies)
    except AmbiguousPerson as refusal:
        if ids is not None:  # a form has a field for the account
            raise
        return which_account(call, wanted, refusal)
    return change_view.deactivated(call.reader, change, offer_deny(call, change))


def deactivate_and_deny(call: Call, asked: Sequence[Word]) -> Answer:
    """As `deactivate`, and puts those whom the next sync would bring back on the deny lists; a button asks for it."""
    return deactivate(call, asked, deny=True)


def which_account(call: Call, wanted: words.People, refusal: AmbiguousPerson, *first: Word) -> Answer:
    """An address is in several accounts: the same command, in each of them; `first` are its words before the
    addresses."""
    accounts = refusal.fields["accounts"][: change_view.MOST_BUTTONS]
    picks = [call.offer(command(call.command.name, *first, *in_account(wanted, name))) for name in accounts]
    return change_view.which_account(call.reader, refusal, picks)


def in_account(wanted: words.People, account: str) -> list[str | Word]:
    """The words that mean the same people, in one account."""
    reason: list[str | Word] = [Word("because"), wanted.reason] if wanted.reason else []
    return [*wanted.emails, Word("in"), account, *reason]


def offer_deny(call: Call, change: Change) -> list[tuple[str, str]]:
    """For each account with people whom the next sync would bring back: its name, and the id of a button that puts them
    on its deny list."""
    emails: dict[str, list[str]] = {}
    for person in change.comes_back:
        if person.email:
            emails.setdefault(person.account, []).append(person.email)
    return [
        (account, call.offer(command("deny add", *entries, Word("in"), account)))
        for account, entries in list(emails.items())[: change_view.MOST_OFFERS]
    ]

"""What a change would do to both bills, without making it."""

from collections.abc import Sequence

from bot.commands import words
from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.deactivate import in_account, picked, which_account
from bot.commands.words import Misused, Word
from bot.services import what_if
from bot.services.errors import AmbiguousPerson
from bot.services.what_if import Deed, Supposed
from bot.views.slack import what_if as what_if_view
from bot.views.slack.answer import Answer

DOES: dict[Deed, str] = {
    "deactivate": "deactivate",
    "activate": "activate",
    "convert": "account activate",
    "close": "account close",
}
"""The command that makes the change."""
NAMES: dict[Deed, set[str]] = {
    "deactivate": {"deactivate", "desactiver"},
    "activate": {"activate", "activer"},
    "convert": {"convert", "convertir"},
    "close": {"close", "fermer"},
}
PEOPLE = ("deactivate", "activate")
CHOSEN = "what-if chosen"


def ask(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats what-if deactivate|activate EMAIL… [in ACCOUNT], or: what-if convert|close ACCOUNT"""
    deed = next((deed for deed, names in NAMES.items() if asked and asked[0].means(names)), None)
    if deed is None:
        raise Misused()
    return of_people(call, deed, asked[1:]) if deed in PEOPLE else of_account(call, deed, asked[1:])


def of_people(call: Call, deed: Deed, asked: Sequence[Word]) -> Answer:
    """What it would do to set people inactive or active."""
    wanted = words.people(asked, call.is_account)
    account = call.account(wanted.account) if wanted.account else None
    try:
        found = what_if.people(call.session, call.workspace, deed, wanted.emails, account=account, clock=call.clock)
    except AmbiguousPerson as refusal:
        return which_account(call, wanted, refusal, Word(deed))
    does = in_account(wanted, account.name) if account else list(wanted.emails)
    return shown(call, found, command(DOES[deed], *does))


def chosen(call: Call, asked: Sequence[Word]) -> Answer:
    """DEED IDS ACCOUNT REASON EMAIL…: of people by id and by address, or of the account; the reason is no matter. A
    form asks for it."""
    deed = next(deed for deed in DOES if deed == asked[0].text)
    wanted, ids = picked(asked[1:])
    if deed not in PEOPLE:
        return of_account(call, deed, [Word(wanted.account or "", quoted=True)])
    account = call.account(wanted.account) if wanted.account else None
    found = what_if.people(
        call.session, call.workspace, deed, wanted.emails, account=account, picked=ids, clock=call.clock
    )
    return shown(call, found, command(f"{DOES[deed]} chosen", *(word.text for word in asked[1:])))


def of_account(call: Call, deed: Deed, asked: Sequence[Word]) -> Answer:
    """What another status of an account would do. Raises Misused."""
    name = words.joined(words.without_in(asked))
    if name is None:
        raise Misused()
    account = call.account(name)
    found = what_if.status(call.session, call.workspace, deed, account, clock=call.clock)
    return shown(call, found, command(DOES[deed], account.name))


def shown(call: Call, found: Supposed, do: Command) -> Answer:
    """What would come of it, for admins with the button that makes the change."""
    offer = call.offer(do) if found.change.id and call.is_admin else None
    return what_if_view.supposed(call.reader, found, native=call.native, do=offer)

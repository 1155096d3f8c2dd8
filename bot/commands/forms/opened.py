"""What a form is opened for."""

from bot.commands.call import Call
from bot.services import accounts
from bot.services.accounts import Account


def account_of(call: Call, value: str) -> Account | None:
    """The account of the id that a button carries; None where it carries none. Raises UnknownAccount."""
    if not value.isdecimal() or len(value) > 18:
        return None
    return accounts.by_id(call.session, call.workspace, int(value))

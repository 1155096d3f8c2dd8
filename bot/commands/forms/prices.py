"""The form for prices."""

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.services import pricing
from bot.services.errors import (
    N_,
    BadAmount,
    BadCurrency,
    NoPrice,
    NothingToSet,
    ResaleInOtherCurrency,
    UnknownAccount,
)
from bot.services.names import printable
from bot.views.slack import settings as settings_view
from bot.views.slack.modal import View

PLACES = {
    BadCurrency: "currency",
    ResaleInOtherCurrency: "currency",
    NoPrice: "price",
    NothingToSet: "price",
    UnknownAccount: "account",
}


def show(call: Call, value: str) -> View:
    """The form, with the prices as they are."""
    return settings_view.prices(call.reader, call.workspace, pricing.named_resales(call.session, call.workspace))


def meant(call: Call, filled: Filled) -> Command:
    """`prices`. Raises BadFields, also for what would be a file's name on the command line."""
    price, resale, account = filled.text("price"), filled.text("resale"), filled.account(call)
    if not price and not resale:
        raise BadFields({"price": NothingToSet()})
    for name, text in (("price", price), ("resale", resale)):
        if text.casefold().endswith(pricing.FILE):
            raise BadFields({name: BadAmount(value=printable(text))})
    currency = filled.text("currency") if price else ""
    return command("prices", price, currency, resale, account.name if account else "")


FORM = Form("prices", N_("Prices"), show, meant, "price", PLACES)

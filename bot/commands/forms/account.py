"""The forms for client accounts: a new one, and the status of one that there is."""

from datetime import date

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.commands.forms.opened import account_of
from bot.commands.words import Word
from bot.services.errors import (
    N_,
    AccountExists,
    EmptyText,
    OnlyTrialsEnd,
    PastInstant,
    TrialEndsBefore,
    UnknownAccount,
)
from bot.views.slack import account_forms
from bot.views.slack.modal import View

PLACES = {PastInstant: "since", TrialEndsBefore: "until"}
COMMANDS = {"trial": "account trial", "active": "account activate", "closed": "account close"}


def show_add(call: Call, value: str) -> View:
    """The form for a new account."""
    return account_forms.add(call.reader)


def add(call: Call, filled: Filled) -> Command:
    """`account add`. Raises BadFields."""
    if not (name := filled.text("name")):
        raise BadFields({"name": EmptyText()})
    is_trial = filled.option("status") == "trial"
    return command("account add", name, *([Word("trial")] if is_trial else []), *days(filled, is_trial=is_trial))


def show_status(call: Call, value: str) -> View:
    """The form for a status, perhaps of the account of that id."""
    return account_forms.status(call.reader, account_of(call, value))


def status(call: Call, filled: Filled) -> Command:
    """`account trial`, `activate` or `close`. Raises BadFields."""
    account, wanted = filled.needed_account(call), filled.option("status")
    if wanted not in COMMANDS:
        raise BadFields({"status": EmptyText()})
    return command(COMMANDS[wanted], account.name, *days(filled, is_trial=wanted == "trial"))


def days(filled: Filled, *, is_trial: bool) -> list[Word]:
    """From when on, and until when a trial goes. Raises BadFields for the end of what is no trial."""
    since, until = filled.day("since"), filled.day("until")
    if until and not is_trial:
        raise BadFields({"until": OnlyTrialsEnd()})
    return [*marked("from", since), *marked("until", until)]


def marked(marker: str, day: date | None) -> list[Word]:
    return [Word(marker), Word(day.isoformat())] if day else []


ADD = Form("account", N_("Add an account"), show_add, add, "name", PLACES | {AccountExists: "name"})
STATUS = Form(
    "status", N_("Set an account’s status"), show_status, status, "status", PLACES | {UnknownAccount: "account"}
)

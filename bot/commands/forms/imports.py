"""The forms that import accounts and people from a file."""

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import Filled, Form
from bot.commands.imports import COMPLETE
from bot.commands.words import Word
from bot.services.errors import N_
from bot.views.slack import import_forms
from bot.views.slack.modal import View


def show_accounts(call: Call, value: str) -> View:
    """The form for a file of accounts."""
    return import_forms.accounts(call.reader)


def accounts(call: Call, filled: Filled) -> Command:
    """`import accounts`. Raises BadFields."""
    return command("import accounts", filled.file("file"))


def show_people(call: Call, value: str) -> View:
    """The form for a file of people."""
    return import_forms.people(call.reader)


def people(call: Call, filled: Filled) -> Command:
    """`import users`. Raises BadFields."""
    options = [Word(COMPLETE)] if COMPLETE in filled.options("options") else []
    return command("import users", filled.file("file"), *options)


ACCOUNTS = Form("import-accounts", N_("Import accounts"), show_accounts, accounts, "file")
PEOPLE = Form("import-users", N_("Import people"), show_people, people, "file")

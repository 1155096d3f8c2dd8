"""The forms for deny lists: entries one by one, or those of a file."""

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.commands.forms.opened import account_of
from bot.commands.words import Word
from bot.services import names
from bot.services.errors import N_, Refusal, UnknownAccount
from bot.views.slack import deny_forms
from bot.views.slack.modal import View


def show_add(call: Call, value: str) -> View:
    """The form for entries, perhaps of the account of that id."""
    return deny_forms.add(call.reader, account_of(call, value))


def add(call: Call, filled: Filled) -> Command:
    """`deny add`. Raises BadFields."""
    account, entries = filled.needed_account(call), filled.words("entries")
    patterns = [f"*{entry}" if entry.startswith("@") else entry for entry in dict.fromkeys(entries)]
    try:
        for pattern in patterns:
            names.check_pattern(pattern)
    except Refusal as refusal:
        raise BadFields({"entries": refusal}) from None
    return command("deny add", *patterns, Word("in"), account.name)


def show_import(call: Call, value: str) -> View:
    """The form for a file, perhaps of the account of that id."""
    return deny_forms.upload(call.reader, account_of(call, value))


def upload(call: Call, filled: Filled) -> Command:
    """`deny import`, of the file. Raises BadFields."""
    account, mode = filled.needed_account(call), filled.option("mode")
    return command("deny file", account.name, Word("replace" if mode == "replace" else "append"), filled.file("file"))


ADD = Form("deny", N_("Add to a deny list"), show_add, add, "entries", {UnknownAccount: "account"})
IMPORT = Form("deny-import", N_("Import a deny list"), show_import, upload, "file", {UnknownAccount: "account"})

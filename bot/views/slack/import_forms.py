"""The forms that import accounts and people from a file."""

from bot.views.slack import fields, modal
from bot.views.slack.modal import View
from bot.views.texts import Texts


def accounts(texts: Texts) -> View:
    """A file of accounts."""
    columns = texts.say("Columns: account, status (trial, active or closed), at; domain and trial_ends if you like.")
    blocks = [fields.file("file", texts.say("CSV file"), columns)]
    return modal.form(texts, "import-accounts", texts.say("Import accounts"), blocks, submit=texts.say("Look at it"))


def people(texts: Texts) -> View:
    """A file of people."""
    columns = texts.say("Columns: account, email, status (active or inactive); at, name and external_id if you like.")
    complete = [("complete", texts.say("It holds everybody: whoever is not in it becomes inactive"))]
    blocks = [
        fields.file("file", texts.say("CSV file"), columns),
        fields.ticks("options", texts.say("Of the accounts in it"), complete),
    ]
    return modal.form(texts, "import-users", texts.say("Import people"), blocks, submit=texts.say("Look at it"))

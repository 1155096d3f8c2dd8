"""The forms for deny lists."""

from bot.services.accounts import Account
from bot.views.slack import fields, modal
from bot.views.slack.modal import View
from bot.views.texts import Texts


def initial(account: Account | None) -> tuple[int, str] | None:
    """An account as it is picked already."""
    return (account.id, account.name) if account else None


def add(texts: Texts, account: Account | None) -> View:
    """Entries for one account's list."""
    blocks = [
        fields.account(texts, initial=initial(account)),
        fields.text(
            "entries",
            texts.say("Addresses, or *@domain"),
            texts.say(
                "With spaces, commas or line breaks between them. Whoever they match is not counted from then on."
            ),
            longest=3000,
            lines=True,
        ),
    ]
    return modal.form(texts, "deny", texts.say("Deny list"), blocks, submit=texts.say("Add"))


def upload(texts: Texts, account: Account | None) -> View:
    """A file of entries for one account's list."""
    modes = [
        ("append", texts.say("Add them to the list")),
        ("replace", texts.say("Make them the list; the entries not in the file go")),
    ]
    blocks = [
        fields.account(texts, initial=initial(account)),
        fields.file("file", texts.say("CSV file"), texts.say("A column “email” with an address or *@domain a line.")),
        fields.radio("mode", texts.say("What becomes of the entries"), modes, initial="append"),
    ]
    return modal.form(texts, "deny-import", texts.say("Import a deny list"), blocks, submit=texts.say("Import"))

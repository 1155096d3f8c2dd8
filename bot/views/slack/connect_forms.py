"""The forms that connect an account with its directory."""

from slackblocks import Block

from bot.services.accounts import Account
from bot.views.slack import fields, modal
from bot.views.slack.deny_forms import initial
from bot.views.slack.modal import View
from bot.views.texts import Texts


def m365(texts: Texts, account: Account | None) -> View:
    """A tenant of Microsoft 365, or where Seatbot is reached, for a link."""
    more = [
        ("licensed", texts.say("Only people with a licence")),
        ("guests", texts.say("Guests too")),
    ]
    blocks = [
        fields.account(texts, initial=initial(account)),
        fields.text(
            "tenant",
            texts.say("Tenant"),
            texts.say("Its id or one of its domains, where its administrator has let Seatbot in."),
            longest=255,
            optional=True,
        ),
        fields.text(
            "address",
            texts.say("Or where Seatbot is reached, for a link"),
            texts.say("https://… of this Seatbot: you get a link for the client’s administrator."),
            longest=500,
            optional=True,
        ),
        *groups(texts, texts.say("Ids of groups, with spaces between them. None: the whole directory.")),
        fields.ticks("more", texts.say("Who counts"), more),
    ]
    title = texts.say("Connect Microsoft 365")
    return modal.form(texts, "connect-m365", title, blocks, submit=texts.say("Connect"))


def google(texts: Texts, account: Account | None) -> View:
    """A domain of Google Workspace."""
    blocks = [
        fields.account(texts, initial=initial(account)),
        fields.text("domain", texts.say("Domain"), longest=255),
        fields.text("subject", texts.say("An administrator’s address"), longest=320),
        *groups(texts, texts.say("Addresses of groups, with spaces between them. None: the whole domain.")),
    ]
    title = texts.say("Connect Google")
    return modal.form(texts, "connect-google", title, blocks, submit=texts.say("Connect"))


def groups(texts: Texts, hint: str) -> list[Block]:
    """Which groups are synced, and which are left out."""
    return [
        fields.text("groups", texts.say("Only these groups"), hint, longest=3000, lines=True, optional=True),
        fields.text("excluded", texts.say("Without these groups"), longest=3000, lines=True, optional=True),
    ]

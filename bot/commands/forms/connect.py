"""The forms that connect an account with its directory."""

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.connect import EXCLUDED, GROUP, GUESTS, LICENSED
from bot.commands.forms.form import BadFields, Filled, Form
from bot.commands.forms.opened import account_of
from bot.commands.words import Word
from bot.services import names
from bot.services.errors import (
    N_,
    AccountClosed,
    BadConsentUrl,
    BadDomain,
    BadEmail,
    BadGroup,
    BadTenant,
    BadUrl,
    DirectoryTaken,
    GroupBothWays,
    NoTarget,
    UnknownAccount,
)
from bot.views.slack import connect_forms
from bot.views.slack.modal import View

SHARED = {UnknownAccount: "account", AccountClosed: "account", BadGroup: "groups", GroupBothWays: "excluded"}
M365_PLACES = SHARED | {BadConsentUrl: "address", BadTenant: "tenant", DirectoryTaken: "tenant"}
GOOGLE_PLACES = SHARED | {BadDomain: "domain", DirectoryTaken: "domain", BadEmail: "subject"}


def show_m365(call: Call, value: str) -> View:
    """The form for a tenant of Microsoft 365, perhaps of the account of that id."""
    return connect_forms.m365(call.reader, account_of(call, value))


def m365(call: Call, filled: Filled) -> Command:
    """`connect m365`, or `connect consent` without a tenant. Raises BadFields."""
    account, tenant, address = filled.needed_account(call), filled.text("tenant"), filled.text("address")
    if tenant:
        return command("connect m365", account.name, tenant, *options(filled))
    if not address:
        raise BadFields({"tenant": NoTarget()})
    try:
        public_url = names.public(address)
    except BadUrl:
        raise BadFields({"address": BadConsentUrl(url=names.printable(address))}) from None
    return command("connect consent", account.name, public_url, *options(filled))


def show_google(call: Call, value: str) -> View:
    """The form for a domain of Google Workspace, perhaps of the account of that id."""
    return connect_forms.google(call.reader, account_of(call, value))


def google(call: Call, filled: Filled) -> Command:
    """`connect google`. Raises BadFields."""
    account = filled.needed_account(call)
    return command("connect google", account.name, filled.text("domain"), filled.text("subject"), *options(filled))


def options(filled: Filled) -> list[str | Word]:
    """Whom of the directory the account counts, as words."""
    ticked = filled.options("more")
    return [
        *(part for group in filled.words("groups") for part in (Word(GROUP), group)),
        *(part for group in filled.words("excluded") for part in (Word(EXCLUDED), group)),
        *(Word(one) for one in (LICENSED, GUESTS) if one in ticked),
    ]


M365 = Form("connect-m365", N_("Connect Microsoft 365"), show_m365, m365, "tenant", M365_PLACES)
GOOGLE = Form("connect-google", N_("Connect Google"), show_google, google, "domain", GOOGLE_PLACES)

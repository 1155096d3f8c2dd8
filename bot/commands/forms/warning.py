"""The form for a warning to a channel or a person."""

from bot.commands import warn
from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.services import accounts
from bot.services.errors import (
    N_,
    BadThreshold,
    NoRecipientPicked,
    Refusal,
    SlackSilent,
    TooManyWarnings,
    TwoRecipients,
    UnknownAccount,
    UnknownMember,
    UnknownWarningKind,
)
from bot.views.slack import warning_form
from bot.views.slack.modal import View

PLACES = {
    BadThreshold: "threshold",
    SlackSilent: "person",
    TooManyWarnings: "kind",
    UnknownAccount: "accounts",
    UnknownMember: "person",
    UnknownWarningKind: "kind",
}


def show(call: Call, value: str) -> View:
    """The form."""
    return warning_form.form(call.reader)


def meant(call: Call, filled: Filled) -> Command:
    """`warn add`. Raises BadFields."""
    channel, person = filled.channel("channel"), filled.member("person")
    if not channel and not person:
        raise BadFields({"channel": NoRecipientPicked()})
    if channel and person:
        raise BadFields({"person": TwoRecipients()})
    try:
        named = [accounts.by_id(call.session, call.workspace, id_).name for id_ in filled.ids("accounts")]
    except Refusal as refusal:
        raise BadFields({"accounts": refusal}) from None
    return command(warn.CHOSEN, filled.option("kind"), channel or person, filled.text("threshold"), *named)


FORM = Form(warning_form.NAME, N_("Add a warning"), show, meant, "channel", PLACES)

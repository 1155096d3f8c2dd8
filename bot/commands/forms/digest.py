"""The form for a digest to a channel."""

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.services import accounts
from bot.services.errors import N_, BadRhythm, BadTimeOfDay, BadTimezone, EmptyText, Refusal, UnknownAccount
from bot.views.slack import digest_form
from bot.views.slack.modal import View

PLACES = {BadRhythm: "every", BadTimeOfDay: "at", BadTimezone: "zone", UnknownAccount: "accounts"}


def show(call: Call, value: str) -> View:
    """The form, with the workspace's zone and language."""
    return digest_form.form(call.reader, call.workspace.calendar.zone.key, call.workspace.locale)


def meant(call: Call, filled: Filled) -> Command:
    """`digest add`. Raises BadFields."""
    if not (channel := filled.channel("channel")):
        raise BadFields({"channel": EmptyText()})
    try:
        named = [accounts.by_id(call.session, call.workspace, id_).name for id_ in filled.ids("accounts")]
    except Refusal as refusal:
        raise BadFields({"accounts": refusal}) from None
    said = [filled.option("every"), filled.time("at"), filled.text("zone"), filled.option("locale")]
    return command("digest chosen", channel, *said, *named)


FORM = Form("digest", N_("Add a digest"), show, meant, "channel", PLACES)

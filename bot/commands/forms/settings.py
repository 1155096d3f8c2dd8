"""The form for the settings of the workspace."""

import json

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import Filled, Form
from bot.commands.settings import CORRECT
from bot.commands.words import Word
from bot.services import accounts, workspace_settings
from bot.services.errors import N_, BadBillingDay, BadLocale, BadTimezone, NeedsCorrect
from bot.views.slack import settings as settings_view
from bot.views.slack.modal import View

PLACES = {BadBillingDay: "day", BadTimezone: "zone", BadLocale: "locale", NeedsCorrect: "more"}


def show(call: Call, value: str) -> View:
    """The form, with the settings as they are."""
    is_past = accounts.count(call.session, call.workspace) > 0
    return settings_view.form(call.reader, workspace_settings.of(call.workspace), may_correct=is_past)


def meant(call: Call, filled: Filled) -> Command:
    """`settings`, with those that were seen before those that are wanted."""
    seen = [str(one) for one in json.loads(filled.kept)]
    wanted = [filled.text("name"), filled.text("day"), filled.text("zone"), filled.option("locale")]
    return command("settings", *seen, *wanted, *([Word(CORRECT)] if filled.options("more") else []))


FORM = Form("settings", N_("Settings"), show, meant, "name", PLACES)

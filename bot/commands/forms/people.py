"""The forms that set people inactive or active: picked, or by their addresses."""

from functools import partial

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.services import people
from bot.services.errors import (
    N_,
    AmbiguousPerson,
    BadEmail,
    NobodyPicked,
    UnknownAccount,
    UnknownPeople,
    UnknownPerson,
    UnknownPersonInAccount,
)
from bot.services.users import LONGEST_REASON
from bot.views.slack import people_forms
from bot.views.slack.modal import View

PLACES = dict.fromkeys((AmbiguousPerson, BadEmail, UnknownPeople, UnknownPersonInAccount, UnknownPerson), "addresses")


def show(call: Call, value: str, *, deactivates: bool) -> View:
    """The form, with the person of the id picked."""
    picked = []
    if value.isdecimal() and len(value) < 19:
        picked = [people.by_id(call.session, call.workspace, int(value))]
    return people_forms.form(call.reader, picked, deactivates=deactivates)


def meant(call: Call, filled: Filled, *, name: str) -> Command:
    """IDS ACCOUNT REASON ADDRESS…; the account is only that of the addresses. Raises BadFields."""
    ids, emails = filled.ids("people"), filled.words("addresses")
    if not ids and not emails:
        raise BadFields({"people": NobodyPicked()})
    account = filled.account(call)
    denies = "deny" in filled.options("more")
    reason = filled.text("reason")[:LONGEST_REASON]
    name = f"{name} deny" if denies else name
    return command(name, ",".join(map(str, ids)), account.name if account else "", reason, *dict.fromkeys(emails))


DEACTIVATE = Form(
    "deactivate",
    N_("Set people inactive"),
    partial(show, deactivates=True),
    partial(meant, name="deactivate chosen"),
    "people",
    PLACES | {UnknownAccount: "account"},
)
ACTIVATE = Form(
    "activate",
    N_("Set people active"),
    partial(show, deactivates=False),
    partial(meant, name="activate chosen"),
    "people",
    PLACES | {UnknownAccount: "account"},
)

"""The form that asks whose story is wanted."""

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.services import people
from bot.services.errors import N_, Refusal
from bot.views.slack import person_form
from bot.views.slack.modal import View


def show(call: Call, value: str) -> View:
    """The form."""
    return person_form.form(call.reader)


def meant(call: Call, filled: Filled) -> Command:
    """`why`. Raises BadFields."""
    value = filled.option("person")
    try:
        person = people.by_id(call.session, call.workspace, int(value) if value.isdecimal() else 0)
    except Refusal as refusal:
        raise BadFields({"person": refusal}) from None
    return command("why", person.email or "")


FORM = Form("why", N_("Why is somebody active?"), show, meant, "person", admin=False)

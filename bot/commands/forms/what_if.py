"""The form that asks what a change would do, without making it."""

from bot.commands import what_if
from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms import people
from bot.commands.forms.form import BadFields, Filled, Form
from bot.services.errors import N_, EmptyText, NobodyPicked, NotYetAnAccount, UnknownAccount
from bot.views.slack import what_if_form
from bot.views.slack.modal import View

PLACES = people.PLACES | dict.fromkeys((NotYetAnAccount, UnknownAccount), "account")


def show(call: Call, value: str) -> View:
    """The form."""
    return what_if_form.form(call.reader)


def meant(call: Call, filled: Filled) -> Command:
    """`what-if` of people, or of an account. Raises BadFields."""
    deed = filled.option("deed")
    if deed not in what_if.DOES:
        raise BadFields({"deed": EmptyText()})
    if deed not in what_if.PEOPLE:
        return command(what_if.CHOSEN, deed, "", filled.needed_account(call).name, "")
    ids, emails, account = filled.ids("people"), filled.words("addresses"), filled.account(call)
    if not ids and not emails:
        raise BadFields({"people": NobodyPicked()})
    named = account.name if account else ""
    return command(what_if.CHOSEN, deed, ",".join(map(str, ids)), named, "", *dict.fromkeys(emails))


FORM = Form(what_if_form.NAME, N_("What if?"), show, meant, "people", PLACES, admin=False)

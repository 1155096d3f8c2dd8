"""What the pickers of accounts and people offer while somebody types."""

from bot.commands.call import Call
from bot.services import search
from bot.views.slack import fields, people_forms

Options = list[dict[str, object]]


def offered(call: Call, action: str, typed: str) -> Options:
    """At most twenty options for what was typed so far. Raises MembersOnly, RoleUnknown."""
    call.require_member()
    if action == fields.FIND_ACCOUNT:
        found = [(str(one.id), one.name) for one in search.found_accounts(call.session, call.workspace, typed)]
    else:
        found = [people_forms.named(call.reader, one) for one in search.people(call.session, call.workspace, typed)]
    return [fields.option(value, name)._resolve() for value, name in found]

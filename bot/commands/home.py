"""Somebody's Home: the running bill, what needs a decision, the way to everything else."""

from collections.abc import Collection

from bot.commands.call import Call
from bot.commands.forms.registry import GROUPS
from bot.services import attention, first_steps
from bot.services.billing import peaks
from bot.views.slack import home as home_view
from bot.views.slack.modal import View


def home(call: Call, native: Collection[str], pickers: str) -> View:
    """Home as this person sees it, with the newer blocks that `native` names and its pickers in the block `pickers`.
    Raises MembersOnly, RoleUnknown."""
    call.require_member()
    now, is_admin = call.now(), call.is_admin
    groups = [
        (label, [(form.name, form.label) for form in forms if is_admin or not form.admin]) for label, forms in GROUPS
    ]
    tools = [(label, forms) for label, forms in groups if forms]
    steps = first_steps.steps(call.session, call.workspace)
    if not steps.done:
        return home_view.fresh(call.reader, call.workspace, steps, tools, admin=is_admin)
    period = call.workspace.calendar.holding(now)
    return home_view.home(
        call.reader,
        peaks.report(call.session, call.workspace, period, now),
        attention.attention(call.session, call.workspace, now),
        now,
        tools,
        native=native,
        pickers=pickers,
        admin=is_admin,
        syncs=steps.connected,
    )

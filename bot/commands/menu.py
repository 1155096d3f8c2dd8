"""The menu: how the running bill stands, and what can be asked."""

from collections.abc import Sequence

from bot.commands.call import Call
from bot.commands.command import dump
from bot.commands.forms.registry import FORMS
from bot.commands.words import Word
from bot.services import connections
from bot.services.billing import peaks
from bot.views.slack import menu as menu_view
from bot.views.slack.answer import Answer


def menu(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats"""
    now = call.now()
    bill = peaks.bill(call.session, call.workspace, now)
    call.offered[call.here] = dump(call.command)  # the way back from what its buttons open
    is_admin = call.is_admin
    return menu_view.menu(
        call.reader,
        call.workspace,
        bill,
        now,
        root=call.root,
        here=call.here,
        admin=is_admin,
        forms=[(form.name, form.label) for form in FORMS if is_admin or not form.admin],
        syncs=is_admin and connections.is_any(call.session, call.workspace),
    )

"""The list of admins: who is on it, and who comes on it or off."""

import re
from collections.abc import Sequence

from bot.commands.call import Call
from bot.commands.words import Misused, Word
from bot.services import admins, names
from bot.services.changes import Change
from bot.services.errors import NotAPerson
from bot.views.slack import admins as admins_view
from bot.views.slack import change as change_view
from bot.views.slack.answer import Answer

LIST = {"list", "liste"}
MENTION = re.compile(r"@([UW][A-Z0-9]{2,20})[.,;]?")


def add(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats admins add @PERSON…"""
    wanted = people(asked)
    change = admins.add(
        call.session,
        call.workspace,
        wanted,
        of_settings=call.admins,
        roles=call.roles,
        actor=call.actor,
        clock=call.clock,
        request=call.request,
    )
    return change_view.admins_added(
        call.reader,
        call.root,
        change,
        with_asker=call.actor in set(change.admins) - set(wanted),
        losing=losing(call, change),
    )


def losing(call: Call, change: Change) -> list[str]:
    """The owners and admins of Slack who are no longer admins since a change began the list."""
    named = {one.person for one in admins.listed(call.session, call.workspace, call.admins)}
    began = change.id is not None and named == set(change.admins)
    return [person for person in call.roles.owners() if person not in named] if began else []


def remove(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats admins remove @PERSON…"""
    change = admins.remove(
        call.session,
        call.workspace,
        people(asked),
        of_settings=call.admins,
        actor=call.actor,
        clock=call.clock,
        request=call.request,
    )
    return change_view.made(call.reader, change)


def show(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats admins [list]"""
    if asked and not (len(asked) == 1 and asked[0].means(LIST)):
        raise Misused()
    found = admins.listed(call.session, call.workspace, call.admins)
    return admins_view.listed(call.reader, found, [] if found else call.roles.owners())


def people(asked: Sequence[Word]) -> list[str]:
    """The Slack user ids of the mentions, each once. Raises Misused, NotAPerson."""
    found = []
    for word in asked:
        mention = MENTION.fullmatch(word.text)
        if mention is None:
            raise NotAPerson(asked=names.printable(word.text))
        found.append(mention[1])
    if not found:
        raise Misused()
    return list(dict.fromkeys(found))

"""Warnings in time, to a channel or a person."""

from collections.abc import Sequence
from datetime import datetime

from bot.commands import words
from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.words import Misused, Word
from bot.services import recipients
from bot.services.accounts import Account
from bot.services.warnings import facts, kinds, lines, standing
from bot.views.slack import change as change_view
from bot.views.slack import standing_warnings as standing_view
from bot.views.slack import warnings as warning_view
from bot.views.slack.answer import Answer
from db.models import WarningKind, from_micros, to_micros

LIST = {"list", "liste"}
THRESHOLD = {"threshold", "--threshold", "seuil", "--seuil", "from", "of", "des", "de"}
ABOUT = {"in", "dans", "for", "pour", "--account", "--compte"}
FOR = {"for", "pour", "pendant", "--days", "--jours"}
DAYS = {"day", "days", "jour", "jours"}
RAISED, CHOSEN, ONE = "warn raised", "warn chosen", "warn one"
MUTES = (1, 7, 30)
"""For so many days a button mutes a warning."""


def add(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats warn add KIND #CHANNEL|@PERSON [THRESHOLD] [in ACCOUNT, ACCOUNT…]"""
    before, about = words.split(asked, ABOUT)
    rest = [word for word in before if not word.means(THRESHOLD)]
    if not 2 <= len(rest) <= 3 or about == []:
        raise Misused()
    kind = kinds.kind_of(rest[0].text)
    threshold = kinds.threshold_of(kind, rest[2].text if len(rest) == 3 else None)
    accounts = named(call, about) if about else []
    return added(call, kind, rest[1].text, threshold, accounts)


def chosen(call: Call, asked: Sequence[Word]) -> Answer:
    """KIND RECIPIENT THRESHOLD ACCOUNT…, a threshold of no letters being the usual one. A form asks for it."""
    kind, recipient, threshold, *accounts = (word.text for word in asked)
    meant = kinds.kind_of(kind)
    number = kinds.threshold_of(meant, threshold or None)
    return added(call, meant, recipient, number, [call.account(name) for name in accounts])


def added(call: Call, kind: WarningKind, recipient: str, threshold: int, accounts: Sequence[Account]) -> Answer:
    """Add a warning to whom words name, if Seatbot may write there."""
    change = standing.add(
        call.session,
        call.workspace,
        kind,
        call.reach(recipients.named(recipient)),
        threshold=threshold,
        accounts=accounts,
        actor=call.actor,
        clock=call.clock,
        request=call.request,
    )
    return change_view.made(call.reader, change)


def named(call: Call, about: Sequence[Word]) -> list[Account]:
    """The accounts that words name: one in quotes each, one name, or several with commas between them. Raises as
    `accounts.find`."""
    if len(about) > 1 and all(word.quoted for word in about):
        return [call.account(word.text) for word in about]
    whole = words.joined(about) or ""
    if "," not in whole or call.is_account(whole):
        return [call.account(whole)]
    return [call.account(part.strip()) for part in whole.split(",") if part.strip()]


def remove(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats warn remove NUMBER"""
    if len(asked) != 1:
        raise Misused()
    id_ = kinds.id_of(asked[0].text)
    change = standing.remove(
        call.session, call.workspace, id_, actor=call.actor, clock=call.clock, request=call.request
    )
    return change_view.made(call.reader, change)


def mute(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats warn mute NUMBER DAYS"""
    rest = [word for word in asked if not word.means(FOR | DAYS)]
    if len(rest) != 2:
        raise Misused()
    id_, days = kinds.id_of(rest[0].text), kinds.days_of(rest[1].text)
    change = standing.mute(
        call.session, call.workspace, id_, days, actor=call.actor, clock=call.clock, request=call.request
    )
    return change_view.made(call.reader, change)


def listed(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats warn [list]"""
    if asked and not (len(asked) == 1 and asked[0].means(LIST)):
        raise Misused()
    return standing_view.listed(
        call.reader,
        call.workspace,
        lines.listed(call.session, call.workspace),
        native=call.native,
        page=call.command.page,
        here=call.here,
        admin=call.is_admin,
    )


def one(call: Call, asked: Sequence[Word]) -> Answer:
    """A warning, with what can be done with it: NUMBER. Only a menu asks for it."""
    line = lines.standing(call.session, call.workspace, kinds.id_of(asked[0].text))
    id_ = str(line.id)
    return standing_view.one(
        call.reader,
        call.workspace,
        line,
        mute={days: call.leading_to(command("warn mute", id_, str(days))) for days in MUTES},
        remove=call.leading_to(command("warn remove", id_)),
    )


def raised(call: Call, asked: Sequence[Word]) -> Answer:
    """SINCE AT [ACCOUNT…], as `raising` has them: everybody who raised a count. A button asks for it."""
    since, at, *about = (int(word.text) for word in asked)
    found = facts.raised(
        call.session, call.workspace, frozenset(about) or None, from_micros(since), from_micros(at), None
    )
    return warning_view.raised(call.reader, found, native=call.native, page=call.command.page)


def raising(since: datetime, at: datetime, accounts: Sequence[int]) -> Command:
    """The command that lists everybody who raised a count between two instants, in these accounts or in all."""
    return command(RAISED, *(str(number) for number in (to_micros(since), to_micros(at), *accounts)))

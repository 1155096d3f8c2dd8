"""Digests: added, listed, paused and sent."""

from collections.abc import Sequence

from bot.commands import digest_words
from bot.commands.call import Call
from bot.commands.command import command
from bot.commands.words import Misused, Word
from bot.services import digest_rows, digests, recipients
from bot.services.changes import Change
from bot.services.digests import DEFAULT_TIME
from bot.views import digests as digest_lines
from bot.views.parts import Part
from bot.views.slack import change as change_view
from bot.views.slack import digest as digest_view
from bot.views.slack.answer import Answer

LIST = {"list", "liste"}
ONE = "digest one"


def add(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats digest add CHANNEL every RHYTHM [at TIME] [in ZONE] [for ACCOUNT, …]"""
    said = digest_words.read(asked)
    said.accounts = digest_words.each_known(said.accounts, call.is_account)
    return added(call, said)


def chosen(call: Call, asked: Sequence[Word]) -> Answer:
    """CHANNEL RHYTHM TIME ZONE LANGUAGE ACCOUNT…, in the terms of the command line. A form asks for it."""
    channel, every, at, zone, locale, *accounts = (word.text for word in asked)
    return added(call, digest_words.Asked(channel, every, at or None, zone or None, locale or None, accounts))


def added(call: Call, said: digest_words.Asked) -> Answer:
    """Add a digest to a channel that Slack knows."""
    wanted = digests.check(
        call.workspace,
        recipients.channel(said.channel),
        said.every,
        said.at or DEFAULT_TIME,
        said.timezone,
        said.locale,
        [call.account(name) for name in said.accounts],
    )
    wanted = digests.placed(wanted, call.reach(wanted.channel))
    change = digests.add(call.session, call.workspace, wanted, actor=call.actor, clock=call.clock, request=call.request)
    return change_view.made(call.reader, change, notes=details(call, change))


def details(call: Call, change: Change) -> list[Part]:
    """When and of what the digest of a change is posted next."""
    digest = digest_rows.changed_by(call.session, call.workspace, change)
    return [Part("details", line) for line in digest_lines.details(call.reader, digest)] if digest else []


def remove(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats digest remove DIGEST"""
    change = digests.remove(
        call.session, call.workspace, number(asked), actor=call.actor, clock=call.clock, request=call.request
    )
    return change_view.made(call.reader, change)


def pause(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats digest pause DIGEST"""
    change = digests.pause(
        call.session, call.workspace, number(asked), actor=call.actor, clock=call.clock, request=call.request
    )
    return change_view.made(call.reader, change)


def resume(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats digest resume DIGEST"""
    change = digests.resume(
        call.session, call.workspace, number(asked), actor=call.actor, clock=call.clock, request=call.request
    )
    return change_view.made(call.reader, change, notes=details(call, change), undoable=False)


def run(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats digest run DIGEST"""
    change = digests.run(
        call.session, call.workspace, number(asked), actor=call.actor, clock=call.clock, request=call.request
    )
    return change_view.made(call.reader, change, undoable=False)


def listed(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats digest [list]"""
    if asked and not (len(asked) == 1 and asked[0].means(LIST)):
        raise Misused()
    return digest_view.listed(
        call.reader,
        digest_rows.listed(call.session, call.workspace),
        native=call.native,
        page=call.command.page,
        here=call.here,
        admin=call.is_admin,
    )


def one(call: Call, asked: Sequence[Word]) -> Answer:
    """A digest, with what can be done with it: DIGEST. Only a menu asks for it."""
    digest = digest_rows.find(call.session, call.workspace, number(asked))
    id_ = str(digest.id)
    return digest_view.one(
        call.reader,
        digest,
        run=call.leading_to(command("digest run", id_)),
        pause=None if digest.paused else call.leading_to(command("digest pause", id_)),
        resume=call.leading_to(command("digest resume", id_)) if digest.paused else None,
        remove=call.leading_to(command("digest remove", id_)),
    )


def number(asked: Sequence[Word]) -> str:
    """The digest that is meant. Raises Misused."""
    if len(asked) != 1:
        raise Misused()
    return asked[0].text

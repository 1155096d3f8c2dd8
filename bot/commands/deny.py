"""Deny lists."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.commands import words
from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.words import Misused, Word
from bot.services import deny_list, names
from bot.services.accounts import Account
from bot.services.changes import Change, Unconfirmed
from bot.services.errors import SeveralFiles
from bot.services.imports.deny_list import import_deny_list
from bot.views.slack import change as change_view
from bot.views.slack import lists as list_view
from bot.views.slack.answer import Answer

APPEND = {"append", "ajouter"}
REPLACE = {"replace", "remplacer"}
FOR = {"for"}


def add(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats deny add PATTERN… in ACCOUNT, or: deny add ACCOUNT PATTERN…"""
    wanted = words.patterns(asked)
    account = call.account(wanted.account)
    try:
        change = deny_list.add(
            call.session,
            call.workspace,
            account,
            wanted.patterns,
            force=True,  # the question before more than a few people change asks sooner than the sync's limit
            actor=call.actor,
            clock=call.clock,
            request=call.request,
            unasked=call.unasked,
        )
    except Unconfirmed as question:
        return change_view.preview(call.reader, question.change, call.confirmable())
    return change_view.denied(call.reader, change, offer_deactivation(call, change))


def remove(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats deny remove PATTERN… in ACCOUNT, or: deny remove ACCOUNT PATTERN…"""
    wanted = words.patterns(asked)
    return change_view.made(call.reader, taken_off(call, call.account(wanted.account), wanted.patterns))


def lift(call: Call, asked: Sequence[Word]) -> Answer:
    """ACCOUNT PATTERN… for …: takes entries off and offers to activate whoever is named then. A button asks for it."""
    (account, *entries), then = words.split(asked, FOR)
    change = taken_off(call, call.account(account.text), [entry.text for entry in entries])
    return change_view.lifted(call.reader, change, call.offer(Command("activate", tuple(then or ()))))


def taken_off(call: Call, account: Account, patterns: Sequence[str]) -> Change:
    """Take entries off a deny list."""
    return deny_list.remove(
        call.session, call.workspace, account, patterns, actor=call.actor, clock=call.clock, request=call.request
    )


def import_list(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats deny import ACCOUNT append|replace, with a file"""
    *named, mode = asked or [Word("")]
    if named and named[0].means(words.IN):
        named = named[1:]
    name = words.joined(named)
    if name is None or not (mode.means(APPEND) or mode.means(REPLACE)):
        raise Misused()
    account, replaces = call.account(name), mode.means(REPLACE)
    if not call.uploads:
        return change_view.send_file(call.reader, account.name, replaces=replaces)
    if len(call.uploads) > 1:
        raise SeveralFiles()
    return imported(call, account, call.uploads[0].id, replaces=replaces)


def import_file(call: Call, asked: Sequence[Word]) -> Answer:
    """ACCOUNT append|replace FILE: the import that was asked about, with the id of its file. A button asks for it."""
    name, mode, file = asked
    return imported(call, call.account(name.text), file.text, replaces=mode.means(REPLACE))


def imported(call: Call, account: Account, file: str, *, replaces: bool) -> Answer:
    """Take a deny list from a file in Slack."""
    with kept(*call.fetch(file)) as path:
        try:
            change = import_deny_list(
                call.session,
                call.workspace,
                account,
                path,
                replace=replaces,
                force=True,  # as in `add`
                actor=call.actor,
                clock=call.clock,
                request=call.request,
                unasked=call.unasked,
            )
        except Unconfirmed as question:
            again = command("deny file", account.name, Word("replace" if replaces else "append"), file)
            return change_view.preview(call.reader, question.change, call.offer(replace(again, confirmed=True)))
    return change_view.denied(call.reader, change, offer_deactivation(call, change))


@contextmanager
def kept(name: str, content: bytes) -> Iterator[Path]:
    """A file under its own name, as long as it is read: addresses are in it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (names.printable(name.replace("/", "-"), 60).strip(". ") or "file.csv")
        path.write_bytes(content)
        yield path


def listed(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats deny list [ACCOUNT]"""
    name = words.joined(words.without_in(asked))
    if name is None:
        lists = deny_list.counts(call.session, call.workspace)
        return list_view.deny_lists(call.reader, lists, native=call.native, page=call.command.page, here=call.here)
    account = call.account(name)
    return list_view.deny_list(
        call.reader,
        call.workspace,
        account,
        deny_list.listed(call.session, call.workspace, account),
        native=call.native,
        page=call.command.page,
        who=call.named,
    )


def offer_deactivation(call: Call, change: Change) -> str | None:
    """A button's id that sets those inactive whom new entries mean although no sync ever brought them."""
    emails = [person.email for person in change.left if person.email]
    if not emails:
        return None
    return call.offer(command("deactivate", *emails, Word("in"), change.left[0].account))

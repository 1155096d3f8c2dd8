"""Syncs with clients' directories: asked for here, done in the background."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import words
from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.words import ALL, Misused, Word
from bot.services import attention, connections, sync_requests, sync_runs
from bot.services import sync as syncs
from bot.services.directories.failures import HoldSettled
from bot.services.errors import NothingConnected, SeveralConnected
from bot.services.sync import Synced
from bot.services.sync_plan import Turned
from bot.services.sync_requests import Wish
from bot.views.slack import syncs as sync_view
from bot.views.slack.answer import Answer
from db.models import Cause, Status

PREVIEW = {"preview", "apercu"}
PEOPLE, WAITING = "sync people", "sync waiting"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which account is to be synced, or every one that has a directory, or the only one; and whether nothing is to be
    changed."""

    account: str | None
    every: bool
    preview: bool


def sync(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats sync [ACCOUNT|all] [preview]"""
    wanted = read(asked)
    if wanted.every:
        return every(call, preview=wanted.preview)
    try:
        connection = (
            connections.find(call.session, call.workspace, call.account(wanted.account))
            if wanted.account
            else connections.only(call.session, call.workspace)
        )
    except SeveralConnected as refusal:
        return which(call, refusal, preview=wanted.preview)
    account = connection.account
    syncs.check_open(call.session, call.workspace, account, call.now())
    wish = wish_of(call, preview=wanted.preview)
    sync_requests.ask(call.session, call.workspace, [account], wish, request=call.request, now=call.now())
    return sync_view.begun(call.reader, account.name, preview=wanted.preview, is_here=wish.url is not None)


def every(call: Call, *, preview: bool) -> Answer:
    """Sync all accounts that have a directory."""
    found = [one.account for one in connections.everyone(call.session, call.workspace)]
    if not found:
        raise NothingConnected()
    wish = Wish(call.actor, call.reader.locale, call.reader.zone.key, preview=preview, quiet=True)
    sync_requests.ask(call.session, call.workspace, found, wish, request=call.request, now=call.now())
    return sync_view.all_begun(call.reader, [one.name for one in found], preview=preview)


def which(call: Call, refusal: SeveralConnected, *, preview: bool) -> Answer:
    """Several accounts have a directory: the same command, for each of them."""
    more = [Word("preview")] if preview else []
    names = refusal.fields["known"][: sync_view.MOST_BUTTONS]
    picks = [(name, call.offer(command("sync", name, *more))) for name in names]
    name, account = ("synchro", "COMPTE") if call.reader.locale == "fr" else ("sync", "ACCOUNT")
    return sync_view.which(
        call.reader,
        refusal,
        picks,
        every=call.offer(command("sync", Word("all"), *more)),
        usage=f"{call.root} {name} {account}",
    )


def waiting(call: Call, asked: Sequence[Word]) -> Answer:
    """[ACCOUNT…]: the syncs that wait for an admin, who may settle them here, and the accounts not synced for long, all
    or of these. A digest's button asks for it."""
    accounts = [call.account(word.text) for word in asked] or None
    found = attention.syncs(call.session, call.workspace, call.now(), accounts)
    return sync_view.waiting(call.reader, found, admin=call.is_admin)


def confirm(call: Call, asked: Sequence[Word]) -> Answer:
    """RUN: a held sync is applied as it was shown. A button asks for it."""
    wish = wish_of(call)
    account = sync_requests.ask_confirmed(
        call.session, call.workspace, number(asked), wish, request=call.request, now=call.now()
    )
    return sync_view.confirmed(call.reader, account.name, is_here=wish.url is not None)


def reject(call: Call, asked: Sequence[Word]) -> Answer:
    """RUN: a held sync is thrown away. A button asks for it."""
    run = number(asked)
    try:
        account = syncs.reject(call.session, call.workspace, run, actor=call.actor, clock=call.clock)
    except HoldSettled:  # perhaps by this very request, delivered before
        if sync_runs.rejected_by(call.session, run) != call.actor:
            raise
        account = sync_runs.account_of(call.session, call.workspace, run)
    return sync_view.rejected(call.reader, account.name)


def people(call: Call, asked: Sequence[Word]) -> Answer:
    """ACCOUNT and those whom a sync turned, as `listing` has them. A button asks for it."""
    account, *lines = asked
    found = [turned(line.text) for line in lines]
    return sync_view.turned(call.reader, account.text, found, native=call.native, page=call.command.page)


def listing(synced: Synced) -> Command:
    """The command that lists those whom a sync turned, or would turn: a preview is kept nowhere else."""
    lines = (json.dumps(one, ensure_ascii=False) for one in synced.turned)
    return command(PEOPLE, synced.account.name, *lines)


def turned(line: str) -> Turned:
    email, name, status, cause, created = json.loads(line)
    return Turned(email, name, Status(status), Cause(cause), created)


def wish_of(call: Call, *, preview: bool = False) -> Wish:
    """What whoever asks wants, and how they are told."""
    return Wish(call.actor, call.reader.locale, call.reader.zone.key, call.reply_to, preview)


def number(asked: Sequence[Word]) -> int:
    """The id of a held sync. Raises HoldSettled for anything else."""
    text = asked[0].text if asked else ""
    if not text.isdecimal() or len(text) > 9:
        raise HoldSettled()
    return int(text)


def read(asked: Sequence[Word]) -> Asked:
    """[ACCOUNT|all] [preview]. Raises Misused. Pure."""
    rest = list(asked)
    preview = False
    for at in (-1, 0):
        if rest and rest[at].means(PREVIEW) and not preview:
            preview = True
            del rest[at]
    rest = words.without_in(rest)
    if len(rest) == 1 and rest[0].means(ALL):
        return Asked(None, True, preview)
    if asked and not rest and not preview:
        raise Misused()
    return Asked(words.joined(rest), False, preview)

"""Connections and syncs on the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.services.accounts import Account
from bot.services.connections import Connected
from bot.services.consents import Invitation
from bot.services.directories.base import Progress
from bot.services.sync import Synced
from bot.views import changes, connections, syncs
from bot.views.terminal import Terminal
from bot.views.texts import Texts, shown


def connected(out: Terminal, texts: Texts, done: Connected) -> None:
    """What a connection, or its end, means, and how to see what a sync would do."""
    out.parts(connections.told(texts, done))
    if done.kind == "connect" and not done.connection.reviewed:
        out.line(texts.say("To see it now: seatbot sync ACCOUNT --preview"), "dim")
    out.parts(changes.number(texts, done.change))


def invited(out: Terminal, texts: Texts, done: Invitation) -> None:
    """The link for a client's administrator, whole in a line of its own, and what is to be known of it."""
    out.line(
        texts.say(
            "Send this link to an administrator of {account}: whoever opens it connects their own tenant.",
            account=shown(done.account.name),
        )
    )
    out.line(done.url)
    out.line(texts.say("It works once, until {at}. “seatbot serve --http” must run for that.", at=done.until))


def synced(out: Terminal, texts: Texts, done: Synced) -> None:
    """What a sync came to."""
    out.parts(syncs.told(texts, done))
    if done.outcome == "held":
        out.line(texts.say("If that is right: seatbot sync ACCOUNT --force"), "dim")
    out.parts(changes.number(texts, done.change))


@contextmanager
def reading(texts: Texts, account: Account) -> Iterator[Progress]:
    """How far a directory is read, on standard error; silent in a pipe."""
    if not sys.stderr.isatty():
        yield lambda pages, users: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(far(texts, account, 0, 0))) as shown_:
        yield lambda pages, users: shown_.update(Text(far(texts, account, pages, users)))


def far(texts: Texts, account: Account, pages: int, users: int) -> str:
    """How far a directory is read."""
    fields = {"account": shown(account.name), "pages": pages, "users": users}
    return texts.say("{account}: pages read: {pages}, users: {users}", **fields)

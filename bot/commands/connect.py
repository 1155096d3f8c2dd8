"""Connecting an account with its directory."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.words import Word
from bot.services import connections, consents
from bot.services.connections import Connected
from bot.services.directories.base import Options
from bot.services.directories.opening import identify_tenant
from bot.views.slack import connections as connection_view
from bot.views.slack.answer import Answer
from db.models import Source

GROUP, EXCLUDED, LICENSED, GUESTS = "group", "excluded", "licensed", "guests"
"""What may stand behind the account and the directory: a group with its name, or a word by itself."""


def m365(call: Call, asked: Sequence[Word]) -> Answer:
    """ACCOUNT TENANT and options. A form asks for it."""
    account, tenant, *more = asked
    return connected(call, account.text, Source.M365, tenant.text, None, options(more))


def google(call: Call, asked: Sequence[Word]) -> Answer:
    """ACCOUNT DOMAIN SUBJECT and options. A form asks for it."""
    account, domain, subject, *more = asked
    return connected(call, account.text, Source.GOOGLE, domain.text, subject.text, options(more))


def connected(call: Call, account: str, source: Source, target: str, subject: str | None, wanted: Options) -> Answer:
    """Connect the account; one button shows what a sync would do, another one takes the connection back."""
    assert call.credentials is not None
    done = connections.connect(
        call.session,
        call.workspace,
        call.account(account),
        source,
        target,
        subject=subject,
        options=wanted,
        identify=partial(identify_tenant, credentials=call.credentials),
        actor=call.actor,
        clock=call.clock,
    )
    preview = call.offer(command("sync", done.connection.account.name, Word("preview")))
    back = call.offer(before(done)) if done.change else None
    return connection_view.connected(call.reader, done, preview, back)


def before(done: Connected) -> Command:
    """What gives an account the directory again that it had before, or none."""
    old = done.before
    if old is None:
        return command("disconnect", done.connection.account.name)
    subject = [old.subject] if old.subject else []
    return command(f"connect {old.source}", old.account.name, old.target, *subject, *words(old.options))


def disconnect(call: Call, asked: Sequence[Word]) -> Answer:
    """ACCOUNT. A button stands for it where an account was connected."""
    account = call.account(asked[0].text)
    done = connections.disconnect(call.session, call.workspace, account, actor=call.actor, clock=call.clock)
    return connection_view.disconnected(call.reader, done)


def consent(call: Call, asked: Sequence[Word]) -> Answer:
    """ACCOUNT ADDRESS and options: a link for the client's administrator. A form asks for it."""
    account, public_url, *more = asked
    assert call.credentials is not None
    done = consents.begin(
        call.session,
        call.workspace,
        call.account(account.text),
        options(more),
        public_url=public_url.text,
        credentials=call.credentials,
        actor=call.actor,
        now=call.now(),
    )
    return connection_view.invited(call.reader, done)


def words(wanted: Options) -> list[str | Word]:
    """Whom of a directory the account counts, as words."""
    return [
        *(part for group in wanted.groups for part in (Word(GROUP), group)),
        *(part for group in wanted.excluded for part in (Word(EXCLUDED), group)),
        *([Word(LICENSED)] if wanted.licensed_only else []),
        *([Word(GUESTS)] if wanted.guests else []),
    ]


def options(asked: Sequence[Word]) -> Options:
    """Whom of a directory the account counts."""
    texts = [word.text for word in asked]
    pairs = list(pairwise(texts))
    return Options(
        tuple(name for marker, name in pairs if marker == GROUP),
        tuple(name for marker, name in pairs if marker == EXCLUDED),
        LICENSED in texts,
        GUESTS in texts,
    )

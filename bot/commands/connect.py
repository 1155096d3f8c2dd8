"""Connecting an account with its directory."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from bot.commands.call import Call
from bot.commands.command import command
from bot.commands.words import Word
from bot.services import connections, consents
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
    """Connect the account; a button shows what a sync would do."""
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
    return connection_view.connected(call.reader, done, preview)


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

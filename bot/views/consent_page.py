"""The page that a client's administrator comes back to from Microsoft: plain HTML that fetches nothing."""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from bot.services.connections import Connected
from bot.services.directories.failures import ConsentGone
from bot.services.errors import N_, AccountClosed, Refusal
from bot.services.workspaces import Workspace
from bot.views.texts import Texts, shown

HTML = """<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
{paragraphs}
</main>
</body>
</html>
"""
TO_OUTSIDERS: Mapping[type[Refusal], str] = MappingProxyType(
    {
        AccountClosed: N_("The account that this was for is closed meanwhile. Nothing was changed."),
        ConsentGone: N_("The tenant {tenant} does not let Seatbot in. Nothing was changed; ask for a new link."),
    }
)
"""What the reader, who is of the client, is told instead of what an admin would be."""


def connected(texts: Texts, workspace: Workspace, done: Connected) -> str:
    """That the tenant is connected."""
    return page(
        texts,
        texts.say("Microsoft 365 is connected"),
        texts.say(
            "{workspace} can read the users of the tenant {tenant} with Seatbot now.",
            workspace=shown(workspace.name),
            tenant=done.connection.target,
        ),
        texts.say("You can close this page."),
    )


def renewed(texts: Texts) -> str:
    """That the tenant consented again, as far as one can tell."""
    return page(
        texts,
        texts.say("Consent given"),
        texts.say("Microsoft says that your tenant lets Seatbot in again. The next sync of your users will show it."),
        texts.say("You can close this page."),
    )


def refused(texts: Texts, refusal: Refusal) -> str:
    """Why it is not."""
    return page(
        texts,
        texts.say("Microsoft 365 is not connected"),
        texts.refusal(refusal, TO_OUTSIDERS),
        texts.say("Please tell whoever sent you the link."),
    )


def broken(texts: Texts) -> str:
    """That something went wrong which is nobody's business but the log's."""
    return page(
        texts,
        texts.say("Microsoft 365 is not connected"),
        texts.say("Something went wrong here. Nothing was changed; ask for a new link in a moment."),
    )


def page(texts: Texts, title: str, *paragraphs: str) -> str:
    """A page of paragraphs, whatever stands in them."""
    told = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return HTML.format(locale=texts.locale, title=escape(title), paragraphs=told)

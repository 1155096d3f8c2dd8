"""What a change would do, without making it, on the command line."""

from bot.services.what_if import Supposed
from bot.views import what_if
from bot.views.terminal import Terminal
from bot.views.texts import Texts


def supposed(out: Terminal, texts: Texts, found: Supposed) -> None:
    """What would come of it, and both bills with it and without."""
    out.line(what_if.title(texts, found), "bold")
    out.parts(what_if.told(texts, found))
    out.table(what_if.bills(texts, found))
    out.parts(what_if.estimated(texts, found))

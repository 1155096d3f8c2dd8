"""An invoice beside a statement on the command line."""

from bot.services.reconciliation import Reconciliation
from bot.views import reconciliations
from bot.views.terminal import Terminal
from bot.views.texts import Texts


def verdict(out: Terminal, texts: Texts, found: Reconciliation) -> None:
    """The verdict, what may explain a difference, and the reply to the distributor."""
    out.line(reconciliations.title(texts, found), "green" if found.agreed else "yellow")
    for text in reconciliations.told(texts, found):
        out.line(text)
    out.line("")
    out.line(texts.say("To send to the distributor (the evidence: --csv):"), "bold")
    for text in reconciliations.reply(texts, found).split("\n"):
        out.line(text)

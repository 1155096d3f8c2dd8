"""Changes and imports on the command line."""

from typing import TYPE_CHECKING

from bot.services.changes import Change
from bot.services.imports.outcome import Outcome
from bot.views import changes, imports
from bot.views.parts import Part, Table
from bot.views.terminal import Terminal
from bot.views.texts import Texts, shown

if TYPE_CHECKING:  # it needs YAML
    from bot.services.privacy import Forgotten


def change(out: Terminal, texts: Texts, done: Change) -> None:
    """What a change of people or of a deny list did, and what it means for the bills."""
    out.parts(changes.told(texts, done))
    if done.comes_back:
        out.line(texts.say("To keep them out: seatbot deny add ACCOUNT ADDRESS"), "dim")
    if done.left and not done.takes_back:
        out.line(texts.say("To set them inactive: seatbot deactivate ADDRESS"), "dim")
    out.parts(changes.number(texts, done.id))


def forgotten(out: Terminal, texts: Texts, done: "Forgotten") -> None:
    """How much was blanked."""
    if done.change is None:
        out.line(texts.say("Nothing holds this address any more. If that surprises you, check its spelling."))
        return
    out.line(
        texts.say(
            "Blanked. Users: {users}; deny-list entries: {entries}; texts of the log: {texts}. Counts stay.",
            users=done.users,
            entries=done.entries,
            texts=done.texts,
        )
    )
    out.parts(changes.number(texts, done.change))


def imported(out: Terminal, texts: Texts, outcome: Outcome) -> None:
    """What an import did, or would do, by account."""
    if outcome.dry_run:
        out.line(texts.say("Dry run: nothing was changed."), "bold yellow")
    out.line(texts.plural("{n} line read.", "{n} lines read.", outcome.lines))
    if outcome.accounts:
        titles = [
            texts.say("Account"),
            texts.say("New people"),
            texts.say("Activated"),
            texts.say("Deactivated"),
            texts.say("Rows"),
        ]
        rows = [
            [shown(one.account), *map(texts.number, (one.created, one.activated, one.deactivated, one.rows))]
            for one in outcome.accounts
        ]
        out.table(Table(titles, rows, numbers=(1, 2, 3, 4)))
    out.parts(imports.told(texts, outcome))
    out.parts(changes.effect(texts, outcome.effect))
    out.parts(imports.excesses(texts, outcome))
    if not outcome.dry_run:
        nothing = Part("change", texts.say("Nothing had to be changed."), "small")
        out.parts(changes.number(texts, outcome.change) or [nothing])

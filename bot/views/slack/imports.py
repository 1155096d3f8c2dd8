"""An import from a file, asked about or made."""

from collections.abc import Collection

from slackblocks import Block

from bot.services.imports.outcome import AccountOutcome, Outcome
from bot.views import changes, imports
from bot.views.parts import Part, Table
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown

MOST_ACCOUNTS = 20
"""So many accounts are told of, those with the most rows."""


def preview(texts: Texts, outcome: Outcome, confirm: str, anyway: str | None, *, native: Collection[str]) -> Answer:
    """What an import would do, with the button that makes it; `anyway` makes one that would change too much."""
    title = texts.plural("Import {n} line?", "Import {n} lines?", outcome.lines)
    parts = [*imports.told(texts, outcome), *changes.effect(texts, outcome.effect), *too_much(texts, outcome)]
    blocks: list[Block] = [answer.header("question", title)]
    if outcome.accounts:
        largest = sorted(outcome.accounts, key=lambda one: one.rows, reverse=True)[:MOST_ACCOUNTS]
        blocks.append(answer.grid(native, "accounts", table(texts, outcome, largest)))
    elif not outcome.updated:
        parts.insert(0, Part("nothing", texts.say("Everything in it is so already.")))
    blocks += answer.sections(parts)
    yes = (
        answer.button("confirm", texts.say("Import all the same"), anyway, "danger")
        if anyway
        else answer.button("confirm", texts.say("Import"), confirm, "primary")
    )
    choices = answer.buttons("choice", [yes, answer.button("cancel", texts.say("Cancel"), anyway or confirm)])
    return answer.answer([title, *parts], [*blocks, choices])


def table(texts: Texts, outcome: Outcome, accounts: list[AccountOutcome]) -> Table:
    """What it comes to, by account."""
    titles = [
        texts.say("Account"),
        texts.say("New people"),
        texts.say("Activated"),
        texts.say("Deactivated"),
        texts.say("Rows"),
    ]
    rows = [
        [shown(one.account), *map(texts.number, (one.created, one.activated, one.deactivated, one.rows))]
        for one in accounts
    ]
    more = len(outcome.accounts) - len(accounts)
    total = [texts.plural("{n} more", "{n} more", more), "", "", "", ""] if more else []
    return Table(titles, rows, numbers=(1, 2, 3, 4), total=total)


def too_much(texts: Texts, outcome: Outcome) -> list[Part]:
    """What a complete list would change beyond what a sync may without being asked."""
    return [
        Part(
            "excess",
            texts.say(
                "{account}: {deactivated} of {active} active users would be deactivated and {activated} activated. "
                "Look twice before you import this.",
                account=shown(one.account),
                deactivated=one.deactivated,
                active=one.active,
                activated=one.activated,
            ),
            "warning",
        )
        for one in outcome.excesses
    ]


def done(texts: Texts, outcome: Outcome, retract: str | None) -> Answer:
    """An import was made; `retract` stands for taking it back, as if it had never been."""
    if outcome.change is None:
        parts = [Part("done", texts.say("Nothing had to be changed."))]
        return answer.answer(parts, answer.sections(parts))
    parts = [Part("done", texts.say("The file is imported."), "strong"), *changes.effect(texts, outcome.effect)]
    blocks = answer.sections([*parts, *changes.number(texts, outcome.change)])
    if retract:
        blocks.append(answer.buttons("next", [answer.button("open_retract", texts.say("Undo"), retract)]))
    return answer.answer(parts, blocks, change=outcome.change)

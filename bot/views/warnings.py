"""Warnings in words: what each is told of, the list of them, and what a change made of one."""

from collections.abc import Sequence

from bot.services.changes import Change
from bot.services.errors import N_, NN_
from bot.services.warnings.kinds import DAYS, DEFAULTS
from bot.services.warnings.lines import WarningLine
from bot.views.parts import Part, Rows, Table
from bot.views.texts import Texts, shown
from bot.views.words import WARNINGS, few

WHEN = {
    "jump": NN_(
        "the count rises by {n} or more within a day",
        "the count rises by {n} or more within a day",
    ),
    "peak": NN_(
        "the running period has a peak that is {n} or more above the last one told",
        "the running period has a peak that is {n} or more above the last one told",
    ),
    "trial": NN_(
        "a trial has {n} day left",
        "a trial has {n} days left",
    ),
    "period-end": NN_(
        "the billing period has {n} day left, with the people worth setting inactive before",
        "the billing period has {n} days left, with the people worth setting inactive before",
    ),
    "sync": NN_(
        "a sync fails, waits for an admin, or none has been good for {n} day",
        "a sync fails, waits for an admin, or none has been good for {n} days",
    ),
    "reactivated": NN_(
        "a sync sets {n} person or more active again who had been set inactive by hand",
        "a sync sets {n} people or more active again who had been set inactive by hand",
    ),
}
"""When somebody is warned, by the kind and its threshold."""
TOLD = {
    "warn_add": N_("Warning {id}: {recipient} gets a message when {when}."),
    "warn_remove": N_("Warning {id} is removed: {recipient} no longer gets a message when {when}."),
    "warn_mute": N_("Warning {id} is muted until {until}: until then {recipient} gets no message when {when}."),
}
TAKEN_BACK = {
    "warn_add": TOLD["warn_remove"],
    "warn_remove": TOLD["warn_add"],
    "warn_mute": N_("Warning {id} is no longer muted: {recipient} gets a message when {when}."),
}
ALREADY = N_("Warning {id} stands already: {recipient} gets a message when {when}.")


def when(texts: Texts, kind: str, threshold: int) -> str:
    """When somebody is warned, as the end of a sentence."""
    return texts.plural(*WHEN[kind], threshold)


def changed(texts: Texts, change: Change) -> list[Part]:
    """What a change made of warnings."""
    if change.undone:
        message = TAKEN_BACK.get(change.undone.kind, ALREADY)
    else:
        message = ALREADY if change.id is None else TOLD.get(change.kind, ALREADY)
    return [part for line in change.warnings for part in about(texts, message, line)]


def would(texts: Texts, change: Change) -> list[Part]:
    """Of which warnings an undo would take something back."""
    return [Part("warnings", named(texts, line)) for line in change.warnings]


def about(texts: Texts, message: str, line: WarningLine) -> list[Part]:
    """A sentence about a warning, and of which accounts it is."""
    said = texts.say(
        message,
        id=str(line.id),
        recipient=shown(line.recipient.name),
        when=when(texts, line.kind, line.threshold),
        until=line.muted_until or "",
    )
    if line.accounts:
        only = texts.say("It is about {accounts} only.", accounts=few(texts, line.accounts))
        said = f"{said} {only}"
    return [Part("warnings", said)]


def details(texts: Texts, line: WarningLine) -> list[str]:
    """A warning that stands: who gets a message when, about which accounts, and whether it is mute."""
    said = [part.text for part in about(texts, TOLD["warn_add"], line)]
    if line.muted_until:
        said.append(texts.say("Muted until {until}.", until=line.muted_until))
    return said


def named(texts: Texts, line: WarningLine) -> str:
    """A warning as the log names it."""
    fields = {"id": str(line.id), "kind": texts.say(WARNINGS[line.kind]), "recipient": shown(line.recipient.name)}
    return texts.say("warning {id} ({kind}, {recipient})", **fields)


def explained(texts: Texts) -> list[str]:
    """Every kind with its usual threshold and what it is told of, a line each."""
    return [
        texts.say(
            "{kind} [{usual}]: when {when}",
            kind=texts.say(word),
            usual=DEFAULTS[kind],
            when=when(texts, kind, DEFAULTS[kind]),
        )
        for kind, word in ((kind, WARNINGS[kind]) for kind in DEFAULTS)
    ]


def table(texts: Texts, lines: Sequence[WarningLine]) -> Table:
    """The warnings that stand."""
    titles = [
        texts.say("Number"),
        texts.say("Warning"),
        texts.say("To"),
        texts.say("Threshold"),
        texts.say("Accounts"),
        texts.say("Muted until"),
    ]
    return Table(titles, Rows(lines, lambda line: row(texts, line)))


def row(texts: Texts, line: WarningLine) -> list[str]:
    if line.kind in DAYS:
        threshold = texts.plural("{n} day", "{n} days", line.threshold)
    else:
        threshold = texts.number(line.threshold)
    return [
        str(line.id),
        texts.say(WARNINGS[line.kind]),
        shown(line.recipient.name),
        threshold,
        few(texts, line.accounts) if line.accounts else texts.say("all"),
        texts.instant(line.muted_until) if line.muted_until else "",
    ]

"""What a change did, on the command line, and what it means for the bills."""

from bot.services.changes import Change, Effect
from bot.services.errors import N_, NN_
from bot.services.imports.outcome import Outcome
from bot.views.console.words import few, named
from bot.views.terminal import Terminal
from bot.views.texts import Texts, shown


def change(out: Terminal, texts: Texts, done: Change) -> None:
    """What a change of people or of a deny list did, and what it means for the bills."""
    account = shown(done.account or "")
    if done.takes_back:
        out.line(texts.say("Change {change} is taken back.", change=str(done.takes_back)), "bold")
    for people, messages in (
        (done.changed, DONE[done.kind]),
        (done.unchanged, NN_("{n} person was so already: {people}", "{n} people were so already: {people}")),
        (done.left, NN_("{n} person was left as they are: {people}", "{n} people were left as they are: {people}")),
    ):
        if people:
            out.line(texts.plural(*messages, len(people), people=named(texts, people)))
    for patterns, message in (
        (done.patterns, N_("On the deny list of {account} now: {patterns}")),
        (done.removed, N_("Not on the deny list of {account} any more: {patterns}")),
        (done.known, N_("On the deny list of {account} before: {patterns}")),
    ):
        if patterns:
            out.line(texts.say(message, account=account, patterns=few(patterns)))
    if done.comes_back:
        out.line(
            texts.say(
                "The next sync brings back {people}. To prevent it: seatbot deny add ACCOUNT ADDRESS",
                people=named(texts, done.comes_back),
            ),
            "yellow",
        )
    if done.left and done.kind in ("deny_add", "deny_import"):
        out.line(texts.say("No sync ever brought them, so the deny list does not touch them. seatbot deactivate does."))
    for text in in_usecure(texts, done):
        out.line(text, "dim")
    if done.removed and not done.takes_back:
        out.line(texts.say("Nobody is activated by this until the next sync does it."))
    effect(out, texts, done.effect)
    recorded(out, texts, done.id)


DEACTIVATED = NN_("{n} person deactivated: {people}", "{n} people deactivated: {people}")
DONE = {
    "deactivate": DEACTIVATED,
    "deny_add": DEACTIVATED,
    "deny_import": DEACTIVATED,
    "deny_remove": DEACTIVATED,
    "activate": NN_("{n} person activated: {people}", "{n} people activated: {people}"),
    "undo": NN_("{n} person is as before: {people}", "{n} people are as before: {people}"),
    "retract": NN_(
        "{n} person's rows do not count any more: {people}", "{n} people's rows do not count any more: {people}"
    ),
}
"""What happened to the people whom a change changed."""


def in_usecure(texts: Texts, done: Change) -> list[str]:
    """What must be repeated in usecure's own console, and until when usecure counts the old way."""
    lines = []
    if done.changed and done.kind in ("deactivate", "activate", "undo"):
        lines.append(
            texts.say(
                "Set the same status in usecure (the client's Users page, select them, set inactive or active): "
                "until then usecure counts them as before."
            )
        )
    if done.patterns or done.removed:
        lines.append(
            texts.say(
                "Make the same entry in usecure's deny list of this client (the settings of its sync): "
                "usecure counts the old way until its next sync after that."
            )
        )
    return lines


def effect(out: Terminal, texts: Texts, found: Effect | None) -> None:
    """What this bill and the next count, before and after."""
    if found is None:
        return
    before, after = found.before, found.after
    if before.peak == after.peak:
        out.line(texts.say("This bill: {peak}, unchanged; a peak that was reached stands.", peak=after.peak))
    else:
        out.line(texts.say("This bill: {before} → {after}", before=before.peak, after=after.peak))
    out.line(
        texts.say(
            "Next bill, from {day} on, if nothing else changes: {before} → {after}",
            day=found.period.end_day,
            before=before.current,
            after=after.current,
        )
    )


def recorded(out: Terminal, texts: Texts, id_: int | None) -> None:
    if id_:
        out.line(texts.say("Change {change}", change=str(id_)), "dim")
    else:
        out.line(texts.say("Nothing had to be changed."), "dim")


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
        out.table(titles, rows, numbers=(1, 2, 3, 4))
    effect(out, texts, outcome.effect)
    if not outcome.dry_run:
        recorded(out, texts, outcome.change)

"""Refusals and failures, as the person who asked reads them."""

from bot.services.errors import (
    N_,
    AboutPeople,
    AdminsOnly,
    BadRhythm,
    Denied,
    Faults,
    NoPrice,
    PeriodRuns,
    Refusal,
    UndoImport,
    UndoNeedsForce,
    UnknownAccount,
    UnknownChange,
    UnknownDigest,
    UnknownPeriod,
    UnknownTopic,
    UnknownWarning,
)
from bot.views.parts import Part
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown

MOST_ADMINS = 10
MOST_FAULTS = 20
"""So many bad lines of a file are told."""

IN_SLACK: dict[type[Refusal], str] = {
    UnknownAccount: N_("No account is called “{asked}”. {root} accounts lists them."),
    UnknownTopic: N_("There is no topic “{asked}”. {root} topics lists them."),
    UnknownChange: N_("There is no change {asked}. {root} log lists them."),
    UnknownDigest: N_("There is no digest {asked}. {root} digest list shows all."),
    BadRhythm: N_(
        "“{asked}” is no rhythm. Say every day, every weekday, every Monday, after the period’s end, or 5 days before "
        "the period’s end (27 at most)."
    ),
    UnknownWarning: N_("There is no warning {asked}. {root} warn list lists them."),
    UnknownPeriod: N_(
        "“{asked}” is no billing period. Use current, last, a month such as October 2026 or 2026-10, or a day such as "
        "2026-10-27."
    ),
    PeriodRuns: N_(
        "The billing period runs until the end of {last}, and a statement is made of one that is over. "
        "{root} report shows how it stands."
    ),
    NoPrice: N_("There is no price yet. It is set on Seatbot’s machine: seatbot set --price AMOUNT --currency EUR"),
    UndoImport: N_(
        "Change {change} is an import. Those are taken back on Seatbot’s machine: seatbot import retract {change}"
    ),
    Denied: N_("{emails}: on the deny list of {account}. Remove the entry first: {root} deny remove"),
    UndoNeedsForce: N_(
        "Undoing change {change} would deactivate {deactivated} of {active} active users of {account}. "
        "If that is right, put the entries back yourself: {root} deny add"
    ),
}
"""What refusals say that would name commands of the command line, in the words of Slack."""


def refused(texts: Texts, refusal: Refusal, root: str = "/seats", right: str | None = None) -> Answer:
    """What is wrong and what to do; `root` is the slash command, `right` the offer of what was probably meant."""
    if isinstance(refusal, AdminsOnly):
        admins = [answer.mention(person) for person in refusal.fields["admins"][:MOST_ADMINS]]
        said = texts.say(refusal.text, admins=texts.either(admins))
        return Answer(said, [answer.marked("refusal", said)._resolve()])
    if isinstance(refusal, AboutPeople):
        people = [shown(person) for person in refusal.fields["people"]]
        part = Part("refusal", texts.say(refusal.text, people=people), people=people)
        return answer.answer([part], answer.sections([part]))
    lines = [answer.clean(line) for line in texts.refusal(refusal, IN_SLACK, root=root).splitlines()]
    if (more := len(lines) - MOST_FAULTS) > 0:
        lines = [*lines[:MOST_FAULTS], texts.plural("and {n} more", "and {n} more", more)]
    if isinstance(refusal, Faults):
        lines.append(texts.say(refusal.text))
    return answer.answer(lines, [answer.section("refusal", lines, answer.yes(texts, right) if right else None)])


def failed(texts: Texts, id_: str) -> Answer:
    """An apology for what should not have happened; the log has the rest under the id."""
    said = texts.say(
        "Something went wrong here, not on your side, and it is in the log as {id}. "
        "Try again; if it stays so, give that id to whoever runs Seatbot.",
        id=id_,
    )
    return answer.answer([said], [answer.section("failure", [said])])

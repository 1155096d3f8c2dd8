"""What an import did, or would do, besides its figures, in sentences."""

from bot.services.errors import N_
from bot.services.imports.outcome import AccountOutcome, Outcome
from bot.services.people import Person
from bot.views.parts import Part
from bot.views.texts import Texts, shown
from bot.views.words import address, few


def told(texts: Texts, outcome: Outcome) -> list[Part]:
    """Whom a dry run of a complete list names, whose details changed, and who is on a deny list."""
    parts = []
    groups = (
        (N_("Would become active: {people}."), outcome.activated, total(outcome.accounts, "activated")),
        (N_("Would become inactive: {people}."), outcome.deactivated, total(outcome.accounts, "deactivated")),
    )
    for message, people, count in groups:
        if people:
            parts.append(Part("people", texts.say(message, people=named(texts, people, count))))
    if outcome.updated:
        text = texts.plural(
            "{n} has another name, address, id or other detail now.",
            "{n} have another name, address, id or other detail now.",
            outcome.updated,
        )
        parts.append(Part("updated", text))
    if outcome.denied:
        message = N_("Active although the deny list means them, until a sync or “deny add” acts on it: {people}.")
        parts.append(Part("denied", texts.say(message, people=few(texts, outcome.denied)), "warning"))
    return parts


def total(accounts: tuple[AccountOutcome, ...], figure: str) -> int:
    return sum(getattr(account, figure) for account in accounts)


def named(texts: Texts, people: tuple[Person, ...], count: int) -> list[str]:
    """The people by address and account, and how many more there are."""
    listed = [f"{address(texts, person.email)} ({shown(person.account)})" for person in people]
    if count > len(people):
        listed.append(texts.plural("{n} more", "{n} more", count - len(people)))
    return listed


def excesses(texts: Texts, outcome: Outcome) -> list[Part]:
    """What a dry run would be refused for without force."""
    message = N_(
        "{account}: {deactivated} of {active} active users would be deactivated and {activated} activated. "
        "If that is right, add --force."
    )
    return [
        Part(
            "excess",
            texts.say(
                message,
                account=shown(one.account),
                deactivated=one.deactivated,
                active=one.active,
                activated=one.activated,
            ),
            "warning",
        )
        for one in outcome.excesses
    ]

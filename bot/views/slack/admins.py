"""The list of admins."""

from collections.abc import Sequence

from bot.services.admins import AdminLine
from bot.views.parts import Part
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown

MOST = 50
"""So many admins are named."""


def listed(texts: Texts, admins: Sequence[AdminLine], owners: Sequence[str]) -> Answer:
    """Who the admins are and since when; with nobody named, the `owners` of the Slack workspace as far as they are
    known."""
    title = texts.say("Admins of Seatbot")
    if not admins:
        people = [shown(person) for person in owners[:MOST]]
        told = (
            texts.say(
                "Nobody is on the list, so the owners and admins of this Slack workspace are admins: {people}.",
                people=people,
            )
            if people
            else texts.say("Nobody is on the list, so the owners and admins of this Slack workspace are admins.")
        )
        parts = [Part("owners", told, people=people)]
    else:
        parts = [line(texts, one) for one in admins[:MOST]]
        if (more := len(admins) - MOST) > 0:
            parts.append(Part("more", texts.plural("and {n} more", "and {n} more", more)))
    return answer.answer([title, *parts], [answer.header("title", title), *answer.sections(parts)])


def line(texts: Texts, one: AdminLine) -> Part:
    """One admin."""
    person = shown(one.person)
    if one.added_by is None or one.added_at is None:
        return Part("admins", texts.say("{person}: by the settings (SEATBOT_ADMINS)", person=person), people=[person])
    added_by = shown(one.added_by)
    told = texts.say("{person}: added by {actor} on {at}", person=person, actor=added_by, at=one.added_at)
    return Part("admins", told, people=[person, added_by])

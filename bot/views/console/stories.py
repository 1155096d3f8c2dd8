"""The story of a person on the command line."""

from collections.abc import Sequence

from bot.services.history import Event, Story
from bot.views.console.words import CAUSES, STATUSES, address
from bot.views.terminal import Terminal
from bot.views.texts import Texts, shown


def why(out: Terminal, texts: Texts, stories: Sequence[Story]) -> None:
    """Each person's story: what holds, what the next sync would do, and every change with its bill."""
    for story in stories:
        who = address(texts, story.person.email)
        out.line(texts.say("{who} at {account}", who=who, account=shown(story.person.account)), "bold")
        out.line(standing(texts, story))
        for text in outlook(texts, story):
            out.line(text)
        titles = [
            texts.say("When"),
            texts.say("Became"),
            texts.say("Cause"),
            texts.say("Who"),
            texts.say("This bill"),
            texts.say("Next bill"),
        ]
        out.table(titles, [event_row(texts, event) for event in story.events])


def standing(texts: Texts, story: Story) -> str:
    since = story.standing.since
    if story.standing.status == "inactive":
        return texts.say("Inactive since {since}: not billed.", since=since)
    if story.billable:
        return texts.say("Active since {since}, and billed.", since=since)
    return texts.say("Active since {since}; not billed, since the account is not active.", since=since)


def outlook(texts: Texts, story: Story) -> list[str]:
    lines = []
    if story.denied:
        lines.append(texts.say("On the deny list: {patterns}.", patterns=story.denied))
    if story.comes_back:
        lines.append(texts.say("The next sync sets this person active again, unless the deny list keeps them out."))
    if story.goes_away:
        lines.append(texts.say("The next sync sets this person inactive: the deny list wins."))
    return lines


def event_row(texts: Texts, event: Event) -> list[str]:
    return [
        texts.instant(event.at),
        texts.say(STATUSES[event.status]),
        f"{texts.say(CAUSES[event.cause])} #{event.change}",
        shown(event.actor) + (f" ({shown(event.reason)})" if event.reason else ""),
        f"{texts.day(event.period.first_day)}: " + (texts.say("counted") if event.billed else texts.say("not counted")),
        texts.say("counted") if event.next_billed else texts.say("not counted"),
    ]

"""The story of a person: what holds, what the next sync would do, and every change with its bill."""

from collections.abc import Callable, Sequence

from bot.services.history import AccountEvent, Counted, Event, Story
from bot.views.parts import Part, Table
from bot.views.texts import Texts, shown
from bot.views.words import CAUSES, STATUSES, address, author


def title(texts: Texts, story: Story) -> str:
    """Whose story it is."""
    who = address(texts, story.person.email)
    return texts.say("{who} at {account}", who=who, account=shown(story.person.account))


def standing(texts: Texts, story: Story) -> list[Part]:
    """What holds now, what both bills count, and what the next sync would do about it."""
    since = story.standing.since
    if story.standing.status == "inactive":
        said = [texts.say("Inactive since {since}.", since=since)]
    elif story.billable:
        said = [texts.say("Active since {since}.", since=since)]
    else:
        said = [texts.say("Active since {since}, in an account that is not active.", since=since)]
    said += bills(texts, story.bill)
    if story.denied:
        said.append(texts.say("On the deny list: {patterns}.", patterns=story.denied))
    if story.comes_back:
        said.append(texts.say("The next sync sets this person active again, unless the deny list keeps them out."))
    if story.goes_away:
        said.append(texts.say("The next sync sets this person inactive: the deny list wins."))
    return [Part("standing", text) for text in said]


def bills(texts: Texts, bill: Counted) -> list[str]:
    """Whether the running bill counts the person, and whether the next one would."""
    if bill.peak_at is None:
        this = texts.say("This bill counts nobody so far.")
    elif bill.counted:
        this = texts.say("This bill counts this person: its peak so far was reached on {at}.", at=bill.peak_at)
    else:
        this = texts.say("This bill does not count this person: its peak so far was reached on {at}.", at=bill.peak_at)
    start = bill.period.end_day
    if bill.next_counted:
        return [this, texts.say("The next one, from {start}, begins with this person.", start=start)]
    return [this, texts.say("The next one, from {start}, begins without this person.", start=start)]


def events(texts: Texts, story: Story, who: Callable[[str], str] = str) -> Table:
    """Every change of the person's status and, as far as it matters, of the account's, oldest first. `who` names those
    who made them."""
    return Table(titles(texts), rows(texts, story, who))


def together(texts: Texts, stories: Sequence[Story], who: Callable[[str], str]) -> Table:
    """The changes of a person who is in several accounts, account by account."""
    told = [[shown(story.person.account), *row] for story in stories for row in rows(texts, story, who)]
    return Table([texts.say("Account"), *titles(texts)], told)


def titles(texts: Texts) -> list[str]:
    return [
        texts.say("When"),
        texts.say("Became"),
        texts.say("Cause"),
        texts.say("Who"),
        texts.say("This bill"),
        texts.say("Next bill"),
    ]


def rows(texts: Texts, story: Story, who: Callable[[str], str]) -> list[list[str]]:
    told: list[Event | AccountEvent] = sorted(
        [*story.account_events, *story.events], key=lambda event: (event.at, event.change)
    )
    return [row(texts, event, who) for event in told]


def row(texts: Texts, event: Event | AccountEvent, who: Callable[[str], str]) -> list[str]:
    billed = texts.say("counted") if event.billed else texts.say("not counted")
    return [
        texts.instant(event.at),
        of_account(texts, event) if isinstance(event, AccountEvent) else texts.say(STATUSES[event.status]),
        f"{texts.say(CAUSES[event.cause])} #{event.change}",
        author(texts, event.actor, who) + (f" ({shown(event.reason)})" if event.reason else ""),
        texts.say("{day}: {billed}", day=event.period.first_day, billed=billed),
        texts.say("counted") if event.next_billed else texts.say("not counted"),
    ]


def of_account(texts: Texts, event: AccountEvent) -> str:
    """What the account became."""
    status = texts.say(STATUSES[event.status])
    if event.before is None or event.before == event.status:
        return texts.say("account: {status}", status=status)
    return texts.say("account: {status}, was {before}", status=status, before=texts.say(STATUSES[event.before]))

"""The story of a person: what holds in each account, what the next sync would do, and every change."""

from collections.abc import Callable, Collection, Sequence

from slackblocks import Block

from bot.services.history import Story
from bot.services.workspaces import Workspace
from bot.views import stories as story_parts
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown
from bot.views.words import address

MOST_TOLD = 3
"""Of so many accounts it is told what holds, since a message is not endless; the table has all."""
MOST_OFFERS = 5


def stories(
    texts: Texts,
    workspace: Workspace,
    found: Sequence[Story],
    *,
    native: Collection[str],
    page: int,
    who: Callable[[str], str],
    offers: Sequence[tuple[Story, str]],
) -> Answer:
    """The stories of somebody, one for each account that they are in. `offers` set them inactive or active in one;
    `who` names those who made the changes."""
    [first, *others] = found
    if others:
        told = texts.plural(
            "{who} is in {n} account", "{who} is in {n} accounts", len(found), who=address(texts, first.person.email)
        )
        table = story_parts.together(texts, found, who)
    else:
        told = story_parts.title(texts, first)
        table = story_parts.events(texts, first, who)
    said = [told]
    blocks: list[Block] = [answer.header("title", told)]
    for number, story in enumerate(found[:MOST_TOLD]):
        lines = [part.text for part in story_parts.standing(texts, story)]
        lines = [texts.say("{account}:", account=shown(story.person.account)), *lines] if others else lines
        blocks.append(answer.section(f"standing_{number}", lines))
        said += lines
    if (more := len(found) - MOST_TOLD) > 0:
        blocks.append(answer.context("standing_more", texts.plural("{n} more account", "{n} more accounts", more)))
    blocks += answer.page(texts, native, "events", table, page)
    blocks += answer.zone_note(texts, workspace.calendar.zone)
    if offers:
        elements = [
            answer.button(f"open_status_{number}", label(texts, story, alone=not others), offer)
            for number, (story, offer) in enumerate(offers)
        ]
        blocks.append(answer.buttons("status", elements))
    return answer.answer(said, blocks, lasts=True, table=table)


def label(texts: Texts, story: Story, *, alone: bool) -> str:
    """What a button says that sets somebody inactive or active."""
    active = story.standing.status == "active"
    if alone:
        return texts.say("Set inactive") if active else texts.say("Set active")
    account = shown(story.person.account, 40)
    if active:
        return texts.say("Set inactive in {account}", account=account)
    return texts.say("Set active in {account}", account=account)

"""The story of a person."""

from collections.abc import Sequence

from bot.commands.call import Call
from bot.commands.command import command
from bot.commands.words import Misused, Word, joined
from bot.services import history
from bot.services.history import Story
from bot.views.slack import story as story_view
from bot.views.slack.answer import Answer
from db.models import Status


def why(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats why EMAIL"""
    email = joined(asked)
    if not email:
        raise Misused()
    found = history.why(call.session, call.workspace, email, call.now())
    return story_view.stories(
        call.reader,
        call.workspace,
        found,
        native=call.native,
        page=call.command.page,
        who=call.named,
        offers=offers(call, found) if call.is_admin else [],
    )


def offers(call: Call, found: Sequence[Story]) -> list[tuple[Story, str]]:
    """For each account, the id of the button that sets the person inactive in it, or active; whom the deny list keeps
    out is not set active."""
    offered = []
    for story in [one for one in found if one.standing.status == Status.ACTIVE or not one.denied][
        : story_view.MOST_OFFERS
    ]:
        name = "deactivate" if story.standing.status == Status.ACTIVE else "activate"
        person = story.person
        offered.append((story, call.leading_to(command(name, person.email or "", Word("in"), person.account))))
    return offered

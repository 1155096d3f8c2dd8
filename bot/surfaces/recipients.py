"""Whom a digest or a warning can reach: a channel that Seatbot may post in, or a person of the team, as Slack tells."""

from collections.abc import Callable

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.services.access import Role
from bot.services.errors import ChannelUntold, SlackSilent, UnknownMember
from bot.services.recipients import Recipient
from bot.surfaces import channels
from bot.surfaces.people import People

log = structlog.get_logger(__name__)


def team_of(client: WebClient) -> str:
    """The id of the Slack team that the token is of. Raises ChannelUntold."""
    try:
        return str(client.auth_test()["team_id"])
    except (SlackClientError, OSError) as error:
        log.warning("Slack does not tell of the token", error=type(error).__name__)
        raise ChannelUntold() from None


def reaching(client: WebClient, people: People, team: str | None) -> Callable[[Recipient], Recipient]:
    """Gives a recipient as Slack knows it, if Slack lets Seatbot write there. No team: the token's, asked for where it
    is needed.

    It raises UnknownMember, SlackSilent, ChannelUntold, and for a channel what `channels.check` raises.
    """

    def reach(meant: Recipient) -> Recipient:
        if not meant.is_person:
            return channels.check(client, meant)
        member = people.member(team or team_of(client), meant.id)
        if member is None:
            raise SlackSilent(asked=meant.id)
        if member.role == Role.OUTSIDER:
            raise UnknownMember(asked=member.name or meant.id)
        return Recipient(meant.id, member.name or meant.id)

    return reach

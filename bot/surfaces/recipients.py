"""Whom a warning can reach: a channel that Seatbot may post in, or a person of the team, as Slack tells."""

from collections.abc import Callable

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.services.access import Role
from bot.services.digest_rows import Channel
from bot.services.errors import ChannelUntold, SlackSilent, UnknownMember
from bot.services.warnings.recipients import Recipient, unchecked
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


def reaching(client: WebClient, people: People, team: str) -> Callable[[str], Recipient]:
    """Gives the recipient that words name, if Slack lets Seatbot write there.

    It raises NoRecipient, UnknownMember, SlackSilent, and for a channel what `channels.check` raises.
    """

    def reach(asked: str) -> Recipient:
        meant = unchecked(asked)
        if meant.is_person:
            member = people.member(team, meant.id)
            if member is None:
                raise SlackSilent(asked=meant.id)
            if member.role == Role.OUTSIDER:
                raise UnknownMember(asked=member.name or meant.id)
            return Recipient(meant.id, member.name or meant.id)
        found = channels.check(client, Channel(meant.id, meant.name))
        return Recipient(found.id, found.name)

    return reach

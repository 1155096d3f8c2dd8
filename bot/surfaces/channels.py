"""Whether Slack lets Seatbot post in a channel, before somebody relies on it."""

from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.services.errors import (
    ChannelArchived,
    ChannelShared,
    ChannelsUnread,
    ChannelUntold,
    NotInChannel,
    UnknownChannel,
)
from bot.services.recipients import Recipient

PAGE = 200
MOST_PAGES = 50
UNKNOWN_CODES = ("channel_not_found", "method_not_supported_for_channel_type")

log = structlog.get_logger(__name__)


def check(client: WebClient, channel: Recipient) -> Recipient:
    """The channel that is asked for by id or by `#` and its name.

    Raises UnknownChannel, ChannelArchived, NotInChannel, ChannelShared, ChannelsUnread without the scope for it, and
    ChannelUntold where Slack does not tell.
    """
    asked = channel.id
    try:
        found = by_name(client, asked.removeprefix("#")) if asked.startswith("#") else by_id(client, asked)
    except SlackApiError as error:
        if error.response["error"] in UNKNOWN_CODES:
            raise UnknownChannel(channel=asked) from None
        if error.response["error"] == "missing_scope":
            raise ChannelsUnread() from None
        log.warning("Slack does not tell of a channel", error=error.response["error"])
        raise ChannelUntold() from None
    except (SlackClientError, OSError) as error:
        log.warning("Slack does not tell of a channel", error=type(error).__name__)
        raise ChannelUntold() from None
    if found is None or found.get("is_im") or found.get("is_mpim"):
        raise UnknownChannel(channel=asked)
    shown = f"#{found['name']}"
    if found.get("is_archived"):
        raise ChannelArchived(channel=shown)
    if found.get("is_ext_shared") or found.get("is_pending_ext_shared"):
        raise ChannelShared(channel=shown)
    if not found.get("is_member"):
        raise NotInChannel(channel=shown)
    return Recipient(str(found["id"]), shown)


def by_id(client: WebClient, id_: str) -> dict[str, Any] | None:
    channel: dict[str, Any] | None = client.conversations_info(channel=id_).get("channel")
    return channel


def by_name(client: WebClient, name: str) -> dict[str, Any] | None:
    """The channel of that name among all that Seatbot sees; of two, the one that is not archived."""
    cursor: str | None = None
    archived = None
    for _ in range(MOST_PAGES):
        page = client.conversations_list(types="public_channel,private_channel", limit=PAGE, cursor=cursor)
        for one in page["channels"]:
            if one.get("name") == name:
                if not one.get("is_archived"):
                    return dict(one)
                archived = dict(one)
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return archived

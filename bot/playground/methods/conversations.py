"""conversations.*"""

import re

from bot.playground.messages import Message
from bot.playground.methods.calls import Arguments, Method, channel_of, page, require, require_for
from bot.playground.slack import LocalSlack
from bot.playground.team import Channel
from bot.playground.wire import Json, SlackError

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
KINDS = ("public_channel", "private_channel", "mpim", "im")
TS = re.compile(r"\d+(\.\d+)?")
MOST = 999


def conversations_open(slack: LocalSlack, arguments: Arguments) -> Json:
    """The direct message with one person."""
    if arguments.text("channel"):
        channel = channel_of(slack, arguments)
        if channel.kind != "im":
            raise SlackError("method_not_supported_for_channel_type")
        return _opened(slack, channel, arguments)
    users = [user for user in arguments.text("users").split(",") if user]
    if not users:
        raise SlackError("users_list_not_supplied")
    if users[0] in slack.bots or users[0] == slack.team.bot_user_id:
        raise SlackError("cannot_dm_bot")
    if len(users) > 1:
        if any(user not in slack.people for user in users):
            raise SlackError("not_enough_users")
        require(slack, "mpim:write")
    direct = slack.direct_message(users[0]) if len(users) == 1 else None
    if direct is None:
        raise SlackError("user_not_found" if len(users) == 1 else "not_enough_users")
    return _opened(slack, direct, arguments)


def conversations_info(slack: LocalSlack, arguments: Arguments) -> Json:
    """One channel."""
    channel = channel_of(slack, arguments)
    require_for(slack, channel, "read")
    shown = as_channel(slack, channel)
    if arguments.flag("include_num_members") and channel.kind != "im":
        people = sum(channel.holds(person) for person in slack.people.values())
        shown["num_members"] = people + channel.has_app
    return {"channel": shown}


def conversations_list(slack: LocalSlack, arguments: Arguments) -> Json:
    """Channels of the `types` asked for, a page at a time."""
    types = [one.strip() for one in (arguments.text("types") or "public_channel").split(",")]
    if any(one not in KINDS for one in types):
        raise SlackError("invalid_types")
    for one in types:
        require(slack, f"{ {'public_channel': 'channels', 'private_channel': 'groups'}.get(one, one) }:read")
    found = [
        as_channel(slack, channel)
        for channel in slack.channels()
        if channel.kind in types and not (channel.is_archived and arguments.flag("exclude_archived"))
    ]
    shown, cursor = page(found, arguments, 100, MOST)
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def conversations_history(slack: LocalSlack, arguments: Arguments) -> Json:
    """Messages of a channel, newest first; replies within threads are not among them."""
    channel = _readable(slack, arguments)
    found = [message for message in slack.conversations.kept(channel.id) if _within(message, arguments)]
    return _messages(slack, arguments, found[::-1], "history")


def conversations_replies(slack: LocalSlack, arguments: Arguments) -> Json:
    """A thread, oldest first; any of its timestamps finds it."""
    channel = _readable(slack, arguments)
    ts = arguments.required("ts")
    try:
        asked = slack.conversations.find(channel.id, ts)
    except SlackError:
        raise SlackError("thread_not_found") from None
    thread = slack.conversations.thread(channel.id, asked.thread_ts or ts)
    first = [message for message in thread if not message.is_reply]
    replies = [message for message in thread if message.is_reply and _within(message, arguments)]
    return _messages(slack, arguments, [*first, *replies], "replies")


def _messages(slack: LocalSlack, arguments: Arguments, found: list[Message], kind: str) -> Json:
    shown, cursor = page(found, arguments, 100 if kind == "history" else 1_000, MOST + 1)
    with_metadata = arguments.flag("include_all_metadata")
    answer: Json = {
        "messages": [slack.as_message(message, metadata=with_metadata) for message in shown],
        "has_more": bool(cursor),
    }
    if kind == "history":
        answer |= {"pin_count": 0, "channel_actions_ts": None, "channel_actions_count": 0}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _readable(slack: LocalSlack, arguments: Arguments) -> Channel:
    channel = channel_of(slack, arguments)
    require_for(slack, channel, "history")
    if not channel.has_app:
        raise SlackError("not_in_channel")
    return channel


def _within(message: Message, arguments: Arguments) -> bool:
    """Whether it is later than `oldest` and before `latest`, both excluded unless `inclusive`."""
    oldest, latest = _instant(arguments, "oldest"), _instant(arguments, "latest")
    at = float(message.ts)
    if arguments.flag("inclusive"):
        return (oldest is None or at >= oldest) and (latest is None or at <= latest)
    return (oldest is None or at > oldest) and (latest is None or at < latest)


def _instant(arguments: Arguments, name: str) -> float | None:
    value = arguments.text(name)
    if not value or value == "now":
        return None
    if not TS.fullmatch(value):
        raise SlackError(f"invalid_ts_{name}")
    return float(value)


def _opened(slack: LocalSlack, channel: Channel, arguments: Arguments) -> Json:
    shown = as_channel(slack, channel) if arguments.flag("return_im") else {"id": channel.id}
    return {"no_op": True, "already_open": True, "channel": shown}


def as_channel(slack: LocalSlack, channel: Channel) -> Json:
    """Slack's channel object."""
    body: Json = {
        "id": channel.id,
        "created": 1_767_225_600,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": slack.team.id,
        "updated": 1_767_225_600_000,
    }
    if channel.kind == "im":
        return body | {"user": channel.with_user, "is_user_deleted": False, "is_open": True, "priority": 0}
    return body | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public_channel",
        "is_group": channel.is_private,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": False,
        "is_member": channel.has_app,
        "is_shared": bool(channel.shared_with),
        "is_ext_shared": bool(channel.shared_with),
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [slack.team.id, *([channel.shared_with] if channel.shared_with else [])],
        "parent_conversation": None,
        "creator": next(iter(slack.people), ""),
        "unlinked": 0,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }


METHODS = {
    "conversations.open": Method(conversations_open, ("im:write", "mpim:write", "channels:manage", "groups:write")),
    "conversations.info": Method(conversations_info, READ),
    "conversations.list": Method(conversations_list, READ),
    "conversations.history": Method(conversations_history, HISTORY),
    "conversations.replies": Method(conversations_replies, HISTORY),
}

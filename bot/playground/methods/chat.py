"""chat.*"""

from datetime import timedelta

from bot.playground.messages import Message
from bot.playground.methods.calls import Arguments, Method
from bot.playground.slack import LocalSlack
from bot.playground.team import Channel
from bot.playground.wire import Json, RateLimitedError, SlackError

PAUSE = timedelta(seconds=1)
LONGEST_EVENT_TYPE = 255


def chat_post_message(slack: LocalSlack, arguments: Arguments) -> Json:
    """Post in a channel, a direct message or a thread."""
    channel = _writable(slack, arguments)
    draft = _draft(slack, arguments, channel)
    _pace(slack, channel)
    posted = slack.post(draft)
    return {"channel": channel.id, "ts": posted.ts, "message": slack.as_message(posted)}


def chat_post_ephemeral(slack: LocalSlack, arguments: Arguments) -> Json:
    """Show something to one person of a channel."""
    channel, user_id = _writable(slack, arguments), arguments.required("user")
    person = slack.people.get(user_id)
    if person is None or not channel.holds(person):
        raise SlackError("user_not_in_channel")
    return {"message_ts": slack.post(_draft(slack, arguments, channel, visible_to=user_id)).ts}


def chat_update(slack: LocalSlack, arguments: Arguments) -> Json:
    """Replace a message of the app; without blocks it has none any more."""
    channel = _channel(slack, arguments)
    message = _own_message(slack, channel, arguments.required("ts"), "cant_update_message")
    blocks = arguments.nested("blocks", "invalid_blocks_format")
    changed = slack.update(message, arguments.text("text"), blocks, _metadata(arguments))
    return {
        "channel": channel.id,
        "ts": changed.ts,
        "text": changed.text,
        "message": slack.as_message(changed),
    }


def chat_delete(slack: LocalSlack, arguments: Arguments) -> Json:
    """Delete a message of the app."""
    channel = _channel(slack, arguments)
    message = _own_message(slack, channel, arguments.required("ts"), "cant_delete_message")
    slack.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def chat_get_permalink(slack: LocalSlack, arguments: Arguments) -> Json:
    """Where people find a message."""
    channel = _channel(slack, arguments)
    if not channel.has_app and channel.is_private:
        raise SlackError("channel_not_found")
    message = slack.conversations.find(channel.id, arguments.required("message_ts"))
    if message.is_ephemeral:
        raise SlackError("message_not_found")
    link = f"https://{slack.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _channel(slack: LocalSlack, arguments: Arguments) -> Channel:
    """A channel by its id or `#name`; a person's id stands for the direct message with them."""
    given = arguments.required("channel")
    if direct := slack.direct_message(given):
        return direct
    named = [channel.id for channel in slack.channels() if channel.kind != "im" and f"#{channel.name}" == given]
    return slack.channel(named[0] if named else given)


def _writable(slack: LocalSlack, arguments: Arguments) -> Channel:
    channel = _channel(slack, arguments)
    if channel.is_archived:
        raise SlackError("is_archived")
    if not channel.has_app and "chat:write.public" not in slack.scopes:
        raise SlackError("not_in_channel")
    return channel


def _draft(slack: LocalSlack, arguments: Arguments, channel: Channel, visible_to: str | None = None) -> Message:
    thread_ts = arguments.text("thread_ts") or None
    if thread_ts:
        _check_thread(slack, channel, thread_ts)
    return Message(
        ts="",
        channel_id=channel.id,
        user_id=slack.team.bot_user_id,
        text=arguments.text("text"),
        blocks=arguments.nested("blocks", "invalid_blocks_format") or [],
        visible_to=visible_to,
        thread_ts=thread_ts,
        metadata=_metadata(arguments),
        is_broadcast=bool(thread_ts) and arguments.flag("reply_broadcast"),
    )


def _check_thread(slack: LocalSlack, channel: Channel, thread_ts: str) -> None:
    """A reply belongs under the first message of a thread."""
    try:
        first = slack.conversations.find(channel.id, thread_ts)
    except SlackError:
        raise SlackError("thread_not_found") from None
    if first.is_reply or first.is_ephemeral:
        raise SlackError("cannot_reply_to_message")


def _metadata(arguments: Arguments) -> Json | None:
    metadata = arguments.nested("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if (
        not isinstance(event_type, str)
        or not isinstance(payload, dict)
        or not 0 < len(event_type) <= LONGEST_EVENT_TYPE
    ):
        raise SlackError("invalid_metadata_schema")
    return metadata


def _pace(slack: LocalSlack, channel: Channel) -> None:
    """About one message a second in each channel, where the local Slack is told to mind it."""
    if not slack.throttled:
        return
    last, now = slack.last_posts.get(channel.id), slack.clock()
    if last and now - last < PAUSE:
        raise RateLimitedError(1)
    slack.last_posts[channel.id] = now


def _own_message(slack: LocalSlack, channel: Channel, ts: str, error: str) -> Message:
    message = slack.conversations.find(channel.id, ts)
    if message.is_ephemeral:  # Slack does not keep them, so it finds none
        raise SlackError("message_not_found")
    if message.user_id != slack.team.bot_user_id:
        raise SlackError(error)
    return message


METHODS = {
    "chat.postMessage": Method(chat_post_message, ("chat:write",)),
    "chat.postEphemeral": Method(chat_post_ephemeral, ("chat:write",)),
    "chat.update": Method(chat_update, ("chat:write",)),
    "chat.delete": Method(chat_delete, ("chat:write",)),
    "chat.getPermalink": Method(chat_get_permalink),
}

"""files.*: https://docs.slack.dev/messaging/working-with-files#upload"""

from bot.playground.blocks_check import check_blocks
from bot.playground.files import File
from bot.playground.messages import Message
from bot.playground.methods.calls import Arguments, Method, missing
from bot.playground.slack import LocalSlack
from bot.playground.team import Channel
from bot.playground.wire import Json, SlackError


def get_upload_url_external(slack: LocalSlack, arguments: Arguments) -> Json:
    """Where to post the bytes of a file of that name and length."""
    name, length = arguments.required("filename"), arguments.required("length")
    if not length.isdigit() or not int(length):
        raise SlackError("invalid_arguments", ["[ERROR] must be a positive number [json-pointer:/length]"])
    key, file = slack.files.announce(slack.team.bot_user_id, name, int(length))
    return {"upload_url": f"{slack.url}/upload/v1/{key}", "file_id": file.id}


def complete_upload_external(slack: LocalSlack, arguments: Arguments) -> Json:
    """End uploads and share the files, in one message of each channel named."""
    given = arguments.nested("files", "invalid_arguments")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) and one.get("id") for one in given):
        raise missing("files")
    named = [_shareable(slack, channel_id) for channel_id in arguments.text("channel_id").split() if channel_id]
    listed = [one.strip() for one in arguments.text("channels").split(",") if one.strip()]
    channels = [*named, *(_shareable(slack, _direct(slack, one)) for one in listed)]
    thread_ts = arguments.text("thread_ts") or None
    if thread_ts and len(channels) != 1:
        raise SlackError("invalid_arguments", ["[ERROR] thread_ts needs exactly one channel"])
    if thread_ts and not slack.conversations.thread(channels[0].id, thread_ts):
        raise SlackError("thread_not_found")
    comment = arguments.text("initial_comment")
    blocks = (
        [] if comment else check_blocks(arguments.nested("blocks", "invalid_blocks_format") or [], slack.unknown_blocks)
    )
    done = [slack.files.complete(str(one["id"]), slack.team.bot_user_id, str(one.get("title") or "")) for one in given]
    ids = tuple(file.id for file in done)
    for channel in channels:
        slack.post(Message("", channel.id, slack.team.bot_user_id, comment, blocks, thread_ts=thread_ts), ids)
    return {"files": [slack.as_file(slack.files.find(file.id)) for file in done]}


def files_info(slack: LocalSlack, arguments: Arguments) -> Json:
    """One file that the app can see."""
    file = _visible(slack, arguments.required("file"))
    return {
        "file": slack.as_file(file),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def files_delete(slack: LocalSlack, arguments: Arguments) -> Json:
    """Delete a file of the app."""
    file = _visible(slack, arguments.required("file"))
    if file.user_id != slack.team.bot_user_id:
        raise SlackError("cant_delete_file")
    slack.files.delete(file)
    return {}


def visible(slack: LocalSlack, file: File) -> bool:
    """Whether the app sees it: its own, one shared in a channel that it can see, or one that was put into a form."""
    if file.user_id == slack.team.bot_user_id or not file.shares:
        return True
    seen = {channel.id for channel in slack.channels()}
    return any(channel_id in seen for channel_id, _ in file.shares)


def _visible(slack: LocalSlack, file_id: str) -> File:
    file = slack.files.find(file_id)
    if not visible(slack, file):
        raise SlackError("file_not_found")
    return file


def _direct(slack: LocalSlack, given: str) -> str:
    """The id of the direct message for a person's id; only `channels` takes one."""
    direct = slack.direct_message(given)
    return direct.id if direct else given


def _shareable(slack: LocalSlack, channel_id: str) -> Channel:
    channel = slack.channel(channel_id)
    if channel.is_archived:
        raise SlackError("is_archived")
    if not channel.has_app:
        raise SlackError("not_in_channel")
    return channel


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url_external, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload_external, ("files:write",)),
    "files.info": Method(files_info, ("files:read",)),
    "files.delete": Method(files_delete, ("files:write",)),
}

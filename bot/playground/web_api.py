"""The methods of the Web API that the bot calls, with Slack's own error codes. A new method is one function here."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.messages import Message
from bot.playground.payloads import as_message
from bot.playground.slack import LocalSlack
from bot.playground.team import Channel
from bot.playground.wire import Json, SlackError


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a method was called with: from a form (with nested JSON), a JSON body or a query."""

    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A string; empty where it is missing."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        """A string that must be there; raises `invalid_arguments`."""
        if value := self.text(name):
            return value
        raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])

    def flag(self, name: str) -> bool:
        """Whether it is set."""
        return self.text(name).lower() in ("1", "true")

    def nested(self, name: str, error: str) -> Any:
        """A list or object, given as such or as JSON in a string; raises `error` where it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None


Method = Callable[[LocalSlack, Arguments], Json]


def call(slack: LocalSlack, method: str, token: str, arguments: Arguments) -> Json:
    """The answer of a method, `{"ok": …}`; the call and its answer are kept in the journal."""
    shown = {name: value for name, value in arguments.values.items() if name != "token"}
    with slack.changed:  # one call at a time: what a method has found is still so when it changes it
        try:
            answer = {"ok": True, **_method(slack, method, token)(slack, arguments)}
            refused: tuple[str, ...] = ()
        except SlackError as error:
            answer = error.as_answer()
            refused = (error.code, *error.details)
        slack.note_request(method, _readable(shown), answer, refused)
    return answer


def _method(slack: LocalSlack, name: str, token: str) -> Method:
    if name not in METHODS:
        raise SlackError("unknown_method")
    if not token:
        raise SlackError("not_authed")
    if token not in (slack.team.bot_token, slack.team.app_token):
        raise SlackError("invalid_auth")
    if (token == slack.team.app_token) != (name in FOR_APP_TOKENS):
        raise SlackError("not_allowed_token_type")
    return METHODS[name]


def _readable(arguments: Json) -> Json:
    """Nested JSON of a form is shown as JSON, not as a string of it."""
    shown = dict(arguments)
    for name in ("blocks", "metadata"):
        if isinstance(shown.get(name), str):
            try:
                shown[name] = json.loads(shown[name])
            except ValueError:
                continue
    return shown


def auth_test(slack: LocalSlack, arguments: Arguments) -> Json:
    """Whose token it is."""
    team = slack.team
    return {
        "url": f"{slack.url}/",
        "team": team.name,
        "user": team.bot_name.lower(),
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "app_id": team.app_id,
        "is_enterprise_install": False,
    }


def apps_connections_open(slack: LocalSlack, arguments: Arguments) -> Json:
    """The address of one Socket Mode connection."""
    return {"url": slack.socket_url()}


def users_info(slack: LocalSlack, arguments: Arguments) -> Json:
    """One person, with the language if it is asked for."""
    user_id = arguments.required("user")
    if user_id == slack.team.bot_user_id:
        return {"user": _bot_user(slack)}
    person = slack.person(user_id)
    return {"user": person.as_user(slack.team.id, slack.clock(), arguments.flag("include_locale"))}


def users_list(slack: LocalSlack, arguments: Arguments) -> Json:
    """Everybody, on one page."""
    now, with_locale = slack.clock(), arguments.flag("include_locale")
    people = [person.as_user(slack.team.id, now, with_locale) for person in slack.people.values()]
    return {"members": [*people, _bot_user(slack)], "response_metadata": {"next_cursor": ""}}


def _bot_user(slack: LocalSlack) -> Json:
    team = slack.team
    profile = {"real_name": team.bot_name, "bot_id": team.bot_id, "api_app_id": team.app_id}
    name = team.bot_name.lower()
    return {"id": team.bot_user_id, "team_id": team.id, "name": name, "deleted": False, "is_bot": True} | {
        "real_name": team.bot_name,
        "profile": profile,
    }


def conversations_open(slack: LocalSlack, arguments: Arguments) -> Json:
    """The direct message with one person."""
    users = [user for user in arguments.text("users").split(",") if user]
    if not users:
        raise SlackError("users_list_not_supplied")
    channel = _direct_message(slack, users[0]) if len(users) == 1 else None
    if channel is None:
        raise SlackError("user_not_found" if len(users) == 1 else "not_enough_users")
    return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}


def _direct_message(slack: LocalSlack, user_id: str) -> Channel | None:
    if user_id not in slack.people:
        return None
    return next(channel for channel in slack.channels_of(user_id) if channel.with_user == user_id)


def _channel(slack: LocalSlack, arguments: Arguments) -> Channel:
    """A channel by its id or `#name`; a person's id stands for the direct message with them."""
    given = arguments.required("channel")
    if direct := _direct_message(slack, given):
        return direct
    named = [channel.id for channel in slack.channels_of("") if f"#{channel.name}" == given]
    return slack.channel(named[0] if named else given)


def _draft(slack: LocalSlack, arguments: Arguments, channel: Channel, visible_to: str | None = None) -> Message:
    metadata = arguments.nested("metadata", "invalid_metadata_format")
    return Message(
        ts="",
        channel_id=channel.id,
        user_id=slack.team.bot_user_id,
        text=arguments.text("text"),
        blocks=arguments.nested("blocks", "invalid_blocks_format") or [],
        visible_to=visible_to,
        thread_ts=arguments.text("thread_ts") or None,
        metadata=metadata,
    )


def chat_post_message(slack: LocalSlack, arguments: Arguments) -> Json:
    """Post in a channel or a direct message."""
    channel = _channel(slack, arguments)
    posted = slack.post(_draft(slack, arguments, channel))
    return {"channel": channel.id, "ts": posted.ts, "message": as_message(slack.team, posted)}


def chat_post_ephemeral(slack: LocalSlack, arguments: Arguments) -> Json:
    """Show something to one person of a channel."""
    channel, user_id = _channel(slack, arguments), arguments.required("user")
    if user_id not in slack.people or channel.with_user not in (None, user_id):
        raise SlackError("user_not_in_channel")
    return {"message_ts": slack.post(_draft(slack, arguments, channel, visible_to=user_id)).ts}


def chat_update(slack: LocalSlack, arguments: Arguments) -> Json:
    """Replace a message of the app; without blocks it has none any more."""
    channel = _channel(slack, arguments)
    message = _own_message(slack, channel, arguments.required("ts"), "cant_update_message")
    blocks = arguments.nested("blocks", "invalid_blocks_format")
    changed = slack.update(message, arguments.text("text"), blocks)
    return {
        "channel": channel.id,
        "ts": changed.ts,
        "text": changed.text,
        "message": as_message(slack.team, changed),
    }


def chat_delete(slack: LocalSlack, arguments: Arguments) -> Json:
    """Delete a message of the app."""
    channel = _channel(slack, arguments)
    message = _own_message(slack, channel, arguments.required("ts"), "cant_delete_message")
    slack.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def _own_message(slack: LocalSlack, channel: Channel, ts: str, error: str) -> Message:
    message = slack.conversations.find(channel.id, ts)
    if message.is_ephemeral:  # Slack does not keep them, so it finds none
        raise SlackError("message_not_found")
    if message.user_id != slack.team.bot_user_id:
        raise SlackError(error)
    return message


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "apps.connections.open": apps_connections_open,
    "users.info": users_info,
    "users.list": users_list,
    "conversations.open": conversations_open,
    "chat.postMessage": chat_post_message,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.update": chat_update,
    "chat.delete": chat_delete,
}
FOR_APP_TOKENS = {"apps.connections.open"}

"""What Slack puts into its envelopes, field by field as the real one does.

https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads, https://docs.slack.dev/reference/events
"""

from collections.abc import Sequence
from datetime import datetime

from bot.playground.elements import Values
from bot.playground.messages import Message
from bot.playground.team import Channel, Person, Team
from bot.playground.views import View, as_view
from bot.playground.wire import Json


def slash_command(team: Team, person: Person, channel: Channel, text: str, response_url: str, trigger_id: str) -> Json:
    """The payload of a slash command; it knows neither language nor time zone of the asker."""
    return {
        "token": team.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": team.command,
        "text": text,
        "api_app_id": team.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def on_message(team: Team, channel: Channel, shown: Json, message: Message, held: Values) -> Json:
    """Where something was done on a message; of an ephemeral one Slack sends the container only."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.is_ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    where: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": held},
    }
    return where if message.is_ephemeral else where | {"message": shown}


def on_view(team: Team, view: View) -> Json:
    """Where something was done in a modal or Home."""
    return {"container": {"type": "view", "view_id": view.id}, "view": as_view(team, view)}


def block_actions(team: Team, person: Person, where: Json, action: Json, trigger_id: str) -> Json:
    """The payload of a pressed button or a changed menu."""
    return _interaction("block_actions", team, person) | where | {"trigger_id": trigger_id, "actions": [action]}


def block_suggestion(team: Team, person: Person, where: Json, block_id: str, action_id: str, query: str) -> Json:
    """The payload that asks for the options of an external menu."""
    asked = {"action_id": action_id, "block_id": block_id, "value": query}
    return _interaction("block_suggestion", team, person) | where | asked


def view_submission(team: Team, person: Person, view: View, trigger_id: str, response_urls: Sequence[Json]) -> Json:
    """The payload of a submitted modal."""
    return _interaction("view_submission", team, person) | {
        "trigger_id": trigger_id,
        "view": as_view(team, view),
        "response_urls": list(response_urls),
    }


def view_closed(team: Team, person: Person, view: View, *, is_cleared: bool) -> Json:
    """The payload of a modal that was dismissed."""
    return _interaction("view_closed", team, person) | {"view": as_view(team, view), "is_cleared": is_cleared}


def shortcut(team: Team, person: Person, callback_id: str, action_ts: str, trigger_id: str) -> Json:
    """The payload of a global shortcut."""
    return _interaction("shortcut", team, person) | {
        "callback_id": callback_id,
        "action_ts": action_ts,
        "trigger_id": trigger_id,
    }


def message_action(payload: Json, channel: Channel, shown: Json, response_url: str) -> Json:
    """What makes the payload of a shortcut one of a message's."""
    return payload | {
        "type": "message_action",
        "channel": {"id": channel.id, "name": channel.name},
        "message_ts": shown["ts"],
        "message": shown,
        "response_url": response_url,
    }


def event_callback(team: Team, event: Json, event_id: str, now: datetime, *, is_shared: bool = False) -> Json:
    """An event in its wrapper."""
    return {
        "token": team.verification_token,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": None,
        "api_app_id": team.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now.timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team.id,
                "user_id": team.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": is_shared,
        "event_context": f"4-{event_id}",
    }


def as_message(
    team: Team, message: Message, files: Sequence[Json] = (), replies: Sequence[Message] = (), metadata: bool = True
) -> Json:
    """Slack's message object, as in payloads and in the answers of the Web API."""
    body: Json = {"type": "message", "user": message.user_id, "ts": message.ts, "text": message.text, "team": team.id}
    if message.user_id == team.bot_user_id:
        body |= {"bot_id": team.bot_id, "app_id": team.app_id}
    if message.blocks:
        body["blocks"] = message.blocks
    if files:
        body |= {"files": list(files), "upload": True}
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    if message.is_broadcast:
        body["subtype"] = "thread_broadcast"
    if replies and not message.is_reply:
        users = list(dict.fromkeys(reply.user_id for reply in replies))
        body |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "reply_users": users,
            "latest_reply": replies[-1].ts,
            "is_locked": False,
            "subscribed": any(reply.user_id == team.bot_user_id for reply in replies),
        }
    if message.reactions:
        body["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.metadata and metadata:
        body["metadata"] = message.metadata
    if message.edited_ts:
        body["edited"] = {"user": message.user_id, "ts": message.edited_ts}
    return body


def _interaction(kind: str, team: Team, person: Person) -> Json:
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id or team.id,
        },
        "api_app_id": team.app_id,
        "token": team.verification_token,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }

"""What Slack puts into its envelopes, field by field as the real one does.

https://docs.slack.dev/interactivity/implementing-slash-commands,
https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from bot.playground.messages import Message
from bot.playground.team import Channel, Person, Team
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


def block_actions(
    team: Team, person: Person, channel: Channel, message: Message, action: Json, response_url: str, trigger_id: str
) -> Json:
    """The payload of a pressed button; of an ephemeral message Slack sends the container only."""
    payload: Json = {
        "type": "block_actions",
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": team.id},
        "api_app_id": team.app_id,
        "token": team.verification_token,
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.is_ephemeral,
        },
        "trigger_id": trigger_id,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }
    return payload if message.is_ephemeral else payload | {"message": as_message(team, message)}


def pressed(block_id: str, button: Json, action_ts: str) -> Json:
    """The action of a pressed button: its fields, where it is, when."""
    kept: Json = {key: button[key] for key in ("action_id", "text", "value", "style", "type") if key in button}
    return {"block_id": block_id, **kept, "action_ts": action_ts}


def as_message(team: Team, message: Message) -> Json:
    """Slack's message object, as in payloads and in the answers of the Web API."""
    body: Json = {"type": "message", "user": message.user_id, "ts": message.ts, "text": message.text, "team": team.id}
    if message.user_id == team.bot_user_id:
        body |= {"bot_id": team.bot_id, "app_id": team.app_id}
    if message.blocks:
        body["blocks"] = message.blocks
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    if message.metadata:
        body["metadata"] = message.metadata
    if message.edited_ts:
        body["edited"] = {"user": message.user_id, "ts": message.edited_ts}
    return body

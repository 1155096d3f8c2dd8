"""manifest.yaml asks for what the code uses, and is one that Slack takes."""

import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest
import yaml
from slack_sdk import WebClient

import bot
from bot import app
from bot.commands.registry import TYPED
from bot.playground.team import NORTHWIND
from bot.settings import Settings
from bot.views.slack import prompts
from bot.views.texts import Texts

ROOT = Path(bot.__file__).parent
MANIFEST = yaml.safe_load((ROOT.parent / "manifest.yaml").read_text(encoding="utf-8"))
SCHEMA = ROOT.parent.parent / "shared" / "slack" / "manifest.schema.json"
SCOPES: dict[str, set[str]] = {
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "conversations_open": {"im:write"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_history": {"im:history"},
    "conversations_replies": {"im:history"},
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "blocks_validate": set(),
    "auth_test": set(),
    "apps_connections_open": set(),  # by the app-level token
    "api_call": set(),  # by `seatbot check`, of the two above, which need no scope
}


EVENTS: dict[str, set[str]] = {
    "message.im": {"im:history"},
    "app_mention": {"app_mentions:read"},
    "app_home_opened": set(),
}
OPTIONAL = {
    "conversations_replies": {"channels:history", "groups:history"},
    "conversations_history": {"channels:history", "groups:history"},
}
"""What a method can be called for besides, where a workspace allows it."""


def methods_called() -> set[str]:
    """The methods of the Web API that the product calls; the playground is no part of it."""
    known = {name for name in dir(WebClient) if "_" in name.strip("_") and not name.startswith("_")}
    code = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py") if "playground" not in path.parts)
    return known & set(re.findall(r"\.(\w+)\(", code))


def test_the_scopes_are_those_of_the_methods_called_and_no_more() -> None:
    needed = set[str]().union(*(SCOPES[method] for method in methods_called()))
    heard = set[str]().union(*(EVENTS[event] for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]))
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed | heard | {"commands"}
    optional = set[str]().union(*(OPTIONAL.get(method, set()) for method in methods_called()))
    assert set(MANIFEST["oauth_config"]["scopes"]["bot_optional"]) == optional


def test_the_slash_command_is_the_one_that_the_settings_name() -> None:
    [command] = MANIFEST["features"]["slash_commands"]
    assert command["command"] == Settings.model_fields["command"].default
    assert {hint.strip() for hint in command["usage_hint"].strip("[]").split("|")} <= {one.en for one in TYPED}


def test_people_named_in_a_command_arrive_as_mentions() -> None:
    [command] = MANIFEST["features"]["slash_commands"]
    assert command["should_escape"] is True


def test_the_events_are_those_that_the_app_listens_to() -> None:
    code = (ROOT / "app.py").read_text(encoding="utf-8")
    heard = {event.partition(".")[0] for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    assert heard == set(re.findall(r"\.event\(\"(\w+)\"\)", code))


def test_the_local_slack_grants_what_the_manifest_asks_for() -> None:
    assert set(NORTHWIND.scopes) == set(MANIFEST["oauth_config"]["scopes"]["bot"])
    assert set(NORTHWIND.events) == set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])


def test_every_scope_and_event_says_what_it_is_for() -> None:
    text = (ROOT.parent / "manifest.yaml").read_text(encoding="utf-8")
    asked = [*MANIFEST["oauth_config"]["scopes"]["bot"], *MANIFEST["settings"]["event_subscriptions"]["bot_events"]]
    without_reason = [one for one in asked if not re.search(rf"- {one} # \w", text)]
    assert without_reason == []


def test_the_agent_face_suggests_what_the_app_does() -> None:
    view = MANIFEST["features"]["agent_view"]
    assert view["suggested_prompts"] == prompts.suggested(Texts("en", ZoneInfo("UTC")))
    assert "assistant_view" not in MANIFEST["features"]


def test_home_is_there_and_the_shortcuts_are_those_that_the_app_listens_to() -> None:
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is True
    assert {(one["type"], one["callback_id"]) for one in MANIFEST["features"]["shortcuts"]} == {
        ("global", app.MENU),
        ("message", app.WHY),
    }
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in MANIFEST["features"]["shortcuts"])


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of Slack's manifests is not beside the checkout")
def test_slack_takes_the_manifest() -> None:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema_rs.validate(schema, MANIFEST)

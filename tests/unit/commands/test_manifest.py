"""manifest.yaml asks for what the code uses, and is one that Slack takes."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_sdk import WebClient

import bot
from bot.commands.registry import SUBCOMMANDS
from bot.settings import Settings

ROOT = Path(bot.__file__).parent
MANIFEST = yaml.safe_load((ROOT.parent / "manifest.yaml").read_text(encoding="utf-8"))
SCHEMA = ROOT.parent.parent / "shared" / "slack" / "manifest.schema.json"
SCOPES: dict[str, set[str]] = {
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "auth_test": set(),
    "apps_connections_open": set(),  # by the app-level token
    "api_call": set(),  # by `seatbot check`, of the two above, which need no scope
}


def methods_called() -> set[str]:
    """The methods of the Web API that the product calls; the playground is no part of it."""
    known = {name for name in dir(WebClient) if "_" in name.strip("_") and not name.startswith("_")}
    code = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py") if "playground" not in path.parts)
    return known & set(re.findall(r"\.(\w+)\(", code))


def test_the_scopes_are_those_of_the_methods_called_and_no_more() -> None:
    needed = set[str]().union(*(SCOPES[method] for method in methods_called()))
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}


def test_the_slash_command_is_the_one_that_the_settings_name() -> None:
    [command] = MANIFEST["features"]["slash_commands"]
    assert command["command"] == Settings.model_fields["command"].default
    assert all(one.en in command["usage_hint"] for one in SUBCOMMANDS)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of Slack's manifests is not beside the checkout")
def test_slack_takes_the_manifest() -> None:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(MANIFEST, schema)

"""`seatbot manifest`: the manifest for one deployment."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

import bot
from bot import manifest
from bot.services.errors import BadUrl
from bot.settings import Settings

SCHEMA = Path(bot.__file__).parents[2] / "shared" / "slack" / "manifest.schema.json"


def printed(url: str | None = None, command: str = "/seats") -> Any:
    return yaml.safe_load(manifest.printed(Settings(_env_file=None, SEATBOT_COMMAND=command), url))


def test_without_an_address_socket_mode_is_on_and_slack_sends_nowhere() -> None:
    made = printed()
    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(made)
    assert made == manifest.template()


@pytest.mark.parametrize("url", ["https://seats.example.com", "https://seats.example.com/", "https://x:8443/bot"])
def test_with_an_address_everything_goes_there(url: str) -> None:
    made = printed(url)
    target = url.rstrip("/") + "/slack/events"
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": target,
        "message_menu_options_url": target,
    }
    assert [command["url"] for command in made["features"]["slash_commands"]] == [target]
    assert made["settings"].get("event_subscriptions", {"request_url": target})["request_url"] == target


def test_events_go_there_too() -> None:
    template = manifest.template()
    template["settings"]["event_subscriptions"] = {"bot_events": ["app_home_opened"]}
    made = manifest.deployed(template, "/seats", "https://seats.example.com")
    assert made["settings"]["event_subscriptions"] == {
        "request_url": "https://seats.example.com/slack/events",
        "bot_events": ["app_home_opened"],
    }


def test_the_command_has_the_name_of_the_settings() -> None:
    assert [command["command"] for command in printed(command="/msp-seats")["features"]["slash_commands"]] == [
        "/msp-seats"
    ]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "seats.example.com",
        "http://seats.example.com",
        "https://",
        "https:///x",
        "https://me:pw@seats.example.com",
        "https://seats.example.com/?a=b",
        "https://seats.example.com/#a",
        "https://seats.example.com/a b",
        "https://séats.example.com",
        "https://[seats",
        "https://seats.example.com:port",
        "https://seats.example.com\nx: y",
    ],
)
def test_an_address_that_slack_cannot_send_to_is_refused(url: str) -> None:
    with pytest.raises(BadUrl, match="is no public address"):
        printed(url)


@pytest.mark.parametrize("url", [None, "https://seats.example.com"])
@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of Slack's manifests is not beside the checkout")
def test_slack_takes_what_is_printed(url: str | None) -> None:
    jsonschema_rs.validate(json.loads(SCHEMA.read_text(encoding="utf-8")), printed(url))

"""`seatbot manifest`: the manifest of the Slack app, made for one deployment."""

from pathlib import Path
from typing import Any

import yaml

from bot.services.names import public
from bot.settings import Settings
from bot.surfaces.http import EVENTS

INSTALLED = Path(__file__).parent / "manifest.yaml"
SOURCE = Path(__file__).parent.parent / "manifest.yaml"
"""A checkout has it beside the package, a wheel within."""

Manifest = dict[str, Any]


def printed(settings: Settings, url: str | None) -> str:
    """The manifest as YAML, to be pasted into Slack. Raises BadUrl."""
    return yaml.safe_dump(deployed(template(), settings.command, url), sort_keys=False, allow_unicode=True, width=100)


def template() -> Manifest:
    """The manifest as it comes with the program."""
    path = INSTALLED if INSTALLED.exists() else SOURCE
    manifest: Manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    return manifest


def deployed(manifest: Manifest, command: str, url: str | None) -> Manifest:
    """The manifest with that command's name; where there is a public address, Slack sends to it, else Socket Mode is
    on. Changes what it is given. Raises BadUrl.
    """
    features, settings = manifest["features"], manifest["settings"]
    [slash] = features["slash_commands"]
    slash["command"] = command
    settings["socket_mode_enabled"] = url is None
    if url is not None:
        target = public(url) + EVENTS
        slash["url"] = target
        settings["interactivity"] |= {"request_url": target, "message_menu_options_url": target}
        if "event_subscriptions" in settings:
            settings["event_subscriptions"] = {"request_url": target} | settings["event_subscriptions"]
    return manifest

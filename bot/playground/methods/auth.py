"""auth.test, apps.connections.open, blocks.validate: what needs no scope."""

from collections.abc import Collection
from typing import Any

from bot.playground.blocks_check import blocks_faults, view_faults
from bot.playground.blocks_rules import Fault
from bot.playground.methods.calls import Arguments, Method
from bot.playground.slack import LocalSlack
from bot.playground.wire import Json, SlackError


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


def blocks_validate(slack: LocalSlack, arguments: Arguments) -> Json:
    """Whether Slack takes these `blocks`, this `message` or this `view`; one of the three, as JSON."""
    given = [name for name in ("blocks", "message", "view") if arguments.values.get(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments", ["[ERROR] exactly one of blocks, view or message is required"])
    name = given[0]
    faults = _faults(name, arguments.nested(name, "invalid_arguments"), slack.unknown_blocks)
    if faults:
        raise SlackError(f"invalid_{name}", errors=[_told(fault) for fault in faults])
    return {}


def _faults(name: str, value: Any, unknown: Collection[str]) -> list[Fault]:
    if name == "view":
        return [Fault(fault.pointer.removeprefix("/view"), fault.reason) for fault in view_faults(value, unknown)]
    base = "/blocks" if name == "message" else ""
    blocks = (value or {}).get("blocks") if name == "message" and isinstance(value, dict) else value
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return [Fault(base, "must be a list of blocks")]
    return blocks_faults(blocks, "message", base, unknown)


def _told(fault: Fault) -> Json:
    code = "missing_required_field" if fault.reason.startswith("missing required") else "failed_constraint"
    return {"pointer": fault.pointer, "code": code, "message": fault.reason}


METHODS = {
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(apps_connections_open, by_app_token=True),
    "blocks.validate": Method(blocks_validate),
}

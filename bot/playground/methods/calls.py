"""What every method needs: its arguments, its scopes, the channels and cursors that arguments name."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.playground.slack import LocalSlack
from bot.playground.team import Channel
from bot.playground.wire import Json, SlackError

Item = TypeVar("Item")
READABLE = {"public_channel": "channels", "private_channel": "groups", "im": "im"}


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
        raise missing(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """Whether it is set."""
        value = self.text(name).lower()
        return value in ("1", "true") if value else default

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number of 1 to `most`; raises `invalid_limit`."""
        value = self.text(name)
        if not value:
            return default
        if not value.isdigit() or not 1 <= int(value) <= most:
            raise SlackError("invalid_limit")
        return int(value)

    def nested(self, name: str, error: str) -> Any:
        """A list or object, given as such or as JSON in a string; raises `error` where it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None


Run = Callable[[LocalSlack, Arguments], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A method, and the scopes of which the token needs one; none: every token may call it."""

    run: Run
    scopes: tuple[str, ...] = ()
    by_app_token: bool = False


def missing(name: str) -> SlackError:
    """The refusal of a call that lacks an argument."""
    return SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])


def require(slack: LocalSlack, *scopes: str) -> None:
    """Raise `missing_scope`, with what is needed and what is there, unless the app has one of the scopes."""
    if scopes and not slack.scopes.intersection(scopes):
        provided = ",".join(sorted(slack.scopes))
        raise SlackError("missing_scope", needed=",".join(scopes), provided=provided)


def require_for(slack: LocalSlack, channel: Channel, right: str) -> None:
    """Raise `missing_scope` unless the app may `read` (or see the `history` of) channels of this kind."""
    require(slack, f"{READABLE[channel.kind]}:{right}")


def channel_of(slack: LocalSlack, arguments: Arguments, name: str = "channel") -> Channel:
    """A channel by its id."""
    return slack.channel(arguments.required(name))


def page(items: Sequence[Item], arguments: Arguments, default: int, most: int) -> tuple[Sequence[Item], str]:
    """One page of a list and the cursor of the next, empty at the end; raises `invalid_cursor`, `invalid_limit`."""
    limit, cursor = arguments.number("limit", default, most), arguments.text("cursor")
    start = _position(cursor) if cursor else 0
    if start > len(items):
        raise SlackError("invalid_cursor")
    end = start + limit
    return items[start:end], cursor_to(end) if end < len(items) else ""


def cursor_to(position: int) -> str:
    """A cursor; apps must not read anything into it."""
    return base64.b64encode(f"next:{position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        name, _, value = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
    if name != "next" or not value.isdigit():
        raise SlackError("invalid_cursor")
    return int(value)

"""Modals and Home: who has which open, the stack of three, hashes against races, what was put in.

https://docs.slack.dev/surfaces/modals
"""

import secrets
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from bot.playground.elements import Values, name_all, values
from bot.playground.team import Team
from bot.playground.wire import Json, SlackError

MOST_ON_STACK = 3


@dataclass(frozen=True, slots=True)
class View:
    """One modal, or somebody's Home. `payload` is what the app gave; `changed` what the person put in since.

    `errors` are the app's words by `block_id`; `trouble` is the code of an answer that Slack could not use.
    """

    id: str
    user_id: str
    payload: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    changed: Values = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    trouble: str | None = None
    revision: int = 0

    @property
    def is_home(self) -> bool:
        """Whether it is a Home tab."""
        return bool(self.payload["type"] == "home")

    @property
    def blocks(self) -> list[Json]:
        """Its blocks, each with an id."""
        blocks: list[Json] = self.payload["blocks"]
        return blocks

    def values(self) -> Values:
        """`state.values`: what its elements hold now."""
        return values(self.blocks, self.changed)


class Views:
    """All views that are open. Its owner holds the lock."""

    def __init__(self, clock: Callable[[], datetime], team: Team) -> None:
        self._clock = clock
        self._team = team
        self._numbers = count(1)
        self._names = (f"{number:05d}" for number in count(1))
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}
        self._views: dict[str, View] = {}

    def stack(self, user_id: str) -> list[View]:
        """The modals that a person has open, the one they see last."""
        return [self._views[view_id] for view_id in self._stacks.get(user_id, [])]

    def home(self, user_id: str) -> View | None:
        """A person's Home, once the app has published it."""
        return self._views.get(self._homes.get(user_id, ""))

    def find(self, view_id: str, external_id: str = "") -> View:
        """An open view by either id; raises `not_found`."""
        for view in self._views.values():
            if view.id == view_id or (external_id and view.payload.get("external_id") == external_id):
                return view
        raise SlackError("not_found")

    def open(self, user_id: str, payload: Json) -> View:
        """A first modal: what the person had open is gone."""
        self._check_external_id(payload)
        for view in self.stack(user_id):
            del self._views[view.id]
        self._stacks[user_id] = []
        return self._put(user_id, payload)

    def push(self, user_id: str, payload: Json) -> View:
        """One more over the others; raises `not_found` where there is none, and `push_limit_reached`."""
        stack = self.stack(user_id)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST_ON_STACK:
            raise SlackError("push_limit_reached")
        self._check_external_id(payload)
        return self._put(user_id, payload, stack)

    def publish(self, user_id: str, payload: Json, hash_: str) -> View:
        """A person's Home; raises `hash_conflict`."""
        known = self.home(user_id)
        if known:
            return self.update(known, payload, hash_)
        self._check_external_id(payload)
        view = self._new(user_id, payload)
        self._homes[user_id] = view.id
        return view

    def update(self, view: View, payload: Json, hash_: str = "") -> View:
        """Put other content into a view; what was put into blocks that stay is kept. Raises `hash_conflict`."""
        if hash_ and hash_ != view.hash:
            raise SlackError("hash_conflict")
        self._check_external_id(payload, view.id)
        payload = self._named(payload)
        kinds = {block["block_id"] for block in payload["blocks"]}
        kept = {block_id: held for block_id, held in view.changed.items() if block_id in kinds}
        return self._keep(replace(view, payload=payload, hash=self._hash(), changed=kept, errors={}, trouble=None))

    def hold(self, view: View, block_id: str, action_id: str, holding: Json) -> View:
        """Note what a person put into an element."""
        changed = deepcopy(view.changed)
        changed.setdefault(block_id, {})[action_id] = holding
        return self._keep(replace(view, changed=changed))

    def refuse(self, view: View, errors: Mapping[str, str], trouble: str | None = None) -> View:
        """Show the app's errors, or that its answer was of no use."""
        return self._keep(replace(view, errors=dict(errors), trouble=trouble))

    def close(self, view: View) -> None:
        """A view is gone; the one below it shows."""
        stack = self._stacks.get(view.user_id, [])
        if view.id in stack:
            stack.remove(view.id)
        self._views.pop(view.id, None)

    def clear(self, user_id: str) -> None:
        """All of a person's modals are gone."""
        for view in self.stack(user_id):
            self.close(view)

    def _put(self, user_id: str, payload: Json, stack: list[View] | None = None) -> View:
        view = self._new(user_id, payload, stack)
        self._stacks.setdefault(user_id, []).append(view.id)
        return view

    def _new(self, user_id: str, payload: Json, stack: list[View] | None = None) -> View:
        view_id = f"V0LOCAL{next(self._numbers):04d}"
        root, previous = (stack[0].id, stack[-1].id) if stack else (view_id, None)
        return self._keep(View(view_id, user_id, self._named(payload), self._hash(), root, previous))

    def _keep(self, view: View) -> View:
        self._views[view.id] = view = replace(view, revision=view.revision + 1)
        return view

    def _named(self, payload: Json) -> Json:
        payload = deepcopy(payload)
        name_all(payload["blocks"], self._names)
        return payload

    def _hash(self) -> str:
        return f"{int(self._clock().timestamp())}.{secrets.token_hex(4)}"

    def _check_external_id(self, payload: Json, own: str = "") -> None:
        external_id = payload.get("external_id")
        taken = (view for view in self._views.values() if view.id != own)
        if external_id and any(view.payload.get("external_id") == external_id for view in taken):
            raise SlackError("duplicate_external_id")


def as_view(team: Team, view: View) -> Json:
    """Slack's view object, as in payloads and answers."""
    payload = view.payload
    body: Json = {
        "id": view.id,
        "team_id": team.id,
        "type": payload["type"],
        "blocks": payload["blocks"],
        "private_metadata": payload.get("private_metadata", ""),
        "callback_id": payload.get("callback_id", ""),
        "state": {"values": view.values()},
        "hash": view.hash,
        "title": payload.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": payload.get("clear_on_close", False),
        "notify_on_close": payload.get("notify_on_close", False),
        "close": payload.get("close"),
        "submit": payload.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": team.app_id,
        "external_id": payload.get("external_id", ""),
        "app_installed_team_id": team.id,
        "bot_id": team.bot_id,
    }
    return body

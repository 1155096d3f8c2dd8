"""Home, person by person: published when it is opened, and after what its owner changed.

https://docs.slack.dev/surfaces/app-home
"""

import secrets
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import Any

import structlog
from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlmodel import Session

from bot.asked import Asked
from bot.clock import Clock
from bot.commands import home
from bot.commands.call import Call
from bot.services import workspaces
from bot.services.errors import Refusal, TeamUnbound
from bot.surfaces import windows
from bot.surfaces.people import Kept
from bot.views.slack import home as home_view
from bot.views.slack import refusal as refusal_view
from bot.views.slack.answer import Answer
from bot.views.slack.modal import View

log = structlog.get_logger(__name__)
OPEN_FOR = timedelta(hours=12)
"""So long after somebody opened Home they may see it still."""
MOST_KEPT = 10_000


class Homes:
    """Whose Home is open, as far as this process knows, and what the block of pickers is called in each.

    A picker tells only of a choice that differs from the one before, so that whoever looks for the same account twice
    would be told nothing the second time: once something was picked, the pickers stand in a block of another name, in
    which nothing is chosen. Otherwise they keep it, and with it what somebody is typing.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._open: Kept[str] = Kept(clock, OPEN_FOR, MOST_KEPT)
        self._later = ThreadPoolExecutor(1, thread_name_prefix="home")
        self._waiting: set[str] = set()
        self._lock = Lock()

    def open(self, asked: Asked, client: WebClient, person: str, seen: Mapping[str, Any] | None) -> None:
        """Publish the Home that somebody opened, as `publish`, but once Slack has its answer: with many people Home
        takes longer than that may. However often they open it meanwhile, it is made once."""
        if asked.call is None:
            return self.publish(asked, client, person, seen)
        self._pickers(person)
        with self._lock:
            if person in self._waiting:
                return None
            self._waiting.add(person)
        self._later.submit(self._opened, asked, asked.call, client, seen)
        return None

    def _opened(self, asked: Asked, call: Call, client: WebClient, seen: Mapping[str, Any] | None) -> None:
        with self._lock:
            self._waiting.discard(call.actor)
        self._anew(asked, call, client, seen)

    def publish(self, asked: Asked, client: WebClient, person: str, seen: Mapping[str, Any] | None = None) -> None:
        """Publish somebody's Home in the place of the one that they see, if that is known.

        Where another one took that place meanwhile, what is true by now takes its place; where Slack does not take the
        newer blocks, it is published without.
        """
        pickers = self._pickers(person)
        native: Collection[str] = asked.call.native if asked.call else ()
        hash_ = (seen or {}).get("hash")
        refused = windows.publish(client, person, view(asked, native, pickers), hash_)
        if refused == windows.CONFLICT:
            refused = windows.publish(client, person, view(asked, native, pickers), None)
        if refused and refused != windows.UNTOLD and native:
            windows.publish(client, person, view(asked, (), pickers), None)

    def _pickers(self, person: str) -> str:
        """What the block of pickers is called in somebody's Home, which is open from now on."""
        return self._open.put(person, self._open.get(person) or home_view.PICKERS)

    def refresh(
        self,
        asked: Asked,
        client: WebClient,
        answer: Answer | None,
        seen: Mapping[str, Any] | None = None,
        *,
        settles: bool = False,
        picks: bool = False,
    ) -> None:
        """Publish Home anew after its owner changed something, `settles` what waited there, or `picks` something in it,
        if they have it open; `seen` is the view in which they did. Nobody waits for that: with many people it takes
        longer than an answer may."""
        is_home = seen is not None and seen["type"] == "home"
        picks = picks and is_home
        if asked.call is None or answer is None or not (answer.change is not None or settles or picks):
            return
        if picks:
            self._open.put(asked.call.actor, f"{home_view.PICKERS}_{secrets.token_hex(4)}")
        if is_home or self._open.get(asked.call.actor):
            self._later.submit(self._anew, asked, asked.call, client, seen if is_home else None)

    def _anew(self, asked: Asked, call: Call, client: WebClient, seen: Mapping[str, Any] | None) -> None:
        """Publish Home of what is true now."""
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                now = replace(call, session=session, workspace=workspaces.by_id(session, call.workspace.id))
                self.publish(replace(asked, call=now), client, call.actor, seen)
        except Exception:  # it is made anew when it is opened
            log.exception("Home was not made anew")


def view(asked: Asked, native: Collection[str], pickers: str) -> View:
    """Somebody's Home, its pickers in a block of that name, or what they are refused with."""
    try:
        if asked.call is None:
            raise TeamUnbound(team=asked.team)
        return home.home(asked.call, native, pickers)
    except Refusal as refusal:
        return home_view.refused(refusal_view.refused(asked.reader, refusal, asked.root))

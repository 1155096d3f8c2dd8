"""What people do with buttons, menus and modals: press, choose, search, fill in, submit, close."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground import elements, payloads, submissions
from bot.playground.answers import Asked
from bot.playground.delivery import Envelope
from bot.playground.elements import NoSuchElementError
from bot.playground.files import File
from bot.playground.messages import Message
from bot.playground.state import State
from bot.playground.team import Person
from bot.playground.views import View
from bot.playground.wire import Json

MOST_OFFERS = 1_000  # what was offered and chosen on messages; the oldest goes first
MOST_QUERIES = 1_000
"""What was offered for so many queries of a menu can still be chosen: of several, each is found by its own."""
LEAST_QUERY = 3
"""An external menu asks its app from so many characters on, unless it says otherwise."""


class NoSuchButtonError(NoSuchElementError):
    """There is no such button on what the person sees."""


class Presses(State):
    """A `place` is the timestamp of a message or the id of a modal or Home."""

    def press(
        self, user_id: str, place: str, action_id: str, value: str | None = None, block_id: str | None = None
    ) -> Envelope:
        """Press a button as this person; raises NoSuchButtonError where they see none of that action (and value)."""
        with self.changed:
            person = self.person(user_id)
            blocks = self._blocks(user_id, place)
            found = [
                (block, pressed)
                for block, element in elements.elements(blocks)
                for pressed in _pressable(element)
                if pressed.get("action_id") == action_id
                and value in (None, pressed.get("value"))
                and block_id in (None, block["block_id"])
            ]
            if not found:
                raise NoSuchButtonError(f"{person.name} sees no button {action_id!r} at {place}")
            block, pressed = found[0]
            return self._act(person, place, elements.action(block, pressed, None, self.conversations.ts()))

    def choose(
        self,
        user_id: str,
        place: str,
        action_id: str,
        value: Any = None,
        values: Sequence[Any] | None = None,
        block_id: str | None = None,
    ) -> Envelope | None:
        """Choose in a menu, a picker, radio buttons or checkboxes, or type into an input.

        `value` is the option's value, or the id, date (`2026-11-03`), time (`14:30`), instant (seconds) or text;
        `values` the several of a multiple choice, `None` for both empties it. An input of a modal only keeps it (gives
        None) unless it has `dispatch_action`. Raises NoSuchElementError.
        """
        with self.changed:
            person = self.person(user_id)
            block, element = elements.find(self._blocks(user_id, place), action_id, block_id)
            offered = self._offers(user_id, place, block, element)
            held = elements.chosen(element, value if values is None else list(values), offered)
            if element["type"] not in elements.WITHOUT_STATE:
                self._hold(user_id, place, block["block_id"], action_id, elements.holding(element, held))
            if block["type"] == "input" and not block.get("dispatch_action"):
                self._notify()
                return None
            return self._act(person, place, elements.action(block, element, held, self.conversations.ts()))

    def options(
        self, user_id: str, place: str, action_id: str, query: str, block_id: str | None = None
    ) -> Envelope | None:
        """Ask the app for the options of an external menu; `offered` gives them once it has answered.

        None, and nothing asked, where the query is shorter than the menu's `min_query_length`.
        """
        with self.changed:
            person = self.person(user_id)
            block, element = elements.find(self._blocks(user_id, place), action_id, block_id)
            if element["type"] not in elements.EXTERNAL:
                raise NoSuchElementError(f"{action_id!r} is no external menu")
            if len(query) < element.get("min_query_length", LEAST_QUERY):
                return None
            asked = Asked(user_id, self._channel_id(user_id, place))
            key = (user_id, place, block["block_id"], action_id)
            self._offered[key] = [*self._offered.pop(key, [])[-MOST_QUERIES:], asked.offered]
            while len(self._offered) > MOST_OFFERS:
                del self._offered[next(iter(self._offered))]
            payload = payloads.block_suggestion(
                self.team, person, self._where(user_id, place), block["block_id"], action_id, query
            )
            return self._send("interactive", payload, asked)

    def submit(self, user_id: str, view_id: str, values: Mapping[str, Any] | None = None) -> Envelope:
        """Submit a modal, with more put in: `values` by `block_id` or `action_id`, as `choose` takes them.

        Raises submissions.NotSubmittableError where a required input is empty or one is malformed: Slack asks no app
        then. The app's own errors are in the view's `errors` once it has answered.
        """
        with self.changed:
            person, view = self.person(user_id), self._modal(user_id, view_id)
            if not view.payload.get("submit"):
                raise NoSuchElementError("the modal has no submit button")
            for name, value in (values or {}).items():
                block, element = submissions.input_of(view, name)
                held = elements.chosen(element, value, self._offers(user_id, view_id, block, element))
                if element["type"] == "file_input":
                    held = [self.as_file(self.files.find(one.id if isinstance(one, File) else one)) for one in held]
                view = self.views.hold(view, block["block_id"], element["action_id"], elements.holding(element, held))
            submissions.check(view)
            self.views.refuse(view, {})
            view = self.views.find(view_id)
            payload = payloads.view_submission(
                self.team, person, view, self.triggers.issue(user_id, view_id), self._response_urls_of(view)
            )
            pressed = (view_id, "", "submit")
            asked = Asked(user_id, self._channel_id(user_id, view_id), pressed, view_id=view_id, is_submission=True)
            return self._send("interactive", payload, asked)

    def close_view(self, user_id: str, view_id: str, *, everything: bool = False) -> Envelope | None:
        """Dismiss a modal: the one below shows, or none where it says so or `everything` goes.

        Gives the envelope of `view_closed` where the app wants to hear of it.
        """
        with self.changed:
            person, view = self.person(user_id), self._modal(user_id, view_id)
            if view.payload.get("clear_on_close") or everything:
                self.views.clear(user_id)
            else:
                self.views.close(view)
            self._notify()
            if not view.payload.get("notify_on_close"):
                return None
            payload = payloads.view_closed(self.team, person, view, is_cleared=everything)
            return self._send("interactive", payload)

    def offered(self, envelope: Envelope) -> list[Json]:
        """The options, or groups of options, that the app answered for an external menu."""
        with self.changed:
            asked = self._answers.asked(envelope)
            return list(asked.offered) if asked else []

    # Within the lock

    def _act(self, person: Person, place: str, action: Json) -> Envelope:
        """Send `block_actions` for what was done at a place."""
        where = self._where(person.id, place)
        pressed = (place, action["block_id"], action["action_id"])
        channel_id, key = self._channel_id(person.id, place), ""
        if not _is_view(place):
            key = self._response_urls.issue(channel_id, person.id, place)
            where["response_url"] = self._response_url("actions", key)
        view_id = place if _is_view(place) else None
        trigger = self.triggers.issue(person.id, view_id)
        payload = payloads.block_actions(self.team, person, where, action, trigger)
        return self._send("interactive", payload, Asked(person.id, channel_id, pressed, key))

    def _where(self, user_id: str, place: str) -> Json:
        if _is_view(place):
            return payloads.on_view(self.team, self._view(user_id, place))
        message = self._message(user_id, place)
        held = elements.values(message.blocks, self._held.get((user_id, place), {}))
        channel = self.channel(message.channel_id, user_id)
        return payloads.on_message(self.team, channel, self.as_message(message), message, held)

    def _blocks(self, user_id: str, place: str) -> list[Json]:
        return self._view(user_id, place).blocks if _is_view(place) else self._message(user_id, place).blocks

    def _offers(self, user_id: str, place: str, block: Json, element: Json) -> list[Json]:
        """What can be chosen in an external menu: what the app offered, and what is chosen in it already."""
        if element["type"] not in elements.EXTERNAL:
            return []
        block_id, action_id = block["block_id"], element["action_id"]
        offered = [one for some in self._offered.get((user_id, place, block_id, action_id), []) for one in some]
        changed = self._view(user_id, place).changed if _is_view(place) else self._held.get((user_id, place), {})
        held = elements.values([block], changed)[block_id][action_id][elements.HOLDS[element["type"]]] or []
        return [*offered, *(held if isinstance(held, list) else [held])]

    def _message(self, user_id: str, ts: str) -> Message:
        message = self.conversations.find_anywhere(ts, user_id)
        if message is None:
            raise NoSuchButtonError(f"{user_id} sees no message {ts}")
        self.channel(message.channel_id, user_id)
        return message

    def _view(self, user_id: str, view_id: str) -> View:
        seen = [*self.views.stack(user_id)[-1:], self.views.home(user_id)]
        for view in seen:
            if view and view.id == view_id:
                return view
        raise NoSuchButtonError(f"{user_id} does not see {view_id}")

    def _modal(self, user_id: str, view_id: str) -> View:
        view = self._view(user_id, view_id)
        if view.is_home:
            raise NoSuchElementError("Home cannot be submitted or closed")
        return view

    def _hold(self, user_id: str, place: str, block_id: str, action_id: str, holding: Json) -> None:
        if _is_view(place):
            self.views.hold(self._view(user_id, place), block_id, action_id, holding)
            return
        self._held.setdefault((user_id, place), {}).setdefault(block_id, {})[action_id] = holding
        while len(self._held) > MOST_OFFERS:
            del self._held[next(iter(self._held))]

    def _channel_id(self, user_id: str, place: str) -> str:
        """Where a person is told of a failure: at the message, or in the direct message with the app."""
        message = None if _is_view(place) else self.conversations.find_anywhere(place, user_id)
        if message:
            return message.channel_id
        direct = self.direct_message(user_id)
        return direct.id if direct else ""

    def _response_urls_of(self, view: View) -> list[Json]:
        """Addresses for the conversations that a modal let choose for its answer."""
        found: list[Json] = []
        for block, element in elements.elements(view.blocks):
            if not element.get("response_url_enabled"):
                continue
            held = view.values()[block["block_id"]][element["action_id"]]
            channel_id = held.get("selected_conversation") or held.get("selected_channel")
            if channel_id:
                url = self._response_url("app", self._response_urls.issue(channel_id, view.user_id))
                ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                found.append(ids | {"channel_id": channel_id, "response_url": url})
        return found


def _is_view(place: str) -> bool:
    return place.startswith("V")


def _pressable(element: Json) -> list[Json]:
    """A button as it is; feedback buttons as the two that they are."""
    if element["type"] in elements.PRESSED:
        return [element]
    if element["type"] == "feedback_buttons":
        ids = {"type": "feedback_buttons", "action_id": element["action_id"]}
        return [ids | element["positive_button"], ids | element["negative_button"]]
    return []

"""The elements that a person acts on: where they stand, what an action carries, what they hold as state.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload and /view-interactions-payload
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.playground.wire import Json

# What an element of each type holds: the name of the field in payloads.
ONE_OPTION = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "overflow": "selected_option",
    "radio_buttons": "selected_option",
}
MANY_OPTIONS = {
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
}
ONE = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
}
MANY = {
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "file_input": "files",
}
HOLDS = ONE_OPTION | MANY_OPTIONS | ONE | MANY
EXTERNAL = {"external_select", "multi_external_select"}
PRESSED = {"button", "icon_button", "workflow_button"}
WITHOUT_STATE = {"overflow"}
INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "value": "initial_value",
    "rich_text_value": "initial_value",
}
SHOWN_WITH_ACTION = ("text", "value", "style", "placeholder", "initial_date", "initial_time", "initial_option")

Values = dict[str, dict[str, Json]]


class NoSuchElementError(LookupError):
    """There is no such button or menu, or no such choice in it, on what the person sees."""


def elements(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Each element that can be acted on, with its block; those within containers and cards too."""
    for block in blocks:
        yield from ((block, element) for element in _of(block) if element.get("type") in _ACTED_ON)
        yield from elements(_within(block))


def name_all(blocks: list[Json], new_name: Iterator[str]) -> None:
    """Give every block and element without an id one, as Slack does."""
    for block in blocks:
        block["block_id"] = block.get("block_id") or f"b{next(new_name)}"
        name_all(_within(block), new_name)
    for _, element in elements(blocks):
        element["action_id"] = element.get("action_id") or f"a{next(new_name)}"


def find(blocks: Sequence[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json]:
    """The first element of that action (in that block); raises NoSuchElementError."""
    for block, element in elements(blocks):
        if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
            return block, element
    raise NoSuchElementError(action_id)


def chosen(element: Json, value: object, offered: Sequence[Json] = ()) -> Any:
    """What the element holds after this choice: an option for the `value` of one, else the value itself.

    `offered` are the options that an app offered for an external menu. Raises NoSuchElementError for a choice that
    there is not.
    """
    kind = element["type"]
    if kind in ONE_OPTION:
        return None if value is None else _option(element, value, offered)
    if kind in MANY_OPTIONS:
        return [_option(element, one, offered) for one in _many(value)]
    if kind in MANY:
        return _many(value)
    if kind in ONE:
        return value
    raise NoSuchElementError(f"{kind} takes no choice")


def action(block: Json, element: Json, held: object, action_ts: str) -> Json:
    """One entry of `actions` in a payload: what was pressed or chosen, where, when."""
    kind = element["type"]
    body: Json = {key: element[key] for key in SHOWN_WITH_ACTION if key in element and kind != "plain_text_input"}
    if kind in HOLDS:
        body[HOLDS[kind]] = held
    return (
        {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
        | body
        | {"action_ts": action_ts}
    )


def values(blocks: Iterable[Json], changed: Values) -> Values:
    """`state.values`: what every element holds, its initial value where nothing was chosen."""
    held: Values = {}
    for block, element in elements(blocks):
        kind = element["type"]
        if kind not in HOLDS or kind in WITHOUT_STATE:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        known = changed.get(block_id, {}).get(action_id)
        held.setdefault(block_id, {})[action_id] = known or holding(element, initial(element))
    return held


def holding(element: Json, held: object) -> Json:
    """One entry of `state.values`."""
    return {"type": element["type"], HOLDS[element["type"]]: held}


def initial(element: Json) -> Any:
    """What an element holds before anybody touched it."""
    kind = element["type"]
    if kind in MANY_OPTIONS or kind in MANY:
        return element.get(INITIAL.get(HOLDS[kind], ""), [])
    return element.get(INITIAL[HOLDS[kind]])


def options(element: Json) -> list[Json]:
    """All options of a menu, those of its groups too."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


_ACTED_ON = {*HOLDS, *PRESSED, "feedback_buttons"}


def _of(block: Json) -> list[Json]:
    found = [*block.get("elements", []), block.get("accessory"), block.get("element"), *block.get("actions", [])]
    return [element for element in found if isinstance(element, dict)]


def _within(block: Json) -> list[Json]:
    if block.get("type") == "carousel":
        return block.get("elements") or []
    return block.get("child_blocks") or []


def _option(element: Json, value: object, offered: Sequence[Json]) -> Json:
    for option in offered if element["type"] in EXTERNAL else options(element):
        if option.get("value") == value:
            return option
    raise NoSuchElementError(f"no option {value!r}")


def _many(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]

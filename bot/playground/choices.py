"""What a select, radio buttons, checkboxes or an overflow menu offer, and what is chosen at first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.playground.wire import Json

Named = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: `text` and `description` are text objects."""

    value: str
    text: Json
    description: Json | None = None
    url: str | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Options under a label; without one they stand alone."""

    label: Json | None
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Offer:
    """All that an element offers. `min_query` is how many characters an app wants before it is asked, else None."""

    groups: list[Group]
    is_multiple: bool = False
    most: int | None = None
    min_query: int | None = None

    @property
    def chosen(self) -> list[Choice]:
        """What is chosen at first."""
        return [choice for group in self.groups for choice in group.choices if choice.is_chosen]


def offer(element: Json, people: Named, channels: Named) -> Offer:
    """What an element offers to a person who sees these people and channels, as ids with names."""
    kind = element["type"].removeprefix("multi_")
    if kind == "external_select":
        found = [Group(None, [_choice(option, [option["value"]]) for option in _initial(element)])]
        min_query = int(element.get("min_query_length", 3))
    else:
        found, min_query = list(_groups(element, kind, people, channels)), None
    return Offer(found, element["type"].startswith("multi_"), element.get("max_selected_items"), min_query)


def options_of(answer: Json) -> list[Group]:
    """What an app answered to the question for options: `options` or `option_groups`."""
    return list(_groups({"type": "static_select", **answer}, "static_select", (), ()))


def _groups(element: Json, kind: str, people: Named, channels: Named) -> Iterable[Group]:
    chosen = [option["value"] if isinstance(option, dict) else option for option in _initial(element)]
    named = {"users_select": people, "channels_select": channels, "conversations_select": [*channels, *people]}
    if kind in named:
        yield Group(None, [Choice(id_, _plain(name), is_chosen=id_ in chosen) for id_, name in named[kind]])
        return
    for group in element.get("option_groups") or ():
        yield Group(group["label"], [_choice(option, chosen) for option in group["options"]])
    if element.get("options"):
        yield Group(None, [_choice(option, chosen) for option in element["options"]])


def _choice(option: Json, chosen: Sequence[str]) -> Choice:
    value = option.get("value", "")
    return Choice(value, option["text"], option.get("description"), option.get("url"), value in chosen)


def _initial(element: Json) -> list[Any]:
    """Every `initial_…` of an element: one or several options or ids."""
    found: list[Any] = []
    for name in ("option", "user", "channel", "conversation"):
        found += element.get(f"initial_{name}s") or []
        found += [element[f"initial_{name}"]] if element.get(f"initial_{name}") else []
    return found


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}

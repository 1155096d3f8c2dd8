"""What Slack's client looks at before it submits a modal: required inputs, lengths, forms."""

import re
from collections.abc import Iterator
from typing import Any

from bot.playground.elements import HOLDS, NoSuchElementError
from bot.playground.views import View
from bot.playground.wire import Json

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")
MOST_FILES = 10
LONGEST_TEXT = 3_000


class NotSubmittableError(ValueError):
    """The modal stays open; `errors` say why, by `block_id`: `required`, `too_short`, `too_long`, `not_email`,
    `not_url`, `not_number`, `out_of_range`, `too_many`."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(f"{block_id}: {why}" for block_id, why in errors.items()))
        self.errors = errors


def input_of(view: View, name: str) -> tuple[Json, Json]:
    """The input block whose `block_id`, or whose element's `action_id`, is the name; raises NoSuchElementError."""
    inputs = list(_inputs(view))
    for block, element in inputs:
        if block["block_id"] == name:
            return block, element
    for block, element in inputs:
        if element["action_id"] == name:
            return block, element
    raise NoSuchElementError(name)


def check(view: View) -> None:
    """Raise NotSubmittableError where the person would be asked to look again."""
    held = view.values()
    errors: dict[str, str] = {}
    for block, element in _inputs(view):
        value = held[block["block_id"]][element["action_id"]][HOLDS[element["type"]]]
        if value in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = "required"
        elif why := _fault(element, value):
            errors[block["block_id"]] = why
    if errors:
        raise NotSubmittableError(errors)


def _inputs(view: View) -> Iterator[tuple[Json, Json]]:
    return ((block, block["element"]) for block in view.blocks if block["type"] == "input")


def _fault(element: Json, value: Any) -> str:
    match element["type"]:
        case "plain_text_input":
            return _length(value, element.get("min_length", 0), element.get("max_length", LONGEST_TEXT))
        case "email_text_input":
            return "" if EMAIL.fullmatch(value) else "not_email"
        case "url_text_input":
            return "" if URL.fullmatch(value) else "not_url"
        case "number_input":
            return _number(element, value)
        case "file_input":
            return "too_many" if len(value) > element.get("max_files", MOST_FILES) else ""
    most = element.get("max_selected_items")
    return "too_many" if most and len(value) > most else ""


def _length(value: str, least: int, most: int) -> str:
    return "too_short" if len(value) < least else "too_long" if len(value) > most else ""


def _number(element: Json, value: str) -> str:
    try:
        number = float(value) if element.get("is_decimal_allowed") else int(value)
    except ValueError:
        return "not_number"
    least, most = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    return "" if least <= number <= most else "out_of_range"

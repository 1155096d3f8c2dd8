"""Holds blocks and views, whose shape is right already, against the tables of blocks_limits.py."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground import elements
from bot.playground.blocks_limits import (
    ANYWHERE,
    COUNTS,
    ELEMENTS_OF_MODALS,
    FORMS,
    LENGTHS,
    MOST_BLOCKS,
    MOST_CELLS,
    MOST_MARKDOWN_CHARACTERS,
    MOST_OF_A_KIND,
    MOST_OPTIONS,
    MOST_TABLE_CHARACTERS,
    RANGES,
    TAKEN,
    VIEW_LENGTHS,
)
from bot.playground.wire import Json

TEXT_OBJECTS = ("plain_text", "mrkdwn")
EMPTY = "must be more than 0 characters"
# What a node is by the field that it stands in, where its own `type` does not say it.
ROLES = {
    "confirm": "confirm",
    "options": "option",
    "initial_option": "option",
    "initial_options": "option",
    "option_groups": "option_group",
    "fields": "field",
    "positive_button": "feedback",
    "negative_button": "feedback",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: a JSON pointer."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"[ERROR] {self.reason} [json-pointer:{self.pointer}]"


def faults_of_blocks(blocks: list[Json], surface: str, base: str) -> Iterator[Fault]:
    """Every length, count and place of blocks that Slack would refuse on a surface (`message`, `modal`, `home`)."""
    if len(blocks) > MOST_BLOCKS[surface]:
        yield Fault(base, f"no more than {MOST_BLOCKS[surface]} items allowed")
    yield from _faults_of_totals(blocks, base)
    yield from _doubles(base, "block_id", list(_all_blocks(blocks)))
    if sum(bool(element.get("focus_on_load")) for _, element in elements.elements(blocks)) > 1:
        yield Fault(base, "only one element can have focus_on_load set to true")
    for index, block in enumerate(blocks):
        yield from _faults_of_block(f"{base}/{index}", block, surface)


def faults_of_view(view: Json) -> Iterator[Fault]:
    """Every length of a view's own fields, and what it needs: a submit button for inputs."""
    for name, most in VIEW_LENGTHS.items():
        yield from _faults_of_text(f"/view/{name}", most, view.get(name))
        if isinstance(view.get(name), dict) and not view[name]["text"]:
            yield Fault(f"/view/{name}/text", EMPTY)
    inputs = any(block.get("type") == "input" for block in view["blocks"])
    if view["type"] == "modal" and inputs and not view.get("submit"):
        yield Fault("/view", "missing required field: submit, as there is an input among the blocks")


def faults_of_options(answer: Json) -> Iterator[Fault]:
    """What is wrong with the options that an app offers for an external menu."""
    options, groups = answer.get("options"), answer.get("option_groups")
    if (options is None) == (groups is None):
        yield Fault("", "must define either `options` or `option_groups`")
        return
    for name, given in (("options", options), ("option_groups", groups)):
        if given is not None and not (isinstance(given, list) and all(isinstance(one, dict) for one in given)):
            yield Fault(f"/{name}", "must be a list of objects")
            return
    if options is not None:
        yield from _faults_of_offered("/options", options)
    for index, group in enumerate(groups or []):
        pointer, inner = f"/option_groups/{index}", group.get("options")
        if not isinstance(group.get("label"), dict):
            yield Fault(pointer, "missing required field: label")
        if not isinstance(inner, list) or not all(isinstance(one, dict) for one in inner):
            yield Fault(pointer, "missing required field: options")
        else:
            yield from _faults_of_offered(f"{pointer}/options", inner)


def _faults_of_offered(pointer: str, options: list[Json]) -> Iterator[Fault]:
    if len(options) > MOST_OPTIONS:
        yield Fault(pointer, f"no more than {MOST_OPTIONS} items allowed")
    for index, option in enumerate(options):
        text = option.get("text")
        if not isinstance(text, dict) or not isinstance(text.get("text"), str):
            yield Fault(f"{pointer}/{index}", "missing required field: text")
        elif not isinstance(option.get("value"), str):
            yield Fault(f"{pointer}/{index}", "missing required field: value")
        else:
            yield from _faults_of_node(f"{pointer}/{index}", "option", option)


def _faults_of_block(pointer: str, block: Json, surface: str) -> Iterator[Fault]:
    if block["type"] not in TAKEN[surface]:
        yield Fault(f"{pointer}/type", f"unsupported type: {block['type']}")
        return
    yield from _faults_of_node(pointer, block["type"], block)
    acted_on = [element for _, element in elements.elements([{**block, "child_blocks": []}])]
    yield from _doubles(pointer, "action_id", acted_on)
    for element in acted_on:
        if surface != "modal" and element["type"] in ELEMENTS_OF_MODALS:
            yield Fault(f"{pointer}/element", f"unsupported type: {element['type']}")
    yield from _faults_of_kind(pointer, block)
    for index, child in enumerate(block.get("child_blocks", [])):
        yield from _faults_of_block(f"{pointer}/child_blocks/{index}", child, surface)


def _all_blocks(blocks: Iterable[Json]) -> Iterator[Json]:
    for block in blocks:
        yield block
        yield from _all_blocks(block.get("child_blocks", []))


def _faults_of_totals(blocks: list[Json], base: str) -> Iterator[Fault]:
    kinds = Counter(block["type"] for block in blocks)
    for kind, most in MOST_OF_A_KIND.items():
        if kinds[kind] > most:
            yield Fault(base, f"no more than {most} {kind} allowed")
    cells = [
        cell for block in blocks if block["type"] in ("table", "data_table") for row in block["rows"] for cell in row
    ]
    if sum(map(len, _texts(cells))) > MOST_TABLE_CHARACTERS:
        yield Fault(base, f"tables hold more than {MOST_TABLE_CHARACTERS} characters together")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN_CHARACTERS:
        yield Fault(base, f"markdown blocks hold more than {MOST_MARKDOWN_CHARACTERS} characters together")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        yield from _texts([value for value in node.values() if isinstance(value, dict | list)])


def _doubles(pointer: str, name: str, nodes: Iterable[Json]) -> Iterator[Fault]:
    for value, times in Counter(node[name] for node in nodes if node.get(name)).items():
        if times > 1:
            yield Fault(pointer, f"{name} {value!r} already exists")


def _faults_of_node(pointer: str, kind: str, node: Json) -> Iterator[Fault]:
    """The tables, for a node and all below it; the blocks within a container are looked at on their own."""
    if node.get("type") in TEXT_OBJECTS and not node["text"]:
        yield Fault(f"{pointer}/text", EMPTY)
    for name, value in node.items():
        here = f"{pointer}/{name}"
        yield from _faults_of_text(here, LENGTHS.get((kind, name)) or ANYWHERE.get(name), value)
        yield from _faults_of_value(here, kind, name, value)
        if name == "child_blocks":
            continue
        for place, below in _below(here, value):
            yield from _faults_of_node(place, _kind_of(name, below), below)


def _faults_of_value(pointer: str, kind: str, name: str, value: Any) -> Iterator[Fault]:
    if isinstance(value, list) and (kind, name) in COUNTS:
        fewest, most = COUNTS[kind, name]
        if len(value) < fewest:
            yield Fault(pointer, f"must be at least {fewest} item(s)")
        if len(value) > most:
            yield Fault(pointer, f"no more than {most} items allowed")
    if (kind, name) in RANGES:
        least, greatest = RANGES[kind, name]
        if not least <= value <= greatest:
            yield Fault(pointer, f"must be {least} to {greatest}")
    if name in FORMS and isinstance(value, str) and not re.fullmatch(FORMS[name][0], value):
        yield Fault(pointer, FORMS[name][1])
    if (kind == "input" and name == "element") or (kind == "section" and name == "accessory"):
        yield from _faults_of_choices(pointer, value)
    if kind == "actions" and name == "elements":
        for index, element in enumerate(value):
            yield from _faults_of_choices(f"{pointer}/{index}", element)


def _faults_of_choices(pointer: str, element: Json) -> Iterator[Fault]:
    """A static menu has options or groups of them, and begins with some of these."""
    if element.get("type") in ("static_select", "multi_static_select"):
        if ("options" in element) == ("option_groups" in element):
            yield Fault(pointer, "must define either `options` or `option_groups`")
            return
    elif element.get("type") not in ("radio_buttons", "checkboxes"):
        return
    known = [option.get("value") for option in elements.options(element)]
    first = element.get("initial_option")
    for name, options in (
        ("initial_option", [first] if first else []),
        ("initial_options", element.get("initial_options", [])),
    ):
        if any(option.get("value") not in known for option in options):
            yield Fault(f"{pointer}/{name}", "must match one of the options")


def _below(pointer: str, value: Any) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        yield pointer, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _below(f"{pointer}/{index}", item)


def _kind_of(name: str, node: Json) -> str:
    # `confirm` is also the name of a text within the confirmation, which is a text object.
    if name == "confirm" and node.get("type") == "plain_text":
        return "plain_text"
    return ROLES.get(name) or str(node.get("type"))


def _faults_of_text(pointer: str, most: int | None, value: Any) -> Iterator[Fault]:
    is_object = isinstance(value, dict) and value.get("type") in TEXT_OBJECTS
    text = value["text"] if is_object else value
    if most is not None and isinstance(text, str) and len(text) > most:
        yield Fault(f"{pointer}/text" if is_object else pointer, f"must be less than {most + 1} characters")


def _faults_of_kind(pointer: str, block: Json) -> Iterator[Fault]:
    match block["type"]:
        case "section" if not block.get("text") and not block.get("fields"):
            yield Fault(pointer, "must define either `text` or `fields`")
        case "table":
            yield from _faults_of_cells(pointer, block["rows"])
        case "data_table":
            yield from _faults_of_cells(pointer, block["rows"])
            yield from _faults_of_data_table(pointer, block)
        case "data_visualization":
            yield from _faults_of_chart(f"{pointer}/chart", block["chart"])


def _faults_of_cells(pointer: str, rows: list[list[Json]]) -> Iterator[Fault]:
    for number, row in enumerate(rows):
        if not 1 <= len(row) <= MOST_CELLS:
            yield Fault(f"{pointer}/rows/{number}", f"must be 1 to {MOST_CELLS} cells")
        for column, cell in enumerate(row):
            if cell["type"] == "raw_text" and not cell["text"]:
                yield Fault(f"{pointer}/rows/{number}/{column}/text", EMPTY)


def _faults_of_data_table(pointer: str, block: Json) -> Iterator[Fault]:
    rows = block["rows"]
    if len({len(row) for row in rows}) > 1:
        yield Fault(f"{pointer}/rows", "all rows must have the same number of cells")
    if any(cell["type"] == "rich_text" for row in rows[:1] for cell in row):
        yield Fault(f"{pointer}/rows/0", "rich_text is not allowed in the header")
    if not block["caption"]:
        yield Fault(f"{pointer}/caption", EMPTY)
    if rows and not 0 <= block.get("row_header_column_index", 0) < max(len(rows[0]), 1):
        yield Fault(f"{pointer}/row_header_column_index", "there is no such column")


def _faults_of_chart(pointer: str, chart: Json) -> Iterator[Fault]:
    if chart["type"] == "pie":
        if any(segment["value"] <= 0 for segment in chart["segments"]):
            yield Fault(f"{pointer}/segments", "values must be greater than 0")
        return
    categories = chart["axis_config"]["categories"]
    if len(set(categories)) < len(categories):
        yield Fault(f"{pointer}/axis_config/categories", "categories must be unique")
    names = Counter(series["name"] for series in chart["series"])
    if max(names.values()) > 1:
        yield Fault(f"{pointer}/series", "names must be unique")
    for index, series in enumerate(chart["series"]):
        if [point["label"] for point in series["data"]] != categories:
            yield Fault(f"{pointer}/series/{index}/data", "must have one value for each category, in their order")

"""Slack's lengths and counts for the blocks of a message, from https://docs.slack.dev/reference/block-kit.

Expects blocks whose shape is right. A new limit is a line in one of the tables.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.wire import Json

MOST_BLOCKS = 50
MOST_IN_MESSAGE = {"table": 1, "data_visualization": 2}
NOT_IN_MESSAGES = {"alert"}
MOST_TABLE_CHARACTERS = 10_000
MOST_MARKDOWN_CHARACTERS = 12_000

# (type, field): the longest text it takes; a field is a string or a text object.
LENGTHS = {
    ("section", "text"): 3000,
    ("header", "text"): 150,
    ("image", "alt_text"): 2000,
    ("image", "image_url"): 3000,
    ("image", "title"): 2000,
    ("markdown", "text"): MOST_MARKDOWN_CHARACTERS,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("button", "accessibility_label"): 75,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("option", "text"): 75,
    ("option", "value"): 150,
    ("field", "text"): 2000,
}
# Every node has these, whatever its type.
NAMES = {"block_id": 255, "action_id": 255}
# (type, field): fewest and most entries.
COUNTS = {
    ("section", "fields"): (1, 10),
    ("context", "elements"): (1, 10),
    ("actions", "elements"): (1, 25),
    ("context_actions", "elements"): (1, 5),
    ("container", "child_blocks"): (1, 10),
    ("table", "rows"): (1, 100),
    ("data_table", "rows"): (2, 101),
}
OPTIONS = {"static_select": 100, "multi_static_select": 100, "overflow": 5, "radio_buttons": 10, "checkboxes": 10}
TEXT_OBJECTS = ("plain_text", "mrkdwn")
MOST_CELLS = 20
MOST_ROWS_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: a JSON pointer."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        return f"[ERROR] {self.reason} [json-pointer:{self.pointer}]"


def faults_of_message(blocks: list[Json]) -> Iterator[Fault]:
    """Every length and count of a message's blocks that Slack would refuse."""
    if len(blocks) > MOST_BLOCKS:
        yield Fault("/blocks", f"no more than {MOST_BLOCKS} items allowed")
    yield from _faults_of_totals(blocks)
    yield from _doubles("/blocks", "block_id", blocks)
    for index, block in enumerate(blocks):
        pointer = f"/blocks/{index}"
        if block["type"] in NOT_IN_MESSAGES:
            yield Fault(f"{pointer}/type", f"unsupported type in messages: {block['type']}")
        yield from _faults_of_node(pointer, block["type"], block)
        yield from _doubles(pointer, "action_id", [*block.get("elements", []), block.get("accessory") or {}])
        yield from _faults_of_kind(pointer, block)


def _faults_of_totals(blocks: list[Json]) -> Iterator[Fault]:
    kinds = Counter(block["type"] for block in blocks)
    for kind, most in MOST_IN_MESSAGE.items():
        if kinds[kind] > most:
            yield Fault("/blocks", f"no more than {most} {kind} allowed in a message")
    cells = [
        cell for block in blocks if block["type"] in ("table", "data_table") for row in block["rows"] for cell in row
    ]
    if sum(map(len, _texts(cells))) > MOST_TABLE_CHARACTERS:
        yield Fault("/blocks", f"tables hold more than {MOST_TABLE_CHARACTERS} characters together")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN_CHARACTERS:
        yield Fault("/blocks", f"markdown blocks hold more than {MOST_MARKDOWN_CHARACTERS} characters together")


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
    """The tables above, for a node and all below it."""
    if node.get("type") in TEXT_OBJECTS and not node["text"]:
        yield Fault(f"{pointer}/text", "must be more than 0 characters")
    for name, value in node.items():
        here = f"{pointer}/{name}"
        yield from _faults_of_text(here, LENGTHS.get((kind, name)) or NAMES.get(name), value)
        if isinstance(value, list):
            fewest, most = COUNTS.get((kind, name)) or (1, OPTIONS.get(kind) if name == "options" else None)
            if len(value) < fewest and ((kind, name) in COUNTS or name == "options"):
                yield Fault(here, f"must be at least {fewest} item(s)")
            if most is not None and len(value) > most:
                yield Fault(here, f"no more than {most} items allowed")
        for place, below in _below(here, value):
            yield from _faults_of_node(place, _kind_of(name, below), below)


def _below(pointer: str, value: Any) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        yield pointer, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _below(f"{pointer}/{index}", item)


def _kind_of(name: str, node: Json) -> str:
    roles = {"confirm": "confirm", "options": "option", "initial_option": "option", "fields": "field"}
    # `confirm` is also the name of a text within the confirmation, which is a text object.
    if name == "confirm" and node.get("type") == "plain_text":
        return "plain_text"
    return roles.get(name) or str(node.get("type"))


def _faults_of_text(pointer: str, most: int | None, value: Any) -> Iterator[Fault]:
    text = value.get("text") if isinstance(value, dict) and value.get("type") in TEXT_OBJECTS else value
    if most is not None and isinstance(text, str) and len(text) > most:
        yield Fault(pointer, f"must be less than {most + 1} characters")


def _faults_of_kind(pointer: str, block: Json) -> Iterator[Fault]:
    match block["type"]:
        case "section" if not block.get("text") and not block.get("fields"):
            yield Fault(pointer, "missing required field: text or fields")
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
                yield Fault(f"{pointer}/rows/{number}/{column}/text", "must be more than 0 characters")


def _faults_of_data_table(pointer: str, block: Json) -> Iterator[Fault]:
    rows = block["rows"]
    if len({len(row) for row in rows}) > 1:
        yield Fault(f"{pointer}/rows", "all rows must have the same number of cells")
    if any(cell["type"] == "rich_text" for row in rows[:1] for cell in row):
        yield Fault(f"{pointer}/rows/0", "rich_text is not allowed in the header")
    if not block["caption"]:
        yield Fault(f"{pointer}/caption", "must be more than 0 characters")
    if not 1 <= block.get("page_size", 1) <= MOST_ROWS_PER_PAGE:
        yield Fault(f"{pointer}/page_size", f"must be 1 to {MOST_ROWS_PER_PAGE}")
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

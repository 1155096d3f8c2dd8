"""Which blocks the local Slack takes, and what it says of those that it refuses."""

from typing import Any

import pytest

from bot.playground.blocks_check import check_blocks
from bot.playground.wire import SlackError

Json = dict[str, Any]


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def button(text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def actions(*buttons: Json) -> Json:
    return {"type": "actions", "elements": list(buttons)}


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: int, cells: int = 1, text: str = "x") -> Json:
    return {"type": "table", "rows": [[raw(text)] * cells for _ in range(rows)]}


def data_table(rows: list[list[Json]], **more: Any) -> Json:
    return {"type": "data_table", "caption": "Accounts", "rows": rows, **more}


def line(*series: tuple[str, list[float]], categories: tuple[str, ...] = ("a", "b")) -> Json:
    return {
        "type": "data_visualization",
        "title": "Peaks",
        "chart": {
            "type": "line",
            "axis_config": {"categories": list(categories)},
            "series": [
                {
                    "name": name,
                    "data": [{"label": label, "value": v} for label, v in zip(categories, values, strict=False)],
                }
                for name, values in series
            ],
        },
    }


def pie(*values: float) -> Json:
    segments = [{"label": str(index), "value": value} for index, value in enumerate(values)]
    return {"type": "data_visualization", "title": "Shares", "chart": {"type": "pie", "segments": segments}}


def refusal(blocks: object) -> str:
    with pytest.raises(SlackError) as caught:
        check_blocks(blocks)
    return str(caught.value)


@pytest.mark.parametrize(
    "block",
    [
        section("x" * 3000),
        {"type": "header", "text": plain("x" * 150)},
        {"type": "section", "fields": [mrkdwn("x")] * 10},
        actions(*[button(action_id=str(number)) for number in range(25)]),
        actions(button("x" * 75, value="x" * 2000, action_id="x" * 255)),
        {"type": "context", "elements": [mrkdwn("x")] * 10},
        table(100, 3),
        table(1, 20),
        data_table([[raw("x")]] * 101, page_size=100),
        line(("one", [1, 2]), ("two", [3, 4])),
        pie(1, 2, 3),
        {"type": "markdown", "text": "x" * 12_000},
    ],
    ids=lambda block: str(block["type"]),
)
def test_a_block_at_its_limits_is_taken(block: Json) -> None:
    assert check_blocks([block]) == [block]


@pytest.mark.parametrize(
    ("block", "where", "why"),
    [
        (section("x" * 3001), "/blocks/0/text", "less than 3001"),
        (section(""), "/blocks/0/text/text", "more than 0 characters"),
        ({"type": "section"}, "/blocks/0", "text or fields"),
        ({"type": "section", "fields": [mrkdwn("x")] * 11}, "/blocks/0/fields", "no more than 10"),
        ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "/blocks/0/fields/0/text", "less than 2001"),
        (section("x") | {"colour": "red"}, "/blocks/0", "colour"),
        ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text", "less than 151"),
        ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type", "plain_text"),
        (actions(), "/blocks/0/elements", "at least 1"),
        (actions(*[button()] * 26), "/blocks/0/elements", "no more than 25"),
        (actions(button("x" * 76)), "/blocks/0/elements/0/text", "less than 76"),
        (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value", "less than 2001"),
        (actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id", "less than 256"),
        (actions(button(action_id="a"), button(action_id="a")), "/blocks/0", "'a' already exists"),
        (actions({"type": "lever"}), "/blocks/0/elements/0", "unsupported type: lever"),
        (actions({"type": "button", "text": mrkdwn("x")}), "/blocks/0/elements/0/text/type", "plain_text"),
        (
            actions(button(confirm={"text": plain("x"), "deny": plain("x" * 31)})),
            "/blocks/0/elements/0/confirm/deny",
            "less than 31",
        ),
        ({"type": "context", "elements": []}, "/blocks/0/elements", "at least 1"),
        ({"type": "context", "elements": [mrkdwn("x")] * 11}, "/blocks/0/elements", "no more than 10"),
        ({"type": "image", "image_url": "https://x"}, "/blocks/0", "alt_text"),
        ({"type": "alert", "text": mrkdwn("x")}, "/blocks/0/type", "unsupported type in messages"),
        ({"type": "hologram"}, "/blocks/0/type", "unsupported type: hologram"),
        ({}, "/blocks/0/type", "unsupported type"),
        (table(101), "/blocks/0/rows", "no more than 100"),
        (table(1, 21), "/blocks/0/rows/0", "1 to 20 cells"),
        (table(1, 1, ""), "/blocks/0/rows/0/0/text", "more than 0"),
        (table(1, 1, "x" * 10_001), "/blocks", "10000 characters"),
        (data_table([[raw("x")]]), "/blocks/0/rows", "at least 2"),
        (data_table([[raw("x")], [raw("x"), raw("y")]]), "/blocks/0/rows", "same number"),
        (data_table([[raw("x")]] * 2, page_size=101), "/blocks/0/page_size", "1 to 100"),
        (data_table([[raw("x")]] * 2, caption=""), "/blocks/0/caption", "more than 0"),
        (data_table([[raw("x")]] * 2, row_header_column_index=1), "/blocks/0/row_header_column_index", "no such"),
        (data_table([[{"type": "rich_text", "elements": []}], [raw("x")]]), "/blocks/0/rows/0", "header"),
        (line(("one", [1])), "/blocks/0/chart/series/0/data", "each category"),
        (line(("one", [1, 2]), ("one", [1, 2])), "/blocks/0/chart/series", "unique"),
        (line(("one", [1, 2]), categories=("a", "a")), "/blocks/0/chart/axis_config/categories", "unique"),
        (pie(1, 0), "/blocks/0/chart/segments", "greater than 0"),
        (section("x") | {"block_id": "x" * 256}, "/blocks/0/block_id", "less than 256"),
    ],
)
def test_a_block_beyond_its_limits_is_refused_with_the_place_and_the_reason(block: Json, where: str, why: str) -> None:
    said = refusal([block])
    assert said.startswith("invalid_blocks")
    assert f"[json-pointer:{where}]" in said
    assert why in said


def test_more_than_fifty_blocks_are_refused() -> None:
    assert check_blocks([{"type": "divider"}] * 50)
    assert "no more than 50" in refusal([{"type": "divider"}] * 51)


def test_a_block_id_used_twice_is_refused() -> None:
    assert "'one' already exists" in refusal([section("x") | {"block_id": "one"}] * 2)


def test_a_second_table_and_a_third_chart_are_refused() -> None:
    assert "no more than 1 table" in refusal([table(1)] * 2)
    assert "no more than 2 data_visualization" in refusal([pie(1)] * 3)


def test_blocks_of_more_than_13000_characters_are_too_long() -> None:
    assert refusal([section("x" * 3000)] * 5) == "msg_blocks_too_long"


@pytest.mark.parametrize("blocks", ["text", {"type": "divider"}, ["divider"], 3])
def test_what_is_no_list_of_objects_is_no_list_of_blocks(blocks: object) -> None:
    assert refusal(blocks) == "invalid_blocks_format"


def test_every_fault_is_told_at_once() -> None:
    assert refusal([section(""), {"type": "header", "text": plain("x" * 151)}]).count("[ERROR]") == 2

"""Which blocks the local Slack takes, and what it says of those that it refuses."""

from typing import Any

import pytest

from bot.playground.blocks_check import check_blocks, check_options, check_view
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


def option(value: str = "a", text: str = "A", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def menu(kind: str = "static_select", **fields: Any) -> Json:
    return {"type": kind, **fields}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("L"), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": list(blocks), **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def container(*blocks: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain("T"), "child_blocks": list(blocks), **more}


def feedback(text: str = "Good", value: str = "up") -> Json:
    one = {"text": plain(text), "value": value}
    return {
        "type": "context_actions",
        "elements": [{"type": "feedback_buttons", "positive_button": one, "negative_button": one}],
    }


def refusal_of_view(view: object, kind: str = "modal") -> str:
    with pytest.raises(SlackError) as caught:
        check_view(view, kind)
    return str(caught.value)


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
        (section("x" * 3001), "/blocks/0/text/text", "less than 3001"),
        (section(""), "/blocks/0/text/text", "more than 0 characters"),
        ({"type": "section"}, "/blocks/0", "either `text` or `fields`"),
        ({"type": "section", "fields": [mrkdwn("x")] * 11}, "/blocks/0/fields", "no more than 10"),
        ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "/blocks/0/fields/0/text", "less than 2001"),
        (section("x") | {"colour": "red"}, "/blocks/0", "invalid additional property: colour"),
        ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text", "less than 151"),
        ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type", "plain_text"),
        (actions(), "/blocks/0/elements", "at least 1"),
        (actions(*[button()] * 26), "/blocks/0/elements", "no more than 25"),
        (actions(button("x" * 76)), "/blocks/0/elements/0/text/text", "less than 76"),
        (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value", "less than 2001"),
        (actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id", "less than 256"),
        (actions(button(action_id="a"), button(action_id="a")), "/blocks/0", "'a' already exists"),
        (actions({"type": "lever"}), "/blocks/0/elements/0", "unsupported type: lever"),
        (actions({"type": "button", "text": mrkdwn("x")}), "/blocks/0/elements/0/text/type", "plain_text"),
        (
            actions(button(confirm={"text": plain("x"), "deny": plain("x" * 31)})),
            "/blocks/0/elements/0/confirm/deny/text",
            "less than 31",
        ),
        ({"type": "context", "elements": []}, "/blocks/0/elements", "at least 1"),
        ({"type": "context", "elements": [mrkdwn("x")] * 11}, "/blocks/0/elements", "no more than 10"),
        ({"type": "image", "image_url": "https://x"}, "/blocks/0", "alt_text"),
        ({"type": "alert", "text": mrkdwn("x")}, "/blocks/0/type", "unsupported type: alert"),
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
        (actions(menu()), "/blocks/0/elements/0", "either `options` or `option_groups`"),
        (actions(menu(options=[])), "/blocks/0/elements/0/options", "at least 1"),
        (actions(menu(options=[option(str(n)) for n in range(101)])), "/blocks/0/elements/0/options", "more than 100"),
        (actions(menu(options=[option(text="x" * 76)])), "/blocks/0/elements/0/options/0/text/text", "less than 76"),
        (actions(menu(options=[option("x" * 151)])), "/blocks/0/elements/0/options/0/value", "less than 151"),
        (
            actions(menu(options=[option(description=plain("x" * 76))])),
            "/blocks/0/elements/0/options/0/description/text",
            "less than 76",
        ),
        (
            actions(menu(option_groups=[{"label": plain("x" * 76), "options": [option()]}])),
            "/blocks/0/elements/0/option_groups/0/label/text",
            "less than 76",
        ),
        (
            actions(menu(option_groups=[{"label": plain("x"), "options": []}])),
            "/blocks/0/elements/0/option_groups/0/options",
            "at least 1",
        ),
        (
            actions(menu(options=[option()], initial_option=option("b"))),
            "/blocks/0/elements/0/initial_option",
            "match one of the options",
        ),
        (
            actions(menu("checkboxes", options=[option()], initial_options=[option("b")])),
            "/blocks/0/elements/0/initial_options",
            "match one of the options",
        ),
        (
            actions(menu("users_select", placeholder=plain("x" * 151))),
            "/blocks/0/elements/0/placeholder/text",
            "less than 151",
        ),
        (actions(menu("overflow", options=[option()] * 6)), "/blocks/0/elements/0/options", "no more than 5"),
        (actions(menu("radio_buttons", options=[option()] * 11)), "/blocks/0/elements/0/options", "no more than 10"),
        (actions(menu("checkboxes", options=[option()] * 11)), "/blocks/0/elements/0/options", "no more than 10"),
        (actions(menu("datepicker", initial_date="3.11.2026")), "/blocks/0/elements/0/initial_date", "YYYY-MM-DD"),
        (actions(menu("timepicker", initial_time="24:00")), "/blocks/0/elements/0/initial_time", "HH:mm"),
        (actions(button(url="nowhere")), "/blocks/0/elements/0/url", "valid URL"),
        (actions(button(url="https://x/" + "x" * 3000)), "/blocks/0/elements/0/url", "less than 3001"),
        (actions(button(accessibility_label="x" * 76)), "/blocks/0/elements/0/accessibility_label", "less than 76"),
        (
            actions(button(confirm={"text": plain("x" * 301)})),
            "/blocks/0/elements/0/confirm/text/text",
            "less than 301",
        ),
        (
            actions(button(confirm={"text": plain("x"), "title": plain("x" * 101)})),
            "/blocks/0/elements/0/confirm/title/text",
            "less than 101",
        ),
        (
            {"type": "image", "image_url": "ftp:/x", "alt_text": "x"},
            "/blocks/0/image_url",
            "valid URL",
        ),
        (
            {"type": "image", "image_url": "https://x/y.png", "alt_text": "x" * 2001},
            "/blocks/0/alt_text",
            "less than 2001",
        ),
        (field(menu("file_input")), "/blocks/0/element", "unsupported type: file_input"),
        (field(menu("plain_text_input", max_length=3001)), "/blocks/0/element/max_length", "1 to 3000"),
        (field(menu("plain_text_input"), label=plain("x" * 2001)), "/blocks/0/label/text", "less than 2001"),
        (field(menu("plain_text_input"), hint=plain("x" * 2001)), "/blocks/0/hint/text", "less than 2001"),
        (
            field(menu("multi_users_select", max_selected_items=0)),
            "/blocks/0/element/max_selected_items",
            "1 to",
        ),
        (feedback("x" * 76), "/blocks/0/elements/0/positive_button/text/text", "less than 76"),
        (feedback(value="x" * 2001), "/blocks/0/elements/0/positive_button/value", "less than 2001"),
        (container(), "/blocks/0/child_blocks", "at least 1"),
        (container(*[{"type": "divider"}] * 11), "/blocks/0/child_blocks", "no more than 10"),
        (container(section("")), "/blocks/0/child_blocks/0/text/text", "more than 0"),
        (container({"type": "markdown", "text": "x"}), "/blocks/0/child_blocks/0", "unsupported type: markdown"),
        (container({"type": "divider"}, title=plain("x" * 151)), "/blocks/0/title/text", "less than 151"),
        ({"type": "card", "body": mrkdwn("x" * 201)}, "/blocks/0/body/text", "less than 201"),
        ({"type": "card", "actions": [button()] * 4}, "/blocks/0/actions", "no more than 3"),
        ({"type": "carousel", "elements": []}, "/blocks/0/elements", "at least 1"),
        ({"type": "markdown", "text": "x" * 12_001}, "/blocks", "12000 characters"),
        ({"type": "plan", "title": "x", "tasks": [{}] * 51}, "/blocks/0/tasks", "no more than 50"),
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


def test_a_block_id_is_unique_within_containers_too() -> None:
    one = section("x") | {"block_id": "one"}
    assert "'one' already exists" in refusal([one, container(one)])


def test_one_action_id_may_stand_in_two_blocks() -> None:
    assert check_blocks([actions(button(action_id="a")), actions(button(action_id="a"))])


def test_only_one_element_has_the_focus() -> None:
    focused = menu("plain_text_input", focus_on_load=True)
    assert "focus_on_load" in refusal([field(focused), field(focused)])


def test_a_refusal_tells_the_faults_twice_as_slack_does() -> None:
    with pytest.raises(SlackError) as caught:
        check_blocks([section("")])
    answer = caught.value.as_answer()
    where = "must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    assert (answer["errors"], answer["response_metadata"]) == ([where], {"messages": [f"[ERROR] {where}"]})


@pytest.mark.parametrize(
    "view",
    [
        modal(*[{"type": "divider"}] * 100, title=plain("x" * 24), private_metadata="x" * 3000),
        modal(field(menu("file_input", max_files=10))),
        modal({"type": "alert", "text": mrkdwn("x" * 200)}),
        modal({"type": "card", "body": mrkdwn("x")}),
    ],
)
def test_a_modal_at_its_limits_is_taken(view: Json) -> None:
    assert check_view(view, "modal") == view


def test_home_takes_tables_and_charts() -> None:
    assert check_view(home(table(1), data_table([[raw("x")]] * 2), pie(1)), "home")


@pytest.mark.parametrize(
    ("view", "where", "why"),
    [
        ({"type": "modal"}, "/view", "missing required field: blocks"),
        ({"blocks": []}, "/view", "missing required field: type"),
        ({"type": "sheet", "blocks": []}, "/view/type", "unsupported type: sheet"),
        ("modal", "/view", "must be an object"),
        ({"type": "modal", "blocks": []}, "/view", "missing required field: title"),
        (modal(title=plain("x" * 25)), "/view/title/text", "less than 25"),
        (modal(title=plain("")), "/view/title/text", "more than 0"),
        (modal(submit=plain("x" * 25)), "/view/submit/text", "less than 25"),
        (modal(close=plain("x" * 25)), "/view/close/text", "less than 25"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata", "less than 3001"),
        (modal(callback_id="x" * 256), "/view/callback_id", "less than 256"),
        (modal(external_id="x" * 256), "/view/external_id", "less than 256"),
        (modal(colour="red"), "/view", "invalid additional property: colour"),
        (modal(*[{"type": "divider"}] * 101), "/view/blocks", "no more than 100"),
        (modal(field(menu("plain_text_input")), submit=None), "/view/submit", "null"),
        (
            {"type": "modal", "title": plain("T"), "blocks": [field(menu("plain_text_input"))]},
            "/view",
            "missing required field: submit",
        ),
        (modal({"type": "alert", "text": mrkdwn("x" * 201)}), "/view/blocks/0/text/text", "less than 201"),
        (modal(field(menu("file_input", max_files=11))), "/view/blocks/0/element/max_files", "1 to 10"),
        (home(), "/view/type", "must be modal"),
        *(
            (modal(block), "/view/blocks/0/type", f"unsupported type: {block['type']}")
            for block in (
                table(1),
                data_table([[raw("x")]] * 2),
                pie(1),
                {"type": "markdown", "text": "x"},
                feedback(),
                container({"type": "divider"}),
                {"type": "carousel", "elements": [{"type": "card", "body": mrkdwn("x")}]},
            )
        ),
    ],
)
def test_a_modal_beyond_its_limits_is_refused_with_the_place_and_the_reason(view: object, where: str, why: str) -> None:
    said = refusal_of_view(view)
    assert said.startswith("invalid_arguments")
    assert f"[json-pointer:{where}]" in said
    assert why in said


@pytest.mark.parametrize(
    ("block", "where"),
    [
        ({"type": "alert", "text": mrkdwn("x")}, "/view/blocks/0/type"),
        ({"type": "markdown", "text": "x"}, "/view/blocks/0/type"),
        (container({"type": "divider"}), "/view/blocks/0/type"),
        (feedback(), "/view/blocks/0/type"),
        (field(menu("file_input")), "/view/blocks/0/element"),
    ],
)
def test_home_refuses_what_only_messages_or_modals_take(block: Json, where: str) -> None:
    assert f"[json-pointer:{where}]" in refusal_of_view(home(block), "home")


def test_a_view_of_more_than_250_kilobytes_is_too_large() -> None:
    assert refusal_of_view(modal(*[section("x" * 3000)] * 90)) == "view_too_large"


def test_options_and_groups_of_them_are_offered() -> None:
    assert check_options({"options": [option()] * 100}) == [option()] * 100
    assert check_options({"option_groups": [{"label": plain("G"), "options": [option()]}]}) == [option()]


@pytest.mark.parametrize(
    ("answer", "where", "why"),
    [
        ({}, "", "either"),
        ({"options": [], "option_groups": []}, "", "either"),
        ({"options": "x"}, "/options", "list"),
        ({"options": [option()] * 101}, "/options", "no more than 100"),
        ({"options": [{"value": "a"}]}, "/options/0", "text"),
        ({"options": [{"text": plain("A")}]}, "/options/0", "value"),
        ({"options": [option(text="x" * 76)]}, "/options/0/text/text", "less than 76"),
        ({"option_groups": [{"options": []}]}, "/option_groups/0", "label"),
        ({"option_groups": [{"label": plain("G")}]}, "/option_groups/0", "options"),
    ],
)
def test_options_that_slack_would_not_show_are_refused(answer: Json, where: str, why: str) -> None:
    with pytest.raises(SlackError) as caught:
        check_options(answer)
    assert f"[json-pointer:{where}]" in str(caught.value)
    assert why in str(caught.value)

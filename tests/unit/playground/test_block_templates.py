"""Every block and element that Slack takes, as HTML: its parts, its names, what a script finds it by."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from bot.playground.block_html import Place, templates
from bot.playground.blocks_check import check_blocks, check_view
from bot.playground.choices import offer, options_of
from bot.playground.elements import holding
from bot.playground.render import Renderer
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, CAMILLE, GRACE, NADIA, TOM, Person
from bot.playground.views import View
from tests.unit.playground import samples

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
VOID = {"input", "img", "br", "hr", "path", "rect", "line", "circle", "text"}
ALL = samples.BLOCKS | samples.VIEW_BLOCKS


class Tree(HTMLParser):
    """The elements of a piece of HTML as (tag, attributes); each must be closed, and in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice in {tag}"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open, f"</{tag}> closes nothing"
            assert self._open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, **wanted: str) -> list[dict[str, str | None]]:
        """The attributes of all elements that have these; `_` stands for `-`, `tag` for the tag."""
        tag = wanted.pop("tag", None)
        return [
            found
            for name, found in self.elements
            if tag in (None, name) and all(found.get(key.replace("_", "-")) == value for key, value in wanted.items())
        ]

    def one(self, **wanted: str) -> dict[str, str | None]:
        (found,) = self.all(**wanted)
        return found


def tree(*blocks: dict[str, Any], reader: Person = GRACE, place: Place | None = None) -> Tree:
    return Tree(str(Renderer(LocalSlack(lambda: NOON), reader).blocks(blocks, place)))


def element(sample: dict[str, Any], **more: Any) -> Tree:
    return tree({"type": "actions", "block_id": "b", "elements": [sample]}, **more)


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(below)


@pytest.mark.parametrize("name", ALL)
def test_every_sample_is_one_that_slack_takes(name: str) -> None:
    if name in samples.BLOCKS:
        check_blocks(samples.BLOCKS[name])
    else:
        blocks = samples.VIEW_BLOCKS[name]
        check_view(
            {"type": "modal", "title": samples.plain("x"), "submit": samples.plain("y"), "blocks": blocks}, "modal"
        )


@pytest.mark.parametrize("reader", [GRACE, CAMILLE])
@pytest.mark.parametrize("name", ALL)
def test_every_block_is_whole_html_and_known(name: str, reader: Person) -> None:
    found = tree(*ALL[name], reader=reader)
    assert not found.all(**{"class": "unknown"})
    assert not [found for tag, found in found.elements if tag == "script" or any(key[:2] == "on" for key in found)]


def test_there_is_a_sample_for_every_template() -> None:
    kinds = {node["type"] for blocks in ALL.values() for node in nodes(blocks) if isinstance(node.get("type"), str)}
    shared = {"text_input": "plain_text_input", "select": "static_select"}
    for name in templates():
        kind = name.partition("/")[2].removesuffix(".html")
        assert shared.get(kind, kind) in kinds


@pytest.mark.parametrize("name", [*samples.ELEMENTS, *samples.INPUTS])
def test_a_script_finds_every_element_by_block_and_action(name: str) -> None:
    sample = (samples.ELEMENTS | samples.INPUTS)[name]
    found = element(sample).one(data_element=name)
    assert (found["data-block"], found["data-action"]) == ("b", sample["action_id"])


@pytest.mark.parametrize("block", samples.VIEW_BLOCKS["input"], ids=lambda block: block["element"]["type"])
def test_the_label_of_an_input_names_its_field(block: dict[str, Any]) -> None:
    found = tree(block)
    labels = found.all(tag="label")
    if block["element"]["type"] in ("radio_buttons", "checkboxes"):
        (group,) = [node for _, node in found.elements if node.get("role") in ("radiogroup", "group")]
        assert found.one(id=str(group["aria-labelledby"]))["class"] == "label"
    else:
        assert found.one(id=str(labels[0]["for"]))


def test_ids_are_the_same_at_each_rendering_and_differ_between_places() -> None:
    def ids(place: str) -> list[str]:
        found = tree(samples.BLOCKS["actions"][0], place=Place(place))
        return [str(node["id"]) for _, node in found.elements if "id" in node]

    assert ids("1.1") == ids("1.1")
    assert len(set(ids("1.1"))) == len(ids("1.1"))
    assert not set(ids("1.1")) & set(ids("1.2"))


def test_a_select_is_a_combobox_with_its_options() -> None:
    found = element(samples.ELEMENTS["static_select"])
    box, listbox = found.one(role="combobox"), found.one(role="listbox")
    assert box["aria-controls"] == listbox["id"]
    assert box["value"] == "Inactive"
    assert box["aria-label"] == "Status"
    assert [(node["data-value"], node["aria-selected"]) for node in found.all(role="option")] == [
        ("active", "false"),
        ("inactive", "true"),
        ("denied", "false"),
    ]
    assert not found.all(tag="select")


def test_a_multi_select_shows_its_choices_and_groups() -> None:
    found = element(samples.ELEMENTS["multi_static_select"])
    assert found.one(data_element="multi_static_select")["data-most"] == "2"
    assert found.one(role="listbox")["aria-multiselectable"] == "true"
    assert [node["data-value"] for node in found.all(tag="li")] == ["active"]
    assert [node["aria-label"] for node in found.all(role="group")] == ["Counted", "Not counted"]


def test_an_external_select_says_when_it_is_asked() -> None:
    assert element(samples.ELEMENTS["external_select"]).one(data_element="external_select")["data-min-query"] == "2"
    several = element(samples.ELEMENTS["multi_external_select"])
    assert several.one(data_element="multi_external_select")["data-min-query"] == "3"
    assert several.one(tag="li")["data-value"] == "1"


def test_people_and_channels_are_those_that_the_person_sees() -> None:
    people = element(samples.ELEMENTS["users_select"])
    assert {TOM.id, NADIA.id} <= {node["data-value"] for node in people.all(role="option")}
    channels = element(samples.ELEMENTS["channels_select"])
    assert BILLING.id in {node["data-value"] for node in channels.all(role="option")}
    assert "#billing" in channels.words
    both = element(samples.ELEMENTS["conversations_select"])
    assert {TOM.id, BILLING.id} <= {node["data-value"] for node in both.all(role="option")}


def test_a_confirmation_waits_beside_its_button() -> None:
    found = element(samples.ELEMENTS["button"])
    assert found.all(tag="template")
    assert "Deactivate 12 people?" in found.words
    (button,) = [node for node in found.all(tag="button") if "data-press" in node]
    assert (button["data-value"], button["aria-label"], button["class"]) == ("17", "Undo change 17", "button danger")


def test_what_is_awaited_is_busy() -> None:
    for name in ("button", "overflow", "checkboxes", "datepicker", "static_select"):
        sample = samples.ELEMENTS[name]
        awaited = Place("1.1", frozenset({("b", sample["action_id"])}))
        assert element(sample, place=awaited).all(aria_busy="true")
        assert not element(sample).all(aria_busy="true")


def test_what_a_person_put_in_stands_instead_of_the_initial_value() -> None:
    select = samples.ELEMENTS["static_select"]
    held = {
        "b": {"status": holding(select, samples.STATUSES[2]), "several": holding(samples.ELEMENTS["checkboxes"], [])}
    }
    place = Place("1.1", held=held)
    assert element(select, place=place).one(role="combobox")["value"] == "Denied"
    assert not [
        node for node in element(samples.ELEMENTS["checkboxes"], place=place).all(tag="input") if "checked" in node
    ]
    emptied = Place("1.1", held={"b": {"status": holding(select, None)}})
    assert "value" not in element(select, place=emptied).one(role="combobox")


def test_an_instant_is_written_in_the_time_zone_of_the_reader() -> None:
    sample = samples.ELEMENTS["datetimepicker"]
    for reader, day, time in ((GRACE, "3 Nov 2026", "12:00"), (CAMILLE, "3 nov. 2026", "13:00")):
        found = element(sample, reader=reader)
        assert found.one(**{"class": "date"})["data-value"] == "2026-11-03"
        assert day in found.words
        assert found.one(tag="input")["value"] == time


def test_a_time_is_any_quarter_of_the_day_and_the_one_that_stands() -> None:
    found = element(samples.ELEMENTS["timepicker"] | {"initial_time": "08:37"})
    assert (len(found.all(role="option")), found.one(role="combobox")["value"]) == (96, "08:37")
    assert [one["data-value"] for one in element(samples.ELEMENTS["timepicker"]).all(aria_selected="true")] == ["08:30"]


def test_no_control_is_the_browsers_own() -> None:
    """Selects, calendars and clocks of a browser look like no Slack, and differ from one to the next."""
    for name, sample in (samples.ELEMENTS | samples.INPUTS).items():
        found = element(sample)
        assert not found.all(tag="select"), name
        assert not {node.get("type") for node in found.all(tag="input")} & {"date", "time", "datetime-local"}, name


def test_fields_are_of_their_kind_and_keep_their_bounds() -> None:
    kinds = {"number_input": "number", "email_text_input": "email", "url_text_input": "url", "file_input": "file"}
    for name, kind in kinds.items():
        assert tree(samples.field(samples.INPUTS[name], "x")).one(tag="input")["type"] == kind
    number = tree(samples.field(samples.INPUTS["number_input"], "x")).one(tag="input")
    assert (number["min"], number["max"], number["step"]) == ("1", "31", "1")
    assert tree(samples.field(samples.INPUTS["file_input"], "x")).one(tag="input")["accept"] == ".csv"
    text = tree(samples.field(samples.INPUTS["plain_text_input"], "x"))
    assert text.one(tag="textarea")["maxlength"] == "200"
    assert "left\non Friday" in text.words


def test_an_error_of_the_app_stands_at_its_field() -> None:
    block = samples.field(samples.INPUTS["email_text_input"], "Address")
    found = tree(block, place=Place("V1", errors={block["block_id"]: "Nobody has <this>."}))
    assert "Nobody has <this>." in found.words
    assert found.one(data_input=block["block_id"])["class"] == "block input wrong"


def test_a_picture_of_another_host_is_not_loaded() -> None:
    found = tree(*samples.BLOCKS["image"], *samples.BLOCKS["context"])
    assert [node["src"] for node in found.all(tag="img")] == [f"/file/F0LOCAL0001?as={GRACE.id}"]
    assert [node["aria-label"] for node in found.all(role="img")] == ["A chart", "a logo"]


@pytest.mark.parametrize("kind", ["line", "bar", "area"])
def test_a_chart_has_its_name_and_its_figures_as_a_table(kind: str) -> None:
    found = tree(samples.chart(kind))
    assert (
        found.one(tag="svg", role="img")["aria-label"]
        == f"Highest count of each day, a {kind} chart; the figures follow"
    )
    assert "1,840" in found.words
    french = tree(samples.chart(kind), reader=CAMILLE)
    assert "1\u202f840" in french.words
    assert [node["scope"] for node in found.all(tag="th")] == ["col", "col", "row", "row", "row", "row"]


def test_a_pie_says_its_figures_and_shares() -> None:
    assert "93%" in tree(*samples.BLOCKS["pie"]).words
    assert "93\xa0%" in tree(*samples.BLOCKS["pie"], reader=CAMILLE).words


def test_a_data_table_can_be_sorted_and_turned() -> None:
    found = tree(*samples.BLOCKS["data_table"])
    heads = found.all(tag="th", scope="col")
    assert [head["aria-sort"] for head in heads] == ["none", "none"]
    assert [node["data-sort"] for node in found.all(tag="td")] == ["124", "1024", "9", "88", "7", "6"]
    assert found.one(data_page_size="3")
    assert len(found.all(tag="th", scope="row")) == 6
    assert [node["aria-label"] for _, node in found.elements if "data-step" in node] == ["Previous page", "Next page"]


def test_a_container_folds_only_where_it_may() -> None:
    folds, stands = (tree(block) for block in samples.BLOCKS["container"])
    assert "open" not in folds.one(tag="details")
    assert not stands.all(tag="details")


def test_a_plan_says_in_words_how_far_it_is() -> None:
    found = tree(*samples.BLOCKS["plan"])
    for words in ("1 of 4 done", "in progress", "to do", "failed", "12 accounts"):
        assert words in found.words
    assert "1 sur 4 terminées" in tree(*samples.BLOCKS["plan"], reader=CAMILLE).words


def test_an_icon_button_shows_only_to_those_it_is_for() -> None:
    sample = {"type": "icon_button", "icon": "trash", "text": samples.plain("Delete"), "visible_to_user_ids": [TOM.id]}
    block = {"type": "context_actions", "elements": [sample]}
    assert "Delete" in tree(block, reader=TOM).words
    assert "Delete" not in tree(block).words


def test_plain_text_without_emoji_keeps_its_colons() -> None:
    text = samples.plain(":bell: at :nope:")
    assert tree({"type": "header", "text": text}).words.strip() == "🔔 at :nope:"
    assert tree({"type": "header", "text": text | {"emoji": False}}).words.strip() == ":bell: at :nope:"


def test_a_modal_is_a_named_dialog() -> None:
    payload = {
        "type": "modal",
        "title": samples.plain("Deactivate"),
        "submit": samples.plain("Do it"),
        "blocks": samples.VIEW_BLOCKS["input"],
    }
    view = View("V1", GRACE.id, payload, "h", "V1", trouble="invalid_blocks")
    found = Tree(str(Renderer(LocalSlack(lambda: NOON), GRACE).view(view)))
    dialog = found.one(role="dialog", data_view="V1")
    assert found.one(id=str(dialog["aria-labelledby"]))
    for words in ("Deactivate", "Do it", "Cancel", "invalid_blocks"):
        assert words in found.words
    assert not Tree(
        str(Renderer(LocalSlack(lambda: NOON), GRACE).view(View("V1", GRACE.id, payload | {"submit": None}, "h", "V1")))
    ).all(type="submit")


def test_options_come_alone_or_in_groups() -> None:
    options = [samples.option("Acme", "1"), samples.option("Dupont", "2")]
    (alone,) = options_of({"options": options})
    assert [choice.value for choice in alone.choices] == ["1", "2"]
    (group,) = options_of({"option_groups": [{"label": samples.plain("A–D"), "options": options}]})
    assert group.label == samples.plain("A–D")
    assert options_of({"options": []}) == []


def test_several_initial_choices_are_chosen() -> None:
    found = offer(samples.ELEMENTS["multi_users_select"], [(TOM.id, "Tom"), (NADIA.id, "Nadia")], [])
    assert [choice.value for choice in found.chosen] == [TOM.id]

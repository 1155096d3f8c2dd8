"""Text and blocks as HTML: what Slack's markup becomes, and that data stay data."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import charts
from bot.playground.markdown import markdown
from bot.playground.mrkdwn import Mrkdwn
from bot.playground.names import Reader
from bot.playground.render import Renderer
from bot.playground.slack import LocalSlack
from bot.playground.team import CAMILLE, GRACE, Person
from bot.playground.typing_rules import as_typed

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
READER = Reader({"U1": "Ann Lee"}, {"C1": "billing"}, Locale("en", "GB"), ZoneInfo("Europe/London"))
FORGED = "<script>alert('x')</script>"


def html(text: str) -> str:
    return str(Mrkdwn(READER).html(text))


def blocks_html(*blocks: dict[str, Any], reader: Person = GRACE) -> str:
    return str(Renderer(LocalSlack(lambda: NOON), reader).blocks(blocks))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*bold* _italic_ ~struck~", "<strong>bold</strong> <em>italic</em> <s>struck</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4"),
        ("* not bold*", "* not bold*"),
        ("`*code*`", "<code>*code*</code>"),
        ("```a <b\n*c*```", "<pre>a &lt;b\n*c*</pre>"),
        ("a\nb", "a<br>b"),
        ("> one\n> two", "<blockquote>one<br>two</blockquote>"),
        ("&gt; one", "<blockquote>one</blockquote>"),
        ("• one\n• *two*", "<ul><li>one</li><li><strong>two</strong></li></ul>"),
        ("AT&amp;T &lt;3", "AT&amp;T &lt;3"),
        ("&amp;lt;", "&amp;lt;"),
        ("<@U1> <#C1>", '<span class="mention">@Ann Lee</span> <span class="mention">#billing</span>'),
        ("<@U9>", '<span class="mention">@U9</span>'),
        ("<!channel>", '<span class="mention broadcast">@channel</span>'),
        (":warning: :nope:", '<span class="emoji">⚠️</span> :nope:'),
        ("<!date^1793707200^{date_num} {time}|soon>", "<time>03/11/2026 12:00</time>"),
        ("<!date^soon^{date}|soon>", "<time>soon</time>"),
        ("<!date^1793707200^{nonsense}|soon>", "<time>soon</time>"),
        ("<!date^99999999999999999^{date}|never>", "<time>never</time>"),
    ],
)
def test_slacks_markup_becomes_html(text: str, expected: str) -> None:
    assert html(text) == expected


def test_a_link_opens_apart_and_shows_its_words() -> None:
    assert html("<https://a.example/?x=1&amp;y=2|the *site*>") == (
        '<a href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">the *site*</a>'
    )
    assert ">a@b.example</a>" in html("<mailto:a@b.example|a@b.example>")


def test_a_link_that_would_run_a_script_is_shown_as_text() -> None:
    assert html("<javascript:alert(1)|click>") == "&lt;javascript:alert(1)&gt;"


def test_html_in_text_is_shown_and_not_run() -> None:
    assert html(FORGED) == "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"


@given(st.text(alphabet="*_~`<>&|!@#^:{}\ue000\ue001\n ab1\"'", max_size=60))
def test_no_text_whatever_becomes_a_tag_that_is_not_ours(text: str) -> None:
    rendered = html(text)
    allowed = ("strong", "em", "s", "code", "pre", "br", "blockquote", "ul", "li", "time", "span", "a")
    for piece in rendered.split("<")[1:]:
        assert piece.lstrip("/").split(">")[0].split(" ")[0] in allowed


def test_what_a_person_types_reaches_an_app_as_slack_sends_it() -> None:
    assert as_typed("a & <b> ann@acme.example") == "a &amp; &lt;b&gt; <mailto:ann@acme.example|ann@acme.example>"


@pytest.mark.parametrize(
    "make",
    [
        lambda text: {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        lambda text: {"type": "section", "text": {"type": "plain_text", "text": text}},
        lambda text: {"type": "section", "fields": [{"type": "plain_text", "text": text}]},
        lambda text: {"type": "header", "text": {"type": "plain_text", "text": text}},
        lambda text: {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]},
        lambda text: {"type": "image", "image_url": f'https://x/"{text}', "alt_text": text},
        lambda text: {"type": "markdown", "text": f"# {text}\n- **{text}**\n> {text}\n|{text}|\n|--|\n|{text}|"},
        lambda text: {"type": "table", "rows": [[{"type": "raw_text", "text": text}]]},
        lambda text: {"type": "data_table", "caption": text, "rows": [[{"type": "raw_text", "text": text}]] * 3},
        lambda text: {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
        },
        lambda text: {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "link", "url": text}]}],
        },
        lambda text: {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": text},
                    "action_id": f'"{text}',
                    "value": f'"{text}',
                    "confirm": {
                        "title": {"type": "plain_text", "text": text},
                        "text": {"type": "mrkdwn", "text": text},
                    },
                }
            ],
        },
        lambda text: {
            "type": "data_visualization",
            "title": text,
            "chart": {
                "type": "bar",
                "series": [{"name": text, "data": [{"label": text, "value": 1}]}],
                "axis_config": {"categories": [text], "x_label": text, "y_label": text},
            },
        },
        lambda text: {
            "type": "data_visualization",
            "title": text,
            "chart": {"type": "pie", "segments": [{"label": text, "value": 1}]},
        },
        lambda text: {"type": text},
        lambda text: {
            "type": "input",
            "label": {"type": "plain_text", "text": text},
            "hint": {"type": "plain_text", "text": text},
            "element": {
                "type": "plain_text_input",
                "initial_value": f'"{text}',
                "placeholder": {"type": "plain_text", "text": text},
            },
        },
        lambda text: {
            "type": "input",
            "label": {"type": "plain_text", "text": text},
            "element": {"type": "plain_text_input", "multiline": True, "initial_value": f"</textarea>{text}"},
        },
        lambda text: {
            "type": "actions",
            "elements": [
                {
                    "type": kind,
                    "placeholder": {"type": "plain_text", "text": f'"{text}'},
                    "options": [{"text": {"type": "plain_text", "text": text}, "value": f'"{text}'}],
                    "initial_options": [{"text": {"type": "plain_text", "text": text}, "value": f'"{text}'}],
                }
                for kind in ("multi_static_select", "static_select", "overflow", "radio_buttons", "checkboxes")
            ],
        },
        lambda text: {"type": "alert", "level": text, "text": {"type": "mrkdwn", "text": text}},
        lambda text: {
            "type": "plan",
            "title": text,
            "tasks": [{"type": "task_card", "status": "complete", "title": text}],
        },
        lambda text: {"type": "file", "external_id": text, "source": text},
        lambda text: {
            "type": "container",
            "title": {"type": "plain_text", "text": text},
            "width": f'"{text}',
            "child_blocks": [{"type": text}],
        },
        lambda text: {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": text}, {"type": "color", "value": f'"{text}'}]}
            ],
        },
        lambda text: {"type": "table", "rows": [[{"type": text}]]},
    ],
)
def test_html_in_any_block_is_shown_and_not_run(make: Callable[[str], dict[str, Any]]) -> None:
    rendered = blocks_html(make(FORGED))
    assert "<script" not in rendered
    assert "&lt;script" in rendered


def test_what_is_unknown_is_shown_with_its_json_in_the_readers_language() -> None:
    hologram = {"type": "hologram", "colour": "<blue>"}
    actions = {"type": "actions", "elements": [{"type": "rich_text_input", "action_id": "r"}, {"type": "knob"}]}
    rendered = blocks_html(hologram, actions)
    for words in ("unknown block hologram", "&lt;blue&gt;", "unknown element rich_text_input", "unknown element knob"):
        assert words in rendered
    assert "bloc inconnu hologram" in blocks_html(hologram, reader=CAMILLE)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": "no text object"},
        {"type": "header"},
        {"type": "data_table", "caption": "x"},
        {"type": "data_visualization", "title": "x", "chart": {"type": "line", "series": []}},
        {"type": "context", "elements": None},
        {"type": "../page"},
        {},
    ],
)
def test_what_is_not_as_slack_describes_it_is_shown_with_its_json(block: dict[str, Any]) -> None:
    rendered = blocks_html(block, {"type": "divider"})
    assert 'class="unknown"' in rendered
    assert "<hr" in rendered  # the rest is there all the same


def test_a_button_that_links_to_a_script_leads_nowhere() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "url": "javascript:alert(1)"}
    assert "javascript:" not in blocks_html({"type": "actions", "elements": [button]})


def test_a_name_that_looks_like_markup_stays_a_name() -> None:
    people = [replace(GRACE, real_name="<!channel> *Grace* <script>"), CAMILLE]
    renderer = Renderer(LocalSlack(lambda: NOON, people=people), people[0])
    select = {"type": "users_select", "action_id": "u", "initial_user": GRACE.id}
    rendered = str(
        renderer.blocks(
            [
                {"type": "section", "text": {"type": "mrkdwn", "text": f"<@{GRACE.id}>"}, "accessory": select},
                {"type": "section", "text": {"type": "plain_text", "text": "<!channel> <@U0CAMILLE1> *no*"}},
            ]
        )
    )
    assert '<span class="mention">@&lt;!channel&gt; *Grace* &lt;script&gt;</span>' in rendered
    assert "&lt;!channel&gt; &lt;@U0CAMILLE1&gt; *no*" in rendered
    assert "broadcast" not in rendered
    assert "<script" not in rendered


def test_rich_text_keeps_styles_lists_mentions_and_emoji() -> None:
    rendered = blocks_html(
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "bold", "style": {"bold": True, "italic": True}},
                        {"type": "user", "user_id": GRACE.id},
                        {"type": "emoji", "name": "bell"},
                        {"type": "date", "timestamp": 1793707200, "format": "{time}"},
                        {"type": "date", "timestamp": 1793707200, "format": "{odd}", "fallback": "at noon"},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [{"type": "rich_text_section", "elements": []}],
                },
                {"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://a.example"}]},
            ],
        }
    )
    for piece in ("<strong><em>bold</em></strong>", "@Grace Holloway", "🔔", "12:00", "at noon", "<ol", "<blockquote"):
        assert piece in rendered


def test_markdown_becomes_html() -> None:
    rendered = markdown(
        "# One\n**b** *i* ~~s~~ `c` [w](https://a.example)\n\n1. x\n\n```\n<b>\n```\n---\n> q\n\n|A|\n|-|\n|1|"
    )
    for piece in (
        "level-1'>One",
        "<strong>b</strong> <em>i</em> <s>s</s>",
        "<ol><li>x",
        "<pre>&lt;b&gt;",
        "<hr>",
        "<th>A",
    ):
        assert piece in rendered


def test_markdown_without_an_end_to_its_fence_is_code_to_the_end() -> None:
    assert markdown("```\na") == "<pre>a</pre>"


def chart(kind: str, *values: float) -> dict[str, Any]:
    labels = [str(index) for index in range(len(values))]
    data = [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]
    return {"type": kind, "series": [{"name": "s", "data": data}], "axis_config": {"categories": labels}}


@given(st.sampled_from(["bar", "line", "area"]), st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=20))
def test_every_value_lies_within_the_axis(kind: str, values: list[int]) -> None:
    drawn = charts.plot(chart(kind, *values))
    top, bottom = min(tick.at for tick in drawn.up), max(tick.at for tick in drawn.up)
    ys = [y for line in drawn.lines for _, y, _ in line.points] + [bar.y for bar in drawn.bars]
    assert all(top - 0.2 <= y <= bottom + 0.2 for y in ys)
    assert 2 <= len(drawn.up) <= 8
    assert len(drawn.across) <= charts.MOST_LABELS


def test_bars_start_at_zero_and_lines_of_high_values_do_not() -> None:
    assert charts.plot(chart("bar", 800, 840)).up[0].label == "0"
    assert charts.plot(chart("line", 800, 840)).up[0].label == "800"


def test_a_pie_of_one_segment_is_a_whole_circle() -> None:
    (whole,) = charts.slices({"segments": [{"label": "all", "value": 3}]})
    assert whole.share == 1
    assert whole.path.count("A") == 2

"""One sample of every block and element that the page renders, in forms that Slack takes."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str = "") -> Json:
    found = {"text": plain(text), "value": value}
    return found | ({"description": plain(description)} if description else {})


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def words(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def field(element: Json, label: str, **more: Any) -> Json:
    return {"type": "input", "block_id": f"input_{element['type']}", "label": plain(label), "element": element} | more


CONFIRM = {
    "title": plain("Deactivate 12 people?"),
    "text": mrkdwn("The next bill counts *12 fewer*."),
    "confirm": plain("Deactivate"),
    "deny": plain("Keep them"),
    "style": "danger",
}
STATUSES = [
    option("Active", "active", "Counted now"),
    option("Inactive", "inactive"),
    option("Denied", "denied", "Kept out by the deny list"),
]

# In sections, actions and contexts, or in input blocks.
ELEMENTS: dict[str, Json] = {
    "button": {
        "type": "button",
        "action_id": "undo",
        "text": plain("Undo :leftwards_arrow_with_hook:"),
        "value": "17",
        "style": "danger",
        "accessibility_label": "Undo change 17",
        "confirm": CONFIRM,
    },
    "static_select": {
        "type": "static_select",
        "action_id": "status",
        "placeholder": plain("Status"),
        "options": STATUSES,
        "initial_option": STATUSES[1],
    },
    "multi_static_select": {
        "type": "multi_static_select",
        "action_id": "statuses",
        "option_groups": [
            {"label": plain("Counted"), "options": STATUSES[:1]},
            {"label": plain("Not counted"), "options": STATUSES[1:]},
        ],
        "initial_options": [STATUSES[0]],
        "max_selected_items": 2,
    },
    "external_select": {"type": "external_select", "action_id": "account", "min_query_length": 2},
    "multi_external_select": {
        "type": "multi_external_select",
        "action_id": "accounts",
        "initial_options": [option("Acme", "1")],
    },
    "users_select": {"type": "users_select", "action_id": "user", "initial_user": "U0TOM00001"},
    "multi_users_select": {"type": "multi_users_select", "action_id": "users", "initial_users": ["U0TOM00001"]},
    "channels_select": {"type": "channels_select", "action_id": "channel"},
    "multi_channels_select": {"type": "multi_channels_select", "action_id": "channels"},
    "conversations_select": {"type": "conversations_select", "action_id": "conversation"},
    "multi_conversations_select": {"type": "multi_conversations_select", "action_id": "conversations"},
    "overflow": {
        "type": "overflow",
        "action_id": "more",
        "options": [option("Show the people", "people"), option("As CSV", "csv")],
    },
    "radio_buttons": {
        "type": "radio_buttons",
        "action_id": "one",
        "options": STATUSES,
        "initial_option": STATUSES[0],
    },
    "checkboxes": {
        "type": "checkboxes",
        "action_id": "several",
        "options": STATUSES,
        "initial_options": [STATUSES[2]],
    },
    "datepicker": {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-03"},
    "timepicker": {"type": "timepicker", "action_id": "time", "initial_time": "08:30"},
    "datetimepicker": {"type": "datetimepicker", "action_id": "instant", "initial_date_time": 1793707200},
}
INPUTS: dict[str, Json] = {
    "plain_text_input": {
        "type": "plain_text_input",
        "action_id": "reason",
        "multiline": True,
        "placeholder": plain("Because …"),
        "initial_value": "left\non Friday",
        "max_length": 200,
    },
    "number_input": {
        "type": "number_input",
        "action_id": "count",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": "31",
    },
    "email_text_input": {"type": "email_text_input", "action_id": "email", "initial_value": "ann@acme.example"},
    "url_text_input": {"type": "url_text_input", "action_id": "url"},
    "file_input": {"type": "file_input", "action_id": "file", "filetypes": ["csv"], "max_files": 1},
}
RICH_TEXT = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                words("bold", bold=True),
                words(" and "),
                words("both", bold=True, italic=True),
                {"type": "emoji", "name": "bell"},
                {"type": "user", "user_id": "U0GRACE001"},
                {"type": "channel", "channel_id": "C0BILLING1"},
                {"type": "broadcast", "range": "here"},
                {"type": "usergroup", "usergroup_id": "S0TEAM0001"},
                {"type": "team", "team_id": "T0NORTHWND"},
                {"type": "link", "url": "https://docs.example", "text": "the guide"},
                {"type": "date", "timestamp": 1793707200, "format": "{date_num} {time}"},
                {"type": "color", "value": "#1f8a70"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "elements": [rich(words("one"))["elements"][0], rich(words("two"))["elements"][0]],
        },
        {"type": "rich_text_list", "style": "bullet", "elements": [rich(words("a point"))["elements"][0]]},
        {"type": "rich_text_quote", "elements": [words("quoted")]},
        {"type": "rich_text_preformatted", "elements": [words("code <b>")]},
    ],
}
ROWS = [[{"type": "raw_text", "text": "Account"}, {"type": "raw_text", "text": "Peak"}]] + [
    [{"type": "raw_text", "text": name}, {"type": "raw_number", "value": value, "text": f"{value:,}"}]
    for name, value in [("Acme", 124), ("Ébène", 1024), ("Dupont", 9), ("Zephyr", 88), ("Acme 10", 7), ("Acme 9", 6)]
]
DAYS = ["27 Oct", "28 Oct", "29 Oct", "30 Oct"]


def series(name: str, *values: float) -> Json:
    return {"name": name, "data": [{"label": day, "value": value} for day, value in zip(DAYS, values, strict=True)]}


def chart(kind: str) -> Json:
    axes = {"categories": DAYS, "x_label": "Day", "y_label": "Active users"}
    drawn = [series("All clients", 801, 812, 1840, 838), series("Acme", 120, 122, 124, 121)]
    return {
        "type": "data_visualization",
        "title": "Highest count of each day",
        "chart": {"type": kind, "series": drawn, "axis_config": axes},
    }


def task(status: str, title: str, **more: Any) -> Json:
    return {"type": "task_card", "task_id": status, "status": status, "title": title} | more


BLOCKS: dict[str, list[Json]] = {
    "section": [
        {"type": "section", "text": mrkdwn("*Peak* of 840 on <!date^1793707200^{date_short}|3 Nov>")},
        {"type": "section", "text": plain("no *markup* here"), "fields": [mrkdwn("*Now*\n812"), plain("Peak 840")]},
        {"type": "section", "text": mrkdwn("With a button"), "accessory": ELEMENTS["button"]},
        {"type": "section", "text": mrkdwn("With a menu"), "accessory": ELEMENTS["static_select"]},
        {"type": "section", "text": mrkdwn("With more"), "accessory": ELEMENTS["overflow"]},
    ],
    "header": [{"type": "header", "text": plain("The running period")}],
    "divider": [{"type": "divider"}],
    "context": [
        {
            "type": "context",
            "elements": [
                {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": "a logo"},
                mrkdwn("Asked by <@U0GRACE001>"),
            ],
        }
    ],
    "actions": [
        {
            "type": "actions",
            "elements": [
                ELEMENTS["button"],
                {"type": "button", "action_id": "share", "text": plain("Share"), "style": "primary"},
                {"type": "button", "action_id": "open", "text": plain("Open"), "url": "https://docs.example"},
                ELEMENTS["datepicker"],
                ELEMENTS["multi_static_select"],
                ELEMENTS["external_select"],
                ELEMENTS["overflow"],
            ],
        },
        {"type": "actions", "elements": [ELEMENTS["checkboxes"], ELEMENTS["radio_buttons"]]},
    ],
    "image": [
        {
            "type": "image",
            "image_url": "https://pictures.example/a.png",
            "alt_text": "A chart",
            "title": plain("Peaks"),
        },
        {"type": "image", "slack_file": {"id": "F0LOCAL0001"}, "alt_text": "A chart of ours"},
    ],
    "rich_text": [RICH_TEXT],
    "table": [
        {
            "type": "table",
            "column_settings": [{"align": "left"}, {"align": "right"}],
            "rows": [
                ROWS[0],
                [{"type": "raw_text", "text": "Acme"}, {"type": "raw_number", "value": 124, "text": "124"}],
                [rich(words("Dupont", bold=True)), {"type": "raw_text", "text": "9"}],
            ],
        }
    ],
    "data_table": [{"type": "data_table", "caption": "Accounts", "page_size": 3, "rows": ROWS}],
    "line": [chart("line")],
    "bar": [chart("bar")],
    "area": [chart("area")],
    "pie": [
        {
            "type": "data_visualization",
            "title": "Shares of the peak",
            "chart": {
                "type": "pie",
                "segments": [{"label": "Acme", "value": 124}, {"label": "Dupont", "value": 9}],
            },
        }
    ],
    "markdown": [
        {
            "type": "markdown",
            "text": "# Why\n**Acme** went *up*: see [the guide](https://docs.example)\n\n- one\n- two\n\n"
            "> quoted\n\n`code`\n\n|A|B|\n|-|-|\n|1|2|",
        }
    ],
    "file": [{"type": "file", "external_id": "report-2026-11", "source": "remote"}],
    "plan": [
        {
            "type": "plan",
            "title": "Import of 3 files",
            "tasks": [
                task("complete", "Read the accounts", output=rich(words("12 accounts"))),
                task(
                    "in_progress",
                    "Read the people",
                    details=rich(words("540 of 620")),
                    sources=[{"type": "url", "url": "https://docs.example", "text": "users.csv"}],
                ),
                task("pending", "Compare"),
                task("error", "Tell everybody"),
            ],
        }
    ],
    "task_card": [task("complete", "Nightly check")],
    "container": [
        {
            "type": "container",
            "title": plain("People behind the peak"),
            "subtitle": mrkdwn("*124* of them"),
            "is_collapsible": True,
            "default_collapsed": True,
            "has_header_divider": True,
            "child_blocks": [{"type": "section", "text": mrkdwn("Ann Lee")}],
        },
        {
            "type": "container",
            "title": plain("Always open"),
            "child_blocks": [{"type": "section", "text": mrkdwn("Bo Day")}, {"type": "divider"}],
        },
    ],
    "context_actions": [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "feedback",
                    "positive_button": {"text": plain("👍"), "value": "good", "accessibility_label": "Helpful"},
                    "negative_button": {"text": plain("👎"), "value": "bad", "accessibility_label": "Not helpful"},
                },
                {"type": "icon_button", "action_id": "delete", "icon": "trash", "text": plain("Delete")},
            ],
        }
    ],
}
# What only modals take.
VIEW_BLOCKS: dict[str, list[Json]] = {
    "alert": [
        {"type": "alert", "level": level, "text": mrkdwn(f"Something of level *{level}*")}
        for level in ("default", "info", "warning", "error", "success")
    ],
    "input": [
        *(field(element, f"Label of {name}") for name, element in INPUTS.items()),
        *(
            field(element, f"Label of {name}", hint=plain("A hint"), optional=True)
            for name, element in ELEMENTS.items()
            if name not in ("button", "overflow")
        ),
    ],
}

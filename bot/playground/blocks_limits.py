"""Slack's lengths, counts and surfaces, as tables: https://docs.slack.dev/reference/block-kit.

A new limit is a line here; blocks_rules.py holds blocks against them.
"""

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_OF_A_KIND = {"table": 1, "data_visualization": 2}
MOST_TABLE_CHARACTERS = 10_000
MOST_MARKDOWN_CHARACTERS = 12_000
MOST_CELLS = 20
MOST_ROWS_PER_PAGE = 100
MOST_OPTIONS = 100

# What each surface takes; https://docs.slack.dev/blocks.json
EVERYWHERE = frozenset(
    {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
)
TABLES_AND_CHARTS = frozenset({"data_table", "data_visualization", "table"})
TAKEN = {
    "message": EVERYWHERE
    | TABLES_AND_CHARTS
    | {"carousel", "container", "context_actions", "file", "markdown", "plan", "task_card"},
    "modal": EVERYWHERE | {"alert"},
    "home": EVERYWHERE | TABLES_AND_CHARTS | {"carousel"},
}
ELEMENTS_OF_MODALS = frozenset({"file_input"})

# (type, field): the longest text it takes; a field is a string or a text object.
LENGTHS = {
    ("section", "text"): 3000,
    ("header", "text"): 150,
    ("alert", "text"): 200,
    ("image", "alt_text"): 2000,
    ("image", "image_url"): 3000,
    ("image", "title"): 2000,
    ("markdown", "text"): MOST_MARKDOWN_CHARACTERS,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("card", "title"): 150,
    ("card", "subtitle"): 150,
    ("card", "body"): 200,
    ("container", "title"): 150,
    ("container", "subtitle"): 150,
    ("video", "alt_text"): 2000,
    ("video", "title"): 200,
    ("video", "author_name"): 50,
    ("video", "description"): 200,
    ("video", "provider_name"): 50,
    ("video", "thumbnail_url"): 3000,
    ("video", "video_url"): 3000,
    ("video", "title_url"): 2000,
    ("video", "provider_icon_url"): 2000,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("button", "accessibility_label"): 75,
    ("icon_button", "value"): 2000,
    ("icon_button", "accessibility_label"): 75,
    ("workflow_button", "text"): 75,
    ("workflow_button", "accessibility_label"): 75,
    ("feedback", "text"): 75,
    ("feedback", "value"): 2000,
    ("feedback", "accessibility_label"): 75,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("option", "text"): 75,
    ("option", "value"): 150,
    ("option", "description"): 75,
    ("option", "url"): 3000,
    ("option_group", "label"): 75,
    ("field", "text"): 2000,
}
# Every node has these, whatever its type.
ANYWHERE = {"block_id": 255, "action_id": 255, "placeholder": 150}
VIEW_LENGTHS = {
    "title": 24,
    "submit": 24,
    "close": 24,
    "private_metadata": 3000,
    "callback_id": 255,
    "external_id": 255,
}
# (type, field): fewest and most entries.
COUNTS = {
    ("section", "fields"): (1, 10),
    ("context", "elements"): (1, 10),
    ("actions", "elements"): (1, 25),
    ("context_actions", "elements"): (1, 5),
    ("card", "actions"): (0, 3),
    ("carousel", "elements"): (1, 10),
    ("container", "child_blocks"): (1, 10),
    ("plan", "tasks"): (0, 50),
    ("table", "rows"): (1, 100),
    ("table", "column_settings"): (0, 20),
    ("data_table", "rows"): (2, 101),
    ("icon_button", "visible_to_user_ids"): (0, 10),
    ("static_select", "options"): (1, MOST_OPTIONS),
    ("multi_static_select", "options"): (1, MOST_OPTIONS),
    ("static_select", "option_groups"): (1, 100),
    ("multi_static_select", "option_groups"): (1, 100),
    ("option_group", "options"): (1, MOST_OPTIONS),
    ("overflow", "options"): (1, 5),
    ("radio_buttons", "options"): (1, 10),
    ("checkboxes", "options"): (1, 10),
}
# (type, field): smallest and greatest number.
RANGES = {
    ("file_input", "max_files"): (1, 10),
    ("plain_text_input", "min_length"): (0, 3000),
    ("plain_text_input", "max_length"): (1, 3000),
    ("multi_static_select", "max_selected_items"): (1, 1000),
    ("multi_external_select", "max_selected_items"): (1, 1000),
    ("multi_users_select", "max_selected_items"): (1, 1000),
    ("multi_channels_select", "max_selected_items"): (1, 1000),
    ("multi_conversations_select", "max_selected_items"): (1, 1000),
    ("external_select", "min_query_length"): (0, 1000),
    ("multi_external_select", "min_query_length"): (0, 1000),
    ("data_table", "page_size"): (1, MOST_ROWS_PER_PAGE),
}
# field: the form of its text.
FORMS = {
    "initial_date": (r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a date of the form YYYY-MM-DD"),
    "initial_time": (r"([01]\d|2[0-3]):[0-5]\d", "must be a time of the form HH:mm"),
    "image_url": (r"https?://\S+", "must be a valid URL"),
    "url": (r"[a-z][a-z0-9+.-]*:\S+", "must be a valid URL"),
}

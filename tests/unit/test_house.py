"""What the architecture promises and no linter checks."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "db").rglob("*.py")])
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
MAY_READ = {"bot/clock.py": "the clock", "bot/settings.py": "the environment"}
LONGEST = 300
MAY_BE_LONG = {
    "bot/app.py": "every way in from Slack: commands, buttons, forms, events, each a few lines",
    "bot/commands/registry.py": "one table: every subcommand with its words in both languages",
    "bot/playground/slack.py": "one front: all that is asked of a local Slack, each a few lines",
    "bot/services/billing/ledger.py": "the lock, and all that is written and read under it",
    "bot/services/billing/peaks.py": "a report, a bill and a peak are read by the same few statements",
    "bot/services/billing/rollups.py": "one derivation, from rows to arrays to rollups",
    "bot/services/errors.py": "one list: the sentences of all refusals",
    "bot/services/imports/users.py": "one import, from its lines to its rows",
    "bot/services/undo.py": "one table: how each kind of change is taken back",
    "bot/views/changes.py": "one list: the sentences of every kind of change",
    "bot/views/documents.py": "one list: the JSON of every command",
    "bot/views/faq.py": "one list: the sentences with live figures of every topic",
    "bot/views/slack/help.py": "one list: the help of every command",
    "db/models.py": "one list: all tables",
}
"""Modules that would be harder to read in parts, and why."""


def reads(tree: ast.AST) -> set[str]:
    """What a module reads of the world around it: `the clock`, `the environment`."""
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        if (owner, node.attr) in CLOCKS:
            found.add("the clock")
        if owner == "os" and node.attr in ("environ", "getenv", "environb"):
            found.add("the environment")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_clock_reads_the_clock_and_only_the_settings_read_the_environment(path: Path) -> None:
    allowed = MAY_READ.get(str(path.relative_to(ROOT)))
    assert reads(ast.parse(path.read_text())) <= {allowed}


def test_the_check_sees_what_it_looks_for() -> None:
    assert reads(ast.parse("import os, datetime\ndatetime.datetime.now(); os.environ['A']")) == {
        "the clock",
        "the environment",
    }


def test_no_module_is_long_without_a_reason() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    assert {name for name, length in lengths.items() if length > LONGEST} == set(MAY_BE_LONG)

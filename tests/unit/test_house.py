"""What the architecture promises and no linter checks."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "db").rglob("*.py")])
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
MAY_READ = {"bot/clock.py": "the clock", "bot/settings.py": "the environment"}


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

"""Names as people (and their enemies) write them: shown harmlessly, kept as they are."""

import csv
import io
import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import PROGRAM, Seatbot, environment

NAMES = {
    "a mention": "<!channel> <@U123> & Söhne",
    "backticks": "```rm -rf``` *bold* _x_ ~y~",
    "marks of direction": "Evil \u202eproc\u202c \u2066x\u2069 \u200fz",
    "emoji": "👩‍👩‍👧 Family 🇫🇷 ❤️",
    "500 characters": "Long " + "x" * 495,
    "a formula": "=1+1",
    "markup": "[red]Red[/red] [link=http://x.test]x[/link] :smile:",
    "right to left": "שלום عليكم",
    "braces": "{name} {0} %s $x",
}
named = pytest.mark.parametrize("name", NAMES.values(), ids=[key.replace(" ", "-") for key in NAMES])
pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def fill(seatbot: Seatbot, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    seatbot.json("import", "accounts", seatbot.file(f"account,status,at,domain\n{quoted},active,2026-09-01,{quoted}\n"))
    line = f"{quoted},x@strange.test,active,2026-09-02,{quoted},{quoted}\n"
    seatbot.json("import", "users", seatbot.file("account,email,status,at,name,external_id\n" + line))


@named
def test_a_strange_name_is_unchanged_in_json(acme: Seatbot, name: str) -> None:
    fill(acme, name)
    assert name in [one["account"] for one in acme.json("report")["accounts"]]
    assert [one["domain"] for one in acme.json("accounts", name)] == [name]
    assert [user["name"] for user in acme.json("users", name)] == [name]
    assert acme.json("why", "x@strange.test")[0]["account"] == name
    assert acme.json("log")[0]["accounts"] == [name]
    assert acme.json("report", "--account", name)["peak"] == 1


@named
def test_a_strange_name_is_one_harmless_cell_in_csv(acme: Seatbot, name: str) -> None:
    fill(acme, name)
    rows = list(csv.DictReader(io.StringIO(acme("report", "--csv"))))
    assert len(rows) == 3
    (cell,) = {row["account"] for row in rows} - {"Acme", "Blue"}
    assert cell == ("'" + name if name.startswith("=") else name)


@named
def test_a_strange_name_is_shown_harmlessly_in_words(acme: Seatbot, name: str) -> None:
    fill(acme, name)
    outputs = [
        acme("report"),
        acme("report", "--account", name),
        acme("accounts"),
        acme("users", name),
        acme("why", "x@strange.test"),
        acme("log"),
        acme("deactivate", "x@strange.test"),
        acme("deny", "add", name, "x@strange.test"),
        acme.refusal("activate", "x@strange.test"),
        acme.refusal("deactivate", "y@strange.test", "--account", name),
    ]
    for output in outputs:
        assert not set(output) & set(TURNING)
    plain = "".join(character for character in name if character not in TURNING)
    for output in outputs[:5]:
        assert plain in output  # in a pipe whole; a terminal gets 80 characters


@named
def test_a_strange_name_is_a_workspaces_too(bare: Seatbot, name: str) -> None:
    text = bare("init", name)
    assert not set(text) & set(TURNING)
    assert bare.json("report")["workspace"] == name


def on_terminal(*words: str, url: str, folder: Path, columns: int = 200) -> str:
    """What a command shows on a terminal."""
    leader, follower = pty.openpty()
    more = {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": "50"}
    with subprocess.Popen(
        [PROGRAM, *words], env=environment(url, **more), cwd=folder, stdin=follower, stdout=follower, stderr=follower
    ) as running:
        os.close(follower)
        parts = []
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not part:
                break
            parts.append(part)
        os.close(leader)
    assert running.returncode == 0
    return b"".join(parts).decode()


def test_on_a_terminal_markup_in_names_is_no_markup(acme: Seatbot) -> None:
    for key in ("markup", "emoji", "marks of direction", "braces", "500 characters"):
        fill(acme, NAMES[key]) if key == "markup" else acme.accounts(f'"{NAMES[key]}",active,2026-09-01')
    shown = on_terminal("report", "--period", "2026-10", url=acme.store.url, folder=acme.folder)
    assert "[red]Red[/red] [link=http://x.test]x[/link] :smile:" in shown
    assert "{name} {0} %s $x" in shown
    assert not set(shown) & set(TURNING)
    assert "\x1b[" in shown  # colours
    assert "█" in shown  # and a chart


def test_a_narrow_terminal_still_shows_every_account(acme: Seatbot) -> None:
    shown = on_terminal("accounts", url=acme.store.url, folder=acme.folder, columns=60)
    assert "Acme" in shown

"""`seatbot check` and `seatbot manifest`: what leads up to `seatbot serve`."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

import bot
from bot.playground.team import NORTHWIND
from tests.e2e.conftest import process, run
from tests.e2e.serve.conftest import SECRET, Scene

sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
ROOT = Path(bot.__file__).parents[1]


@pytest.fixture
def connected(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setenv("DATABASE_URL", scene.store.url)
    monkeypatch.setenv("SLACK_API_URL", f"{scene.slack.url}/api/")
    monkeypatch.setenv("SLACK_BOT_TOKEN", NORTHWIND.bot_token)
    for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return scene


@pytest.mark.parametrize(
    ("given", "way", "faults"),
    [
        ({"SLACK_APP_TOKEN": NORTHWIND.app_token}, "Socket Mode", []),
        ({"SLACK_SIGNING_SECRET": SECRET}, "HTTP", []),
        ({"SLACK_APP_TOKEN": NORTHWIND.app_token, "SLACK_SIGNING_SECRET": SECRET}, "Socket Mode", []),
        ({"SLACK_APP_TOKEN": "xapp-wrong", "SLACK_SIGNING_SECRET": SECRET}, "Socket Mode", ["SLACK_APP_TOKEN"]),
        ({}, None, ["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]),
    ],
)
@sqlite_only
def test_check_tells_the_way_of_requests_or_what_is_missing_for_either(
    connected: Scene, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], way: str | None, faults: list[str]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    result = run("check", "--json")
    found = json.loads(result.stdout)
    assert [one["name"] for one in found if one["fault"]] == faults
    assert result.exit_code == (1 if faults else 0)
    assert [one["value"] for one in found if one["name"] == "Slack’s requests come by"] == ([way] if way else [])
    settings = {
        one["name"]: (one["value"], one["source"]) for one in found if one["source"] in ("environment", "default")
    }
    for name in ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert settings[name] == (("••••", "environment") if name in given else ("–", "default"))
    words = run("check")
    for secret in (SECRET, NORTHWIND.app_token, NORTHWIND.bot_token):
        assert secret not in result.stdout + words.stdout
    for fault in faults:
        assert f"{fault}: " in words.stdout


def test_the_manifest_is_printed_for_this_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATBOT_COMMAND", "/msp")
    result = run("manifest", "--url", "https://seats.example.com")
    assert (result.exit_code, result.stderr) == (0, "")
    made = yaml.safe_load(result.stdout)
    assert made["features"]["slash_commands"][0]["url"] == "https://seats.example.com/slack/events"
    assert made["features"]["slash_commands"][0]["command"] == "/msp"
    assert yaml.safe_load(run("manifest").stdout)["settings"]["socket_mode_enabled"] is True


def test_an_address_without_tls_is_one_line(tmp_path: Path) -> None:
    result = run("manifest", "--url", "http://seats.example.com")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "“http://seats.example.com” is no public address. Slack sends to one such as https://seats.example.com only.\n"
    )
    french = process("manifest", "--url", "x", url=None, folder=tmp_path, LC_ALL="fr_FR.UTF-8")
    assert french.stderr == (
        "«\u00a0x\u00a0» n’est pas une adresse publique. Slack n’envoie qu’à une adresse telle que https://seats.example.com.\n"
    )


def test_a_wheel_brings_its_manifest(tmp_path: Path) -> None:
    for part in ("bot", "db"):  # the build writes catalogues, which other tests are reading
        shutil.copytree(ROOT / part, tmp_path / "source" / part, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for part in ("pyproject.toml", "hatch_build.py", "manifest.yaml", "README.md", "LICENSE"):
        shutil.copy(ROOT / part, tmp_path / "source")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=tmp_path / "source",
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    program = "from bot.cli import main; import sys; sys.argv = ['seatbot', 'manifest']; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / "site",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert yaml.safe_load(done.stdout)["display_information"]["name"] == "Seatbot"
    assert done.stdout == run("manifest").stdout


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://root@127.0.0.1:abc/x",
        "foo bar://u:s3cret@h:abc/",
        "postgresql://127.0.0.1:1/x?user=u&password=s3cret",
        "postgresql://u:s3cret@127.0.0.1:1/x?sslpassword=s3cret",
        "sqlite:////nowhere/at/all.sqlite3",
    ],
)
def test_check_says_what_is_wrong_with_a_database_and_shows_no_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    for result in (run("check", "--json"), run("check"), run("report")):
        assert result.exit_code == 1
        assert "Traceback" not in result.stderr
        assert "s3cret" not in result.stdout + result.stderr


@pytest.mark.parametrize("url", ["foo", "ftp://x/", "http://[::1", "http://127.0.0.1:abc/"])
@sqlite_only
def test_check_says_that_an_address_of_slacks_is_none(
    connected: Scene, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SLACK_API_URL", url)
    result = run("check", "--json")
    assert "SLACK_BOT_TOKEN" in [one["name"] for one in json.loads(result.stdout) if one["fault"]]


@sqlite_only
def test_check_names_the_source_of_each_setting(
    connected: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("LOG_FORMAT=\nexport SEATBOT_COMMAND=/msp\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("seatbot_admins", "U1")
    sources = {one["name"]: one["source"] for one in json.loads(run("check", "--json").stdout)}
    assert (sources["LOG_FORMAT"], sources["SEATBOT_COMMAND"], sources["SEATBOT_ADMINS"]) == (
        "default",
        ".env",
        "environment",
    )


@sqlite_only
def test_where_a_setting_comes_from_is_said_in_french_too(connected: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    said = run("check").stdout
    assert "SLACK_APP_TOKEN\u00a0: " in said
    lines = [line.split("\t") for line in said.splitlines()]
    sources = {line[0]: line[2] for line in lines if len(line) == 4}
    assert (sources["SEATBOT_ADMINS"], sources["LANG"]) == ("par défaut", "environnement")

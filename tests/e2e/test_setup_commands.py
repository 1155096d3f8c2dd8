"""`init`, `set`, `verify`, and several workspaces in one store."""

import json
import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from db.models import ACCOUNT_PERIOD, WORKSPACE_DAY
from tests.conftest import Store
from tests.e2e.conftest import Seatbot, run

sqlite_only = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The address of a SQLite file that is not there yet, in a folder that is not there yet."""
    path = tmp_path / "data" / "seatbot.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    return path


def test_init_makes_a_file_that_only_its_owner_reads(elsewhere: Path) -> None:
    old = os.umask(0)
    try:
        assert run("init", "Northwind").exit_code == 0
    finally:
        os.umask(old)
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in elsewhere.parent.iterdir()} == {
        "seatbot.sqlite3": 0o600
    }
    assert stat.S_IMODE(elsewhere.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("X", "--timezone", "Mars/Olympus"),
            "“Mars/Olympus” is no time zone. Use a name such as Europe/Paris or America/New_York.",
        ),
        (
            ("X", "--timezone", "Europe"),
            "“Europe” is no time zone. Use a name such as Europe/Paris or America/New_York.",
        ),
        (
            ("X", "--timezone", "../../etc/passwd"),
            "“../../etc/passwd” is no time zone. Use a name such as Europe/Paris or America/New_York.",
        ),
        (("X", "--timezone", ""), "“” is no time zone. Use a name such as Europe/Paris or America/New_York."),
        (("X", "--billing-day", "0"), "A billing day is a whole number from 1 to 31."),
        (("X", "--billing-day", "32"), "A billing day is a whole number from 1 to 31."),
        (("X", "--billing-day", "-1"), "A billing day is a whole number from 1 to 31."),
        (("X", "--locale", "de"), "“de” is not spoken here. Use en or fr."),
        (("X", "--locale", ""), "“” is not spoken here. Use en or fr."),
        (("X", "--slack-team", ""), "“” is no Slack team. Its id begins with T, such as T0123ABCD."),
        (("X", "--slack-team", "northwind"), "“northwind” is no Slack team. Its id begins with T, such as T0123ABCD."),
        (("",), "A name must not be empty or hold control characters."),
        (("A\x1b[31m",), "A name must not be empty or hold control characters."),
    ],
)
def test_what_init_refuses_leaves_no_file_behind(elsewhere: Path, words: tuple[str, ...], line: str) -> None:
    for more in ((), ("--json",)):
        result = run("init", *words, *more)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", line + "\n")
    assert not elsewhere.parent.exists()


def test_init_tells_what_to_do_next(bare: Seatbot) -> None:
    assert bare("init", "Northwind") == "Created Northwind. Next: seatbot import accounts FILE.csv\n"


def test_the_document_of_init(bare: Seatbot) -> None:
    document = {"workspace": "Northwind", "billing_day": 1, "timezone": "UTC", "locale": "en", "slack_team": None}
    assert bare.json("init", "Northwind") == document | {"created": True}
    assert bare.json("init", " northwind ") == document | {"created": False}


def test_init_twice_brings_the_store_up_to_date_and_makes_nothing(seatbot: Seatbot) -> None:
    before = seatbot.dump()
    assert seatbot("init", "Northwind MSP") == "Northwind MSP exists already; the store is up to date.\n"
    assert seatbot.dump() == before


def test_init_of_a_workspace_that_exists_does_not_change_its_settings(seatbot: Seatbot) -> None:
    line = "The workspace Northwind MSP exists already; the store is up to date. Change it with: seatbot set"
    assert seatbot.refusal("init", "northwind msp", "--billing-day", "3") == line


def test_a_slack_team_is_bound_to_one_workspace(bare: Seatbot) -> None:
    bare("init", "One", "--slack-team", "T0ONE")
    line = "The Slack team T0ONE is bound to the workspace One already."
    assert bare.refusal("init", "Two", "--slack-team", "T0ONE") == line


def test_commands_on_a_store_without_a_workspace_say_how_to_make_one(bare: Seatbot) -> None:
    for words in (("report",), ("deactivate", "a@b.test"), ("verify",), ("log",)):
        assert bare.refusal(*words) == "There is no workspace yet. Create one: seatbot init NAME"


def test_with_several_workspaces_every_command_asks_which(acme: Seatbot) -> None:
    acme("init", "Contoso")
    line = "There are several workspaces: Contoso and Northwind MSP. Say which: --workspace NAME"
    file = acme.file("account,email,status\nAcme,new@acme.test,active\n")
    for words in (
        ("set", "--locale", "fr"),
        ("import", "users", file),
        ("import", "accounts", file),
        ("import", "retract", "1"),
        ("accounts",),
        ("users", "Acme"),
        ("why", "bob@acme.test"),
        ("report",),
        ("deactivate", "bob@acme.test"),
        ("activate", "bob@acme.test"),
        ("deny", "add", "Acme", "a@b.test"),
        ("deny", "remove", "Acme", "a@b.test"),
        ("deny", "list", "Acme"),
        ("deny", "import", "Acme", file, "--append"),
        ("undo",),
        ("log",),
        ("forget", "bob@acme.test"),
        ("verify",),
        ("connect", "m365", "Acme", "--tenant", "acme.example"),
        ("connect", "google", "Acme", "--domain", "acme.example", "--subject", "admin@acme.example"),
        ("disconnect", "Acme"),
        ("sync",),
        ("sync", "--all"),
    ):
        assert acme.refusal(*words) == line
        unknown = acme.refusal(*words, "--workspace", "Nowhere")
        assert unknown == "No workspace is called “Nowhere”. There is: Contoso and Northwind MSP."
    assert acme.json("report", "--workspace", "NORTHWIND msp")["peak"] == 2
    assert acme.json("report", "--workspace", "Contoso")["peak"] == 0


def test_one_workspace_knows_nothing_of_another(acme: Seatbot) -> None:
    acme("init", "Contoso", "--timezone", "America/New_York")
    there = ("--workspace", "Contoso")
    assert acme.refusal("users", "Acme", *there).startswith("No account is called")
    assert acme.refusal("deactivate", "bob@acme.test", *there).startswith("Nobody has the address")
    assert acme("forget", "bob@acme.test", *there).startswith("Nothing holds this address")
    assert [user["email"] for user in acme.json("users", "Acme", "--workspace", "Northwind MSP")][1] == "bob@acme.test"
    assert acme.refusal("undo", "2", *there).startswith("There is no change 2.")
    assert acme.refusal("import", "retract", "2", *there).startswith("There is no change 2.")
    assert acme.json("log", *there) == []
    accounts = acme.file("account,status\nAcme,active\n")
    users = acme.file("account,email,status\nAcme,bob@acme.test,active\n", "users.csv")
    acme.json("import", "accounts", accounts, *there)
    acme.json("import", "users", users, *there)
    assert acme.json("report", *there)["peak"] == 1
    assert acme.json("report", "--workspace", "Northwind MSP")["peak"] == 2
    for name in ("Contoso", "Northwind MSP"):
        assert acme.json("verify", "--workspace", name) == {"clean": True, "differences": []}


def test_another_billing_day_or_zone_corrects_the_past_and_must_say_so(acme: Seatbot) -> None:
    line = "Another billing day or time zone changes the figures of past periods too. "
    line += "If the old one was wrong, add --correct to compute them anew."
    assert acme.refusal("set", "--billing-day", "1") == line
    assert acme.refusal("set", "--timezone", "UTC") == line
    acme.json("report")
    assert acme.json("set", "--billing-day", "1", "--timezone", "UTC", "--correct")["changed"] == []
    document = acme.json("report", "--period", "2026-09")
    assert document["period"] == {
        "start": "2026-09-01T00:00:00+00:00",
        "end": "2026-10-01T00:00:00+00:00",
        "closed": True,
    }
    assert (document["peak"], document["peak_at"]) == (2, "2026-09-09T22:00:00+00:00")
    acme("verify")


def test_the_same_billing_day_again_is_no_correction(acme: Seatbot) -> None:
    acme("set", "--billing-day", "27", "--timezone", "Europe/Paris", "--locale", "en")


def test_before_anything_is_recorded_a_billing_day_is_changed_freely(seatbot: Seatbot) -> None:
    seatbot("set", "--billing-day", "3")
    assert seatbot.json("report")["period"]["start"] == "2026-11-03T00:00:00+01:00"


def test_set_refuses_what_is_no_setting(acme: Seatbot) -> None:
    assert acme.refusal("set") == "Say what to set: --billing-day, --timezone, --locale, --price or --resale."
    assert (
        acme.refusal("set", "--correct") == "Say what to set: --billing-day, --timezone, --locale, --price or --resale."
    )
    assert acme.refusal("set", "--billing-day", "0", "--correct") == "A billing day is a whole number from 1 to 31."
    assert acme.refusal("set", "--timezone", "Paris", "--correct").startswith("“Paris” is no time zone.")
    assert acme.refusal("set", "--locale", "klingon") == "“klingon” is not spoken here. Use en or fr."


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE account_period SET peak = peak + 1",
        "UPDATE workspace_day SET close = close + 1",
        "DELETE FROM workspace_day",
        "DELETE FROM account_period WHERE account_id = 2",
        "UPDATE ledger SET status = 'inactive' WHERE user_id = 1",
    ],
)
def test_verify_finds_what_does_not_follow_from_the_ledger(acme: Seatbot, tampering: str) -> None:
    acme("report")
    assert acme("verify") == "Clean: everything derived agrees with the ledger.\n"
    with acme.store.engine.begin() as connection:
        connection.execute(text(tampering))
    result = acme.run("verify", "--json")
    assert result.exit_code == 1
    assert '"clean": false' in result.stdout
    assert result.stderr == ""
    result = acme.run("verify")
    assert result.exit_code == 1
    assert all(": stored is " in line for line in result.stdout.splitlines())


@sqlite_only
def test_a_store_is_made_where_the_settings_file_says(store: Store, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL=sqlite:///{tmp_path}/from-file.sqlite3\n")
    assert run("init", "Northwind").exit_code == 0
    assert (tmp_path / "from-file.sqlite3").exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Acme, billing period from 27 Oct 2026: stored is peak 7 on "),
        ("fr", "Acme, période de facturation du 27 oct. 2026"),
    ],
)
def test_verify_says_in_words_where_something_differs(
    acme: Seatbot, language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme("report")
    with acme.store.engine.begin() as connection:
        connection.execute(update(ACCOUNT_PERIOD).where(ACCOUNT_PERIOD.c.account_id == 1).values(peak=7))
        connection.execute(delete(WORKSPACE_DAY))
    monkeypatch.setenv("LANG", language)
    result = acme.run("verify")
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line.startswith(said)]
    found = json.loads(acme.run("verify", "--json").stdout)["differences"]
    assert (found[0]["account"], found[0]["stored"]["peak"], found[0]["expected"]["peak"]) == ("Acme", 7, 2)
    assert found[-1] | {"day": ""} == {"account": None, "day": "", "stored": None, "expected": found[-1]["expected"]}

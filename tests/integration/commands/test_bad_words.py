"""What somebody types that means nothing, or harm: one clear answer to them alone, and nothing changed."""

from collections.abc import Iterator

import pytest

from bot.playground.team import CAMILLE, GRACE, NADIA, TOM
from bot.services import accounts
from tests.integration.commands.conftest import Team

WORDS = ("report", "accounts", "users", "why", "deny list", "log", "deactivate", "deny add Acme", "undo", "help", "")


@pytest.fixture(autouse=True)
def nothing_changes(team: Team) -> Iterator[None]:
    """Whatever is typed here leaves ledger, changes and accounts as they were."""
    rows = team.rows()
    yield
    assert (team.rows(), team.changes()) == (rows, [])
    assert accounts.count(team.session, team.workspace) == 2


def texts(team: Team, bad: str) -> list[str]:
    """What every command says to it."""
    return [team.say(GRACE, f"{words} {bad}")["text"] for words in WORDS]


def test_four_thousand_characters(team: Team) -> None:
    for bad in ("x" * 3980, "x " * 1990, "é" * 3980):
        assert all(len(text) < 2000 for text in texts(team, bad))


def test_only_spaces(team: Team) -> None:
    assert team.say(TOM, " \u00a0\u2003  ")["text"].startswith("Northwind MSP\nPeak so far")
    assert "This is how it is written" in team.say(TOM, "users  \u00a0 ")["text"]


def test_control_characters(team: Team) -> None:
    for text in texts(team, "a\x00b\x1b[31m\x07c\x7f\ud800"):
        assert "Something went wrong" not in text
        assert not any(ord(letter) < 32 and letter != "\n" for letter in text)


def test_right_to_left_marks(team: Team) -> None:
    for text in texts(team, "\u202eemca\u2066 \u200fx"):
        assert not any(mark in text for mark in "\u202e\u2066\u200f")


def test_emoji(team: Team) -> None:
    assert team.say(TOM, "users 🦄 :unicorn:")["text"] == (
        "No account is called “🦄 :unicorn:”. /seats accounts lists them."
    )
    assert "There is no command “🦄”." in team.say(TOM, "🦄")["text"]


@pytest.mark.parametrize("bad", ["<!channel>", "&lt;!here&gt;", "<@U0GRACE001>", "<#C0BILLING1|billing>"])
def test_a_forged_mention(team: Team, bad: str) -> None:
    for text in texts(team, bad):
        assert "<!" not in text
        assert "<@" not in text
        assert "<#" not in text


def test_sql(team: Team) -> None:
    said = team.say(TOM, "users '; DROP TABLE account; --")["text"]
    assert said == "No account is called “'; DROP TABLE account; --”. /seats accounts lists them."
    assert "No account matches." in team.say(TOM, "accounts %")["text"]
    assert all("Something went wrong" not in text for text in texts(team, "' OR 1=1; --"))


def test_html(team: Team) -> None:
    said = team.say(TOM, "report <script>alert(1)</script>")["text"]
    assert "“&lt;script&gt;alert(1)&lt;/script&gt;”" in said


@pytest.mark.parametrize("bad", ['"Acme', "“Acme", "«\u00a0Acme"])
def test_an_unclosed_quote(team: Team, bad: str) -> None:
    assert set(texts(team, bad)) == {"A quotation mark is not closed. Nothing was changed."}


def test_an_unknown_account(team: Team) -> None:
    for words in ("report", "users", "deny list", "log", "deny add x@y.example in", "deactivate ann@acme.example in"):
        assert team.say(GRACE, f"{words} Zenith")["text"] == (
            "No account is called “Zenith”. /seats accounts lists them."
        )
    assert team.say(NADIA, "rapport Zenith")["text"].endswith("/seats comptes en donne la liste.")


def test_an_unknown_person(team: Team) -> None:
    for words in ("why", "deactivate"):
        assert team.say(GRACE, f"{words} quentin@nowhere.example")["text"] == (
            "Nobody has the address quentin@nowhere.example. Check the spelling."
        )
    assert "Vouliez-vous dire ann@acme.example\u00a0?" in team.say(CAMILLE, "désactiver anm@acme.example")["text"]
    assert "Did you mean bob@acme.example?" in team.say(GRACE, "deactivate bop@acme.example in Acme")["text"]
    assert "Did you mean bob@acme.example?" in team.say(GRACE, "deactivate Bob because he left")["text"]


def test_an_unknown_period(team: Team) -> None:
    assert team.say(TOM, "report 2026-13")["text"] == (
        "“2026-13” is no billing period. Use current, last, a month such as October 2026 or 2026-10, or a day such as "
        "2026-10-27."
    )
    assert "Écrivez actuel, dernier, un mois comme octobre 2026 ou 2026-10" in team.say(NADIA, "rapport 13/13")["text"]
    assert team.say(TOM, "report december 2026")["text"] == "The billing period of “2026-12” has not begun yet."


def test_a_readers_change(team: Team) -> None:
    assert team.say(TOM, "deactivate ann@acme.example")["text"].startswith(
        "Only admins may do that. Nothing was changed; ask <@U0"
    )

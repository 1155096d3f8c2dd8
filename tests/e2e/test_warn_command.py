"""`seatbot warn`: added, listed, muted, removed and brought back; and what is refused."""

import pytest

from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, GRACE, GUS, NORTHWIND, OLD_BILLING, RANDOM
from tests.conftest import DrivenClock
from tests.e2e.conftest import Seatbot

ACCOUNTS = "account,status,at\nAcme,active,2026-01-01\nGlobex,active,2026-01-01\n"


def test_a_warning_is_added_listed_muted_removed_and_brought_back(seatbot: Seatbot) -> None:
    seatbot("import", "accounts", seatbot.file(ACCOUNTS, "accounts.csv"))
    words = ("warn", "add", "jump", "C0BILLING1", "--threshold", "20", "--account", "Globex", "--account", "Acme")
    added = seatbot.json(*words)
    assert added["change"] == "2"
    [line] = added["warnings"]
    assert (line["kind"], line["recipient"], line["threshold"]) == ("jump", "C0BILLING1", 20)
    assert line["accounts"] == ["Acme", "Globex"]
    assert seatbot.json(*words)["change"] is None
    assert seatbot.json("warn", "list") == [line]
    assert seatbot("warn", "list").splitlines() == [
        "Number\tWarning\tTo\tThreshold\tAccounts\tMuted until",
        "1\tjump\tC0BILLING1\t20\tAcme and Globex\t",
    ]
    assert seatbot("warn", "mute", "1", "--days", "2").startswith("Warning 1 is muted until 26 Nov 2026 13:00:")
    assert seatbot.json("warn", "list")[0]["muted_until"].startswith("2026-11-26T13:00:00")
    assert seatbot("undo").splitlines()[2] == (
        "Warning 1 is no longer muted: C0BILLING1 gets a message when the count rises by 20 or more within a day. "
        "It is about Acme and Globex only."
    )
    assert seatbot("warn", "remove", "1").startswith("Warning 1 is removed:")
    assert seatbot.json("warn", "list") == []
    seatbot("undo")
    assert len(seatbot.json("warn", "list")) == 1
    log = [(one["kind"], one["warnings"]) for one in seatbot.json("log")]
    assert log == [
        ("undo", []),
        ("warn_remove", []),
        ("undo", []),
        ("warn_mute", []),
        ("warn_add", [1]),
        ("import_accounts", []),
    ]


def test_without_any_the_list_says_what_there_could_be(seatbot: Seatbot) -> None:
    said = seatbot("warn", "list").splitlines()
    assert said[0] == "Nobody is warned of anything yet. There are these warnings:"
    assert said[1] == "jump [10]: when the count rises by 10 or more within a day"
    assert len(said) == 7


def test_in_french(seatbot: Seatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    said = seatbot("warn", "add", "fin-période", "#billing")
    assert said.startswith("Alerte 1\u00a0: #billing reçoit un message quand il reste 3 jours à la période")
    assert seatbot.refusal("warn", "add", "saut", "#billing", "--threshold", "0") == (
        "«\u00a00\u00a0» ne peut pas être le seuil de l’alerte «\u00a0saut\u00a0». "
        "Donnez un nombre entier de 1 à 1\u202f000\u202f000, ou aucun pour le seuil habituel de 10."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("warn add jmup #billing", "“jmup” is no kind of warning. Did you mean jump?"),
        ("warn add jump #billing --threshold 0", "“0” is no threshold for the warning “jump”."),
        ("warn add jump #billing --threshold -3", "“-3” is no threshold for the warning “jump”."),
        ("warn add jump #billing --threshold many", "“many” is no threshold for the warning “jump”."),
        ("warn add trial #billing --threshold 366", "“366” is no threshold for the warning “trial”."),
        ("warn add jump billing", "“billing” is no channel and nobody."),
        ("warn add jump #billing --account Nowhere", "No account is called “Nowhere”."),
        ("warn remove 7", "There is no warning 7. “seatbot warn list” lists them."),
        ("warn remove seven", "There is no warning seven."),
        ("warn mute 7 --days 1", "There is no warning 7."),
        ("warn mute 1 --days 0", "“0” is no number of days. Give a whole number from 1 to 365."),
        ("warn mute 1 --days 10000", "“10000” is no number of days."),
        ("warn mute 1 --days some", "“some” is no number of days."),
    ],
)
def test_what_is_refused_is_said_in_one_line_and_changes_nothing(seatbot: Seatbot, words: str, said: str) -> None:
    assert seatbot.refusal(*words.split()).startswith(said)


def test_with_a_token_slack_is_asked_whom_a_warning_can_reach(
    seatbot: Seatbot, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(LocalSlack(clock)) as server:
        monkeypatch.setenv("SLACK_API_URL", f"{server.url}/api/")
        monkeypatch.setenv("SLACK_BOT_TOKEN", NORTHWIND.bot_token)
        added = seatbot.json("warn", "add", "peak", "#billing")["warnings"][0]
        assert (added["recipient"], added["name"]) == (BILLING.id, "#billing")
        added = seatbot.json("warn", "add", "peak", GRACE.id)["warnings"][0]
        assert (added["recipient"], added["name"]) == (GRACE.id, "Grace Holloway")
        for words, said in (
            ("#nowhere", "Slack shows Seatbot no channel #nowhere."),
            ("C0NOWHERE1", "Slack shows Seatbot no channel C0NOWHERE1."),
            (OLD_BILLING.id, "The channel #billing-2025 is archived"),
            (RANDOM.id, "Seatbot is not in the channel #random."),
            (GUS.id, "Slack knows nobody of this team as Gus Marsh."),
        ):
            assert seatbot.refusal("warn", "add", "jump", words).startswith(said)
    assert len(seatbot.json("warn", "list")) == 2

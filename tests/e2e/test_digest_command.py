"""`seatbot digest`: from adding one to taking it away, and what is no digest."""

import pytest

from tests.e2e.conftest import Seatbot

FIELDS = [
    "id",
    "channel",
    "name",
    "every",
    "at",
    "timezone",
    "locale",
    "accounts",
    "paused",
    "next_at",
    "told_to",
    "trouble",
]


def added(seatbot: Seatbot, *words: str) -> str:
    document = seatbot.json("digest", "add", "C0BILLING1", *(words or ("--every", "day")))
    assert list(document) == ["change", "changed", "digest"]
    return str(document["digest"])


def test_what_is_added_is_listed(seatbot: Seatbot) -> None:
    seatbot.json("import", "accounts", seatbot.file("account,status,at\nAcme,active,2026-01-01\n", "a.csv"))
    id_ = added(seatbot, "--every", "week:mon", "--at", "9:05", "--timezone", "America/New_York", "--account", "Acme")
    [one] = seatbot.json("digest", "list")
    assert list(one) == FIELDS
    assert (one["id"], one["channel"], one["every"], one["at"]) == (id_, "C0BILLING1", "week:mon", "09:05")
    assert (one["timezone"], one["accounts"], one["paused"]) == ("America/New_York", ["Acme"], False)
    assert "every Monday at 09:05 (America/New_York)" in seatbot("digest", "list")


def test_it_is_paused_resumed_run_removed_and_undone(seatbot: Seatbot) -> None:
    id_ = added(seatbot)
    assert "Paused: the digest 1 → C0BILLING1." in seatbot("digest", "pause", id_)
    assert seatbot.json("digest", "list")[0]["next_at"] is None
    seatbot("digest", "resume", id_)
    assert seatbot.json("digest", "list")[0]["next_at"]
    assert "on its way" in seatbot("digest", "run", id_)
    assert seatbot.json("digest", "remove", id_)["digest"] == id_
    assert seatbot.json("digest", "list") == []
    seatbot("undo")
    assert [one["id"] for one in seatbot.json("digest", "list")] == [id_]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--every", "31 February"), "is no rhythm"),
        (("--every", "before-end:31"), "is no rhythm"),
        (("--every", "day", "--at", "25:00"), "is no time of day"),
        (("--every", "day", "--timezone", "Europe/Nowhere"), "Europe/Nowhere"),
        (("--every", "day", "--locale", "de"), "de"),
        (("--every", "day", "--account", "Nobody"), "No account is called"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(seatbot: Seatbot, words: tuple[str, ...], said: str) -> None:
    line = seatbot.refusal("digest", "add", "C0BILLING1", *words)
    assert said in line
    assert seatbot.json("digest", "list") == []


def test_what_is_no_digest_is_refused(seatbot: Seatbot) -> None:
    assert "There is no digest 7." in seatbot.refusal("digest", "remove", "7")
    assert "is no channel" in seatbot.refusal("digest", "add", "two words", "--every", "day")

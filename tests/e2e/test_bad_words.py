"""What somebody types that means nothing, or too much: one clear line, and nothing changed."""

import pytest

from tests.e2e.conftest import Seatbot

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # nothing here depends on the engine

WAYS = "Use current, last, a month such as 2026-10, or a day such as 2026-10-27."


def test_an_unknown_account_is_refused_and_the_list_of_accounts_is_named(acme: Seatbot) -> None:
    line = "No account is called “Zenith”. “seatbot accounts” lists them."
    for words in (
        ("report", "--account", "Zenith"),
        ("users", "Zenith"),
        ("log", "--account", "Zenith"),
        ("deny", "list", "Zenith"),
        ("deny", "add", "Zenith", "a@b.test"),
        ("deny", "remove", "Zenith", "a@b.test"),
        ("deactivate", "bob@acme.test", "--account", "Zenith"),
        ("activate", "cid@acme.test", "--account", "Zenith"),
    ):
        assert acme.refusal(*words) == line


def test_an_unknown_account_that_is_near_a_known_one_gets_it_as_a_suggestion(acme: Seatbot) -> None:
    assert acme.refusal("users", "Acne") == "No account is called “Acne”. Did you mean Acme?"


def test_an_empty_account_name_means_no_account(acme: Seatbot) -> None:
    assert acme.refusal("users", "").startswith("No account is called “”.")


def test_an_unknown_person_is_refused(acme: Seatbot) -> None:
    line = "Nobody has the address zoe@acme.test. Check the spelling."
    for words in (("deactivate",), ("activate",), ("why",)):
        assert acme.refusal(*words, "zoe@acme.test") == line


def test_one_unknown_person_refuses_the_whole_command_and_all_unknown_are_named(acme: Seatbot) -> None:
    line = acme.refusal("deactivate", "bob@acme.test", "zoe@acme.test", "yan@acme.test")
    there = "zoe@acme.test and yan@acme.test"
    assert line == f"Nobody has these addresses: {there}. Nothing was changed; check the spelling."


def test_a_person_unknown_in_the_named_account_is_refused(acme: Seatbot) -> None:
    line = acme.refusal("deactivate", "bob@acme.test", "--account", "Blue")
    assert line == "Nobody in Blue has the address bob@acme.test. Nothing was changed; check the spelling."


def test_a_name_that_two_accounts_could_mean_is_refused_with_both(acme: Seatbot) -> None:
    acme.accounts("Acme Nord,active,2026-09-01", "Acme Sud,active,2026-09-01")
    line = "“cme” could be Acme, Acme Nord, and Acme Sud. Give the whole name."
    assert acme.refusal("report", "--account", "cme") == line
    assert acme.refusal("deny", "add", "cme", "a@b.test") == line


def test_a_whole_name_wins_over_longer_ones_that_contain_it(acme: Seatbot) -> None:
    acme.accounts("Acme Nord,active,2026-09-01")
    assert [user["email"] for user in acme.json("users", " ACME ")] == [
        "ann@acme.test",
        "bob@acme.test",
        "cid@acme.test",
    ]


def test_a_part_of_a_name_that_only_one_account_has_is_enough(acme: Seatbot) -> None:
    assert len(acme.json("users", "blu")) == 1


def test_a_person_in_two_accounts_is_refused_without_one_named(acme: Seatbot) -> None:
    line = "ann@acme.test is in several accounts: Acme and Blue. Say in which one: --account NAME"
    assert acme.refusal("deactivate", "ann@acme.test") == line
    assert acme.refusal("activate", "ann@acme.test") == line


@pytest.mark.parametrize(
    "email", ["xyz", "", "@acme.test", "ann@", "a b@acme.test", "a@b@c", "ann@acme.test,bob@acme.test"]
)
def test_an_address_without_its_parts_is_no_address(acme: Seatbot, email: str) -> None:
    for words in (("deactivate",), ("activate",), ("why",), ("forget",)):
        assert acme.refusal(*words, email) == f"“{email}” is not an email address."


def test_a_name_where_an_address_belongs_gets_the_address_as_a_suggestion(acme: Seatbot) -> None:
    for words in (("deactivate",), ("why",)):
        assert acme.refusal(*words, "Bob") == "“Bob” is not an email address. Did you mean bob@acme.test?"


def test_an_address_with_control_characters_is_shown_without_them(acme: Seatbot) -> None:
    assert acme.refusal("why", "a\x1b[31m\x07@acme.test") == "“a�[31m�@acme.test” is not an email address."


def test_an_address_with_marks_of_direction_is_shown_without_them(acme: Seatbot) -> None:
    assert acme.refusal("why", "\u202etset.emca") == "“tset.emca” is not an email address."


def test_bytes_that_are_no_text_are_refused_like_any_unknown_word(acme: Seatbot) -> None:
    assert acme.refusal("users", "\udcff").startswith("No account is called “�”.")
    assert acme.refusal("why", "\udcff@acme.test") == "“�@acme.test” is not an email address."
    assert acme.refusal("report", "--workspace", "\udcff").startswith("No workspace is called “�”.")
    assert acme.json("accounts", "\udcff") == acme.json("log", "--email", "\udcff@acme.test") == []


@pytest.mark.parametrize(
    "period",
    ["2026-13", "2026-00", "2026-02-30", "26-10", "next", "", "2026-10-27T00:00", "1066-10", "0001-01", "9999-12-31"],
)
def test_a_period_that_is_none_is_refused_with_the_ways_to_name_one(acme: Seatbot, period: str) -> None:
    for more in ((), ("--account", "Acme")):
        line = acme.refusal("report", "--period", period, *more)
        assert line == f"“{period}” is no billing period. " + WAYS


def test_a_period_that_has_not_begun_is_refused(acme: Seatbot) -> None:
    for period in ("2026-11", "2026-11-27", "2027-01"):
        assert acme.refusal("report", "--period", period) == f"The billing period of “{period}” has not begun yet."


def test_a_period_with_control_characters_is_shown_without_them(acme: Seatbot) -> None:
    assert acme.refusal("report", "--period", "\x1b[31m\u202ex").startswith("“�[31mx” is no billing period.")


def test_an_unknown_change_is_refused(acme: Seatbot) -> None:
    for change in ("99", "x", "", "-1", "9" * 100, "٣", "1.5"):
        for words in (("undo",), ("import", "retract")):
            shown = change if len(change) <= 80 else change[:79] + "…"
            line = f"There is no change {shown}. “seatbot log” lists them."
            assert acme.run(*words, "--", change).stderr == line + "\n"


def test_wrong_usage_is_status_2(acme: Seatbot) -> None:
    for words in (
        ("report", "--json", "--csv"),
        ("deny", "import", "Acme", "x.csv"),
        ("deny", "import", "Acme", "x.csv", "--append", "--replace"),
        ("log", "--limit", "0"),
        ("log", "--limit", "many"),
        ("users", "Acme", "--status", "asleep"),
        ("users",),
        ("deactivate",),
        ("deny", "add", "Acme"),
        ("init",),
        ("init", "X", "--billing-day", "first"),
        ("fly",),
    ):
        acme.refused(*words, status=2)


def test_a_denied_pattern_that_is_neither_address_nor_domain_is_refused(acme: Seatbot) -> None:
    for pattern in ("nope", "*", "*@", "a*@b.test", "*@*.test", "**@b.test", "@b.test", "*@b.test x"):
        line = f"“{pattern}” is neither an email address nor *@domain."
        assert acme.refusal("deny", "add", "Acme", "ok@b.test", pattern) == line
        assert acme.refusal("deny", "remove", "Acme", pattern) == line


def test_removing_an_entry_that_is_not_there_is_refused(acme: Seatbot) -> None:
    acme("deny", "add", "Acme", "a@b.test")
    line = "The deny list of Acme has no entry x@b.test and *@c.test."
    assert acme.refusal("deny", "remove", "Acme", "a@b.test", "x@b.test", "*@c.test") == line


def test_a_name_that_turns_the_direction_of_writing_does_not_turn_a_refusal(acme: Seatbot) -> None:
    acme.accounts("Evil \u202eCorp,active,2026-09-01")
    line = acme.refusal("deactivate", "zoe@acme.test", "--account", "evil")
    assert line == "Nobody in Evil Corp has the address zoe@acme.test. Nothing was changed; check the spelling."


def test_a_clock_far_behind_the_last_change_is_refused(acme: Seatbot) -> None:
    acme.clock.advance(minutes=-12)
    line = "This machine’s clock is 12 minutes behind the last change. Set it right and try again."
    assert acme.refusal("deactivate", "bob@acme.test") == line


def test_a_reason_of_any_kind_is_kept_as_one_harmless_line(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test", "--reason", "left\n\x1b[31m <!channel> \udcff" + "x" * 1000)
    reason = acme.json("log")[0]["reason"]
    assert reason == "left��[31m <!channel> …"

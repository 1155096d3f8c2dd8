"""`deactivate`, `activate`, `users`, `why`, `log` and `undo` as somebody at a terminal uses them."""

import getpass

import pytest

from tests.e2e.conftest import Seatbot

ME = f"cli:{getpass.getuser()}"
BILL = {"before": 2, "after": 2, "ends": "2026-11-27T00:00:00+01:00"}


def status(seatbot: Seatbot, account: str = "Acme") -> dict[str, str]:
    return {user["email"].split("@")[0]: user["status"] for user in seatbot.json("users", account)}


def test_the_document_of_a_deactivation(acme: Seatbot) -> None:
    assert acme.json("deactivate", "BOB@acme.test ", "cid@acme.test", "--reason", "left") == {
        "change": "3",
        "changed": ["bob@acme.test"],
        "unchanged": ["cid@acme.test"],
        "left": [],
        "next_sync_activates": [],
        "deny_added": [],
        "deny_known": [],
        "deny_removed": [],
        "takes_back": None,
        "bill": BILL,
        "next_bill": {"before": 2, "after": 1},
    }


def test_a_deactivation_in_words_tells_both_bills_and_what_to_do_in_usecure(acme: Seatbot) -> None:
    in_usecure = (
        "usecure does not know of this: in its console, open Users and set this person inactive there too. "
        "Until then it counts this person."
    )
    assert acme("deactivate", "bob@acme.test").splitlines() == [
        "Inactive now: bob@acme.test (Acme).",
        "The bill of the running period stays at 2. The next one, from 27 Nov 2026, begins with 1 instead of 2.",
        in_usecure,
        "Change 3",
    ]


def test_whoever_is_inactive_already_is_no_change(acme: Seatbot) -> None:
    before = acme.recorded()
    assert acme.json("deactivate", "cid@acme.test")["change"] is None
    assert acme.json("activate", "bob@acme.test")["changed"] == []
    assert "Nothing had to be changed." in acme("deactivate", "cid@acme.test")
    assert acme.recorded() == before


def test_an_address_given_twice_is_one_person(acme: Seatbot) -> None:
    assert acme.json("deactivate", "bob@acme.test", "Bob@Acme.test")["changed"] == ["bob@acme.test"]


def test_activating_somebody_raises_this_bill(acme: Seatbot) -> None:
    done = acme.json("activate", "cid@acme.test")
    assert (done["bill"]["before"], done["bill"]["after"], done["next_bill"]["after"]) == (2, 3, 3)


def test_somebody_of_a_client_on_trial_costs_nothing(acme: Seatbot) -> None:
    done = acme.json("deactivate", "ann@acme.test", "--account", "Blue")
    assert done["next_bill"] == {"before": 2, "after": 2}
    assert status(acme)["ann"] == "active"


def test_somebody_whom_the_next_sync_would_bring_back_is_warned_of(acme: Seatbot) -> None:
    acme.sync("bob@acme.test")
    text = acme("deactivate", "bob@acme.test")
    assert (
        "The next sync would set these active again: bob@acme.test (Acme). "
        "Put this person on the deny list to prevent it." in text
    )
    assert acme.json("undo")["changed"] == ["bob@acme.test"]
    assert acme.json("deactivate", "bob@acme.test")["next_sync_activates"] == ["bob@acme.test"]


def test_activating_somebody_denied_is_refused(acme: Seatbot) -> None:
    acme("deny", "add", "Acme", "*@acme.test")
    line = acme.refusal("activate", "cid@acme.test")
    assert line.startswith("On the deny list of Acme: cid@acme.test. Nothing was changed;")


def test_the_document_of_users(acme: Seatbot) -> None:
    acme.sync("bob@acme.test")
    acme("deny", "add", "Acme", "bob@acme.test")
    acme.users("Acme,ann@acme.test,active,,Ann", columns="account,email,status,at,name")
    users = acme.json("users", "Acme")
    at = users[1].pop("since")
    assert at.startswith("2026-11-24T13:00:00")
    since = "2026-09-10T00:00:00+02:00"
    local = {"denied": False, "source": "local", "since": since, "cause": "import"}
    assert users == [
        {"email": "ann@acme.test", "name": "Ann", "status": "active", **local},
        {
            "email": "bob@acme.test",
            "name": None,
            "status": "inactive",
            "denied": True,
            "source": "sync",
            "cause": "deny_list",
        },
        {"email": "cid@acme.test", "name": None, "status": "inactive", **local},
    ]
    emails = [
        [user["email"][:3] for user in acme.json("users", "Acme", "--status", asked)]
        for asked in ("active", "inactive", "denied")
    ]
    assert emails == [["ann"], ["bob", "cid"], ["bob"]]


def test_why_tells_the_story_of_a_person_in_each_account(acme: Seatbot) -> None:
    acme("deactivate", "ann@acme.test", "--account", "Acme", "--reason", "left")
    first, second = acme.json("why", "Ann@acme.test")
    assert (first["account"], first["status"], first["billable"], first["next_sync"]) == (
        "Acme",
        "inactive",
        False,
        None,
    )
    assert (second["account"], second["account_status"], second["billable"]) == ("Blue", "trial", False)
    imported, deactivated = first["events"]
    assert (imported["at"], imported["status"], imported["cause"]) == ("2026-09-10T00:00:00+02:00", "active", "import")
    assert (imported["period"], imported["billed"], imported["next_billed"]) == (
        "2026-08-27T00:00:00+02:00",
        True,
        True,
    )
    assert (deactivated["kind"], deactivated["actor"], deactivated["reason"]) == ("deactivate", ME, "left")
    assert (deactivated["change"], deactivated["billed"], deactivated["next_billed"]) == ("3", True, False)


def test_why_tells_what_deny_list_and_sync_would_do(acme: Seatbot) -> None:
    acme.sync("bob@acme.test", "cid@acme.test")
    assert acme.json("why", "cid@acme.test")[0]["next_sync"] == "activates"
    acme("deny", "add", "Acme", "cid@acme.test", "*@acme.test", "--force")
    (story,) = acme.json("why", "cid@acme.test")
    assert (story["denied_by"], story["next_sync"]) == (["*@acme.test", "cid@acme.test"], None)
    assert "On the deny list: *@acme.test and cid@acme.test." in acme("why", "cid@acme.test")


def test_undo_takes_back_ones_latest_change_and_the_peak_stands(acme: Seatbot) -> None:
    acme("activate", "cid@acme.test")
    assert acme.json("report")["peak"] == 3
    done = acme.json("undo")
    assert (done["changed"], done["takes_back"]) == (["cid@acme.test"], "3")
    report = acme.json("report")
    assert (report["peak"], report["current"]) == (3, 2)
    assert "The bill of the running period stays at 3." in acme(
        "undo", acme.json("activate", "cid@acme.test")["change"]
    )


def test_undo_goes_back_change_by_change(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test")
    acme("activate", "cid@acme.test")
    assert acme.json("undo")["takes_back"] == "4"
    assert acme.json("undo")["takes_back"] == "3"
    assert status(acme) == {"ann": "active", "bob": "active", "cid": "inactive"}
    assert acme.refusal("undo") == "Change 2 is an import. Take it back with: seatbot import retract 2"


def test_a_change_is_undone_once(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test")
    acme("undo", "#3")
    assert acme.refusal("undo", "3") == "Change 3 was taken back already, by change 4."


def test_an_undo_is_not_undone(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test")
    acme("undo")
    assert acme.refusal("undo", "4").startswith("Change 4 (undone) cannot be undone.")


def test_an_import_is_not_undone_but_retracted(acme: Seatbot) -> None:
    for change in ("1", "2"):
        line = f"Change {change} is an import. Take it back with: seatbot import retract {change}"
        assert acme.refusal("undo", change) == line


def test_where_there_is_nothing_of_ones_own_undo_says_so(acme: Seatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    acme("deactivate", "bob@acme.test")
    monkeypatch.setattr("getpass.getuser", lambda: "somebody")
    assert acme.refusal("undo") == "You have no change that could be undone."
    assert acme.json("undo", "3")["changed"] == ["bob@acme.test"]  # named, it is anybody's
    assert acme.json("log")[0]["actor"] == "cli:somebody"


def test_undo_leaves_those_who_changed_since(acme: Seatbot) -> None:
    acme("deactivate", "ann@acme.test", "bob@acme.test", "--account", "Acme")
    acme("activate", "bob@acme.test")
    acme("deactivate", "bob@acme.test")
    done = acme.json("undo", "3")
    assert (done["changed"], done["left"]) == (["ann@acme.test"], ["bob@acme.test"])
    assert status(acme) == {"ann": "active", "bob": "inactive", "cid": "inactive"}


def test_undo_activates_nobody_who_was_denied_meanwhile(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test")
    acme("deny", "add", "Acme", "bob@acme.test")
    assert acme.refusal("undo", "3").startswith(
        "Change 3 was not undone: other changes stand against it for bob@acme.test."
    )
    assert status(acme)["bob"] == "inactive"


def test_the_document_of_the_log(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test", "--reason", "left")
    acme("undo")
    newest, before, users, accounts = acme.json("log")
    times = [line.pop("at") for line in (newest, before, users, accounts)]
    assert times == sorted(times, reverse=True)
    assert all(time.startswith("2026-11-24T13:00:00") for time in times)
    empty = {"reason": None, "source": None, "takes_back": None, "taken_back_by": None, "refusal": None, "asked": None}
    empty |= {"takes_back_kind": None, "deny_added": [], "deny_removed": [], "topics": [], "topics_removed": []}
    empty |= {"warnings": []}
    mine = {"actor": ME, "people": 1, "accounts": ["Acme"]}
    assert newest == empty | mine | {"change": "4", "kind": "undo", "takes_back": "3", "takes_back_kind": "deactivate"}
    assert before == empty | mine | {"change": "3", "kind": "deactivate", "reason": "left", "taken_back_by": "4"}
    assert (users["kind"], users["people"], users["source"]) == ("import_users", 4, "users.csv")
    assert (accounts["kind"], accounts["people"], accounts["accounts"]) == ("import_accounts", 0, ["Acme", "Blue"])


def test_the_log_of_an_account_a_person_and_so_many_lines(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test")
    acme("deny", "add", "Acme", "zoe@acme.test")
    acme("deny", "remove", "Acme", "zoe@acme.test")

    def changes(*words: str) -> list[str]:
        return [line["change"] for line in acme.json("log", *words)]

    assert changes() == ["5", "4", "3", "2", "1"]
    assert changes("--limit", "2") == ["5", "4"]
    assert changes("--account", "Blue") == ["2", "1"]
    assert changes("--account", "Acme") == ["5", "4", "3", "2", "1"]
    assert changes("--email", "BOB@acme.test") == ["3", "2"]
    assert changes("--email", "zoe@acme.test") == ["5", "4"]
    assert changes("--email", "nobody@acme.test") == []
    assert acme("log", "--email", "nobody@acme.test") == "The log is empty.\n"


def test_the_log_tells_of_deny_lists_and_of_what_was_undone(acme: Seatbot) -> None:
    acme("deny", "add", "Acme", "zoe@acme.test", "*@gone.test")
    acme("deny", "remove", "Acme", "zoe@acme.test")
    acme("undo", "4")
    told = [line.split("\t")[2] for line in acme("log", "--limit", "3").splitlines()[1:]]
    assert told == [
        "undone #4 (removed from a deny list): Acme, +zoe@acme.test",
        "removed from a deny list: Acme, -zoe@acme.test (taken back by #5)",
        "added to a deny list: Acme, +*@gone.test, +zoe@acme.test",
    ]
    newest, removed, added = acme.json("log", "--limit", "3")
    assert (newest["accounts"], newest["deny_added"], newest["takes_back_kind"]) == (
        ["Acme"],
        ["zoe@acme.test"],
        "deny_remove",
    )
    assert (removed["deny_removed"], added["deny_added"]) == (["zoe@acme.test"], ["*@gone.test", "zoe@acme.test"])
    acme("forget", "zoe@acme.test")
    assert acme.json("log", "--limit", "4")[-1]["deny_added"] == ["*@gone.test"]


def test_entries_known_already_are_in_the_document(acme: Seatbot) -> None:
    acme("deny", "add", "Acme", "zoe@acme.test")
    done = acme.json("deny", "add", "Acme", "zoe@acme.test", "new@acme.test")
    assert (done["deny_added"], done["deny_known"]) == (["new@acme.test"], ["zoe@acme.test"])


def test_an_account_with_a_planned_status_is_told_of(acme: Seatbot) -> None:
    acme.accounts("Éclair,trial,2027-01-01", "Zoo,active,2026-09-01")
    text = acme("report", "--account", "eclair").splitlines()
    assert text[0] == "Éclair: peak 0"
    assert text[-1] == "Éclair has no status by then: it is on trial from 1 Jan 2027."
    lines = acme("accounts").splitlines()
    assert [line.split("\t")[0] for line in lines[1:]] == ["Acme", "Blue", "Éclair", "Zoo"]
    assert lines[3].split("\t")[1] == "on trial from 1 Jan 2027"
    assert [line["planned"] for line in acme.json("accounts", "ECL")] == ["2027-01-01T00:00:00+01:00"]


def test_an_empty_store_says_how_to_import(seatbot: Seatbot) -> None:
    assert seatbot("accounts").startswith("There is no account yet. Import them")
    assert seatbot.json("accounts") == []


def test_why_says_which_bill_counts(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test")
    (_title, *lines) = acme("why", "bob@acme.test").splitlines()
    assert lines[:3] == [
        "Inactive since 24 Nov 2026 13:00.",
        "This bill counts this person: its peak so far was reached on 27 Oct 2026 00:00.",
        "The next one, from 27 Nov 2026, begins without this person.",
    ]
    assert lines[4].split("\t")[:3] == ["1 Sep 2026 00:00", "account: active", "import #1"]


def test_more_people_than_a_statement_takes_parameters(acme: Seatbot) -> None:
    many = [f"u{n}@acme.test" for n in range(70_000)]
    acme.users(*(f"Acme,{email},active,2026-11-20" for email in many))
    assert len(acme.json("deactivate", *many)["changed"]) == 70_000
    acme.json("log", "--limit", "70000")

"""`seatbot deny`: who is kept out, who is touched at once, and what usecure still counts."""

from tests.e2e.conftest import Seatbot


def patterns(seatbot: Seatbot) -> list[str]:
    return [entry["pattern"] for entry in seatbot.json("deny", "list", "Acme")]


def test_an_entry_deactivates_at_once_whom_a_sync_brought(acme: Seatbot) -> None:
    acme.sync("bob@acme.test")
    done = acme.json("deny", "add", "Acme", " Bob@ACME.test", "cid@acme.test", "other@acme.test")
    assert done["changed"] == ["bob@acme.test"]
    assert done["deny_added"] == ["Bob@ACME.test", "cid@acme.test", "other@acme.test"]
    assert done["next_bill"] == {"before": 2, "after": 1}
    assert acme.json("users", "Acme")[1]["cause"] == "deny_list"


def test_an_entry_leaves_those_whom_no_sync_brought_and_says_so(acme: Seatbot) -> None:
    done = acme.json("deny", "add", "Acme", "bob@acme.test", "cid@acme.test")
    assert (done["changed"], done["left"]) == ([], ["bob@acme.test"])  # cid is inactive anyway
    text = acme("deny", "add", "Acme", "ann@acme.test")
    assert (
        "No sync ever brought these, so the deny list does not touch them and they stay active: ann@acme.test (Acme)."
        in text
    )
    assert "It counts these people until its next sync after that; syncs run daily." in text


def test_an_entry_for_a_domain_means_its_addresses_and_no_subdomain(acme: Seatbot) -> None:
    acme.users("Acme,x@sub.acme.test,active,", "Acme,y@xacme.test,active,")
    acme.sync("ann@acme.test", "bob@acme.test", "x@sub.acme.test", "y@xacme.test")
    assert acme.json("deny", "add", "Acme", "*@ACME.test")["changed"] == ["ann@acme.test", "bob@acme.test"]


def test_an_entry_acts_in_its_own_account_only(acme: Seatbot) -> None:
    acme.sync("ann@acme.test")
    acme("deny", "add", "Acme", "ann@acme.test")
    assert acme.json("users", "Blue")[0]["status"] == "active"


def test_the_list_and_its_document(acme: Seatbot) -> None:
    assert acme.json("deny", "list", "Acme") == []
    assert acme("deny", "list", "Acme") == "The deny list is empty.\n"
    acme("deny", "add", "Acme", "b@x.test", "a@x.test", "*@y.test")
    entries = acme.json("deny", "list", "Acme")
    assert [entry["pattern"] for entry in entries] == ["*@y.test", "a@x.test", "b@x.test"]
    assert set(entries[0]) == {"pattern", "added_at", "added_by"}


def test_an_entry_that_is_there_already_is_no_change(acme: Seatbot) -> None:
    acme("deny", "add", "Acme", "a@x.test")
    before = acme.recorded()
    assert acme.json("deny", "add", "Acme", "A@x.test")["change"] is None
    assert acme.recorded() == before


def test_removing_an_entry_activates_nobody(acme: Seatbot) -> None:
    acme.sync("bob@acme.test")
    acme("deny", "add", "Acme", "bob@acme.test")
    done = acme.json("deny", "remove", "Acme", "BOB@acme.test")
    assert (done["changed"], done["deny_removed"]) == ([], ["bob@acme.test"])
    assert acme.json("users", "Acme")[1]["status"] == "inactive"
    assert patterns(acme) == []
    assert acme.json("why", "bob@acme.test")[0]["next_sync"] == "activates"


def test_an_entry_that_would_deactivate_unusually_many_needs_force(seatbot: Seatbot) -> None:
    seatbot.accounts("Acme,active,2026-09-01")
    emails = [f"u{n:02}@acme.test" for n in range(20)]
    seatbot.users(*(f"Acme,{email},active,2026-09-02" for email in emails))
    seatbot.sync(*emails[:11])
    line = "This would deactivate 11 of 20 active users of Acme. If that is right, add --force."
    assert seatbot.refusal("deny", "add", "Acme", "*@acme.test") == line
    file = seatbot.file("email\n*@acme.test\n")
    assert seatbot.refusal("deny", "import", "Acme", file, "--append") == line
    assert len(seatbot.json("deny", "import", "Acme", file, "--append", "--force")["changed"]) == 11


def test_undoing_an_entry_removes_it_and_restores_the_users(acme: Seatbot) -> None:
    acme.sync("bob@acme.test")
    acme("deny", "add", "Acme", "bob@acme.test", "x@acme.test")
    done = acme.json("undo")
    assert (done["changed"], done["deny_removed"]) == (["bob@acme.test"], ["bob@acme.test", "x@acme.test"])
    assert patterns(acme) == []
    assert acme.json("report")["current"] == 2


def test_undoing_a_removal_brings_the_entry_back_and_it_acts(acme: Seatbot) -> None:
    acme.sync("bob@acme.test")
    acme("deny", "add", "Acme", "bob@acme.test")
    acme("deny", "remove", "Acme", "bob@acme.test")
    acme("activate", "bob@acme.test")
    done = acme.json("undo", "4")
    assert (done["changed"], done["deny_added"]) == (["bob@acme.test"], ["bob@acme.test"])
    assert patterns(acme) == ["bob@acme.test"]


def test_a_file_is_appended_to_the_list_or_replaces_it(acme: Seatbot) -> None:
    acme("deny", "add", "Acme", "old@x.test", "both@x.test")
    file = acme.file("\ufeffCourriel;note\nboth@x.test;\n*@new.test;x\nnew@x.test;\nNEW@x.test;\n")
    done = acme.json("deny", "import", "Acme", file, "--append")
    assert done["deny_added"] == ["*@new.test", "NEW@x.test"]
    assert patterns(acme) == ["*@new.test", "both@x.test", "NEW@x.test", "old@x.test"]
    done = acme.json("deny", "import", "Acme", acme.file("email\nonly@x.test\n"), "--replace")
    assert (done["deny_added"], len(done["deny_removed"])) == (["only@x.test"], 4)
    assert patterns(acme) == ["only@x.test"]
    assert acme.json("deny", "import", "Acme", acme.file("email\nonly@x.test\n"), "--replace")["change"] is None
    acme("undo")
    assert len(patterns(acme)) == 4


def test_a_list_is_emptied_by_a_file_of_nothing_but_its_first_line(acme: Seatbot) -> None:
    acme("deny", "add", "Acme", "a@x.test")
    assert acme.json("deny", "import", "Acme", acme.file("email\n"), "--append")["change"] is None
    assert acme.json("deny", "import", "Acme", acme.file("email\n"), "--replace")["deny_removed"] == ["a@x.test"]

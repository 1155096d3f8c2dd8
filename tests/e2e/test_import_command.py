"""`seatbot import`: what files may look like, what they change, and how an import is taken back."""

import os

import pytest

from tests.e2e.conftest import Seatbot


def status(seatbot: Seatbot, account: str = "Acme") -> dict[str, str]:
    return {user["email"]: user["status"] for user in seatbot.json("users", account)}


def test_the_document_of_an_import(acme: Seatbot) -> None:
    assert acme.users("Acme,ann@acme.test,inactive,", "Acme,new@acme.test,active,", "Blue,ann@acme.test,active,") == {
        "change": "3",
        "dry_run": False,
        "lines": 3,
        "changed": ["ann@acme.test", "new@acme.test"],
        "accounts": [{"account": "Acme", "created": 1, "activated": 1, "deactivated": 1, "rows": 2}],
        "updated": 0,
        "denied": [],
        "needs_force": [],
        "bill": {"before": 2, "after": 2, "ends": "2026-11-27T00:00:00+01:00"},
        "next_bill": {"before": 2, "after": 2},
    }


def test_what_spreadsheets_add_is_passed_over(acme: Seatbot) -> None:
    lines = [
        ";;",
        '"sep=;"',
        "",
        "account;email;status;;",
        "Acme;new@acme.test;active;;;;",
        ";;;;",
        "Acme;x@acme.test;on;;",
    ]
    bad = acme.refused("import", "users", acme.file("\r\n".join(lines)))
    assert bad == ["Line 7: “on” is no status. Use active and inactive."]
    done = acme.json("import", "users", acme.file("\r\n".join(lines[:-1])))
    assert (done["lines"], done["changed"]) == (1, ["new@acme.test"])
    tabs = acme.file("sep=\t\naccount\tstatus\nTab, Ltd\tactive\n")
    assert acme.json("import", "accounts", tabs)["changed"] == ["Tab, Ltd"]


def test_a_file_may_come_by_a_pipe(acme: Seatbot) -> None:
    read, write = os.pipe()
    os.write(write, b"account,email,status\nAcme,new@acme.test,active\n")
    os.close(write)
    try:
        assert acme.json("import", "users", f"/dev/fd/{read}")["changed"] == ["new@acme.test"]
    finally:
        os.close(read)


def test_a_dry_run_of_a_complete_list_in_words(acme: Seatbot) -> None:
    acme.users(*(f"Acme,u{n:02}@acme.test,active,2026-09-10" for n in range(30)))
    file = acme.file("account,email,status,name\nAcme,ann@acme.test,active,Ann\nAcme,new@acme.test,active,\n")
    lines = acme("import", "users", file, "--complete", "--dry-run").splitlines()
    assert lines[0] == "Dry run: nothing was changed."
    assert "Would become active: new@acme.test (Acme)." in lines
    (inactive,) = (line for line in lines if line.startswith("Would become inactive: bob@acme.test (Acme), u00@"))
    assert inactive.endswith("and 11 more.")
    assert "1 has another name, address, id or other detail now." in lines
    assert lines[-1] == (
        "Acme: 31 of 32 active users would be deactivated and 1 activated. If that is right, add --force."
    )


def test_a_retraction_in_words_says_who_vanishes_and_what_stays(acme: Seatbot) -> None:
    acme.users("Acme,zoe@acme.test,active,2026-09-10")
    assert acme("import", "retract", "3").splitlines()[2:4] == [
        (
            "Nothing else tells of these, so they are gone: zoe@acme.test (Acme). "
            "If a later file held them too, import it again."
        ),
        "Names, addresses, ids and other details that it brought are not taken back.",
    ]


def test_a_french_file_with_semicolons_and_a_byte_order_mark(seatbot: Seatbot) -> None:
    accounts = "\ufeffSTATUT;Date;Compte;Domaine;Fin d'essai\r\nActif;2026-09-01;Évian;evian.test;\r\n"
    accounts += "essai;2026-09-01;Nancy;;2026-12-31\r\nfermé;2026-09-01;Ouest;;\r\n"
    assert seatbot.json("import", "accounts", seatbot.file(accounts))["lines"] == 3
    users = "\ufeffCourriel;Nom;Compte;Statut;Depuis;Identifiant\r\nZoé@évian.test;Zoé Œuf;EVIAN;actif;2026-09-02;7\r\n"
    users = users.replace("EVIAN", "e\u0301vian")  # another spelling of the same letters
    seatbot.json("import", "users", seatbot.file(users))
    (zoe,) = seatbot.json("users", "évian")
    assert (zoe["email"], zoe["name"], zoe["status"]) == ("Zoé@évian.test", "Zoé Œuf", "active")
    assert zoe["since"] == "2026-09-02T00:00:00+02:00"
    listed = {one["account"]: one for one in seatbot.json("accounts")}
    assert [one["status"] for one in listed.values()] == ["active", "trial", "closed"]
    assert listed["Évian"]["domain"] == "evian.test"
    assert listed["Nancy"]["trial_ends"] == "2026-12-31T00:00:00+01:00"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(acme: Seatbot, newline: str) -> None:
    content = newline.join(["account,email,status", "", "Acme,new@acme.test,active", ",,", "Acme,b@acme.test,active"])
    assert acme.json("import", "users", acme.file(content))["lines"] == 2


def test_columns_nobody_asked_for_are_passed_over(acme: Seatbot) -> None:
    content = "phone,STATUS, Email ,account\n1,Active,new@acme.test,acme\n"
    assert acme.json("import", "users", acme.file(content))["changed"] == ["new@acme.test"]


def test_the_same_file_twice_changes_nothing(acme: Seatbot) -> None:
    acme("report")
    for more in ((), ("--complete",)):
        lines = ["Acme,ann@acme.test,active,2026-09-10", "Acme,bob@acme.test,active,", "Acme,cid@acme.test,inactive,"]
        before = acme.recorded()
        again = acme.users(*lines, options=more)
        assert (again["change"], again["changed"], again["accounts"]) == (None, [], [])
        assert acme.recorded() == before
    again = acme.accounts("Acme,active,2026-09-01", "Blue,trial,2026-09-01", "acme,active,")
    assert (again["change"], again["changed"]) == (None, [])
    assert acme.recorded() == before


def test_a_file_of_nothing_but_its_first_line_changes_nothing(acme: Seatbot) -> None:
    before = acme.recorded()
    for options in ((), ("--complete",)):
        assert acme.users(options=options)["change"] is None
    assert acme.accounts()["changed"] == []
    assert acme.recorded() == before


def test_the_same_file_after_something_else_happened_still_repeats_nothing(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test")
    again = acme.users("Acme,bob@acme.test,active,2026-09-10")
    assert again["change"] is None
    assert status(acme)["bob@acme.test"] == "inactive"


def test_a_line_without_at_counts_from_now_and_only_where_the_status_differs(acme: Seatbot) -> None:
    outcome = acme.users("Acme,ann@acme.test,active,", "Acme,cid@acme.test,active,")
    assert outcome["changed"] == ["cid@acme.test"]
    since = {user["email"]: user["since"] for user in acme.json("users", "Acme")}
    assert since["cid@acme.test"].startswith("2026-11-24T13:00:00")
    assert since["ann@acme.test"] == "2026-09-10T00:00:00+02:00"


def test_a_line_with_at_corrects_the_past(acme: Seatbot) -> None:
    assert acme.json("report", "--period", "last")["peak"] == 2
    acme.users("Acme,cid@acme.test,active,2026-10-01", "Acme,cid@acme.test,inactive,2026-10-02")
    document = acme.json("report", "--period", "last")
    assert (document["peak"], document["peak_at"]) == (3, "2026-10-01T00:00:00+02:00")
    assert acme.json("report")["peak"] == 2
    acme("verify")


def test_of_two_statuses_for_one_instant_the_one_recorded_last_holds(acme: Seatbot) -> None:
    acme.users("Acme,bob@acme.test,inactive,2026-09-10")
    assert status(acme)["bob@acme.test"] == "inactive"
    assert acme.users("Acme,bob@acme.test,active,2026-09-10")["change"] is not None
    assert status(acme)["bob@acme.test"] == "active"


def test_a_trial_that_converts_brings_its_active_users_into_the_bill(acme: Seatbot) -> None:
    outcome = acme.accounts("Blue,active,")
    assert (outcome["bill"]["before"], outcome["bill"]["after"]) == (2, 3)
    assert outcome["accounts"] == [{"account": "Blue", "created": 0, "activated": 0, "deactivated": 0, "rows": 1}]


def test_a_closed_account_leaves_the_next_bill_and_not_this_one(acme: Seatbot) -> None:
    outcome = acme.accounts("Acme,closed,")
    assert (outcome["bill"]["after"], outcome["next_bill"]["after"]) == (2, 0)


def test_a_dry_run_tells_the_figures_of_the_import_and_changes_nothing(acme: Seatbot) -> None:
    acme("report")
    users = acme.file(
        "account,email,status,at,name\nAcme,new@acme.test,active,2026-10-01,New\nAcme,bob@acme.test,inactive,,\n"
    )
    accounts = acme.file("account,status\nBlue,active\nNew,trial\n", "accounts.csv")
    for kind, file in (("users", users), ("accounts", accounts)):
        before = acme.dump()
        dry = acme.json("import", kind, file, "--dry-run")
        assert acme.dump() == before
        assert (dry["change"], dry["dry_run"]) == (None, True)
        assert "nothing was changed" in acme("import", kind, file, "--dry-run")
        real = acme.json("import", kind, file)
        assert {**real, "change": None, "dry_run": True} == dry
        assert real["change"]


def test_a_complete_list_deactivates_whoever_is_not_in_it(acme: Seatbot) -> None:
    outcome = acme.users("Acme,ann@acme.test,active,", options=["--complete"])
    assert outcome["changed"] == ["bob@acme.test"]
    assert status(acme) == {"ann@acme.test": "active", "bob@acme.test": "inactive", "cid@acme.test": "inactive"}
    assert status(acme, "Blue") == {"ann@acme.test": "active"}  # an account that it does not name


def test_a_complete_list_may_change_so_many_and_no_more_without_force(seatbot: Seatbot) -> None:
    seatbot.accounts("Acme,active,2026-09-01", "Blue,active,2026-09-01")
    seatbot.users(*(f"Acme,u{n:02}@acme.test,active,2026-09-02" for n in range(55)))
    file = ["account,email,status", *(f"Acme,u{n:02}@acme.test,active" for n in range(43))]
    path = seatbot.file("\n".join(file))
    line = "Acme: 12 of 55 active users would be deactivated and 0 activated. If that is right, add --force."
    assert seatbot.refusal("import", "users", path, "--complete") == line
    assert seatbot("import", "users", path, "--complete", "--dry-run").splitlines()[-1] == line
    path = seatbot.file("\n".join([*file, "Acme,u43@acme.test,active"]))
    assert len(seatbot.json("import", "users", path, "--complete")["changed"]) == 11  # 20 % exactly


def test_a_complete_list_may_activate_half_as_many_again_without_force(seatbot: Seatbot) -> None:
    seatbot.accounts("Acme,active,2026-09-01")
    old = [f"Acme,u{n:02}@acme.test,active," for n in range(52)]
    assert len(seatbot.users(*old, options=["--complete"])["changed"]) == 52  # a first list
    new = [f"Acme,n{n:02}@acme.test,active," for n in range(27)]
    path = seatbot.file("\n".join(["account,email,status,at", *old, *new]))
    line = "Acme: 0 of 52 active users would be deactivated and 27 activated. If that is right, add --force."
    assert seatbot.refusal("import", "users", path, "--complete") == line
    assert len(seatbot.users(*old, *new[:26], options=["--complete"])["changed"]) == 26


def test_force_lets_a_complete_list_change_as_many_as_it_says(seatbot: Seatbot) -> None:
    seatbot.accounts("Acme,active,2026-09-01")
    seatbot.users(*(f"Acme,u{n:02}@acme.test,active,2026-09-02" for n in range(40)))
    outcome = seatbot.users("Acme,u00@acme.test,active,", options=["--complete", "--force"])
    assert outcome["accounts"] == [{"account": "Acme", "created": 0, "activated": 0, "deactivated": 39, "rows": 39}]


def test_an_id_keeps_a_user_through_a_new_address(acme: Seatbot) -> None:
    columns = "account,email,status,external_id,name"
    acme.users("Acme,bob@acme.test,active,id-2,Bob", columns=columns)
    outcome = acme.users("Acme,robert@acme.test,active,id-2,Robert", columns=columns, options=["--complete", "--force"])
    assert "robert@acme.test" not in outcome["changed"]
    users = {user["email"]: user for user in acme.json("users", "Acme")}
    assert "bob@acme.test" not in users
    assert (users["robert@acme.test"]["since"], users["robert@acme.test"]["name"]) == (
        "2026-09-10T00:00:00+02:00",
        "Robert",
    )


def test_a_member_made_anew_with_another_id_continues_the_user(acme: Seatbot) -> None:
    columns = "account,email,status,external_id"
    acme.users("Acme,bob@acme.test,active,id-2", columns=columns)
    assert acme.users("Acme,BOB@acme.test,active,id-3", columns=columns)["changed"] == []
    assert acme.users("Acme,robert@acme.test,active,id-3", columns=columns)["changed"] == []
    assert [user["email"] for user in acme.json("users", "Acme")] == [
        "ann@acme.test",
        "cid@acme.test",
        "robert@acme.test",
    ]


def test_a_new_address_that_another_user_has_is_refused(acme: Seatbot) -> None:
    columns = "account,email,status,external_id"
    acme.users("Acme,bob@acme.test,active,id-2", columns=columns)
    file = acme.file(f"{columns}\nAcme,ann@acme.test,active,id-2\n")
    assert acme.refusal("import", "users", file) == "Line 2: ann@acme.test belongs to another user of Acme."


def test_two_users_may_change_addresses_in_one_file(acme: Seatbot) -> None:
    columns = "account,email,status,external_id,name"
    acme.users("Acme,ann@acme.test,active,1,Ann", "Acme,bob@acme.test,active,2,Bob", columns=columns)
    outcome = acme.users("Acme,bob@acme.test,active,1,Ann", "Acme,ann@acme.test,active,2,Bob", columns=columns)
    assert outcome["changed"] == []
    named = {user["email"]: user["name"] for user in acme.json("users", "Acme")}
    assert named == {"ann@acme.test": "Bob", "bob@acme.test": "Ann", "cid@acme.test": None}


def test_an_address_that_a_renamed_user_leaves_can_be_somebody_elses_in_the_same_file(acme: Seatbot) -> None:
    columns = "account,email,status,external_id"
    acme.users("Acme,bob@acme.test,active,2", columns=columns)
    outcome = acme.users("Acme,robert@acme.test,active,2", "Acme,bob@acme.test,active,9", columns=columns)
    assert outcome["changed"] == ["bob@acme.test"]
    assert len(acme.json("users", "Acme")) == 4


def test_a_retracted_import_counts_as_if_it_had_never_been(acme: Seatbot) -> None:
    before = acme.json("report", "--period", "last"), acme.json("report"), status(acme)
    change = acme.users("Acme,cid@acme.test,active,2026-10-01", "Acme,new@acme.test,active,2026-10-01")["change"]
    assert acme.json("report", "--period", "last")["peak"] == 4
    done = acme.json("import", "retract", change)
    assert (done["changed"], done["takes_back"]) == (["cid@acme.test", "new@acme.test"], change)
    assert (acme.json("report", "--period", "last"), acme.json("report"), status(acme)) == before
    acme("verify")
    assert [line["kind"] for line in acme.json("log")][:2] == ["retract", "import_users"]  # the audit keeps both
    acme.users("Acme,new@acme.test,active,2026-10-01")  # and it can come again
    assert acme.json("report", "--period", "last")["peak"] == 3


def test_an_import_is_retracted_once(acme: Seatbot) -> None:
    change = acme.users("Acme,cid@acme.test,active,")["change"]
    by = acme.json("import", "retract", change)["change"]
    assert acme.refusal("import", "retract", change) == f"Change {change} was taken back already, by change {by}."


def test_an_import_that_later_changes_rest_on_is_not_retracted(acme: Seatbot) -> None:
    change = acme.users("Acme,new@acme.test,active,")["change"]
    acme("deactivate", "new@acme.test")
    line = f"Change {change} cannot be retracted: later changes rest on it (new@acme.test)."
    assert acme.refusal("import", "retract", change) == line + " Retract or correct those first."
    assert acme.refusal("import", "retract", "1").startswith("Change 1 cannot be retracted: later changes rest on it (")


def test_only_an_import_is_retracted(acme: Seatbot) -> None:
    change = acme.json("deactivate", "bob@acme.test")["change"]
    line = f"Change {change} is no import. Take it back with: seatbot undo {change}"
    assert acme.refusal("import", "retract", change) == line


def test_imports_retracted_in_reverse_order_leave_nothing_but_the_log(acme: Seatbot) -> None:
    acme("import", "retract", "2")
    acme("import", "retract", "1")
    document = acme.json("report", "--period", "last")
    assert (document["accounts"], document["peak"]) == ([], 0)
    assert acme.json("accounts") == []
    acme("verify")


def test_words_for_a_person_tell_what_an_import_did(acme: Seatbot) -> None:
    text = acme("import", "users", acme.file("account,email,status\nAcme,new@acme.test,active\n"))
    assert text.splitlines() == [
        "1 line read.",
        "Account\tNew people\tActivated\tDeactivated\tRows",
        "Acme\t1\t1\t0\t1",
        "The bill of the running period rises from 2 to 3. The next one, from 27 Nov 2026, begins with 3 instead of 2.",
        "Change 3",
    ]

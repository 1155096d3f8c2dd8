"""`seatbot forget`: no trace of a person, and every figure as it was."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Seatbot

TRACES = ("forgettable", "Éliane Souvenir", "ÉLIANE SOUVENIR", "éliane souvenir", "souvenir-7")


@pytest.fixture
def remembered(acme: Seatbot) -> Seatbot:
    """With Éliane, who is written wherever a person can be."""
    columns = "account,email,status,at,name,external_id"
    acme.users("Acme,Forgettable@Acme.test,active,2026-09-10,Éliane Souvenir,souvenir-7", columns=columns)
    acme.users("Blue,forgettable@acme.test,active,2026-09-10,Éliane Souvenir,souvenir-7", columns=columns)
    file = acme.file("account,email,status\nAcme,new@acme.test,active\n", "list of forgettable@acme.test.csv")
    acme("import", "users", file)
    acme("deactivate", "bob@acme.test", "--reason", "her place goes to ÉLIANE SOUVENIR")
    acme("deactivate", "new@acme.test", "--reason", "as FORGETTABLE@acme.test asked")
    acme("deactivate", "forgettable@acme.test", "--account", "Acme", "--reason", "left")
    acme("deny", "add", "Acme", "forgettable@acme.test", "*@acme.test")
    acme("deny", "add", "Blue", "forgettable@acme.test")
    acme("deny", "remove", "Blue", "forgettable@acme.test")
    return acme


def test_forgetting_blanks_a_person_everywhere_and_counts_stay(remembered: Seatbot) -> None:
    before = [remembered.json("report", "--period", period) for period in ("last", "current")]
    done = remembered.json("forget", "FORGETTABLE@acme.test")
    assert {key: done[key] for key in ("changed", "users", "deny_entries", "texts")} == {
        "changed": [],
        "users": 2,
        "deny_entries": 2,
        "texts": 3,
    }
    assert [remembered.json("report", "--period", period) for period in ("last", "current")] == before
    everything = repr(remembered.dump())
    assert not [trace for trace in TRACES if trace in everything]
    assert [entry["pattern"] for entry in remembered.json("deny", "list", "Acme")] == ["*@acme.test"]
    assert None in [user["email"] for user in remembered.json("users", "Acme")]
    assert "(forgotten)" in remembered("users", "Acme")
    assert [line["reason"] for line in remembered.json("log", "--limit", "5")][-1] == "left"
    remembered("verify")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_forgetting_leaves_no_trace_in_the_bytes_of_the_files(remembered: Seatbot) -> None:
    path = Path(str(remembered.store.engine.url.database))

    def found() -> list[str]:
        contents = [file.read_bytes() for file in path.parent.glob(path.name + "*")]
        return [trace for trace in TRACES if any(trace.encode() in content for content in contents)]

    assert found()
    remembered("forget", "forgettable@acme.test")
    assert found() == []


def test_whoever_was_forgotten_is_unknown(remembered: Seatbot) -> None:
    remembered("forget", "forgettable@acme.test")
    for words in (("forget",), ("why",), ("activate",)):
        assert remembered.refusal(*words, "forgettable@acme.test").startswith("Nobody has the address")
    assert remembered.refusal("undo").startswith("Change ")  # to forget is for good


def test_an_address_that_only_a_deny_list_knows_is_forgotten_too(acme: Seatbot) -> None:
    acme("deny", "add", "Acme", "gone@acme.test")
    assert acme.json("forget", "gone@acme.test")["deny_entries"] == 1
    assert acme.json("deny", "list", "Acme") == []


def test_other_people_are_not_forgotten(remembered: Seatbot) -> None:
    remembered.users("Acme,not-forgettable@acme.test,active,2026-09-10")
    remembered("forget", "forgettable@acme.test")
    emails = [user["email"] for user in remembered.json("users", "Acme")]
    assert {"ann@acme.test", "bob@acme.test", "not-forgettable@acme.test"} < set(emails)


def test_whoever_was_forgotten_and_comes_again_is_somebody_new(remembered: Seatbot) -> None:
    remembered("forget", "forgettable@acme.test")
    outcome = remembered.users("Acme,forgettable@acme.test,active,")
    assert outcome["accounts"][0]["created"] == 1
    remembered("verify")


def test_changes_to_somebody_forgotten_can_still_be_taken_back(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test")
    acme("forget", "bob@acme.test")
    done = acme.json("undo", "3")
    assert done["changed"] == [None]
    assert acme.json("report")["current"] == 2

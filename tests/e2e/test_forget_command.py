"""`seatbot forget`: no trace of a person, and every figure as it was."""

from pathlib import Path

import pytest
from sqlalchemy import text

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
    acme("deactivate", "forgettable@acme.test", "--account", "Blue", "--reason", "left")
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
    again = "Nothing holds this address any more. If that surprises you, check its spelling."
    assert remembered("forget", "forgettable@acme.test").splitlines() == [again]
    assert remembered.json("forget", "forgettable@acme.test")["change"] is None
    for words in (("why",), ("activate",)):
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


def test_nobody_active_is_forgotten(acme: Seatbot) -> None:
    line = acme.refusal("forget", "ann@acme.test")
    assert line.startswith("ann@acme.test is active in Acme and Blue, and would be billed for good")
    acme("deactivate", "ann@acme.test", "--account", "Acme")
    assert acme.refusal("forget", "ann@acme.test").startswith("ann@acme.test is active in Blue")
    acme("deactivate", "ann@acme.test", "--account", "Blue")
    assert acme("forget", "ann@acme.test").splitlines()[-1] == "Change 5"


def test_no_undo_and_no_retraction_makes_a_nobody_active(acme: Seatbot) -> None:
    acme("deactivate", "bob@acme.test")
    acme.users("Acme,ann@acme.test,inactive,")
    acme("deactivate", "ann@acme.test", "--account", "Blue")
    acme("forget", "bob@acme.test")
    acme("forget", "ann@acme.test")
    assert acme.refusal("undo", "3").startswith("Change 3")
    done = acme.json("import", "retract", "4")
    assert done["left"] == [None]
    assert acme.json("report")["current"] == 0
    acme("verify")


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_forgetting_leaves_no_trace_in_the_files_of_the_server(remembered: Seatbot) -> None:
    with remembered.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    assert found_on_disk(remembered)
    remembered("forget", "forgettable@acme.test")
    assert found_on_disk(remembered) == []
    remembered("verify")


def found_on_disk(seatbot: Seatbot) -> list[str]:
    """The relations whose files hold a trace."""
    with seatbot.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        files = connection.execute(
            text(
                "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
                "WHERE relkind IN ('r', 'i', 't') AND NOT relisshared AND pg_relation_size(oid) > 0"
            )
        ).all()
    return [name for name, content in files if any(trace.encode() in bytes(content) for trace in TRACES)]


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
@pytest.mark.parametrize("reads", ["account_user", "account"])
def test_whoever_still_reads_is_told_of(remembered: Seatbot, reads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.privacy.BUSY_SECONDS", 0.3)
    with remembered.store.engine.connect() as reader:
        reader.execute(text(f"SELECT * FROM {reads}"))  # noqa: S608 - a name of ours
        result = remembered.run("forget", "forgettable@acme.test")
    assert result.exit_code == 1
    assert result.stderr.startswith("Everything is blanked (change ")
    assert "Nothing holds this address any more." in remembered("forget", "forgettable@acme.test")
    assert found_on_disk(remembered) == []

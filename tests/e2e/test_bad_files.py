"""Files that are no good: every fault with its line, and nothing changed."""

from collections.abc import Sequence

import pytest

from tests.e2e.conftest import Seatbot

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # nothing here depends on the engine

NOT_TEXT = "file.csv is not a CSV file in UTF-8. Save it as “CSV UTF-8” and try again."
KINDS = ("accounts", "users")
HEADER = "account,email,status,at,name,external_id\n"


def refused(seatbot: Seatbot, content: str | bytes, kind: str = "users", options: Sequence[str] = ()) -> list[str]:
    """What is said of a file; the same with --dry-run."""
    file = seatbot.file(content)
    lines = seatbot.refused("import", kind, file, *options)
    assert seatbot.refused("import", kind, file, "--dry-run", *options) == lines
    return lines


@pytest.mark.parametrize("content", ["", "\n", "\ufeff", "  \n\n"])
def test_a_file_that_is_empty(acme: Seatbot, content: str) -> None:
    line = "file.csv is empty. Its first line must name the columns: account and status."
    assert refused(acme, content, "accounts") == [line]
    line = "file.csv is empty. Its first line must name the columns: account, email, and status."
    assert refused(acme, content) == [line]
    line = "file.csv is empty. Its first line must name the columns: email."
    assert acme.refusal("deny", "import", "Acme", acme.file(content), "--replace") == line


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 50, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0"]
)
def test_a_file_that_is_binary(acme: Seatbot, content: bytes) -> None:
    for kind in KINDS:
        assert refused(acme, content, kind) == [NOT_TEXT]
    assert acme.refusal("deny", "import", "Acme", acme.file(content), "--append") == NOT_TEXT


def test_a_file_that_is_not_utf_8(acme: Seatbot) -> None:
    assert refused(acme, "account,status\nCafé,active\n".encode("latin-1"), "accounts") == [NOT_TEXT]
    assert refused(acme, (HEADER + "Acme,a@b.test,active,,Zoé,\n").encode("cp1252")) == [NOT_TEXT]


def test_a_file_that_is_not_utf_8_only_far_behind_its_first_lines(acme: Seatbot) -> None:
    good = "".join(f"Acme,u{n}@b.test,active,,,\n" for n in range(5000))
    assert refused(acme, (HEADER + good).encode() + b"Acme,a\xff@b.test,active,,,\n") == [NOT_TEXT]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_that_is_utf_16(acme: Seatbot, encoding: str) -> None:
    for kind in KINDS:
        assert refused(acme, "account,email,status\nAcme,a@b.test,active\n".encode(encoding), kind) == [NOT_TEXT]


def test_a_file_that_is_not_there(acme: Seatbot) -> None:
    for path in (str(acme.folder / "none.csv"), str(acme.folder), "\x1b[31m", "\udcff", "x" * 5000):
        lines = [*acme.refused("import", "users", path), *acme.refused("import", "accounts", path)]
        assert len(lines) == 2
        assert all(line.startswith("There is no file ") and line.endswith(" that can be read.") for line in lines)
        assert "\x1b" not in lines[0]
        assert len(lines[0]) < 200


def test_a_file_without_a_needed_column(acme: Seatbot) -> None:
    needed = "Its first line must name the columns: account, email, and status."
    assert refused(acme, "account;statut\nAcme;active\n") == [f"file.csv has no column email. {needed}"]
    assert refused(acme, "Acme,a@b.test,active\n") == [f"file.csv has no column account, email, and status. {needed}"]


def test_a_file_with_one_column_twice(acme: Seatbot) -> None:
    line = "file.csv has the column email twice."
    assert refused(acme, "account,email,status,courriel\nAcme,a@b.test,active,c@d.test\n") == [line]


def test_a_file_with_a_line_of_1_mb(acme: Seatbot) -> None:
    long = "x" * 1_000_000
    line = "Line 3: a cell is longer than 100,000 characters; a quotation mark may not be closed."
    assert refused(acme, HEADER + f"Acme,a@b.test,active,,,\nAcme,{long},active,,,\nAcme,q,,,,\n") == [line]
    line = "Line 2: a cell is longer than 100,000 characters; a quotation mark may not be closed."
    assert refused(acme, f"account,status\n{long},active\n", "accounts") == [line]


def test_a_file_whose_first_line_has_1_mb(acme: Seatbot) -> None:
    for kind in KINDS:
        assert refused(acme, "x" * 1_000_000 + "\n", kind) == [NOT_TEXT]


def test_a_file_with_a_line_of_a_million_cells(acme: Seatbot) -> None:
    lines = refused(acme, HEADER + "," * 999_999 + "x\nAcme,q,active,,,\n")
    assert lines == ["Line 2: there are 1,000,000 cells, but 6 columns.", "Line 3: “q” is not an email address."]


def test_a_file_with_a_quotation_mark_that_is_not_closed(acme: Seatbot) -> None:
    lines = refused(acme, HEADER + 'Acme,q,active,,,\nAcme,"a@b.test,active,,,\nAcme,r,active,,,\n')
    assert lines[0] == "Line 2: “q” is not an email address."
    assert lines[1].endswith("a quotation mark is not closed, or closed before the cell ends.")


def test_a_file_with_contradictory_lines(acme: Seatbot) -> None:
    content = (
        "account,email,status,at\n"
        "Acme,a@b.test,active,\n"
        "Acme,b@b.test,active,2026-10-01\n"
        "ACME,A@B.test,inactive,\n"
        "Acme,b@b.test,inactive,2026-09-30T22:00:00Z\n"  # the same instant
        "Acme,a@b.test,active,\n"
        "Acme,a@b.test,inactive,\n"
        "Blue,a@b.test,inactive,\n"  # another account
        "Acme,b@b.test,inactive,2026-10-02\n"  # another instant
    )
    assert refused(acme, content) == [
        "Line 4: it contradicts line 2.",
        "Line 5: it contradicts line 3.",
        "Line 7: it contradicts line 2.",
    ]


def test_a_file_that_gives_one_address_two_ids_or_one_id_two_addresses(acme: Seatbot) -> None:
    columns = "account,email,status,external_id\n"
    lines = refused(acme, columns + "Acme,a@b.test,active,1\nAcme,a@b.test,active,2\nAcme,c@b.test,active,1\n")
    assert lines == ["Line 3: it contradicts line 2.", "Line 4: it contradicts line 2."]


def test_a_file_with_accounts_that_contradict_each_other(acme: Seatbot) -> None:
    content = (
        "account,status,at,domain,trial_ends\n"
        "New,trial,2026-10-01,new.test,2026-12-01\n"
        "NEW,active,2026-10-01,,\n"
        "New,active,2026-11-01,old.test,\n"
        "New,closed,2026-11-02,new.test,2026-12-02\n"
        "New,trial,2026-10-01,NEW.test,\n"
    )
    assert refused(acme, content, "accounts") == [f"Line {n}: it contradicts line 2." for n in (3, 4, 5, 6)]


def test_a_file_with_thousands_of_contradictions_is_told_at_once(acme: Seatbot) -> None:
    lines = "".join(f"Acme,u{n}@b.test,active,,,\nAcme,u{n}@b.test,inactive,,,\n" for n in range(5000))
    result = acme.run("import", "users", acme.file(HEADER + lines))
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 5000
    assert result.stderr.startswith("Line 3: it contradicts line 2.\nLine 5: it contradicts line 4.\n")


def test_a_file_with_user_rows_in_the_future(acme: Seatbot) -> None:
    content = HEADER + "Acme,a@b.test,active,2026-11-24T13:00:01,,\nAcme,b@b.test,active,2026-11-24T13:00,,\n"
    line = "Line 2: “2026-11-24T13:00:01” is in the future. A user’s status can only be recorded once it is true."
    assert refused(acme, content) == [line]


def test_account_rows_may_be_in_the_future(acme: Seatbot) -> None:
    outcome = acme.accounts("Blue,active,2027-01-01", "New,trial,2027-02-01")
    assert outcome["changed"] == ["Blue", "New"]
    assert acme.json("report")["accounts"][1]["status"] == "trial"
    acme.clock.advance(days=60)
    assert acme.json("report")["accounts"][1]["status"] == "active"
    acme("verify")


@pytest.mark.parametrize(
    "value", ["2026-02-30", "2026-13-01", "yesterday", "27/10/2026", "2026-10-27 25:00", "1e9", "٢٠٢٦-10-27"]
)
def test_a_bad_or_impossible_date(acme: Seatbot, value: str) -> None:
    line = f"Line 2: “{value}” is no date or time. Write 2026-10-27 or 2026-10-27T09:30."
    assert refused(acme, HEADER + f"Acme,a@b.test,active,{value},,\n") == [line]
    assert refused(acme, f"account,status,at\nNew,active,{value}\n", "accounts") == [line]
    assert refused(acme, f"account,status,trial_ends\nNew,active,{value}\n", "accounts") == [line]


def test_a_date_long_ago(acme: Seatbot) -> None:
    for value in ("1969-12-31", "0001-02-01", "1969-12-31T23:59:59Z"):
        line = f"Line 2: “{value}” is before 1970."
        assert refused(acme, f"account,status,at\nNew,active,{value}\n", "accounts") == [line]


def test_a_date_in_a_far_future(acme: Seatbot) -> None:
    for value in ("9999-12-31T23:59:59Z", "9001-01-02"):
        line = f"Line 2: “{value}” is after the year 9000."
        assert refused(acme, f"account,status,at\nNew,active,{value}\n", "accounts") == [line]
        assert refused(acme, f"account,status,trial_ends\nNew,trial,{value}\n", "accounts") == [line]
    acme.accounts("New,closed,9000-12-31")
    acme("verify")


def test_a_local_time_that_does_not_exist(acme: Seatbot) -> None:
    line = "Line 2: 2026-03-29T02:30 does not exist in Europe/Paris: the clock was put forward. "
    line += "Give an offset, such as +01:00."
    assert refused(acme, HEADER + "Acme,a@b.test,active,2026-03-29T02:30,,\n") == [line]
    acme.users("Acme,a@b.test,active,2026-03-29T02:30+01:00")
    assert acme.json("users", "Acme")[0]["since"] == "2026-03-29T03:30:00+02:00"


def test_a_local_time_that_occurs_twice_is_the_earlier_one(acme: Seatbot) -> None:
    acme.users("Acme,a@b.test,active,2026-10-25T02:30", "Acme,b@b.test,active,2026-10-25T02:30+01:00")
    since = {user["email"]: user["since"] for user in acme.json("users", "Acme")}
    assert since["a@b.test"] == "2026-10-25T02:30:00+02:00"
    assert since["b@b.test"] == "2026-10-25T02:30:00+01:00"


@pytest.mark.parametrize("email", ["nope", "", "@b.test", "a@", "a b@c.test", "a@b@c", "<a@b.test>"])
def test_an_address_without_its_parts(acme: Seatbot, email: str) -> None:
    assert refused(acme, HEADER + f"Acme,{email},active,,,\n") == [f"Line 2: “{email}” is not an email address."]


@pytest.mark.parametrize("control", ["\x07", "\x1b[31m", "\0", "\x7f", "\x9b", "\u2028"])
def test_an_address_with_control_characters(acme: Seatbot, control: str) -> None:
    (line,) = refused(acme, HEADER + f"Acme,a{control}@b.test,active,,,\n")
    assert line == f"Line 2: “a�{control[1:]}@b.test” is not an email address."


def test_a_name_with_control_characters(acme: Seatbot) -> None:
    fault = "a name must not be empty or hold control characters."
    content = HEADER + "Acme,a@b.test,active,,A\x1b[31mnn,\nAcme,b@b.test,active,,,x\0y\n"
    assert refused(acme, content) == [f"Line 2: {fault}", f"Line 3: {fault}"]
    assert refused(acme, "account,status\nA\x07cme,active\n,active\n", "accounts") == [
        f"Line 2: {fault}",
        f"Line 3: {fault}",
    ]


def test_a_status_that_is_none(acme: Seatbot) -> None:
    line = "Line 2: “asleep” is no status. Use active and inactive."
    assert refused(acme, HEADER + "Acme,a@b.test,asleep,,,\n") == [line]
    assert refused(acme, HEADER + "Acme,a@b.test,trial,,,\n") == [line.replace("asleep", "trial")]
    line = "Line 2: “inactive” is no status. Use trial, active, and closed."
    assert refused(acme, "account,status\nNew,inactive\n", "accounts") == [line]


def test_an_account_that_the_file_of_users_alone_knows(acme: Seatbot) -> None:
    line = "Line 2: no account is called “Zenith”. Import the accounts first."
    assert refused(acme, HEADER + "Zenith,a@b.test,active,,,\n") == [line]


def test_every_bad_line_is_named_with_its_number_and_reason(acme: Seatbot) -> None:
    content = (
        HEADER
        + "Acme,a@b.test,active,,,1\n"
        + "Zenith,b@b.test,active,,,\n"
        + "\n"
        + "Acme,c,active,,,\n"
        + "Acme,d@b.test,asleep,,,\n"
        + 'Acme,"e@b.test\n",active,,,\n'
        + "Acme,f@b.test,active,2027-01-01,,\n"
        + "Acme,a@b.test,inactive,,,\n"
        + "Acme,g@b.test,active\n"
    )
    lines = refused(acme, content)
    assert [line.split(":")[0] for line in lines] == [f"Line {n}" for n in (3, 5, 6, 9, 10, 11)]
    assert lines[-2] == "Line 10: it contradicts line 2."
    assert lines[-1] == "Line 11: there are 3 cells, but 6 columns."


def test_every_bad_entry_of_a_deny_list_is_named(acme: Seatbot) -> None:
    file = acme.file("email\nok@b.test\nnope\n*@b.test\n*@*\n")
    for option in ("--append", "--replace"):
        assert acme.refused("deny", "import", "Acme", file, option) == [
            "Line 3: “nope” is neither an email address nor *@domain.",
            "Line 5: “*@*” is neither an email address nor *@domain.",
        ]

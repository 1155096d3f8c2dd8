"""`seatbot report`: the document, the periods, and the worked example of usecure's help centre."""

import csv
import io

import pytest

from tests.e2e.conftest import Seatbot


def figures(name: str, status: str, active: int, current: int, peak: int, peak_at: str | None) -> dict[str, object]:
    return {
        "account": name,
        "status": status,
        "active_users": active,
        "current": current,
        "peak": peak,
        "peak_at": peak_at,
    }


def test_the_document_of_the_running_period(acme: Seatbot) -> None:
    acme.users("Acme,dan@acme.test,active,2026-11-03T09:12", "Acme,dan@acme.test,inactive,2026-11-05T18:00")
    daily = [{"date": f"2026-10-{day}", "peak": 2, "close": 2} for day in range(27, 32)]
    daily += [{"date": f"2026-11-{day:02}", "peak": 2, "close": 2} for day in range(1, 25)]
    daily[7] = {"date": "2026-11-03", "peak": 3, "close": 3}
    daily[8] = {"date": "2026-11-04", "peak": 3, "close": 3}
    daily[9] = {"date": "2026-11-05", "peak": 3, "close": 2}
    assert acme.json("report") == {
        "workspace": "Northwind MSP",
        "timezone": "Europe/Paris",
        "period": {"start": "2026-10-27T00:00:00+01:00", "end": "2026-11-27T00:00:00+01:00", "closed": False},
        "current": 2,
        "peak": 3,
        "peak_at": "2026-11-03T09:12:00+01:00",
        "sum_of_account_peaks": 3,
        "accounts": [
            figures("Acme", "active", 2, 2, 3, "2026-11-03T09:12:00+01:00"),
            figures("Blue", "trial", 1, 0, 0, None),
        ],
        "daily": daily,
    }


def test_the_document_of_one_account_has_its_figures_at_the_top(acme: Seatbot) -> None:
    document = acme.json("report", "--account", "blue")
    assert document["accounts"] == [figures("Blue", "trial", 1, 0, 0, None)]
    assert (document["current"], document["peak"], document["peak_at"]) == (0, 0, None)
    assert {day["peak"] for day in document["daily"]} == {0}
    assert acme.json("report", "--account", "Acme")["peak"] == 2


def test_the_document_of_a_past_period_holds_what_was_just_before_its_end(acme: Seatbot) -> None:
    acme.accounts("Blue,active,2026-10-27", "Acme,closed,2026-10-27")
    document = acme.json("report", "--period", "last")
    start, end = "2026-09-27T00:00:00+02:00", "2026-10-27T00:00:00+01:00"
    assert document["period"] == {"start": start, "end": end, "closed": True}
    assert [day["date"] for day in document["daily"]][:: len(document["daily"]) - 1] == ["2026-09-27", "2026-10-26"]
    assert document["accounts"] == [
        figures("Acme", "active", 2, 2, 2, start),
        figures("Blue", "trial", 1, 0, 0, None),
    ]
    now = acme.json("report")
    assert now["accounts"] == [
        figures("Acme", "closed", 2, 0, 0, None),
        figures("Blue", "active", 1, 1, 1, "2026-10-27T00:00:00+01:00"),
    ]


def test_periods_by_name_month_and_day(acme: Seatbot) -> None:
    for period, start in (
        ("current", "2026-10-27"),
        ("CURRENT", "2026-10-27"),
        ("last", "2026-09-27"),
        ("2026-09", "2026-09-27"),
        ("2026-10", "2026-10-27"),
        ("2026-10-26", "2026-09-27"),
        ("2026-10-27", "2026-10-27"),
        ("2026-11-26", "2026-10-27"),
        ("1999-01", "1999-01-27"),
    ):
        assert acme.json("report", "--period", period)["period"]["start"][:10] == start


def test_accounts_appear_from_the_period_of_their_first_status_on(acme: Seatbot) -> None:
    assert acme.json("report", "--period", "2026-07")["accounts"] == []
    assert [one["account"] for one in acme.json("report", "--period", "2026-08")["accounts"]] == ["Acme", "Blue"]


def test_accounts_stand_in_the_order_of_names_whatever_their_case(acme: Seatbot) -> None:
    acme.accounts("zeta,active,2026-09-01", "Éole,active,2026-09-01", "blanc,active,2026-09-01", "A2,active,2026-09-01")
    names = [one["account"] for one in acme.json("report")["accounts"]]
    assert names == ["A2", "Acme", "blanc", "Blue", "Éole", "zeta"]
    assert [one["account"] for one in acme.json("accounts")] == names


def test_the_sum_of_the_peaks_of_accounts_is_shown_beside_the_bill_and_explained(acme: Seatbot) -> None:
    acme.accounts("Blue,active,2026-09-01T00:00:01")
    acme.users("Acme,bob@acme.test,inactive,2026-11-10", "Blue,new@blue.test,active,2026-11-10T00:00:01")
    document = acme.json("report")
    assert (document["peak"], document["sum_of_account_peaks"], document["current"]) == (3, 4, 3)
    assert "add up to 4, since they were not reached at one instant" in acme("report")


def test_a_person_in_two_accounts_counts_once_in_each(acme: Seatbot) -> None:
    acme.accounts("Blue,active,2026-11-01")
    document = acme.json("report")
    assert document["peak"] == 3
    assert [one["peak"] for one in document["accounts"]] == [2, 1]


def test_csv_holds_the_accounts_as_figures(acme: Seatbot) -> None:
    assert acme("report", "--csv") == (
        "account,status,active_users,current,peak,peak_at\n"
        "Acme,active,2,2,2,2026-10-27T00:00:00+01:00\n"
        "Blue,trial,1,0,0,\n"
    )


def test_csv_runs_nothing_in_a_spreadsheet(acme: Seatbot) -> None:
    names = ["=1+1", "+1", "-1", "@SUM(A1)", '"quoted", with comma']
    acme.accounts(*(f'"{name.replace(chr(34), chr(34) * 2)}",active,2026-09-01' for name in names))
    cells = [row["account"] for row in csv.DictReader(io.StringIO(acme("report", "--csv")))]
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r"]
    assert {cell.removeprefix("'") for cell in cells} == {*names, "Acme", "Blue"}


def test_a_pipe_gets_plain_lines_separated_by_tabs(acme: Seatbot) -> None:
    lines = acme("report").splitlines()
    assert lines[0] == "Northwind MSP: peak 2"
    assert lines[1] == "Billing period 27 Oct 2026 to 26 Nov 2026 (Europe/Paris), running."
    assert lines[2] == "Now 2 users are counted."
    assert lines[-3].split("\t") == ["Acme", "active", "2", "2", "2", "27 Oct 2026 00:00"]
    assert "\x1b" not in "".join(lines)


def test_without_accounts_a_report_says_how_to_get_some(seatbot: Seatbot) -> None:
    document = seatbot.json("report")
    assert (document["current"], document["peak"], document["peak_at"], document["accounts"]) == (0, 0, None, [])
    assert document["sum_of_account_peaks"] == 0
    assert "Import your accounts and their users from CSV files: seatbot import accounts FILE.csv" in seatbot("report")


def test_an_account_without_people_is_listed_with_zeros(seatbot: Seatbot) -> None:
    seatbot.accounts("Empty,active,2026-09-01")
    assert seatbot.json("report")["accounts"] == [figures("Empty", "active", 0, 0, 0, None)]
    assert seatbot.json("users", "Empty") == []
    assert seatbot("users", "Empty") == "Nobody matches.\n"
    assert seatbot.json("report", "--account", "Empty")["peak"] == 0
    seatbot("verify")


def test_an_account_known_only_by_a_planned_status_has_a_report_of_its_own(seatbot: Seatbot) -> None:
    seatbot.accounts("Planned,active,2027-01-01")
    document = seatbot.json("report", "--account", "Planned")
    assert (document["accounts"], document["current"], document["peak"]) == ([], 0, 0)


@pytest.mark.parametrize("day", ["01-15", "01-26"])
def test_the_worked_example_bills_20_then_0(bare: Seatbot, day: str) -> None:
    """domain.md B6."""
    bare("init", "Example", "--billing-day", "27")
    bare.accounts("First,active,2026-01-15")
    people = [f"user{n}@first.test" for n in range(20)]
    bare.users(*(f"First,{email},active,2026-01-15" for email in people))
    bare.users(*(f"First,{email},inactive,2026-01-26" for email in people))
    first = bare.json("report", "--period", f"2026-{day}")
    assert (first["period"]["end"], first["peak"]) == ("2026-01-27T00:00:00+00:00", 20)
    second = bare.json("report", "--period", "2026-02-26")
    assert (second["period"]["end"], second["peak"]) == ("2026-02-27T00:00:00+00:00", 0)


class TestDuplicates:
    """Whoever was counted in more than one account at the peak."""

    @pytest.fixture
    def twice(self, acme: Seatbot) -> Seatbot:
        acme.accounts("Blue,active,2026-10-01", "=Zeta,active,2026-10-01")
        acme.users("=Zeta,ANN@acme.test,active,2026-10-02", "=Zeta,bob@acme.test,active,2026-10-02")
        return acme

    def test_the_report_names_them(self, twice: Seatbot) -> None:
        assert twice("report").splitlines()[-1] == (
            "At the peak 2 people were counted in more than one account, which makes 3 seats too many: "
            "ANN@acme.test (=Zeta, Acme, and Blue) and bob@acme.test (=Zeta and Acme). "
            "usecure bills each account’s user."
        )
        for words in (["--account", "Acme"], ["--period", "2026-03"], ["--csv"]):
            assert "more than one account" not in twice("report", *words)

    def test_the_document_of_a_report_stays_as_it_is(self, twice: Seatbot) -> None:
        assert set(twice.json("report")) == {
            *("workspace", "timezone", "period", "current", "peak", "peak_at", "sum_of_account_peaks"),
            *("accounts", "daily"),
        }

    def test_all_of_them_as_lines_csv_and_a_document(self, twice: Seatbot) -> None:
        assert twice("report", "--duplicates").splitlines() == [
            "Northwind MSP: peak 5",
            "Billing period 27 Oct 2026 to 26 Nov 2026 (Europe/Paris), running.",
            "2 people counted in more than one account on 27 Oct 2026 00:00",
            "Address\tName\tSeats\tAccounts",
            "ANN@acme.test\t\t3\t=Zeta, Acme, Blue",
            "bob@acme.test\t\t2\t=Zeta, Acme",
        ]
        assert twice("report", "--duplicates", "--csv").splitlines() == [
            "email,name,account",
            "ANN@acme.test,,'=Zeta",
            "ANN@acme.test,,Acme",
            "ANN@acme.test,,Blue",
            "bob@acme.test,,'=Zeta",
            "bob@acme.test,,Acme",
        ]
        assert twice.json("report", "--duplicates") == [
            {"email": "ANN@acme.test", "name": None, "accounts": ["=Zeta", "Acme", "Blue"]},
            {"email": "bob@acme.test", "name": None, "accounts": ["=Zeta", "Acme"]},
        ]

    def test_without_any_it_says_so(self, acme: Seatbot) -> None:
        assert "more than one account" not in acme("report")
        for period in ("current", "2026-03"):
            assert acme("report", "--duplicates", "--period", period).endswith("Nobody was counted more than once.\n")
            assert acme.json("report", "--duplicates", "--period", period) == []

    def test_ten_are_named_of_more_three_with_the_way_to_all(self, acme: Seatbot) -> None:
        acme.accounts("Blue,active,2026-09-01")
        for count in (9, 10):
            for account in ("Acme", "Blue"):
                acme.users(*(f"{account},u{number:02}@x.test,active,2026-09-10" for number in range(count)))
            lines = acme("report").splitlines()
            assert lines[-1].count("@") == 10 if count == 9 else lines[-2].count("@") == 3
        assert "u01@x.test (Acme and Blue), and 8 more. usecure" in lines[-2]
        assert lines[-1] == "“seatbot report --duplicates” lists them all, “seatbot why ADDRESS” tells of one."
        past = acme("report", "--period", "last").splitlines()[-1]
        assert past.startswith("“seatbot report --duplicates --period 2026-09-27” lists them all")
        assert len(acme.json("report", "--duplicates", "--period", "2026-09-27")) == 11

    def test_they_are_about_all_accounts(self, acme: Seatbot) -> None:
        result = acme.run("report", "--duplicates", "--account", "Acme")
        assert result.exit_code == 2
        assert "leave --account out" in result.stderr

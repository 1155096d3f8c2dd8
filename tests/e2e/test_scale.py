"""3,000 accounts and none: every command still works and reads well."""

import pytest

from tests.e2e.conftest import Seatbot


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_with_3000_accounts_every_command_still_answers(seatbot: Seatbot) -> None:
    numbers = range(3000)
    seatbot.accounts(*(f"Client {n:04},active,2026-09-01" for n in numbers))
    seatbot.users(*(f"Client {n:04},u{n % 7}@c{n}.test,active,2026-09-02" for n in numbers))
    seatbot.users(*(f"Client {n:04},everywhere@x.test,active,2026-09-02" for n in numbers[:50]))
    report = seatbot.json("report")
    assert (report["peak"], len(report["accounts"])) == (3050, 3000)
    assert seatbot("report").count("\n") > 3000
    assert len(seatbot.json("accounts")) == 3000
    assert len(seatbot.json("accounts", "client 12")) == 100
    assert seatbot.refusal("users", "client 12").startswith(
        "“client 12” could be Client 1200, Client 1201, Client 1202,"
    )
    assert len(seatbot.json("why", "everywhere@x.test")) == 50
    line = seatbot.refusal("deactivate", "everywhere@x.test")
    assert line.startswith("everywhere@x.test is in several accounts: Client 0000, Client 0001")
    assert line.endswith("Client 0019, and …. Say in which one: --account NAME")
    assert len(line) < 500
    seatbot("verify")


def test_with_nothing_every_command_still_answers(seatbot: Seatbot) -> None:
    assert seatbot.json("accounts") == seatbot.json("log") == []
    assert (
        seatbot("accounts")
        == "There is no account yet. Import them from a CSV file: seatbot import accounts FILE.csv\n"
    )
    assert seatbot("log") == "The log is empty.\n"
    assert seatbot.json("report", "--period", "last")["daily"][0] == {"date": "2026-09-27", "peak": 0, "close": 0}
    assert seatbot("report", "--csv") == "account,status,active_users,current,peak,peak_at\n"
    assert seatbot.refusal("undo") == "You have no change that could be undone."
    assert seatbot.json("verify") == {"clean": True, "differences": []}

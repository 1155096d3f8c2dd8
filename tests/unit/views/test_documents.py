"""What `--json` prints, built from services' answers without a database."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.services.accounts import AccountLine
from bot.services.billing.counted import Repeated
from bot.services.billing.peaks import AccountFigures, Bill, DayFigures, Report
from bot.services.billing.periods import Calendar
from bot.services.changes import Change, Effect
from bot.services.deny_list import DenyLine
from bot.services.imports.outcome import AccountOutcome, Outcome
from bot.services.log import Line
from bot.services.people import Person
from bot.services.users import UserLine
from bot.services.workspaces import Workspace
from bot.views import documents
from db.models import Cause, Kind, Status

WORKSPACE = Workspace(1, "Northwind MSP", Calendar(27, ZoneInfo("Europe/Paris")), "en", None)
PERIOD = WORKSPACE.calendar.starting_in(2026, 10)
AT = datetime(2026, 11, 3, 7, 12, tzinfo=UTC)
ACME = AccountFigures(1, "Acme", Status.ACTIVE, 120, 120, 124, AT)
EFFECT = Effect(Bill(3, 2), Bill(3, 1), PERIOD)
DONE = {"bill": {"before": 3, "after": 3, "ends": "2026-11-27T00:00:00+01:00"}, "next_bill": {"before": 2, "after": 1}}


def person(id_: int, email: str | None, *, synced: bool = False) -> Person:
    return Person(id_, 1, "Acme", email, None, synced)


def test_instants_have_the_offset_of_the_workspace() -> None:
    assert documents.local(WORKSPACE, AT) == "2026-11-03T08:12:00+01:00"
    assert documents.local(WORKSPACE, datetime(2026, 7, 1, tzinfo=UTC)) == "2026-07-01T02:00:00+02:00"
    assert documents.local(WORKSPACE, None) is None


def test_people_who_are_counted_more_than_once() -> None:
    assert documents.repeated([Repeated("ann@acme.test", None, ("Acme", "Blue"), 7)]) == [
        {"email": "ann@acme.test", "name": None, "accounts": ["Acme", "Blue"]}
    ]


def test_a_report() -> None:
    report = Report(WORKSPACE, PERIOD, False, 812, 840, AT, (ACME,), (DayFigures(date(2026, 10, 27), 801, 799),))
    assert documents.report(report) == {
        "workspace": "Northwind MSP",
        "timezone": "Europe/Paris",
        "period": {"start": "2026-10-27T00:00:00+01:00", "end": "2026-11-27T00:00:00+01:00", "closed": False},
        "current": 812,
        "peak": 840,
        "peak_at": "2026-11-03T08:12:00+01:00",
        "sum_of_account_peaks": 124,
        "accounts": [
            {
                "account": "Acme",
                "status": "active",
                "active_users": 120,
                "current": 120,
                "peak": 124,
                "peak_at": "2026-11-03T08:12:00+01:00",
            }
        ],
        "daily": [{"date": "2026-10-27", "peak": 801, "close": 799}],
    }


def test_a_report_on_nothing_has_no_instant() -> None:
    empty = AccountFigures(1, "Acme", Status.TRIAL, 3, 0, 0, None)
    report = documents.report(Report(WORKSPACE, PERIOD, True, 0, 0, None, (empty,), ()))
    assert (report["peak_at"], report["accounts"][0]["peak_at"], report["period"]["closed"]) == (None, None, True)
    assert tuple(report["accounts"][0]) == documents.ACCOUNT_COLUMNS


def test_users() -> None:
    lines = [
        UserLine("ann@acme.test", "Ann", Status.ACTIVE, False, True, AT, Cause.SYNC),
        UserLine(None, None, Status.INACTIVE, True, False, AT, Cause.DENY_LIST),
    ]
    at = "2026-11-03T08:12:00+01:00"
    assert documents.users(WORKSPACE, lines) == [
        {
            "email": "ann@acme.test",
            "name": "Ann",
            "status": "active",
            "denied": False,
            "source": "sync",
            "since": at,
            "cause": "sync",
        },
        {
            "email": None,
            "name": None,
            "status": "inactive",
            "denied": True,
            "source": "local",
            "since": at,
            "cause": "deny_list",
        },
    ]


def test_a_change_of_people() -> None:
    bob = person(2, "bob@acme.test", synced=True)
    done = Change(7, Kind.DEACTIVATE, changed=(bob,), unchanged=(person(3, None),), comes_back=(bob,), effect=EFFECT)
    assert documents.change(WORKSPACE, done) == {
        "change": "7",
        "changed": ["bob@acme.test"],
        "unchanged": [None],
        "left": [],
        "next_sync_activates": ["bob@acme.test"],
        "deny_added": [],
        "deny_known": [],
        "deny_removed": [],
        "takes_back": None,
        **DONE,
    }


def test_a_change_that_was_none_and_one_that_takes_back() -> None:
    assert documents.change(WORKSPACE, Change(None, Kind.ACTIVATE))["change"] is None
    document = documents.change(WORKSPACE, Change(9, Kind.UNDO, takes_back=7, patterns=("a@x",), removed=("b@x",)))
    assert (document["takes_back"], document["deny_added"], document["deny_removed"]) == ("7", ["a@x"], ["b@x"])
    assert "bill" not in document


def test_an_import() -> None:
    outcome = Outcome(None, True, 3, ("ann@acme.test",), (AccountOutcome("Acme", 1, 1, 0, 2),), EFFECT)
    assert documents.imported(WORKSPACE, outcome) == {
        "change": None,
        "dry_run": True,
        "lines": 3,
        "updated": 0,
        "denied": [],
        "needs_force": [],
        "changed": ["ann@acme.test"],
        "accounts": [{"account": "Acme", "created": 1, "activated": 1, "deactivated": 0, "rows": 2}],
        **DONE,
    }


def test_accounts_deny_lists_and_the_log() -> None:
    at = "2026-11-03T08:12:00+01:00"
    (account,) = documents.accounts(WORKSPACE, [AccountLine("Acme", Status.TRIAL, 3, 0, None, AT)])
    assert account == {
        "account": "Acme",
        "status": "trial",
        "active_users": 3,
        "current": 0,
        "domain": None,
        "trial_ends": at,
        "planned": None,
    }
    entry = {"pattern": "*@x.test", "added_at": at, "added_by": "cli:me"}
    assert documents.deny_list(WORKSPACE, [DenyLine("*@x.test", AT, "cli:me")]) == [entry]
    done, refused = documents.log(
        WORKSPACE,
        [Line(AT, "cli:me", 3, Kind.DEACTIVATE, 1, ("Acme",), "left"), Line(AT, "U1", refusal="Denied", asked="x")],
    )
    assert (done["change"], done["kind"], done["reason"], done["refusal"]) == ("3", "deactivate", "left", None)
    assert (refused["change"], refused["kind"], refused["asked"], refused["accounts"]) == (None, None, "x", [])
    assert set(done) == set(refused)

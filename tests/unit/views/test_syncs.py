"""What is said of a sync, and its document, from hand-made outcomes."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.services.accounts import Account
from bot.services.billing.peaks import Bill
from bot.services.billing.periods import Calendar
from bot.services.changes import Effect
from bot.services.directories.base import Outside
from bot.services.directories.failures import DirectoryAway
from bot.services.errors import DenyNeedsForce
from bot.services.sync import Synced
from bot.services.sync_plan import Figures, Turned
from bot.services.workspaces import Workspace
from bot.views import documents, syncs
from bot.views.console.syncs import reading
from bot.views.console.syncs import synced as printed
from bot.views.terminal import Terminal
from bot.views.texts import Texts
from db.models import Cause, Status, SyncOutcome

PARIS = ZoneInfo("Europe/Paris")
ENGLISH, FRENCH = Texts("en", PARIS), Texts("fr", PARIS)
ACME = Account(1, "Acme")
CALENDAR = Calendar(27, PARIS)
WORKSPACE = Workspace(1, "Northwind MSP", CALENDAR, "en", None)
EFFECT = Effect(Bill(130, 124), Bill(130, 126), CALENDAR.holding(datetime(2026, 11, 24, tzinfo=UTC)))
FIGURES = Figures(created=3, reactivated=1, deactivated=2, denied=1, unchanged=118)


def turned(email: str, status: Status, cause: Cause = Cause.SYNC, *, created: bool = False) -> Turned:
    return Turned(email, None, status, cause, created)


TURNED = (
    *(turned(f"new{n}@acme.test", Status.ACTIVE, created=True) for n in range(3)),
    turned("back@acme.test", Status.ACTIVE),
    turned("gone@acme.test", Status.INACTIVE),
    turned("kept.out@acme.test", Status.INACTIVE, Cause.DENY_LIST),
)
OUTSIDE = {Outside.GUEST: 2, Outside.DISABLED: 1, Outside.NO_ADDRESS: 0}
APPLIED = Synced(ACME, SyncOutcome.APPLIED, FIGURES, 4, 7, turned=TURNED, outside=OUTSIDE, effect=EFFECT)
FAILED = Synced(ACME, SyncOutcome.FAILED, refusal=DirectoryAway(host="graph.microsoft.com"))
HELD = replace(
    APPLIED,
    outcome=SyncOutcome.HELD,
    change=None,
    refusal=DenyNeedsForce(deactivated=2, active=3, account="Acme"),
)


def told(texts: Texts, synced: Synced) -> list[str]:
    return [part.text for part in syncs.told(texts, synced)]


def test_an_applied_sync_says_whom_it_changed_and_what_that_does_to_the_bills() -> None:
    assert told(ENGLISH, APPLIED) == [
        "Acme is synced.",
        "3 new users, active now: new0@acme.test, new1@acme.test, and new2@acme.test.",
        "1 user active again: back@acme.test.",
        "1 user inactive now, since the directory’s pool has them no longer: gone@acme.test.",
        "1 user inactive now by the deny list: kept.out@acme.test.",
        "118 users stay active. The deny list keeps 1 of the directory out.",
        "Not in the pool: 1 blocked, suspended or archived and 2 guests.",
        "The bill of the running period stays at 130. The next one, from 27 Nov 2026, begins with 126 instead of 124.",
        "usecure follows with its own next sync, and counts as before until then.",
    ]


def test_the_same_in_french() -> None:
    assert told(FRENCH, APPLIED)[:4] == [
        "Acme est synchronisé.",
        "3 nouveaux utilisateurs, actifs maintenant\u00a0: new0@acme.test, new1@acme.test et new2@acme.test.",
        "1 utilisateur de nouveau actif\u00a0: back@acme.test.",
        "1 utilisateur désactivé, car il n’est plus dans le périmètre de l’annuaire\u00a0: gone@acme.test.",
    ]


def test_of_many_the_first_are_named_and_how_many_more() -> None:
    many = tuple(turned(f"{n}@acme.test", Status.ACTIVE, created=True) for n in range(300))
    said = told(ENGLISH, replace(APPLIED, turned=many))[1]
    assert said.startswith("300 new users, active now: 0@acme.test, ")
    assert said.endswith(", 9@acme.test, and 290 more.")


def test_a_preview_and_a_held_sync_say_what_would_change() -> None:
    preview = told(ENGLISH, replace(APPLIED, outcome=SyncOutcome.PREVIEW, change=None))
    assert preview[:3] == [
        "Acme: this is what a sync would do now. Nothing was changed.",
        "3 new users would be active: new0@acme.test, new1@acme.test, and new2@acme.test.",
        "1 user would be active again: back@acme.test.",
    ]
    held = told(ENGLISH, HELD)
    assert held[0] == "Acme: the sync is held, and nothing was changed."
    assert held[1].startswith("This would deactivate 2 of 3 active users of Acme.")
    assert held[2:] == preview[1:]
    assert not any("usecure" in text for text in held)


def test_a_failed_sync_says_why_and_nothing_else() -> None:
    assert told(ENGLISH, FAILED) == [
        "Acme: the sync failed.",
        "graph.microsoft.com cannot be reached. Nobody was changed; the next sync tries again.",
    ]


def test_a_sync_that_changed_nobody_says_nothing_of_the_bills() -> None:
    unchanged = Synced(ACME, SyncOutcome.UNCHANGED, Figures(unchanged=1), 4, outside={}, effect=EFFECT)
    assert told(ENGLISH, unchanged) == ["Acme is synced; nobody had to be changed.", "1 user stays active."]


@pytest.mark.parametrize("why", Outside)
def test_every_reason_to_be_outside_has_words(why: Outside) -> None:
    for texts in (ENGLISH, FRENCH):
        assert "7" in told(texts, replace(APPLIED, turned=(), outside={why: 7}))[2]


def test_the_terminal_adds_the_change_and_what_to_do_with_a_held_one(capsys: pytest.CaptureFixture[str]) -> None:
    printed(Terminal(), ENGLISH, APPLIED)
    assert capsys.readouterr().out.endswith("\nChange 7\n")
    printed(Terminal(), ENGLISH, HELD)
    assert capsys.readouterr().out.endswith("\nIf that is right: seatbot sync ACCOUNT --force\n")
    printed(Terminal(), ENGLISH, FAILED)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_progress_is_shown_on_a_terminal_and_nowhere_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(ENGLISH, ACME) as progress:
        progress(1, 999)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with reading(ENGLISH, ACME) as progress:
        progress(1, 999)
    assert capsys.readouterr().out == ""


def test_the_document() -> None:
    assert documents.syncs(WORKSPACE, [APPLIED, FAILED]) == [
        {
            "account": "Acme",
            "outcome": "applied",
            "activated": 4,
            "created": 3,
            "reactivated": 1,
            "deactivated": 2,
            "denied": 1,
            "unchanged": 118,
            "reason": None,
        },
        {
            "account": "Acme",
            "outcome": "failed",
            "activated": 0,
            "created": 0,
            "reactivated": 0,
            "deactivated": 0,
            "denied": 0,
            "unchanged": 0,
            "reason": "graph.microsoft.com cannot be reached. Nobody was changed; the next sync tries again.",
        },
    ]

"""Digests in the store: added, paused, removed, taken back; bad input changes nothing; what one has to tell."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from bot.services import account_status, attention, digest_content, digest_rows, digests, news, undo
from bot.services.billing import ledger, peaks
from bot.services.changes import Change
from bot.services.digest_rows import Digest
from bot.services.errors import (
    BadLocale,
    BadRhythm,
    BadTimeOfDay,
    BadTimezone,
    CannotUndoSuggestion,
    NotPaused,
    PausedAlready,
    Refusal,
    UndoPointless,
    UnknownDigest,
)
from bot.services.news import News
from bot.services.recipients import Recipient
from bot.services.sync_plan import Figures
from db.models import ACCOUNT, CHANGE, CONNECTION, DIGEST, SYNC_RUN, HoldState, Source, Status, SyncOutcome
from tests.conftest import NOW
from tests.integration.services.conftest import Msp

BILLING = Recipient("C0BILLING1", "#billing")


def add(msp: Msp, every: str = "day", request: str | None = None, **options: str) -> Change:
    wanted = digests.check(msp.workspace, BILLING, every, **options)  # type: ignore[arg-type]
    return digests.add(msp.session, msp.workspace, wanted, actor="U0GRACE001", clock=msp.clock, request=request)


def only(msp: Msp) -> Digest:
    [found] = digest_rows.listed(msp.session, msp.workspace)
    return found


def take_back(msp: Msp, change: Change) -> Change:
    return undo.undo(msp.session, msp.workspace, change=str(change.id), actor="U0GRACE001", clock=msp.clock)


def test_a_digest_is_kept_with_the_workspaces_own_zone(msp: Msp) -> None:
    change = add(msp, "week:mon", at="09:30")
    found = only(msp)
    assert change.digest == "1 → #billing"
    assert (found.channel, found.rhythm.every, found.rhythm.zone.key) == (BILLING, "week:mon", "Europe/Paris")
    assert found.next_at
    assert found.next_at.isoformat() == "2026-11-30T08:30:00+00:00"
    assert (found.accounts, found.locale, found.paused) == (None, None, False)


def test_asked_twice_it_is_added_once(msp: Msp) -> None:
    first, again = add(msp, request="r"), add(msp, request="r")
    assert (first.id, first.digest) == (again.id, again.digest)
    assert len(digest_rows.listed(msp.session, msp.workspace)) == 1


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"every": "monthly"}, BadRhythm),
        ({"every": "before-end:28"}, BadRhythm),
        ({"at": "25:00"}, BadTimeOfDay),
        ({"timezone": "Europe/Nowhere"}, BadTimezone),
        ({"locale": "de"}, BadLocale),
    ],
)
def test_bad_input_is_refused_and_changes_nothing(msp: Msp, options: dict[str, str], refusal: type[Refusal]) -> None:
    changes = select(func.count()).select_from(CHANGE)
    before = msp.session.execute(changes).scalar_one()
    with pytest.raises(refusal):
        add(msp, **options)
    assert digest_rows.listed(msp.session, msp.workspace) == []
    assert msp.session.execute(changes).scalar_one() == before


def test_removing_is_undone_and_so_is_adding(msp: Msp) -> None:
    added = add(msp)
    before = only(msp)
    removed = digests.remove(msp.session, msp.workspace, "1", actor="U0GRACE001", clock=msp.clock)
    assert digest_rows.listed(msp.session, msp.workspace) == []
    assert take_back(msp, removed).digest == "1 → #billing"
    assert only(msp) == before
    take_back(msp, added)
    assert digest_rows.listed(msp.session, msp.workspace) == []


def test_adding_is_not_undone_where_it_was_removed_since(msp: Msp) -> None:
    added = add(msp)
    digests.remove(msp.session, msp.workspace, "1", actor="U0GRACE001", clock=msp.clock)
    with pytest.raises(UndoPointless):
        take_back(msp, added)


def test_pausing_is_not_undone_where_it_was_removed_since(msp: Msp) -> None:
    add(msp)
    paused = digests.pause(msp.session, msp.workspace, "1", actor="U0GRACE001", clock=msp.clock)
    removed = digests.remove(msp.session, msp.workspace, "1", actor="U0GRACE001", clock=msp.clock)
    with pytest.raises(UndoPointless):
        take_back(msp, paused)
    take_back(msp, removed)
    assert only(msp).paused


def test_a_paused_one_is_not_due_until_it_is_resumed(msp: Msp) -> None:
    add(msp)
    paused = digests.pause(msp.session, msp.workspace, "1", actor="U0GRACE001", clock=msp.clock)
    assert (only(msp).paused, only(msp).next_at) == (True, None)
    with pytest.raises(PausedAlready):
        digests.pause(msp.session, msp.workspace, "1", actor="U0GRACE001", clock=msp.clock)
    assert ledger.latest_change(msp.session, msp.workspace) == paused.id, "the refused one is no change"
    take_back(msp, paused)
    assert only(msp).next_at
    assert not only(msp).paused
    with pytest.raises(NotPaused):
        digests.resume(msp.session, msp.workspace, "1", actor="U0GRACE001", clock=msp.clock)
    digests.pause(msp.session, msp.workspace, "1", actor="U0GRACE001", clock=msp.clock)
    resumed = digests.resume(msp.session, msp.workspace, "1", actor="U0GRACE001", clock=msp.clock)
    assert only(msp).next_at
    assert not only(msp).paused
    with pytest.raises(CannotUndoSuggestion):
        take_back(msp, resumed)


@pytest.mark.parametrize("asked", ["2", "x", "", "99999999999"])
def test_an_unknown_one_is_refused(msp: Msp, asked: str) -> None:
    add(msp)
    for act in (digests.remove, digests.pause, digests.resume, digests.run):
        with pytest.raises(UnknownDigest):
            act(msp.session, msp.workspace, asked, actor="U0GRACE001", clock=msp.clock)


def test_a_digest_that_was_sent_does_not_stand_before_what_was_changed(msp: Msp) -> None:
    add(msp)
    changed = msp.deactivate("bob@acme.test")
    sent = digests.run(msp.session, msp.workspace, "1", actor="t", clock=msp.clock)
    undone = undo.undo(msp.session, msp.workspace, actor="t", clock=msp.clock)
    assert undone.takes_back == changed.id
    assert msp.statuses()["bob"] == "active"
    with pytest.raises(CannotUndoSuggestion):
        take_back(msp, sent)


# What one has to tell


def told(msp: Msp, digest: Digest) -> News:
    return digest_content.content(msp.session, msp.workspace, digest, msp.clock()).news


def test_nothing_new_is_nothing(msp: Msp) -> None:
    add(msp)
    msp.clock.advance(days=1)
    assert not told(msp, only(msp))


def test_who_raised_the_peak_is_named_and_what_it_was_before(msp: Msp) -> None:
    add(msp)
    before = msp.report().peak
    msp.clock.advance(hours=1)
    change = msp.activate("cid@acme.test")
    msp.clock.advance(hours=1)
    msp.deactivate("bob@acme.test")
    found = told(msp, only(msp))
    assert (found.raised_from, [one.email for one in found.raised_by]) == (before, ["cid@acme.test"])
    assert found.moved == ()  # one more and one less
    assert [one.change for one in found.did][-1] == change.id
    assert found.changes == 2


def test_a_trial_that_converts_raises_the_peak_by_its_people(msp: Msp) -> None:
    add(msp)
    msp.clock.advance(hours=1)
    account_status.set_status(
        msp.session, msp.workspace, msp.account("Blue"), Status.ACTIVE, actor="t", clock=msp.clock
    )
    msp.clock.advance(hours=3)
    found = told(msp, only(msp))
    assert [(one.account, one.before, one.after) for one in found.moved] == [("Blue", 0, 1)]
    assert [(one.account, one.email) for one in found.raised_by] == [("Blue", "ann@acme.test")]


def test_what_was_told_once_is_not_told_again(msp: Msp) -> None:
    add(msp)
    msp.clock.advance(hours=1)
    msp.activate("cid@acme.test")
    found = digest_content.content(msp.session, msp.workspace, only(msp), msp.clock())
    assert found.news
    digest_rows.told(msp.session, only(msp), msp.clock(), found.change)
    msp.session.commit()
    msp.clock.advance(hours=1)
    assert not told(msp, only(msp))
    msp.deactivate("cid@acme.test")
    assert [(one.account, one.by) for one in told(msp, only(msp)).moved] == [("Acme", -1)]


def test_counts_of_some_accounts_only(msp: Msp) -> None:
    msp.activate("cid@acme.test")
    since = NOW - timedelta(days=30)
    acme, blue = msp.account("Acme"), msp.account("Blue")
    report = peaks.report(msp.session, msp.workspace, msp.workspace.calendar.holding(NOW), NOW)
    latest = ledger.latest_change(msp.session, msp.workspace)
    of_acme = news.news(msp.session, msp.workspace, report, since, 0, latest, [acme])
    of_blue = news.news(msp.session, msp.workspace, report, since, latest - 1, latest, [blue])
    assert [one.account for one in of_acme.moved] == ["Acme"]
    assert not of_blue


def a_connection(msp: Msp, **values: object) -> None:
    msp.session.execute(
        insert(CONNECTION).values(
            account_id=msp.account("Acme").id,
            workspace_id=msp.workspace.id,
            source=Source.M365,
            target="acme.test",
            target_key="acme.test",
            options="{}",
            connected_by="t",
            connected_at=NOW - timedelta(days=30),
            reviewed=True,
            **{"failures": 0, **values},
        )
    )
    msp.session.commit()


def a_run(msp: Msp, outcome: SyncOutcome, days: float, hold: HoldState | None = None) -> None:
    at = NOW - timedelta(days=days)
    run = {"workspace_id": msp.workspace.id, "account_id": msp.account("Acme").id, "actor": "sync"}
    msp.session.execute(insert(SYNC_RUN).values(**run, started_at=at, ended_at=at, outcome=outcome, hold=hold))
    msp.session.commit()


def test_a_sync_is_stale_once_two_days_passed_without_a_good_one(msp: Msp) -> None:
    a_connection(msp, failures=3)
    a_run(msp, SyncOutcome.UNCHANGED, 3)
    a_run(msp, SyncOutcome.FAILED, 1)
    [found] = attention.attention(msp.session, msp.workspace, NOW).stale
    assert (found.account, found.since, found.failures) == ("Acme", NOW - timedelta(days=3), 3)
    a_run(msp, SyncOutcome.APPLIED, 1)
    assert attention.attention(msp.session, msp.workspace, NOW).stale == ()


def test_a_held_sync_waits_until_it_is_settled(msp: Msp) -> None:
    a_connection(msp)
    a_run(msp, SyncOutcome.HELD, 0.5, HoldState.WAITING)
    figures = json.dumps(asdict(Figures(created=2, reactivated=1, deactivated=18, denied=4)))
    msp.session.execute(update(SYNC_RUN).values(figures=figures))
    [found] = attention.attention(msp.session, msp.workspace, NOW).held
    assert (found.account, found.on, found.off) == ("Acme", 3, 18)
    msp.session.execute(update(SYNC_RUN).values(hold=HoldState.REJECTED))
    assert attention.attention(msp.session, msp.workspace, NOW).held == ()


@pytest.mark.parametrize(("days", "is_told"), [(-1, False), (1, True), (14, True), (15, False)])
def test_a_trial_is_told_of_in_its_last_two_weeks(msp: Msp, days: int, is_told: bool) -> None:
    ends = NOW + timedelta(days=days)
    msp.session.execute(update(ACCOUNT).where(ACCOUNT.c.name == "Blue").values(trial_ends=ends))
    found = attention.attention(msp.session, msp.workspace, NOW).trials
    assert [(one.account, one.at, one.active) for one in found] == ([("Blue", ends, 1)] if is_told else [])


def test_a_planned_conversion_is_told_of(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-11-30")
    [found] = attention.attention(msp.session, msp.workspace, NOW).trials
    assert (found.account, found.planned, found.active) == ("Blue", True, 1)


def test_a_planned_conversion_that_was_taken_back_is_told_of_no_more(msp: Msp) -> None:
    blue, later = msp.account("Blue"), NOW + timedelta(days=2)
    plan = account_status.set_status(
        msp.session, msp.workspace, blue, Status.ACTIVE, at=later, actor="t", clock=msp.clock
    )
    assert attention.attention(msp.session, msp.workspace, NOW).trials
    take_back(msp, plan)
    assert attention.attention(msp.session, msp.workspace, NOW).trials == ()


def test_people_of_two_accounts_are_told_of(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-11-01")
    found = attention.attention(msp.session, msp.workspace, NOW)
    assert [one.email for one in found.repeated] == ["ann@acme.test"]
    assert [(one.account, one.email) for one in found.suggestions] == [
        ("Acme", "ann@acme.test"),
        ("Blue", "ann@acme.test"),
    ]
    only_other = attention.attention(msp.session, msp.workspace, NOW, [])
    assert not only_other


def test_removed_digests_are_not_counted_as_standing(msp: Msp) -> None:
    add(msp)
    digests.remove(msp.session, msp.workspace, "#1", actor="t", clock=msp.clock)
    assert digest_rows.count(msp.session, msp.workspace) == 0
    assert msp.session.execute(select(func.count()).select_from(DIGEST)).scalar_one() == 1

"""Workspaces: found, made, changed and bound."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from bot.services import users, workspaces
from bot.services.billing import peaks
from bot.services.errors import (
    BadBillingDay,
    BadLocale,
    BadName,
    BadTeam,
    BadTimezone,
    CalendarChanged,
    NeedsCorrect,
    NothingToSet,
    NoWorkspace,
    Refusal,
    SeveralWorkspaces,
    TeamBound,
    UnknownWorkspace,
    WorkspaceExists,
)
from bot.services.workspaces import Workspace
from tests.conftest import Store
from tests.integration.services.conftest import Msp


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": " "}, BadName),
        ({"billing_day": 0}, BadBillingDay),
        ({"billing_day": 32}, BadBillingDay),
        ({"timezone": "Paris"}, BadTimezone),
        ({"timezone": ""}, BadTimezone),
        ({"timezone": "/etc/passwd"}, BadTimezone),
        ({"timezone": "x\0"}, BadTimezone),
        ({"locale": "de"}, BadLocale),
        ({"slack_team": ""}, BadTeam),
        ({"slack_team": "t1"}, BadTeam),
    ],
)
def test_values_that_are_refused(values: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        workspaces.check(**{"name": "N", **values})  # type: ignore[arg-type]


def test_the_only_workspace_needs_no_name(session: Session) -> None:
    with pytest.raises(NoWorkspace):
        workspaces.find(session)
    first = workspaces.create(session, workspaces.check("Éole"))
    assert workspaces.find(session) == workspaces.find(session, "éOLE") == first
    workspaces.create(session, workspaces.check("Boréas"))
    with pytest.raises(SeveralWorkspaces) as refused:
        workspaces.find(session)
    assert refused.value.fields["known"] == ["Boréas", "Éole"]
    with pytest.raises(UnknownWorkspace):
        workspaces.find(session, "Notus")


def test_a_name_and_a_team_are_taken_once(session: Session) -> None:
    workspaces.create(session, workspaces.check("One", slack_team="T1"))
    with pytest.raises(WorkspaceExists):
        workspaces.create(session, workspaces.check("ONE"))
    with pytest.raises(TeamBound):
        workspaces.create(session, workspaces.check("Two", slack_team="T1"))
    two = workspaces.create(session, workspaces.check("Two"))
    with pytest.raises(TeamBound):
        workspaces.bind_team(session, two, "T1")
    assert workspaces.bind_team(session, two, "T2").slack_team == "T2"
    assert workspaces.bind_team(session, two, "T3").slack_team == "T2"  # bound once
    found = workspaces.of_team(session, "T2")
    assert found is not None
    assert found.name == "Two"
    assert workspaces.of_team(session, "T9") is None


def test_whoever_makes_a_workspace_a_moment_later_is_told_that_it_exists(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = store.session(), store.session()
    check = workspaces.check_free
    raced = []

    def racing(session: Session, name: str | None, team: str | None) -> None:
        check(session, name, team)
        if not raced and store.engine.dialect.name == "postgresql":  # SQLite lets nobody in between
            raced.append(True)
            workspaces.create(second, workspaces.check("One"))

    monkeypatch.setattr(workspaces, "check_free", racing)
    if store.engine.dialect.name == "sqlite":
        workspaces.create(second, workspaces.check("One"))
    with pytest.raises(WorkspaceExists):
        workspaces.create(first, workspaces.check("one"))


def change(msp: Msp, **values: object) -> Workspace:
    msp.workspace, _ = workspaces.change(msp.session, msp.workspace, actor="t", clock=msp.clock, **values)  # type: ignore[arg-type]
    return msp.workspace


def test_another_billing_day_is_a_correction_of_the_past(msp: Msp) -> None:
    msp.users("Acme,cid@acme.test,active,2026-10-20", "Acme,cid@acme.test,inactive,2026-10-22")
    assert msp.report(msp.clock() - timedelta(days=30)).peak == 3
    with pytest.raises(NeedsCorrect):
        change(msp, billing_day=21)
    assert change(msp, billing_day=21, correct=True).calendar.billing_day == 21
    report = msp.report(msp.clock() - timedelta(days=10))
    assert (report.period.first_day.isoformat(), report.peak) == ("2026-10-21", 3)
    assert report.peak_at == report.period.start
    msp.verify()


def test_another_zone_moves_every_bound(msp: Msp) -> None:
    msp.report()
    change(msp, timezone="Pacific/Apia", correct=True)
    assert msp.report().period.start.isoformat() == "2026-10-26T11:00:00+00:00"
    msp.verify()


def test_a_language_is_no_correction(msp: Msp) -> None:
    assert change(msp, locale="fr").locale == "fr"
    with pytest.raises(BadLocale):
        change(msp, locale="de")
    with pytest.raises(NothingToSet):
        change(msp)
    with pytest.raises(BadBillingDay):
        change(msp, billing_day=0, locale="en", correct=True)
    assert workspaces.find(msp.session).locale == "fr"


def test_nothing_of_the_old_calendar_is_left(msp: Msp) -> None:
    msp.users("Acme,old@acme.test,active,2026-08-01", "Acme,old@acme.test,inactive,2026-08-28")
    msp.accounts("Acme,active,2026-08-01")
    msp.report(datetime(2026, 8, 15, tzinfo=UTC))
    for day, zone in ((1, "Pacific/Apia"), (25, "America/New_York"), (27, "Europe/Paris"), (28, "UTC")):
        msp.workspace, _ = workspaces.change(
            msp.session, msp.workspace, actor="t", clock=msp.clock, billing_day=day, timezone=zone, correct=True
        )
        assert msp.report(datetime(2026, 8, 20, tzinfo=UTC)).peak == 1
        msp.verify()


def test_whoever_still_goes_by_the_old_calendar_writes_nothing(msp: Msp) -> None:
    old = msp.workspace
    change(msp, billing_day=10, correct=True)
    before = msp.report()
    with pytest.raises(CalendarChanged):
        users.deactivate(msp.session, old, ["ann@acme.test"], account=msp.account("Acme"), actor="t", clock=msp.clock)
    change(msp, timezone="UTC", correct=True)
    with pytest.raises(CalendarChanged):  # it would roll up
        peaks.report(msp.session, before.workspace, before.period, msp.clock())
    assert msp.statuses()["ann"] == "active"
    msp.verify()


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory", "posix/Europe/Paris"])
def test_a_zone_that_is_not_the_same_everywhere_is_refused(zone: str) -> None:
    with pytest.raises(BadTimezone):
        workspaces.check("M", timezone=zone)

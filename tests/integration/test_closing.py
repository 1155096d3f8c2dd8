"""The closing job: every period is closed once, shortly after its end, whichever process does it and however late."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import Session

from bot.jobs import hand_over
from bot.services import closings, posts, work, workspaces
from bot.services.billing import freezing
from bot.services.closings import DELAY, Closings, following
from bot.services.workspaces import Workspace
from bot.settings import Settings
from bot.worker import background
from db.models import POST, STATEMENT, WORKSPACE
from tests.conftest import DrivenClock, Store
from tests.integration.services.conftest import Msp
from tests.integration.services.conftest import msp as filled

msp = filled
SETTINGS = Settings(_env_file=None, SLACK_BOT_TOKEN="xoxb-1", SEATBOT_ADMINS="U0GRACE001")


def work_off(store: Store, clock: DrivenClock, *names: str) -> None:
    """Hand over what is due and do it, in one thread; of other work than these names nothing."""
    jobs = background(SETTINGS, store.engine, clock)
    with Session(store.engine) as session:
        hand_over(session, closings.NAME, Closings(), clock())
        while task := work.claim(session, names or (closings.NAME,), 1, clock()):
            jobs._do(task)


def statements_of(store: Store, workspace: Workspace) -> list[tuple[str, int, datetime]]:
    s = STATEMENT.c
    query = select(s.month, s.revision, s.period_end).where(s.workspace_id == workspace.id).order_by(s.id)
    with store.engine.connect() as connection:
        return [(f"{row.month:%Y-%m}", row.revision, row.period_end) for row in connection.execute(query)]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York"])
def test_thirteen_months_are_closed_ten_minutes_after_each_end_through_both_changes_of_the_clock(
    store: Store, session: Session, clock: DrivenClock, tmp_path: object, zone: str
) -> None:
    clock.now = datetime(2026, 1, 2, tzinfo=UTC)
    workspace = workspaces.create(session, workspaces.check("M", billing_day=31, timezone=zone))
    one = Msp(session, workspace, clock, tmp_path)  # type: ignore[arg-type]
    one.accounts("Acme,active,2026-01-01")
    one.users("Acme,ann@acme.test,active,2026-01-01")
    work_off(store, clock)
    seen = [found[0] for found in statements_of(store, workspace)]
    assert seen == []
    local = ZoneInfo(zone)
    for month in range(1, 14):
        end = workspace.calendar.holding(clock()).end
        assert end.astimezone(local).hour == 0
        clock.now = end + DELAY - timedelta(microseconds=1)
        work_off(store, clock)
        assert len(statements_of(store, workspace)) == month - 1
        clock.now = end + DELAY
        work_off(store, clock)
        work_off(store, clock)
        found = statements_of(store, workspace)
        assert (len(found), found[-1][1:]) == (month, (1, end))
    assert len({month for month, _, _ in found}) == 13


def test_a_first_start_after_a_year_closes_all_that_had_rows_some_at_a_time(
    store: Store, msp: Msp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closings, "AT_ONCE", 2)
    msp.clock.now = datetime(2027, 9, 1, tzinfo=UTC)
    work_off(store, msp.clock)
    months = [month for month, _, _ in statements_of(store, msp.workspace)]
    assert (months[0], months[-1], len(months)) == ("2026-08", "2027-07", 12)
    with store.engine.connect() as connection:
        due = connection.execute(select(WORKSPACE.c.close_at)).scalar_one()
    assert due == datetime(2027, 9, 26, 22, 10, tzinfo=UTC)


def test_a_workspace_without_an_account_closes_nothing(store: Store, workspace: Workspace, clock: DrivenClock) -> None:
    work_off(store, clock)
    assert statements_of(store, workspace) == []


def test_the_next_look_is_at_a_period_that_ended_a_moment_ago_if_that_is_not_closed_yet(workspace: Workspace) -> None:
    end = workspace.calendar.starting_in(2026, 10).end
    assert following(workspace.calendar, end - timedelta(seconds=1)) == end + DELAY
    assert following(workspace.calendar, end + timedelta(minutes=9)) == end + DELAY
    assert following(workspace.calendar, end + DELAY) == workspace.calendar.starting_in(2026, 11).end + DELAY


def test_several_workers_at_once_close_each_period_once(store: Store, msp: Msp) -> None:
    msp.clock.now = datetime(2027, 3, 1, tzinfo=UTC)

    def close() -> None:
        with Session(store.engine) as session:
            closings.close(session, msp.workspace, msp.clock)

    threads = [Thread(target=close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[:2] for found in statements_of(store, msp.workspace)] == [
        (f"{year}-{month:02}", 1)
        for year, month in [(2026, 8), (2026, 9), (2026, 10), (2026, 11), (2026, 12), (2027, 1)]
    ]


def test_another_calendar_is_closed_by_at_once(store: Store, msp: Msp) -> None:
    work_off(store, msp.clock)
    by = {"actor": "t", "clock": msp.clock, "correct": True}
    msp.workspace, _ = workspaces.change(msp.session, msp.workspace, billing_day=1, **by)  # type: ignore[arg-type]
    assert [found[1] for found in statements_of(store, msp.workspace)] == [1, 1, 2, 2]
    msp.clock.advance(minutes=1)
    work_off(store, msp.clock)
    assert [found[:2] for found in statements_of(store, msp.workspace)][4:] == [("2026-10", 1)]
    msp.verify()


def test_a_revision_is_told_once_in_both_languages_and_no_more_after_a_day(store: Store, msp: Msp) -> None:
    work_off(store, msp.clock)
    msp.users("Acme,dan@acme.test,active,2026-10-01")
    for _ in range(2):
        msp.clock.advance(seconds=1)
        work_off(store, msp.clock, freezing.TELLING)
    (post,) = kept(store)
    assert post.recipient == posts.ADMINS
    assert sorted(post.messages) == ["en", "fr"]
    assert (
        "2026-09, revision 2: the peak is 3 instead of 2. Shares and own peaks: Acme 3 instead of 2."
        in (post.messages["en"]["text"])
    )
    assert "2026-09, révision 2\u00a0: le pic est de 3 au lieu de 2." in post.messages["fr"]["text"]
    msp.users("Acme,eve@acme.test,active,2026-10-01")
    msp.clock.advance(days=1, seconds=1)
    work_off(store, msp.clock, freezing.TELLING)
    assert len(kept(store)) == 1


def test_a_peak_that_was_only_reached_at_another_instant_is_told_as_that(store: Store, msp: Msp) -> None:
    work_off(store, msp.clock)
    msp.users("Acme,bob@acme.test,inactive,2026-09-27", "Acme,bob@acme.test,active,2026-10-02")
    msp.clock.advance(seconds=1)
    work_off(store, msp.clock, freezing.TELLING)
    (post,) = kept(store)
    english, french = (post.messages[locale]["text"] for locale in ("en", "fr"))
    assert "the peak stays at 2. All counts stay: a peak was reached at another instant" in english
    assert "le pic reste à 2. Tous les nombres restent les mêmes\u00a0: un pic a été atteint à un autre" in french
    msp.verify()


def kept(store: Store) -> list[posts.Post]:
    with Session(store.engine) as session:
        ids = session.execute(select(POST.c.id).order_by(POST.c.id)).scalars().all()
        return [post for id_ in ids if (post := posts.find(session, id_))]

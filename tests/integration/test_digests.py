"""Digests from the rhythm to the channel: each once, in order, within Slack's limits, whatever goes wrong."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select
from sqlmodel import Session

from bot.jobs import hand_over
from bot.playground.team import BILLING, CAMILLE, GRACE, TOM, Channel
from bot.services import accounts, digest_content, digest_rows, digests, pricing, privacy, users, workspaces
from bot.services.digest_content import Content
from bot.services.due_digests import DueDigests
from bot.services.imports.users import import_users
from bot.services.posts import UNSURE
from bot.services.workspaces import Workspace
from db.models import DIGEST, POST, SYNC_RUN, WORK, HoldState, PostState, SyncOutcome
from tests.conftest import NOW, DrivenClock, Store
from tests.digests import add, fall_due, next_at, posted, settle, work_off
from tests.slack_requests import PEOPLE, App, Desk, desk

SECOND = timedelta(seconds=1)


@pytest.fixture
def at(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Desk]:
    with desk(store, session, workspace, clock, tmp_path) as made:
        made.settings = made.settings.model_copy(update={"admins": (GRACE.id,)})
        yield made


def deactivate(at: Desk, *emails: str) -> None:
    with Session(at.store.engine) as session:
        users.deactivate(session, at.workspace, emails, actor=GRACE.id, clock=at.clock)


def direct(at: Desk) -> list[str]:
    return [one.text for one in at.slack.messages_seen_by(GRACE.id, at.direct_message())]


def digest(at: Desk, id_: str) -> digest_rows.Digest:
    with Session(at.store.engine) as session:
        return digest_rows.find(session, at.workspace, id_)


def states(at: Desk) -> list[PostState]:
    with at.store.engine.connect() as connection:
        return list(connection.execute(select(POST.c.state).order_by(POST.c.id)).scalars())


def kept(at: Desk) -> str:
    """The messages that wait to be posted."""
    with at.store.engine.connect() as connection:
        return " ".join(filter(None, connection.execute(select(POST.c.messages)).scalars()))


def test_it_comes_when_it_is_due_and_tells_what_changed_since_the_last(at: Desk) -> None:
    id_ = add(at)
    deactivate(at, PEOPLE[5])
    work_off(at)
    assert posted(at) == []
    fall_due(at, id_)
    settle(at)
    fall_due(at, id_)
    settle(at)
    first, second = (one.text for one in posted(at))
    assert "Fewer are counted: Acme −1 → 11." in first
    assert "deactivated: 1 person (Acme), by Grace Holloway" in first
    assert "Nothing new since 25 Nov 2026 08:00." in second
    assert at.refused() == []


def test_late_ones_are_one(at: Desk) -> None:
    id_ = add(at)
    fall_due(at, id_, late=timedelta(days=9, hours=3))
    settle(at)
    settle(at)
    assert len(posted(at)) == 1
    assert next_at(at, id_) == datetime(2026, 12, 5, 7, tzinfo=UTC)


def test_in_thirteen_months_and_two_zones_each_comes_exactly_once(at: Desk) -> None:
    """Nothing is posted, since that would take as long as it takes: what is handed over is what counts."""
    ids = {zone: add(at, "day", at="02:30", timezone=zone) for zone in ("Europe/Paris", "America/New_York")}
    engine, end = at.store.engine, at.clock.now + timedelta(days=396)
    with Session(engine) as session:
        while at.clock.now < end:
            hand_over(session, digests.NAME, DueDigests(), at.clock.now)
            at.clock.advance(hours=7, minutes=13)
    with engine.connect() as connection:
        rows = connection.execute(select(WORK.c.subject, WORK.c.due_at).where(WORK.c.name == digests.NAME)).all()
    for zone, id_ in ids.items():
        dues = sorted(row.due_at for row in rows if row.subject == id_)
        days = [due.astimezone(ZoneInfo(zone)).date() for due in dues]
        assert 395 <= len(days) <= 397
        assert all(later - day == timedelta(days=1) for day, later in pairwise(days))


def test_paused_and_removed_ones_do_not_come_and_a_resumed_one_does(at: Desk) -> None:
    paused, removed = add(at), add(at)
    due = next_at(at, paused)
    with Session(at.store.engine) as session:
        digests.pause(session, at.workspace, paused, actor=GRACE.id, clock=at.clock)
        digests.remove(session, at.workspace, removed, actor=GRACE.id, clock=at.clock)
    assert due
    at.clock.now = due + timedelta(days=3)
    settle(at)
    assert posted(at) == []
    with Session(at.store.engine) as session:
        digests.resume(session, at.workspace, paused, actor=GRACE.id, clock=at.clock)
    fall_due(at, paused)
    settle(at)
    assert len(posted(at)) == 1


def test_one_that_is_removed_while_it_is_due_does_not_come(at: Desk) -> None:
    id_ = add(at)
    fall_due(at, id_)
    with Session(at.store.engine) as session:
        hand_over(session, digests.NAME, DueDigests(), at.clock())
        digests.remove(session, at.workspace, id_, actor=GRACE.id, clock=at.clock)
    settle(at)
    assert posted(at) == []


def test_one_that_is_paused_while_it_is_made_does_not_come(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    id_, content = add(at), digest_content.content

    def paused_meanwhile(*args: Any) -> Content:
        with Session(at.store.engine) as session:
            digests.pause(session, at.workspace, id_, actor=GRACE.id, clock=at.clock)
        return content(*args)

    fall_due(at, id_)
    monkeypatch.setattr(digest_content, "content", paused_meanwhile)
    work_off(at)
    assert states(at) == []


def test_asked_for_ten_times_before_it_is_made_it_comes_once(at: Desk) -> None:
    id_ = add(at)

    def ask(number: int) -> None:
        with Session(at.store.engine) as session:
            digests.run(session, at.workspace, id_, actor=GRACE.id, clock=at.clock, request=f"press {number}")

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(ask, range(10)))
    settle(at)
    assert len(posted(at)) == 1
    ask(10)
    settle(at)
    assert len(posted(at)) == 2


def test_one_that_waits_while_somebody_in_it_is_forgotten_comes_without_the_person(at: Desk, tmp_path: Path) -> None:
    id_ = add(at)
    leaver = "leaver@acme.example"
    csv = tmp_path / "leaver.csv"
    csv.write_text(f"account,email,status\nAcme,{leaver},active\n")
    with Session(at.store.engine) as session:
        import_users(session, at.workspace, csv, actor=GRACE.id, clock=at.clock)
    fall_due(at, id_)
    at.slack.fault("chat.postMessage", "ratelimited", retry_after=600)
    work_off(at)
    assert leaver in kept(at)
    with Session(at.store.engine) as session:
        users.deactivate(session, at.workspace, [leaver], actor=GRACE.id, clock=at.clock)
        privacy.forget(session, at.workspace, leaver, actor=GRACE.id, clock=at.clock)
    settle(at, seconds=60)
    [message] = posted(at)
    assert "14" in message.text
    assert leaver not in str(message.blocks) + message.text
    assert digest(at, id_).trouble is None
    assert direct(at) == []


def test_it_is_sent_at_once_where_somebody_asks_for_it_and_its_rhythm_stays(at: Desk) -> None:
    id_ = add(at, locale="fr")
    due = next_at(at, id_)
    app = App(at, at.store.engine)
    assert "is on its way" in app.ask(f"digest run {id_}")["text"]
    settle(at)
    [message] = posted(at)
    assert message.text.startswith("Northwind MSP\u00a0: pic de 13")
    assert next_at(at, id_) == due


def test_several_accounts_have_no_peak_of_their_own(at: Desk) -> None:
    with Session(at.store.engine) as session:
        both = [accounts.find(session, at.workspace, name) for name in ("Acme", "Globex")]
    one, two = add(at, accounts=both[:1]), add(at, accounts=both)
    fall_due(at, two)
    settle(at)
    first, second = (message.text for message in posted(at))
    assert (one, first.split("\n")[0]) == ("1", "Acme: peak 12")
    assert second.split("\n")[0] == "13 users counted in Acme and Globex"


@pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "not arrived"])
def test_one_whose_answer_was_lost_is_looked_for_before_it_is_posted_again(at: Desk, *, arrived: bool) -> None:
    at.slack.grant("channels:history")
    id_ = add(at)
    fall_due(at, id_)
    at.slack.fault("chat.postMessage", "lost") if arrived else at.slack.fault("chat.postMessage", "internal_error")
    settle(at)
    assert len(posted(at)) == 1
    assert states(at) == [PostState.SENT]


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_where_slack_does_not_tell_it_is_posted_once_more_and_says_so(at: Desk, locale: str) -> None:
    id_ = add(at, locale=locale)
    fall_due(at, id_)
    at.slack.fault("chat.postMessage", "lost")
    settle(at)
    first, second = (message.text for message in posted(at))
    note = {
        "en": "This may be here twice: Slack did not say whether it arrived the first time.",
        "fr": "Ce message figure peut-être deux fois\u00a0: Slack n’a pas dit si le premier est arrivé.",
    }[locale]
    assert second == f"{note}\n{first}"
    assert (digest(at, id_).trouble, states(at)) == (None, [PostState.SENT])


def test_where_both_answers_are_lost_it_ends_and_that_is_shown(at: Desk) -> None:
    id_ = add(at)
    fall_due(at, id_)
    at.slack.fault("chat.postMessage", "lost", 2)
    settle(at)
    assert len(posted(at)) == 2
    assert (digest(at, id_).trouble, states(at), direct(at)) == (UNSURE, [PostState.MAYBE], [])
    fall_due(at, id_)
    settle(at)
    assert (len(posted(at)), digest(at, id_).trouble) == (3, None)


def test_slack_is_left_alone_for_as_long_as_it_wants(at: Desk) -> None:
    id_ = add(at)
    fall_due(at, id_)
    at.slack.fault("chat.postMessage", "ratelimited", retry_after=37)
    work_off(at)
    at.clock.advance(seconds=36)
    work_off(at)
    assert posted(at) == []
    at.clock.advance(seconds=1)
    work_off(at)
    assert len(posted(at)) == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [({"is_archived": True}, "The channel is archived."), ({"has_app": False}, "Seatbot is no longer in the channel.")],
    ids=["archived", "removed"],
)
def test_whoever_added_it_is_told_once_that_it_does_not_arrive_and_then_all_is_told(
    at: Desk, change: dict[str, bool], why: str
) -> None:
    id_ = add(at)
    at.slack.change_channel(BILLING.id, **change)
    for number in range(2):
        deactivate(at, PEOPLE[5 + number])
        fall_due(at, id_)
        settle(at)
    [told] = direct(at)
    assert why in told
    assert digest(at, id_).trouble
    at.slack.change_channel(BILLING.id, **{name: not value for name, value in change.items()})
    fall_due(at, id_)
    settle(at)
    [message] = [one for one in posted(at) if "peak" in one.text]
    assert "Acme −2 → 10" in message.text
    assert digest(at, id_).trouble is None
    at.slack.change_channel(BILLING.id, **change)
    fall_due(at, id_)
    settle(at)
    assert len(direct(at)) == 2


def test_what_a_terminal_added_is_told_to_the_admins(at: Desk) -> None:
    id_ = add(at, actor="cli:ann")
    at.slack.change_channel(BILLING.id, is_archived=True)
    fall_due(at, id_)
    settle(at)
    assert len(direct(at)) == 1


def test_a_chart_that_slack_takes_no_more_is_left_out(at: Desk) -> None:
    id_ = add(at)
    at.slack.take_no("data_visualization", "table")
    fall_due(at, id_)
    settle(at)
    [message] = posted(at)
    assert "data_visualization" not in [block["type"] for block in message.blocks]


def test_a_channel_is_posted_in_order_and_about_once_a_second(at: Desk) -> None:
    ids = [add(at, locale="fr" if number % 2 else "en") for number in range(6)]
    at.slack.throttled = True
    fall_due(at, ids[0])
    settle(at, seconds=1)
    found = posted(at)
    assert [message.text.partition("peak")[1] for message in found] == ["peak", ""] * 3
    assert at.refused() == []


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_workers_that_race_post_each_once(at: Desk) -> None:
    channels = [Channel(f"C0RACE{number:03}", f"race-{number}") for number in range(5)]
    for channel in channels:
        at.slack._channels[channel.id] = channel
    ids = [add(at, channel=channel) for channel in channels for _ in range(3)]
    fall_due(at, ids[0])
    for _ in range(6):
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(work_off, at) for _ in range(4)]:
                done.result()
        at.clock.advance(seconds=2)
    assert [len(posted(at, channel)) for channel in channels] == [3] * 5
    assert at.refused() == []


def test_its_buttons_answer_whoever_presses_them_alone_for_weeks(at: Desk) -> None:
    deactivate(at, PEOPLE[5])
    id_ = add(at)
    fall_due(at, id_)
    settle(at)
    [message] = posted(at)
    at.clock.advance(days=20)
    app = App(at, at.store.engine)
    assert app.gets(at.press(message, "open_report", CAMILLE)) == 200
    assert posted(at) == [message]
    answer = at.slack.messages_seen_by(CAMILLE.id, BILLING.id)[-1]
    assert answer.is_ephemeral
    assert "pic" in answer.text


def test_a_held_sync_is_settled_from_the_digest_and_readers_see_it(at: Desk) -> None:
    values = {"workspace_id": at.workspace.id, "started_at": NOW, "ended_at": NOW, "actor": "cli:test"}
    with Session(at.store.engine) as session:
        [account, *_] = accounts.everyone(session, at.workspace)
        held = {"account_id": account.id, "outcome": SyncOutcome.HELD, "hold": HoldState.WAITING, "shown": "x"}
        held |= {"figures": '{"created": 2, "deactivated": 18}'}
        session.execute(insert(SYNC_RUN).values(**values, **held))
        session.commit()
    id_ = add(at)
    fall_due(at, id_)
    settle(at)
    [message] = posted(at)
    app = App(at, at.store.engine)
    for person, buttons in ((TOM, set()), (GRACE, {"hold_confirm", "hold_reject"})):
        assert app.gets(at.press(message, "open_syncs", person)) == 200
        answer = at.slack.messages_seen_by(person.id, BILLING.id)[-1]
        assert f"A sync of {account.name} has been waiting since" in answer.text
        ids = {one["action_id"] for block in answer.blocks for one in block.get("elements", []) if "action_id" in one}
        assert ids == buttons
    assert app.gets(at.press(answer, "hold_reject", GRACE)) == 200
    assert app.gets(at.press(message, "open_syncs", TOM)) == 200
    assert at.slack.messages_seen_by(TOM.id, BILLING.id)[-1].text == "No sync waits any more, and none is overdue."


def test_a_digest_follows_another_billing_day(at: Desk) -> None:
    id_ = add(at, "period-end", at="00:00")
    with Session(at.store.engine) as session:
        workspaces.change(session, at.workspace, actor="t", clock=at.clock, billing_day=3, correct=True)
    assert next_at(at, id_) == datetime(2026, 12, 2, 23, tzinfo=UTC)
    assert datetime(2026, 12, 2, 23, tzinfo=UTC) > NOW


def test_after_a_period_it_tells_of_the_one_that_is_over(at: Desk) -> None:
    id_ = add(at, "period-end")
    fall_due(at, id_)
    settle(at)
    [message] = posted(at)
    assert "Billing period 27 Oct 2026 to 26 Nov 2026 (Europe/Paris), over." in message.text


def test_due_digests_are_claimed_once(at: Desk) -> None:
    id_ = add(at)
    fall_due(at, id_)
    with Session(at.store.engine) as one, Session(at.store.engine) as other:
        assert len(DueDigests().claim(one, at.clock(), 100)) == 1
        one.commit()
        assert DueDigests().claim(other, at.clock(), 100) == []
    with at.store.engine.connect() as connection:
        assert connection.execute(select(DIGEST.c.next_at)).scalar_one() > at.clock()


def test_with_a_price_it_tells_what_the_bill_comes_to(at: Desk) -> None:
    with Session(at.store.engine) as session:
        wanted = pricing.wanted(at.workspace, price="2.50", currency="EUR")
        workspaces.change(session, at.workspace, actor="t", clock=at.clock, prices=wanted)
    fall_due(at, add(at))
    settle(at)
    [message] = posted(at)
    assert "At €2.50 a user, the bill so far is €32.50." in message.text

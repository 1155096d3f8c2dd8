"""Warnings from what happened to the message in Slack: once, in the right language, with buttons that work for whoever
presses them."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import OpenerDirector

import pytest
from sqlalchemy import Engine, and_, func, insert, or_, select
from sqlmodel import Session

from bot.jobs import Jobs, hand_over
from bot.playground.messages import Message
from bot.playground.team import BILLING, CAMILLE, GRACE, TOM, Person
from bot.services import accounts, privacy, users, work, workspaces
from bot.services.imports.users import import_users
from bot.services.recipients import Recipient
from bot.services.warnings import kinds, standing, watch
from bot.services.warnings.watch import Watches
from bot.services.work import Presence
from bot.services.workspaces import Workspace
from bot.worker import background
from db.models import CONNECTION, POST, SYNC_RUN, WORK, PostState, SyncOutcome, WarningKind, WorkState
from tests.background import pieces, until
from tests.conftest import NOW, DrivenClock, Store
from tests.crash_points import Chosen, crash, forked, recount, restore, save, uncrashed
from tests.digests import settle, work_off
from tests.slack_requests import PEOPLE, App, Desk, desk

SENDS = [(OpenerDirector, "open")]
CHANNEL = Recipient(BILLING.id, "#billing")
TO_GRACE, TO_CAMILLE = Recipient(GRACE.id, "Grace"), Recipient(CAMILLE.id, "Camille")


@dataclass
class Site:
    """The desk, with the background work."""

    at: Desk
    jobs: Jobs

    def warn(self, kind: WarningKind, to: Recipient = CHANNEL, threshold: int | None = None) -> int:
        with Session(self.at.store.engine, expire_on_commit=False) as session:
            wanted = threshold or kinds.DEFAULTS[kind]
            done = standing.add(
                session, self.at.workspace, kind, to, threshold=wanted, actor=GRACE.id, clock=self.at.clock
            )
            return done.warnings[0].id

    def deactivate(self, *emails: str) -> None:
        with Session(self.at.store.engine, expire_on_commit=False) as session:
            users.deactivate(session, self.at.workspace, emails, actor="t", clock=self.at.clock)

    def activate(self, *emails: str) -> None:
        with Session(self.at.store.engine, expire_on_commit=False) as session:
            users.activate(session, self.at.workspace, emails, actor="t", clock=self.at.clock)

    def work(self, **step: float) -> None:
        """Some time later, do what is due, and what comes of it."""
        c = WORK.c
        self.at.clock.advance(**step or {"minutes": 2})

        def is_due() -> bool:
            self.jobs.tick()
            is_open = or_(c.state == WorkState.DOING, and_(c.state == WorkState.WAITING, c.next_at <= self.at.clock()))
            with self.at.store.engine.connect() as connection:
                return bool(connection.execute(select(func.count()).select_from(WORK).where(is_open)).scalar_one())

        until(lambda: not is_due(), "the work to end")
        assert self.at.refused() == []

    def told(self, person: Person = GRACE, channel: str = BILLING.id) -> list[Message]:
        return self.at.slack.messages_seen_by(person.id, channel)

    def direct(self, person: Person) -> list[str]:
        return [message.text for message in self.told(person, self.at.direct_message(person))]

    def press(self, message: Message, action: str, person: Person) -> str:
        """Press a button in the channel; gives what the presser sees then."""
        payload = self.at.press(message, action, person)
        assert App(self.at, self.at.store.engine).gets(payload) == 200
        return self.told(person)[-1].text

    def work_done(self) -> int:
        with self.at.store.engine.connect() as connection:
            named = select(func.count()).select_from(WORK).where(WORK.c.name == watch.NAME)
            return int(connection.execute(named).scalar_one())


@pytest.fixture
def at(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Desk]:
    with desk(store, session, workspace, clock, tmp_path) as made:
        yield made


@pytest.fixture
def site(at: Desk) -> Iterator[Site]:
    jobs = background(at.settings, at.store.engine, at.clock)
    yield Site(at, jobs)
    jobs.close(30)


def test_a_jump_is_posted_once_and_tells_who_did_it(site: Site) -> None:
    site.deactivate(*PEOPLE)
    site.warn(WarningKind.JUMP)
    site.work()
    assert site.told() == []
    site.activate(*PEOPLE)
    for _ in range(3):
        site.work()
    [message] = site.told()
    assert "The count jumped by 12" in message.text
    assert "By account: Acme +12." in message.text
    assert "activated" in message.text
    shown = site.press(message, "also_raised", TOM)
    assert "12 people are counted since then" in shown
    assert message in site.told(TOM)  # the warning stays as it is
    assert site.told(GRACE) == [message]  # and only whoever pressed sees the answer


def test_nothing_is_looked_at_as_long_as_nothing_happens(site: Site) -> None:
    site.warn(WarningKind.JUMP)
    site.work()
    before = site.work_done()
    for _ in range(5):
        site.work()
    assert site.work_done() == before
    site.deactivate(PEOPLE[0])
    site.work()
    site.work()
    assert site.work_done() == before + 1


def test_what_comes_by_time_alone_is_told_at_its_time(site: Site) -> None:
    site.warn(WarningKind.PERIOD_END, threshold=2)
    site.at.clock.now = datetime(2026, 11, 24, 22, 58, tzinfo=UTC)
    site.work(seconds=1)
    assert site.told() == []
    site.work(minutes=2)
    [message] = site.told()
    assert "The billing period ends on 26 Nov 2026" in message.text


def test_a_channel_reads_the_workspaces_language_and_a_person_their_own(site: Site) -> None:
    workspaces_in_french(site)
    for to in (CHANNEL, TO_GRACE, TO_CAMILLE):
        site.warn(WarningKind.PERIOD_END, to, 3)
    site.work()
    assert "La période de facturation se termine le 26 nov. 2026" in site.told()[0].text
    assert ["The billing period ends on 26 Nov 2026" in text for text in site.direct(GRACE)] == [True]
    assert ["se termine le 26 nov. 2026" in text for text in site.direct(CAMILLE)] == [True]


def workspaces_in_french(site: Site) -> None:
    with Session(site.at.store.engine, expire_on_commit=False) as session:
        change = {"actor": "t", "clock": site.at.clock, "locale": "fr"}
        site.at.workspace, _ = workspaces.change(session, site.at.workspace, **change)  # type: ignore[arg-type]


def test_people_are_deactivated_from_a_channel_by_admins_only(site: Site, tmp_path: Path) -> None:
    imported(site, tmp_path, 3)
    site.warn(WarningKind.PERIOD_END)
    site.work()
    [message] = site.told()
    assert "scanner0@acme.example (a thing or a program by its address)" in message.text
    assert "Only admins may do that." in site.press(message, "also_deactivate_0", TOM)
    said = site.press(message, "also_deactivate_0", GRACE)
    assert "Inactive now: scanner0@acme.example, scanner1@acme.example, and scanner2@acme.example (Acme)." in said
    assert "scanner0@acme.example" in site.press(message, "also_deactivate_0", CAMILLE)
    assert site.told(TOM)[0] == message


def test_more_than_ten_people_are_asked_about_each_presser_on_their_own(site: Site, tmp_path: Path) -> None:
    imported(site, tmp_path, 12)
    site.warn(WarningKind.PERIOD_END)
    site.work()
    [message] = site.told()
    for person in (GRACE, CAMILLE):
        site.press(message, "also_deactivate_0", person)
        question = site.told(person)[-1]
        assert any(button["action_id"] == "confirm" for _, button in question.buttons())
    said = site.press(site.told(CAMILLE)[-1], "confirm", CAMILLE)
    assert "12" in said
    said = site.press(site.told(GRACE)[-1], "confirm", GRACE)
    assert "Inactive already" in said


def test_a_button_is_good_for_days(site: Site, tmp_path: Path) -> None:
    imported(site, tmp_path, 1)
    site.warn(WarningKind.PERIOD_END)
    site.work()
    [message] = site.told()
    site.work(days=5)
    assert "Inactive now: scanner0@acme.example" in site.press(message, "also_deactivate_0", GRACE)


def imported(site: Site, folder: Path, n: int) -> None:
    """So many mailboxes that are suggested."""
    path = folder / "scanners.csv"
    lines = "".join(f"Acme,scanner{number}@acme.example,active,2026-11-20\n" for number in range(n))
    path.write_text(f"account,email,status,at\n{lines}")
    with Session(site.at.store.engine, expire_on_commit=False) as session:
        import_users(session, site.at.workspace, path, actor="t", clock=site.at.clock)


def test_a_sync_that_fails_is_told_and_so_is_that_it_goes_on(site: Site) -> None:
    engine = site.at.store.engine
    with Session(engine) as session:
        acme = accounts.find(session, site.at.workspace, "Acme").id
    connected = {"source": "m365", "target": "t", "target_key": "t", "options": "{}", "connected_by": "t"}
    of_acme = {"workspace_id": site.at.workspace.id, "account_id": acme}
    with engine.begin() as connection:
        row = {**connected, **of_acme, "connected_at": NOW, "reviewed": True, "failures": 0}
        connection.execute(insert(CONNECTION).values(**row))
    site.warn(WarningKind.SYNC)
    for outcome in (SyncOutcome.FAILED, SyncOutcome.FAILED, SyncOutcome.UNCHANGED):
        with engine.begin() as connection:
            run = {**of_acme, "actor": "sync", "started_at": site.at.clock(), "ended_at": site.at.clock()}
            connection.execute(insert(SYNC_RUN).values(**run, outcome=outcome))
        site.work(minutes=3)
    bad, good = site.told()
    assert "Acme: the latest sync failed, and nobody was changed." in bad.text
    assert "Acme: the syncs go on again." in good.text


def turned(site: Site) -> None:
    """The count jumps once more."""
    site.deactivate(*PEOPLE)
    later(site, days=2)
    site.activate(*PEOPLE)
    later(site)


def later(site: Site, **step: float) -> None:
    """Some time later, do what is due, and what comes of it, whatever Slack says."""
    site.at.clock.advance(**step or {"minutes": 2})
    settle(site.at)


def test_one_that_waits_while_somebody_in_it_is_forgotten_comes_without_the_person(site: Site) -> None:
    leaver, *others = PEOPLE
    site.deactivate(*PEOPLE)
    site.warn(WarningKind.JUMP)
    site.warn(WarningKind.JUMP, TO_GRACE)
    later(site)
    site.activate(*PEOPLE)
    site.at.slack.fault("chat.postMessage", "ratelimited", retry_after=600, times=2)
    site.at.clock.advance(minutes=2)
    work_off(site.at)
    assert kept(site).count(leaver) > 1
    site.deactivate(leaver)
    with Session(site.at.store.engine) as session:
        privacy.forget(session, site.at.workspace, leaver.upper(), actor=GRACE.id, clock=site.at.clock)
    assert leaver not in kept(site)
    later(site, minutes=20)
    [message] = site.told()
    [told] = site.direct(GRACE)
    for said in (message.text, str(message.blocks), told):
        assert leaver not in said
        assert "… (Acme)" in said
        assert others[0] in said


def kept(site: Site) -> str:
    """What is kept to be posted."""
    with site.at.store.engine.connect() as connection:
        return " ".join(filter(None, connection.execute(select(POST.c.messages)).scalars()))


@pytest.mark.parametrize(
    ("change", "why"),
    [({"is_archived": True}, "The channel is archived."), ({"has_app": False}, "Seatbot is no longer in the channel.")],
    ids=["archived", "removed"],
)
def test_whoever_added_a_warning_is_told_once_that_it_does_not_arrive(
    site: Site, change: dict[str, bool], why: str
) -> None:
    slack = site.at.slack
    id_ = site.warn(WarningKind.JUMP)
    slack.change_channel(BILLING.id, **change)
    for _ in range(2):
        turned(site)
    [told] = site.direct(GRACE)
    assert f"A message of warning {id_} (jump, #billing) could not be posted." in told
    assert why in told
    slack.change_channel(BILLING.id, **{name: not value for name, value in change.items()})
    turned(site)
    assert len([one for one in site.told() if "jumped by 12" in one.text]) == 1
    assert len(site.direct(GRACE)) == 1
    slack.change_channel(BILLING.id, **change)
    turned(site)
    assert len(site.direct(GRACE)) == 2


def test_nobody_is_told_of_a_warning_that_stands_no_longer(site: Site) -> None:
    id_ = site.warn(WarningKind.JUMP)
    site.at.slack.change_channel(BILLING.id, is_archived=True)
    site.deactivate(*PEOPLE)
    later(site, days=2)
    site.at.slack.fault("chat.postMessage", "ratelimited", retry_after=300)
    site.activate(*PEOPLE)
    site.at.clock.advance(minutes=2)
    work_off(site.at)
    with Session(site.at.store.engine) as session:
        standing.remove(session, site.at.workspace, id_, actor=GRACE.id, clock=site.at.clock)
    later(site, minutes=10)
    with site.at.store.engine.connect() as connection:
        assert connection.execute(select(POST.c.state)).scalars().all() == [PostState.MAYBE]
    assert site.direct(GRACE) == []


@pytest.mark.parametrize("fault", ["lost", "internal_error"], ids=["arrived", "not arrived"])
def test_a_warning_whose_answer_was_lost_is_looked_for_before_it_is_posted_again(site: Site, fault: str) -> None:
    site.at.slack.grant("channels:history")
    site.deactivate(*PEOPLE)
    site.warn(WarningKind.JUMP)
    later(site)
    site.activate(*PEOPLE)
    site.at.slack.fault("chat.postMessage", fault)
    later(site)
    assert len(site.told()) == 1
    with site.at.store.engine.connect() as connection:
        assert connection.execute(select(POST.c.state)).scalars().all() == [PostState.SENT]


# Cut off anywhere, and by several processes at once


def one_worker(at: Desk, engine: Engine) -> None:
    """One worker, in one thread, until nothing is due."""
    jobs, presence = background(at.settings, engine, at.clock), Presence(engine)
    number = presence.number()
    with Session(engine) as session:
        hand_over(session, watch.NAME, Watches(), at.clock())
        while task := work.claim(session, jobs._works, number, at.clock()):
            jobs._do(task)
    presence.end()


def test_killed_at_any_point_a_warning_is_told_once(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch, chosen: Chosen
) -> None:
    monkeypatch.setattr("bot.services.sweeping.EVERY", sys.maxsize)
    at, engine = site.at, store.engine
    site.deactivate(*PEOPLE)
    site.warn(WarningKind.JUMP, TO_GRACE)
    one_worker(at, engine)
    site.activate(*PEOPLE)
    at.clock.advance(minutes=2)
    site.jobs.close(10)
    saved = save(engine)

    def run(engine: Engine) -> None:
        one_worker(at, engine)

    points, _ = uncrashed(engine, run, SENDS)
    assert taken(at) == ["The count jumped by 12"]
    numbers = chosen(points)
    assert len(numbers) > 10
    for number in numbers:
        restore(engine, saved)
        recount(engine)
        crash(engine, run, number, SENDS)
        taken_up(at, engine)
        at.clock.advance(minutes=2)
        run(engine)
        at.clock.advance(minutes=-2)
        where = f"after point {number} of {len(points)}: {points[number]}"
        assert taken(at) == ["The count jumped by 12"], where
        assert {state for _, state, _ in pieces(engine)} == {WorkState.DONE}, where
    assert at.refused() == []


def taken(at: Desk) -> list[str]:
    """The news in the admin's direct message, which are taken away."""
    found = at.slack.messages_seen_by(GRACE.id, at.direct_message())
    for message in found:
        at.slack.delete(message)
    return [message.text.partition("\n")[0] for message in found]


def taken_up(at: Desk, engine: Engine) -> None:
    """What the one that was killed had waits again."""

    def is_free() -> bool:
        with Session(engine) as session:
            work.recover(session, 0, [], at.clock())
        return all(state != WorkState.DOING for _, state, _ in pieces(engine))

    until(is_free, "the server to see that the worker is gone")


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_of_two_processes_one_tells(site: Site, store: Store) -> None:
    at, engine = site.at, store.engine
    site.deactivate(*PEOPLE)
    for kind in (WarningKind.JUMP, WarningKind.PEAK):
        site.warn(kind, TO_GRACE)
    one_worker(at, engine)
    site.activate(*PEOPLE)
    at.clock.advance(minutes=2)
    site.jobs.close(10)

    def run() -> None:
        one_worker(at, engine)

    children = [forked(engine, run) for _ in range(2)]
    for child in children:
        child.result()
    with engine.connect() as connection:
        posts = connection.execute(select(POST.c.state)).scalars().all()
        looks = connection.execute(select(WORK.c.state).where(WORK.c.name == watch.NAME)).scalars().all()
    assert posts == [PostState.SENT]
    assert looks == [WorkState.DONE]
    assert taken(at) == ["The count jumped by 12"]

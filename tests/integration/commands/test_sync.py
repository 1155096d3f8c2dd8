"""`/seats sync`: asked for in Slack, done in the background, and told once to whoever asked; and what the admins are
told of scheduled syncs."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import and_, func, or_, select, update
from sqlmodel import Session
from structlog.testing import capture_logs

from bot.jobs import Jobs
from bot.playground.messages import Message
from bot.playground.team import BILLING, CAMILLE, GRACE, TOM, Person
from bot.services import account_status, accounts, connections, posts, sync
from bot.services.connections import Connection
from bot.services.directories.base import Absentee, Member, Options, Outside, Pool, Progress
from bot.services.directories.failures import ConsentGone, DirectoryBusy, DirectoryFailure
from bot.services.errors import ClockBehind
from bot.services.workspaces import Workspace
from bot.worker import background
from db.models import CONNECTION, POST, SYNC_RUN, WORK, HoldState, PostState, Source, Status, SyncOutcome, WorkState
from tests.background import pieces, until
from tests.conftest import DrivenClock, Store
from tests.slack_requests import SYNCED, App, Desk, desk
from tests.tenants import tenant_of

KEY = SecretStr(Fernet.generate_key().decode())
GUEST = Absentee("g", "g@acme.example", Outside.GUEST)


def pool(*emails: str) -> Pool:
    return Pool(tuple(Member(f"id-{email}", email, email.split("@")[0].title()) for email in emails), (GUEST,))


STAYS = pool(*SYNCED)
CHANGES = pool(SYNCED[0], "new@acme.example")
CROWD = pool(*SYNCED, *(f"p{number:02}@acme.example" for number in range(40)))
GONE = ConsentGone(tenant="acme.example", url="https://login.example/consent")


@dataclass
class Site:
    """The desk, with directories that answer as they are told, and the background work."""

    at: Desk
    jobs: Jobs
    answers: dict[str, Pool | DirectoryFailure]
    reads: list[str] = field(default_factory=list)

    def ask(self, text: str, person: Person = GRACE) -> str:
        """Give a command; gives the text of its answer."""
        return str(self.at.ask(text, person)["text"])

    def work(self, refused: Sequence[str] = ()) -> None:
        """Do what is due, and what comes of it; Slack refuses that much of it."""
        c = WORK.c
        self.at.clock.advance(seconds=1)

        def is_due() -> bool:
            self.jobs.tick()
            is_open = or_(c.state == WorkState.DOING, and_(c.state == WorkState.WAITING, c.next_at <= self.at.clock()))
            with self.at.store.engine.connect() as connection:
                return bool(connection.execute(select(func.count()).select_from(WORK).where(is_open)).scalar_one())

        until(lambda: not is_due(), "the work to end")
        assert [reason for reason, *_ in self.at.refused()] == [*refused]

    def due(self) -> None:
        """Let the accounts' daily syncs be due, and do them."""
        with self.at.store.engine.begin() as connection:
            connection.execute(update(CONNECTION).values(next_at=self.at.clock()))
        self.work()

    def seen(self, person: Person = GRACE) -> list[Message]:
        return self.at.slack.messages_seen_by(person.id, BILLING.id)

    def direct(self, person: Person = GRACE) -> list[Message]:
        return self.at.slack.messages_seen_by(person.id, self.at.direct_message(person))

    def press(self, message: Message, action: str, person: Person = GRACE) -> None:
        """Press a button, with an app that has just started."""
        assert App(self.at, self.at.store.engine).gets(self.at.press(message, action, person)) == 200

    def column(self, column: Any) -> list[Any]:
        with self.at.store.engine.connect() as connection:
            return list(connection.execute(select(column)).scalars())


@pytest.fixture
def site(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Site]:
    with desk(store, session, workspace, clock, tmp_path) as at:
        at.settings = at.settings.model_copy(update={"encryption_keys": KEY})
        connect(at, "Acme")
        with working(at) as made:
            yield made


def connect(at: Desk, *names: str) -> None:
    """Connect accounts with directories, and let somebody have seen what a sync does."""
    with Session(at.store.engine) as session:
        for name in names:
            account = accounts.find(session, at.workspace, name)
            by: Any = {"identify": tenant_of, "actor": "t", "clock": at.clock}
            domain = f"{name.lower()}.example"
            connections.connect(session, at.workspace, account, Source.M365, domain, options=Options(), **by)
        session.execute(update(CONNECTION).values(reviewed=True, next_at=at.clock() + timedelta(days=9)))
        session.commit()


@contextmanager
def working(at: Desk, during: Callable[[Progress], None] = lambda progress: None) -> Iterator[Site]:
    answers: dict[str, Pool | DirectoryFailure] = {"Acme": CHANGES, "Globex": pool("zoe@globex.example")}
    reads: list[str] = []

    def opened(connection: Connection) -> "Answering":
        return Answering(connection.account.name)

    @dataclass
    class Answering:
        name: str

        def read(self, progress: Progress) -> Pool:
            reads.append(self.name)
            during(progress)
            answer = answers[self.name]
            if isinstance(answer, DirectoryFailure):
                raise answer
            return answer

    jobs = background(at.settings, at.store.engine, at.clock, opened)
    try:
        yield Site(at, jobs, answers, reads)
    finally:
        jobs.close(10)


OUTCOMES: dict[str, tuple[Pool | DirectoryFailure, str, str, str, list[str]]] = {
    "applied": (CHANGES, "", "Acme is synced.", "Acme est synchronisé", ["csv"]),
    "unchanged": (STAYS, "", "nobody had to be changed", "personne à modifier", []),
    "preview": (
        CHANGES,
        " preview",
        "what a sync would do",
        "voici ce qu’une synchronisation ferait",
        ["open_sync", "csv"],
    ),
    "failed": (GONE, "", "has not consented", "n’a pas donné son accord", []),
    "held": (CROWD, "", "Sync Acme nevertheless?", "malgré tout", ["hold_confirm", "hold_reject", "csv"]),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("person", [GRACE, CAMILLE], ids=["English", "French"])
def test_the_result_takes_the_place_of_the_answer(site: Site, outcome: str, person: Person) -> None:
    answer, words, english, french, buttons = OUTCOMES[outcome]
    site.answers["Acme"] = answer
    command = f"sync Acme{words}" if person == GRACE else f"synchro Acme{words.replace('preview', 'aperçu')}"
    said = site.ask(command, person)
    assert ("The result comes here." if person == GRACE else "Le résultat arrive ici.") in said
    assert site.reads == []
    before = len(site.seen(person))
    site.work()
    result = site.seen(person)[-1]
    assert (english if person == GRACE else french) in result.text
    assert [button["action_id"] for _, button in result.buttons()] == buttons
    assert len(site.seen(person)) <= before + 1
    assert site.direct(person) == []
    assert site.column(POST.c.state) == [PostState.SENT]
    assert site.column(POST.c.messages) == site.column(POST.c.url) == [None]


def test_the_address_to_answer_at_is_sealed(site: Site) -> None:
    site.ask("sync Acme")
    [payload] = site.column(WORK.c.payload)
    assert json.loads(payload)["url"]
    assert "http" not in payload
    assert "acme.example" not in payload


def test_without_a_key_the_address_is_not_kept_and_the_result_comes_by_direct_message(site: Site) -> None:
    site.at.settings = site.at.settings.model_copy(update={"encryption_keys": None})
    assert "by direct message" in site.ask("sync Acme")
    [payload] = site.column(WORK.c.payload)
    assert json.loads(payload)["url"] is None
    site.work()
    [told] = site.direct()
    assert "Acme is synced." in told.text


def test_an_address_that_slack_takes_no_more_is_replaced_by_the_direct_message(site: Site) -> None:
    site.ask("sync Acme")
    site.at.clock.advance(minutes=31)
    site.work(refused=["expired_url"])
    assert "Acme is synced." in site.direct()[-1].text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("sync Globex", "not connected with a directory. Connect it with one: seatbot connect"),
        ("synchro nulle-part", "No account is called"),
        ("sync all", "The directories of Acme are being read"),
        ("sync preview", "nothing will be changed"),
        ("synchro apercu Acme", "nothing will be changed"),
        ("sync", "The directory of Acme is being read"),
    ],
)
def test_what_is_answered_at_once(site: Site, words: str, said: str) -> None:
    assert said in site.ask(words)


def test_of_several_accounts_one_is_chosen(site: Site) -> None:
    connect(site.at, "Globex")
    assert "2 accounts have a directory" in site.ask("sync preview")
    message = site.seen()[-1]
    assert [button["text"]["text"] for _, button in message.buttons()] == ["Acme", "Globex", "All of them"]
    site.press(message, "pick_1")
    site.work()
    assert site.reads == ["Globex"]
    assert "Globex" in site.seen()[-1].text


def test_admins_find_the_sync_in_the_menu_where_there_is_a_directory(site: Site) -> None:
    for person, is_there in ((TOM, False), (CAMILLE, True), (GRACE, True)):
        site.ask("", person)
        assert ("menu_sync" in str(site.seen(person)[-1].blocks)) == is_there
    site.press(site.seen()[-1], "menu_sync")
    site.work()
    assert "Acme is synced." in site.seen()[-1].text


def test_of_several_accounts_all_can_be_chosen_and_previewed(site: Site) -> None:
    connect(site.at, "Globex")
    site.ask("sync preview")
    site.press(site.seen()[-1], "pick_all")
    assert "nothing will be changed" in site.seen()[-1].text
    site.work()
    assert sorted(site.reads) == ["Acme", "Globex"]
    assert site.column(SYNC_RUN.c.id) == []


def test_of_all_accounts_only_what_matters_is_told(site: Site) -> None:
    connect(site.at, "Globex")
    site.answers["Acme"] = STAYS
    site.answers["Globex"] = GONE
    assert "of the others nothing is said" in site.ask("sync all")
    site.work()
    [told] = site.direct()
    assert "Globex: the sync failed." in told.text


def test_readers_may_not_ask_for_a_sync(site: Site) -> None:
    site.ask("sync Acme", TOM)
    assert site.column(WORK.c.id) == []


def test_asked_twice_by_slack_it_is_done_once(site: Site) -> None:
    payload = site.at.command("sync Acme")
    apps = [App(site.at, site.at.store.engine) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda app: app.told(payload), apps))
    assert {status for status, _ in told} == {200}
    assert len({answer["text"] for _, answer in told}) == 1
    site.work()
    assert site.reads == ["Acme"]


def test_a_preview_is_followed_by_the_sync_and_its_list_comes_as_a_file(site: Site) -> None:
    site.answers["Acme"] = CROWD
    site.ask("sync Acme preview")
    site.work()
    preview = site.seen()[-1]
    assert "1 to 20 of 40" in str(preview.blocks)
    site.press(preview, "csv")
    assert [len(message.files) for message in site.direct()] == [1]
    for press in [site.at.press(preview, "open_sync") for _ in range(2)]:
        assert App(site.at, site.at.store.engine).gets(press) == 200
    site.work()
    assert site.reads == ["Acme", "Acme"]


def held(site: Site) -> Message:
    site.answers["Acme"] = CROWD
    site.ask("sync Acme")
    site.work()
    return site.seen()[-1]


def test_two_who_confirm_a_held_sync_at_once_apply_it_once(site: Site) -> None:
    message = held(site)
    presses = [site.at.press(message, "hold_confirm") for _ in range(2)]
    apps = [App(site.at, site.at.store.engine) for _ in presses]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda app, press: app.gets(press), apps, presses)) == [200, 200]
    site.work()
    assert site.column(SYNC_RUN.c.hold) == [HoldState.CONFIRMED]
    assert site.reads == ["Acme"]
    assert "Acme is synced." in site.seen()[-1].text
    site.press(site.at.show({"text": "x", "blocks": message.blocks}), "hold_confirm")
    assert "settled already" in site.seen()[-1].text


def test_a_rejected_sync_changes_nobody_and_cannot_be_confirmed(site: Site) -> None:
    message = held(site)
    site.press(message, "hold_reject")
    assert "was rejected" in site.seen()[-1].text
    site.press(site.at.show({"text": "x", "blocks": message.blocks}), "hold_confirm")
    assert "settled already" in site.seen()[-1].text
    site.work()
    assert site.column(SYNC_RUN.c.hold) == [HoldState.REJECTED]


def test_a_reader_who_presses_settles_nothing(site: Site) -> None:
    blocks = held(site).blocks
    for action in ("hold_confirm", "hold_reject"):
        site.press(site.at.show({"text": "x", "blocks": blocks}, TOM), action, TOM)
        assert "Only admins may do that." in site.seen(TOM)[-1].text
    site.work()
    assert site.column(SYNC_RUN.c.hold) == [HoldState.WAITING]


def test_what_changed_since_makes_a_held_sync_outdated(site: Site) -> None:
    message = held(site)
    site.ask("deny add p00@acme.example in Acme")
    site.press(message, "hold_confirm")
    site.work()
    assert any("something else has changed" in one.text for one in site.seen())
    assert site.column(SYNC_RUN.c.hold) == [HoldState.OUTDATED]


def test_a_long_sync_tells_how_far_it_is_at_growing_steps(site: Site) -> None:
    steps: list[str] = []

    def slowly(progress: Progress) -> None:
        for page in range(1, 41):
            site.at.clock.advance(seconds=10)
            progress(page, page * 999)
            steps.append(site.seen()[-1].text)

    with working(site.at, slowly) as slow:
        slow.ask("sync Acme")
        slow.work()
        told = [text for before, text in zip(["", *steps], steps, strict=False) if text != before]
        pages = [re.findall(r"Pages so far: (\d+)", text) for text in told]
        assert [page for [page] in pages[-4:]] == ["1", "2", "6", "18"]
        assert "Acme is synced." in slow.seen()[-1].text


# What Seatbot itself cannot do


def broken(*args: Any, **kwargs: Any) -> Any:
    raise ZeroDivisionError


def giving_up(site: Site) -> str:
    """Try as often as work is tried, and once more; gives the id under which the log has it."""
    with capture_logs() as logged:
        for minutes in (0, 1, 2, 4, 8, 16):
            site.at.clock.advance(minutes=minutes)
            site.work()
    [entry] = [entry for entry in logged if entry["event"] == "work given up"]
    assert isinstance(entry["exc_info"], ZeroDivisionError)
    return str(entry["error"])


@pytest.mark.parametrize(
    ("person", "says"),
    [
        (
            GRACE,
            "Acme: the sync failed.\nSomething went wrong here, not in the directory, and it is in the log as {id}.",
        ),
        (CAMILLE, "Acme\u00a0: la synchronisation a échoué.\nUne erreur s’est produite de notre côté"),
    ],
    ids=["English", "French"],
)
def test_whoever_asked_is_told_once_that_it_was_given_up(site: Site, person: Person, says: str) -> None:
    with working(site.at, broken) as at:
        at.ask("sync Acme", person)
        before = len(at.seen(person))
        id_ = giving_up(at)
        assert at.seen(person)[-1].text.startswith(says.format(id=id_))
        assert id_ in at.seen(person)[-1].text
        assert len(at.seen(person)) == before
        assert at.direct(person) == []


def test_of_all_accounts_it_names_the_one_that_was_given_up(site: Site) -> None:
    with working(site.at, broken) as at:
        at.ask("sync all")
        id_ = giving_up(at)
        [told] = at.direct()
        assert told.text.startswith("Acme: the sync failed.")
        assert id_ in told.text


def test_a_held_sync_that_could_not_be_applied_may_be_confirmed_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = held(site)
    with monkeypatch.context() as patched:
        patched.setattr(sync, "confirm", broken)
        site.press(message, "hold_confirm")
        id_ = giving_up(site)
    assert any(id_ in one.text for one in site.seen())
    site.press(site.at.show({"text": "x", "blocks": message.blocks}), "hold_confirm")
    site.work()
    assert site.column(SYNC_RUN.c.hold) == [HoldState.CONFIRMED]
    assert "Acme is synced." in site.seen()[-1].text


def test_a_held_sync_that_was_refused_may_be_confirmed_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    message = held(site)

    def behind(*args: Any, **kwargs: Any) -> None:
        raise ClockBehind(minutes=6)

    with monkeypatch.context() as patched:
        patched.setattr(sync, "confirm", behind)
        site.press(message, "hold_confirm")
        site.work()
    site.press(site.at.show({"text": "x", "blocks": message.blocks}), "hold_confirm")
    site.work()
    assert site.column(SYNC_RUN.c.hold) == [HoldState.CONFIRMED]


def test_the_admins_are_told_of_the_first_scheduled_sync_that_was_given_up(site: Site) -> None:
    with working(site.at, broken) as at:
        at.due()
        id_ = giving_up(at)
        [told], [in_french] = at.direct(GRACE), at.direct(CAMILLE)
        assert id_ in told.text
        assert "It is tried again after growing pauses." in told.text
        assert id_ in in_french.text
        assert at.column(CONNECTION.c.failures) == [1]
        at.due()
        giving_up(at)
        assert at.column(CONNECTION.c.failures) == [2]
        assert len(at.direct()) == 1
    site.answers["Acme"] = STAYS
    site.due()
    assert "can be read again" in site.direct()[-1].text


def test_who_cannot_be_told_holds_up_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts, "keep", broken)
    with working(site.at, broken) as at:
        at.ask("sync Acme")
        giving_up(at)
        assert [state for _, state, _ in pieces(at.at.store.engine)] == [WorkState.FAILED]
    assert site.seen()[-1].text.endswith("The result comes here.")


# Scheduled syncs


def test_a_scheduled_sync_that_changes_somebody_is_told_to_the_admins_once(site: Site) -> None:
    site.due()
    [told], [in_french] = site.direct(GRACE), site.direct(CAMILLE)
    assert "Acme is synced." in told.text
    assert "The bill of the running period" in told.text
    assert "Acme est synchronisé." in in_french.text
    assert site.direct(TOM) == []
    site.due()
    assert len(site.direct(GRACE)) == 1
    assert site.column(CONNECTION.c.failures) == [0]


@pytest.mark.parametrize("what", ["disconnected", "closed"])
def test_a_scheduled_sync_of_what_is_given_up_while_it_is_read_ends_and_is_told_to_nobody(
    site: Site, what: str
) -> None:
    def give_up(progress: Progress) -> None:
        with Session(site.at.store.engine) as session:
            acme = accounts.find(session, site.at.workspace, "Acme")
            by: Any = {"actor": "t", "clock": site.at.clock}
            if what == "closed":
                account_status.set_status(session, site.at.workspace, acme, Status.CLOSED, **by)
            else:
                connections.disconnect(session, site.at.workspace, acme, **by)

    with working(site.at, give_up) as at:
        at.due()
        assert [state for _, state, _ in pieces(at.at.store.engine)] == [WorkState.DONE]
        assert at.column(SYNC_RUN.c.outcome) == [SyncOutcome.FAILED]
        assert at.column(CONNECTION.c.failures) == ([0] if what == "closed" else [])
        assert at.direct() == []


def test_the_admins_are_told_each_in_their_language(site: Site) -> None:
    site.at.settings = site.at.settings.model_copy(update={"admins": (GRACE.id, CAMILLE.id)})
    with working(site.at) as again:
        again.due()
    assert "Acme is synced." in site.direct(GRACE)[-1].text
    assert "Acme est synchronisé" in site.direct(CAMILLE)[-1].text
    site.press(site.direct(CAMILLE)[-1], "csv", CAMILLE)
    assert any(message.files for message in site.direct(CAMILLE))


def test_the_first_failure_and_the_recovery_are_told_and_nothing_between(site: Site) -> None:
    site.answers["Acme"] = GONE
    site.due()
    assert "has not consented" in site.direct()[-1].text
    assert site.column(CONNECTION.c.next_at) == [site.at.clock() + timedelta(hours=1)]
    for failures in range(2, 7):
        site.due()
        assert site.column(CONNECTION.c.failures) == [failures]
    assert len(site.direct()) == 1
    site.answers["Acme"] = STAYS
    site.due()
    assert "can be read again" in site.direct()[-1].text
    site.due()
    assert len(site.direct()) == 2
    assert site.column(CONNECTION.c.failures) == [0]


def test_a_directory_that_wants_to_be_left_alone_has_not_failed(site: Site) -> None:
    site.answers["Acme"] = DirectoryBusy(retry_after=600, host="graph.example", minutes=10)
    site.due()
    assert (site.column(CONNECTION.c.failures), site.direct()) == ([0], [])
    site.answers["Acme"] = CHANGES
    site.at.clock.advance(minutes=11)
    site.work()
    assert site.reads == ["Acme", "Acme"]
    assert "Acme is synced." in site.direct()[-1].text


def test_a_held_sync_is_asked_about_once_and_any_admin_may_confirm_it(site: Site) -> None:
    site.answers["Acme"] = CROWD
    site.due()
    site.due()
    [question] = site.direct()
    assert "Sync Acme nevertheless?" in question.text
    site.press(question, "hold_confirm")
    site.work()
    assert "Acme is synced." in site.direct()[-1].text
    assert len(site.direct()) == 1


def test_an_account_that_was_closed_is_left_alone(site: Site) -> None:
    site.ask("account close Acme")
    site.press(site.seen()[-1], "confirm")
    site.due()
    assert (site.reads, site.direct()) == ([], [])
    assert "a closed account is not synced" in site.ask("sync Acme")

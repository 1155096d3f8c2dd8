"""The demo's directories: what a sync makes of them, and of what somebody lets happen in them on the page."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.clock import system_clock
from bot.playground import demo
from bot.playground.demo_data import northwind
from bot.playground.demo_directories import DemoDirectories
from bot.playground.directories.clients import Answering, ClientDirectory, ImpossibleError, Standing
from bot.playground.run import console
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import CAMILLE, GRACE, NORTHWIND
from bot.services import accounts, connections, sync, users
from bot.services.billing import verify
from bot.services.directories.failures import DirectoryBusy, DirectoryTroubled, HeldEmpty
from bot.services.directories.google import GoogleCredentials, GoogleWorkspace
from bot.services.directories.m365 import Microsoft365
from bot.services.directories.microsoft import MicrosoftCredentials
from bot.services.directories.opening import open_directory
from bot.services.sync import Synced
from bot.services.sync_plan import Figures
from bot.services.workspaces import Workspace
from bot.settings import Settings
from db.models import SyncOutcome
from tests.conftest import DrivenClock, sqlite_store
from tests.integration.playground.conftest import Http

ALDER, LEVASSEUR = "Alder Dental Group", "Transports Levasseur"
BOTH = pytest.mark.parametrize("client", [ALDER, LEVASSEUR])


@dataclass
class Demo:
    """A seeded store, and the directories as they are served."""

    session: Session
    workspace: Workspace
    clock: DrivenClock
    settings: Settings
    directories: dict[str, ClientDirectory]

    def sync(self, client: str, **options: Any) -> Synced:
        self.clock.advance(minutes=1)
        account = accounts.find(self.session, self.workspace, client)
        connection = connections.find(self.session, self.workspace, account)
        return sync.sync(
            self.session,
            self.workspace,
            account,
            open_directory(connection, self.settings.credentials),
            actor="t",
            clock=self.clock,
            progress=lambda pages, read: None,
            **options,
        )

    def verify(self) -> None:
        self.session.rollback()
        assert verify.differences(self.session, self.workspace) == []


@pytest.fixture
def northwind_(template: Path, clock: DrivenClock, tmp_path: Path) -> Iterator[Demo]:
    """On SQLite, as the demo is."""
    store = sqlite_store(template, tmp_path)
    clock.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    msp = northwind(date(2026, 11, 24))
    session = store.session()
    workspace = demo.seed(session, msp, clock(), slack_team=NORTHWIND.id, admin=GRACE.id)
    directories = DemoDirectories(msp, system_clock)  # Google's own library asks for a token by the machine's clock
    with directories.served(tmp_path) as access:
        settings = Settings.model_construct(database_url=store.url, **access)
        yield Demo(session, workspace, clock, settings, {one.client: one for one in directories.clients})
    store.close()


def somebody(directory: ClientDirectory) -> Any:
    return next(one for one in directory.people() if one.standing is Standing.ACTIVE and not one.is_admin)


def test_the_demo_begins_with_two_directories_of_which_a_sync_changes_nobody(northwind_: Demo) -> None:
    found = connections.everyone(northwind_.session, northwind_.workspace)
    assert [(one.account.name, one.directory, one.reviewed) for one in found] == [
        (ALDER, "m365 alder-dental.example", True),
        (LEVASSEUR, "google levasseur.example", True),
    ]
    assert all(one.next_at is not None and one.next_at > northwind_.clock() for one in found)
    for client in (ALDER, LEVASSEUR):
        done = northwind_.sync(client)
        assert (done.outcome, done.change, done.turned) == (SyncOutcome.UNCHANGED, None, ())
        assert done.figures.denied > 0
        assert done.outside == {"disabled": done.outside["disabled"]}  # type: ignore[index]
    northwind_.verify()


@BOTH
def test_what_happens_in_a_directory_is_what_the_next_sync_does(northwind_: Demo, client: str) -> None:
    directory = northwind_.directories[client]
    first, second, third = [one for one in directory.people() if one.standing is Standing.ACTIVE and not one.is_admin][
        :3
    ]
    before = northwind_.sync(client).figures
    directory.let(first.id, Standing.GONE)
    directory.let(second.id, Standing.DISABLED)
    renamed = directory.rename(third.id, "Zoë Vanterpool")
    new = directory.join("Ada Lovelace")
    done = northwind_.sync(client)
    assert done.figures == Figures(created=1, deactivated=2, denied=before.denied, unchanged=before.unchanged - 2)
    assert [(one.email, one.status) for one in done.turned if one.created] == [(new.email, "active")]
    assert {one.email for one in done.turned if not one.created} == {first.email, second.email}
    account = accounts.find(northwind_.session, northwind_.workspace, client)
    listed = {one.email: one.status for one in users.listed(northwind_.session, northwind_.workspace, account)}
    assert renamed.email.startswith("zoe.vanterpool@")
    assert (listed[renamed.email], listed.get(third.email)) == ("active", None)
    directory.let(first.id, Standing.ACTIVE)
    directory.let(second.id, Standing.ACTIVE)
    assert northwind_.sync(client).figures.reactivated == 2
    northwind_.verify()


@BOTH
def test_whom_a_hand_sets_inactive_the_next_sync_brings_back(northwind_: Demo, client: str) -> None:
    person = somebody(northwind_.directories[client])
    account = accounts.find(northwind_.session, northwind_.workspace, client)
    users.deactivate(
        northwind_.session, northwind_.workspace, [person.email], account=account, actor="t", clock=northwind_.clock
    )
    assert [one.email for one in northwind_.sync(client).turned] == [person.email]


@BOTH
def test_an_empty_answer_is_held_a_busy_directory_fails_and_both_recover(northwind_: Demo, client: str) -> None:
    directory = northwind_.directories[client]
    for answering, outcome, refusal in (
        (Answering.EMPTY, SyncOutcome.HELD, HeldEmpty),
        (Answering.THROTTLED, SyncOutcome.FAILED, DirectoryBusy),
    ):
        directory.answer(answering)
        done = northwind_.sync(client)
        assert (done.outcome, type(done.refusal)) == (outcome, refusal)
        directory.answer(Answering.USUAL)
        assert northwind_.sync(client).outcome == SyncOutcome.UNCHANGED
    northwind_.verify()


def test_an_outage_is_a_failure_after_some_tries(northwind_: Demo) -> None:
    given, waited = northwind_.settings.credentials, list[float]()
    for directory in northwind_.directories.values():
        directory.answer(Answering.OUTAGE)
    assert given.google_service_account is not None
    microsoft = MicrosoftCredentials(
        given.ms_client_id, given.ms_client_secret, None, given.ms_authority, given.graph_url, given.ca
    )
    google = GoogleCredentials(given.google_service_account, given.google_api_endpoint, given.ca)
    [_, levasseur] = connections.everyone(northwind_.session, northwind_.workspace)
    assert levasseur.subject is not None
    for one in (
        Microsoft365(microsoft, "alder-dental.example", wait=waited.append),
        GoogleWorkspace(google, levasseur.target, levasseur.subject, levasseur.options, wait=waited.append),
    ):
        with pytest.raises(DirectoryTroubled):
            one.read(lambda pages, read: None)
    assert len(waited) == 8


@BOTH
def test_a_directory_refuses_what_cannot_be(northwind_: Demo, client: str) -> None:
    directory = northwind_.directories[client]
    person = somebody(directory)
    for name, code in ((person.name, "name_taken"), ("!!", "bad_name"), ("", "bad_name"), ("x" * 61, "bad_name")):
        with pytest.raises(ImpossibleError, match=code):
            directory.join(name)
    for one in [one for one in directory.people() if one.is_admin]:
        with pytest.raises(ImpossibleError, match="person_gone"):
            directory.let(one.id, Standing.GONE)
    directory.let(person.id, Standing.GONE)
    again = directory.join(person.name)
    assert (again.email, again.id == person.id) == (person.email, False)
    with pytest.raises(ImpossibleError, match="name_taken"):
        directory.let(person.id, Standing.ACTIVE)
    assert northwind_.sync(client).outcome == SyncOutcome.UNCHANGED  # made anew, with the address of before


@pytest.fixture
def panel() -> Iterator[Any]:
    """Asks for the dialog as somebody, and what somebody lets happen in it."""
    directories = DemoDirectories(northwind(date(2026, 11, 24)), system_clock)
    with running(LocalSlack(system_clock), directories=directories.clients) as server:

        def ask(person: str = GRACE.id, **asked: Any) -> tuple[int, str]:
            status, text = Http(server.url).post("/directories", {"as": person, **asked})
            answer = json.loads(text)
            return status, unescape(answer.get("html", answer.get("error")))

        yield ask


def test_the_page_has_the_dialog_only_where_there_are_directories(http: Http) -> None:
    assert "directories-open" not in http.get("/")[1]
    assert http.post("/directories", {"as": GRACE.id})[0] == 404
    directories = DemoDirectories(northwind(date(2026, 11, 24)), system_clock)
    with running(LocalSlack(system_clock), directories=directories.clients) as server:
        page = Http(server.url).get(f"/?as={CAMILLE.id}")[1]
    assert 'role="dialog"' in page
    assert "Annuaires des clients" in page


def test_the_dialog_lists_twenty_people_and_says_what_to_try_in_both_languages(panel: Any) -> None:
    _, html = panel()
    assert html.count("<li data-id=") == 20
    assert f'data-line="/seats sync {ALDER} preview"' in html
    assert "1–20 of " in html
    _, html = panel(CAMILLE.id, client=LEVASSEUR, page=2)
    assert f'data-line="/seats synchro {LEVASSEUR} aperçu"' in html
    assert "21–40 sur " in html
    assert "L’annuaire répond normalement." in html
    assert panel(client=LEVASSEUR, page=99)[1].count("<li data-id=") > 0


def test_the_dialog_finds_people_whatever_the_case_and_says_where_there_is_none(panel: Any) -> None:
    _, html = panel(query="SCANNER alder")
    assert html.count("<li data-id=") == 1
    assert "scanner@alder-dental.example" in html
    assert "Nothing found" in panel(query="nobody at all")[1]


def test_acts_on_the_page_come_back_with_what_they_did(panel: Any) -> None:
    _, html = panel(act="join", name="  Ada   Lovelace ", query="lovelace")
    assert "Ada Lovelace has joined (ada.lovelace@alder-dental.example)." in html
    [id_] = [part.partition('"')[0] for part in html.split('<li data-id="')[1:]]
    assert "Grace Hopper (grace.hopper@alder-dental.example)" in panel(act="rename", id=id_, name="Grace Hopper")[1]
    for act, said in (
        ("disable", "Grace Hopper is disabled."),
        ("return", "Grace Hopper is back."),
        ("leave", "Grace Hopper has left."),
    ):
        assert said in panel(act=act, id=id_)[1]
    assert "asks to be left alone" in panel(act="answer", answering="throttled")[1]
    assert "answers as it should" in panel(act="answer", answering="usual")[1]


def test_what_the_page_cannot_do_is_refused(panel: Any) -> None:
    for asked, error in (
        ({"act": "join", "name": "!"}, "bad_name"),
        ({"act": "leave", "id": "nobody"}, "person_gone"),
        ({"act": "dance", "id": "nobody"}, "invalid_arguments"),
        ({"act": "answer", "answering": "rudely"}, "invalid_arguments"),
        ({"client": "Elsewhere"}, "invalid_arguments"),
    ):
        assert panel(**asked) == (400, error)


def test_a_terminal_reaches_the_demo_whatever_its_environment_says(northwind_: Demo, tmp_path: Path) -> None:
    northwind_.session.close()
    elsewhere = {"DATABASE_URL": "sqlite:////nowhere/at/all", "MS_CLIENT_ID": "x", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [console(northwind_.settings, tmp_path), "sync", "--all"],
        env={**os.environ, **elsewhere},
        capture_output=True,
        text=True,
        check=True,
    )
    for client in (ALDER, LEVASSEUR):
        assert f"{client} is synced; nobody had to be changed." in done.stdout

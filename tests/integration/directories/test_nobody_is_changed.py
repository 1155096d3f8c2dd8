"""Whatever goes wrong at a directory, nobody is changed by it, and the next good sync repairs all.

Each way in which other tools switched people off (sync.md) is replayed through the real clients against the local
directories into a real store: errors and empty answers read as "all gone" (o365-moodle #2048 and #1650, ssosync #194
and #268, zulip #13130 and #11878, gitea #4402 and #7949, keycloak #24669), a first half taken for all, a failure kept
as done (directory-connector #28), somebody who came back (zulip #23439), people of no directory (zulip #36402).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from bot.playground.directories import graph as local_graph
from bot.playground.directories.google_customer import READ_MEMBERS, READ_USERS, Mishap
from bot.playground.directories.graph import LocalGraph
from bot.playground.directories.graph_faults import ALWAYS, What
from bot.playground.directories.serving import Served
from bot.playground.directories.tenants import USERS, Tenant
from bot.services import sync, users
from bot.services.billing import verify
from bot.services.directories import google_api
from bot.services.directories.base import Directory, Options
from bot.services.directories.m365 import Microsoft365
from bot.services.directories.microsoft import MicrosoftCredentials, tokens
from bot.services.sync import Synced
from bot.services.sync_plan import Figures
from bot.services.workspaces import Workspace
from db.models import LEDGER, SyncOutcome
from tests.conftest import DrivenClock
from tests.integration.directories.google_fixtures import ADMIN, DOMAIN, Google, local_google
from tests.integration.services.conftest import Msp

FAILED, HELD, UNCHANGED = SyncOutcome.FAILED, SyncOutcome.HELD, SyncOutcome.UNCHANGED
STAFF = "staff@acme.example"
pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def acme(session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Msp:
    """Acme, with two people of no directory."""
    msp = Msp(session, workspace, clock, tmp_path)
    msp.accounts("Acme,active,2026-09-01")
    msp.users("Acme,lee@local.test,active,2026-09-10", "Acme,max@local.test,inactive,2026-09-10")
    return msp


def synced(acme: Msp, directory: Directory, **how: Any) -> Synced:
    acme.clock.advance(minutes=1)
    told = lambda pages, users: None  # noqa: E731
    by: Any = {"actor": "t", "clock": acme.clock}
    account = acme.account("Acme")
    return sync.sync(acme.session, acme.workspace, account, directory, progress=told, **by, **how)


def seen(acme: Msp) -> tuple[Any, int]:
    """Everybody as they stand, and how many rows the ledger has."""
    acme.session.rollback()
    listed = users.listed(acme.session, acme.workspace, acme.account("Acme"))
    return listed, acme.session.execute(select(func.count()).select_from(LEDGER)).scalar_one()


def check(acme: Msp, directory: Directory, expected: SyncOutcome, before: tuple[Any, int]) -> None:
    """A sync comes to that, and nobody is changed: neither by it nor by its preview."""
    for preview in (True, False):
        done = synced(acme, directory, preview=preview)
        outcome = SyncOutcome.PREVIEW if preview and expected != FAILED else expected
        assert done.outcome == outcome, done.refusal
        assert (done.refusal is None) == (expected == UNCHANGED)
        assert seen(acme) == before
    assert verify.differences(acme.session, acme.workspace) == []


def check_repaired(acme: Msp, directory: Directory, before: tuple[Any, int]) -> None:
    """One left and one joined meanwhile: the next good sync says so, and touches nobody else."""
    done = synced(acme, directory)
    assert (done.outcome, done.figures) == (SyncOutcome.APPLIED, Figures(created=1, deactivated=1, unchanged=59))
    turned = {one.email for one in done.turned}
    listed, rows = seen(acme)
    assert rows == before[1] + 2
    assert [one for one in listed if one.email not in turned] == [one for one in before[0] if one.email not in turned]
    assert verify.differences(acme.session, acme.workspace) == []


# Microsoft 365


@dataclass
class Microsoft:
    """A tenant of 60 people in a group, on three pages."""

    graph: LocalGraph
    served: Served
    tenant: Tenant

    def __post_init__(self) -> None:
        people = [self.tenant.add(f"Person {number:02}") for number in range(60)]
        self.group = self.tenant.add_group("staff", *people)

    @property
    def credentials(self) -> MicrosoftCredentials:
        application, url = self.graph.application, self.served.url
        secret = next(iter(application.secrets))
        return MicrosoftCredentials(
            client_id=application.id, secret=secret, authority=url, graph_url=f"{url}/v1.0", ca=self.served.ca
        )

    def directory(self, *, by_group: bool = False, silence: float = 30) -> Microsoft365:
        options = Options((self.group.id,) if by_group else ())
        tokens(self.credentials).forget(self.tenant.id)
        return Microsoft365(self.credentials, self.tenant.id, options, wait=lambda seconds: None, silence=silence)

    def let(self, what: What, page: int | None = None, times: int = ALWAYS, **facts: Any) -> None:
        self.graph.faults.order(what, page=page, times=times, **facts)

    def at_sign_in(self, what: What, **facts: Any) -> None:
        self.graph.faults.order_at_sign_in(what, times=ALWAYS, **facts)

    def expire(self) -> None:
        application = self.graph.application
        application.secrets[next(iter(application.secrets))] = datetime.now(UTC) - timedelta(days=1)

    def good_again(self) -> None:
        """All is well, and one has left and one has joined meanwhile."""
        self.graph.faults.clear()
        self.graph.tenants[:] = [self.tenant]
        self.graph.application.secrets = dict.fromkeys(self.graph.application.secrets)
        self.tenant.consented, self.tenant.permissions = True, Tenant("x").permissions
        self.group.is_hidden = False
        self.tenant.groups[self.group.id] = self.group
        self.group.people = set(self.tenant.people)
        self.tenant.remove(next(iter(self.tenant.people.values())))
        self.group.people.add(self.tenant.add("Newcomer").id)


@pytest.fixture
def microsoft() -> Iterator[Microsoft]:
    graph = LocalGraph(tenant := Tenant("acme.example"), page_size=20)
    with local_graph.running(graph) as served:
        yield Microsoft(graph, served, tenant)


Mischief = tuple[SyncOutcome, Callable[[Any], Any]]
AT_GRAPH: dict[str, Mischief] = {
    "an error at once": (FAILED, lambda m: m.let(What.STATUS, page=1)),
    "an error in the middle of a full sync": (FAILED, lambda m: m.let(What.STATUS, page=2)),
    "an outage on the last page": (FAILED, lambda m: m.let(What.STATUS, page=3, status=503)),
    "a gateway that waits in vain": (FAILED, lambda m: m.let(What.STATUS, page=2, status=504)),
    "not found": (FAILED, lambda m: m.let(What.STATUS, page=1, status=404)),
    "not found on a later page": (FAILED, lambda m: m.let(What.STATUS, page=2, status=404)),
    "gone": (FAILED, lambda m: m.let(What.STATUS, page=2, status=410)),
    "not allowed in the middle": (FAILED, lambda m: m.let(What.STATUS, page=2, status=403)),
    "not known in the middle": (FAILED, lambda m: m.let(What.STATUS, page=2, status=401)),
    "a bad request": (FAILED, lambda m: m.let(What.STATUS, page=2, status=400)),
    "throttling": (FAILED, lambda m: m.let(What.STATUS, page=2, status=429, retry_after="1")),
    "throttling for a day": (FAILED, lambda m: m.let(What.STATUS, page=2, status=429, retry_after="86400")),
    "no content": (FAILED, lambda m: m.let(What.STATUS, page=1, status=204)),
    "a page of a proxy": (FAILED, lambda m: m.let(What.HTML, page=1, status=200)),
    "a page of a proxy in the middle": (FAILED, lambda m: m.let(What.HTML, page=2, status=403)),
    "a redirect": (FAILED, lambda m: m.let(What.REDIRECT, page=2)),
    "silence": (FAILED, lambda m: m.let(What.SILENCE, page=2)),
    "a connection that ends": (FAILED, lambda m: m.let(What.CUT, page=1)),
    "a connection that ends later": (FAILED, lambda m: m.let(What.CUT, page=3)),
    "half a page": (FAILED, lambda m: m.let(What.CUT_HALFWAY, page=2)),
    "half a page as if it were all": (FAILED, lambda m: m.let(What.HALF_JSON, page=2)),
    "an answer without a list": (FAILED, lambda m: m.let(What.NO_LIST, page=1)),
    "an answer without a list in the middle": (FAILED, lambda m: m.let(What.NO_LIST, page=2)),
    "nobody": (HELD, lambda m: m.let(What.EMPTY, page=1)),
    "nobody from the second page on": (HELD, lambda m: m.let(What.EMPTY, page=2)),
    "a last page with nobody": (HELD, lambda m: m.let(What.EMPTY, page=3)),
    "an empty page between others": (UNCHANGED, lambda m: m.let(What.EMPTY_PAGE, page=2, times=2)),
    "pages that expire once": (UNCHANGED, lambda m: m.let(What.EXPIRED, page=2, times=2)),
    "pages that expire always": (FAILED, lambda m: m.let(What.EXPIRED, page=3)),
    "a link to another host": (FAILED, lambda m: m.let(What.LINK, page=1)),
    "pages in a circle": (FAILED, lambda m: m.let(What.LOOP, page=2)),
    "stubs": (FAILED, lambda m: m.let(What.STUBS, page=1)),
    "stubs in the middle": (FAILED, lambda m: m.let(What.STUBS, page=2)),
    "nobody knows who is enabled": (FAILED, lambda m: m.let(What.MISSING, page=2)),
    "nobody has an id": (FAILED, lambda m: m.let(What.MISSING, page=1, missing="id")),
    "nobody has an address property": (FAILED, lambda m: m.let(What.MISSING, page=1, missing="mail")),
    "nobody has a type": (FAILED, lambda m: m.let(What.MISSING, page=3, missing="userType")),
    "an outage of the sign-in": (FAILED, lambda m: m.at_sign_in(What.STATUS, status=500)),
    "a page of a proxy at the sign-in": (FAILED, lambda m: m.at_sign_in(What.HTML, status=200)),
    "a sign-in that is cut": (FAILED, lambda m: m.at_sign_in(What.CUT)),
    "a throttled sign-in": (FAILED, lambda m: m.at_sign_in(What.STATUS, status=429, retry_after="1")),
    "a redirect at the sign-in": (FAILED, lambda m: m.at_sign_in(What.REDIRECT)),
    "consent withdrawn": (FAILED, lambda m: setattr(m.tenant, "consented", False)),
    "permissions withdrawn": (FAILED, lambda m: m.tenant.permissions.clear()),
    "a tenant that is gone": (FAILED, lambda m: m.graph.tenants.clear()),
    "a secret that has expired": (FAILED, lambda m: m.expire()),
}
IN_A_GROUP: dict[str, Mischief] = {
    "a group that is gone": (FAILED, lambda m: m.tenant.groups.clear()),
    "an empty group": (HELD, lambda m: m.group.people.clear()),
    "a group half empty": (HELD, lambda m: [m.group.people.pop() for _ in range(30)]),
    "a group whose members are hidden": (HELD, lambda m: setattr(m.group, "is_hidden", True)),
    "a group of stubs": (FAILED, lambda m: m.tenant.permissions.discard(USERS)),
    "a group that may not be read": (FAILED, lambda m: m.tenant.permissions.intersection_update({USERS})),
    "one fewer than was said": (FAILED, lambda m: m.let(What.COUNT, page=1)),
    "a group that empties in the middle": (FAILED, lambda m: m.let(What.EMPTY, page=2)),
    "an outage in the middle of a group": (FAILED, lambda m: m.let(What.STATUS, page=2, status=503)),
}


@pytest.mark.parametrize("name", [*AT_GRAPH, *IN_A_GROUP])
def test_whatever_goes_wrong_at_microsoft_changes_nobody(microsoft: Microsoft, acme: Msp, name: str) -> None:
    by_group = name in IN_A_GROUP
    expected, mischief = (AT_GRAPH | IN_A_GROUP)[name]
    assert synced(acme, microsoft.directory(by_group=by_group)).figures == Figures(created=60)
    before = seen(acme)
    mischief(microsoft)
    silence = 0.1 if name == "silence" else 30
    check(acme, microsoft.directory(by_group=by_group, silence=silence), expected, before)
    microsoft.good_again()
    check_repaired(acme, microsoft.directory(by_group=by_group), before)


def test_a_tenant_that_is_really_empty_waits_for_an_admin(microsoft: Microsoft, acme: Msp) -> None:
    synced(acme, microsoft.directory())
    microsoft.tenant.people.clear()
    held = synced(acme, microsoft.directory())
    assert held.outcome == HELD
    assert held.run
    done = sync.confirm(acme.session, acme.workspace, held.run, actor="grace", clock=acme.clock)
    assert done.figures == Figures(deactivated=60)
    active = [email for email, status in acme.statuses().items() if status == "active"]
    assert active == ["lee"]  # whom no sync brought


def test_whoever_is_blocked_and_let_in_again_is_active_again(microsoft: Microsoft, acme: Msp) -> None:
    person = next(iter(microsoft.tenant.people.values()))
    synced(acme, microsoft.directory())
    person.enabled = False
    assert synced(acme, microsoft.directory()).figures == Figures(deactivated=1, unchanged=59)
    person.enabled = True
    assert synced(acme, microsoft.directory()).figures == Figures(reactivated=1, unchanged=59)


# Google Workspace


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    """A customer with 60 people in a group, on three pages."""
    with local_google(monkeypatch) as google:
        google.people(59)
        google.customer.put_group(STAFF, ADMIN, *PEOPLE)
        page = google.customer.page
        monkeypatch.setattr(google.customer, "page", lambda token, rows, size: page(token, rows, min(size, 20)))
        yield google


PEOPLE = [f"user{one:05}@{DOMAIN}" for one in range(59)]


def let(what: Mishap, on: str = "users", page: int | None = None) -> Callable[[Google], None]:
    return lambda google: google.let(what, on, page=page, times=ALWAYS)


def good_again(google: Google) -> None:
    """All is well, and one has left and one has joined meanwhile."""
    customer = google.customer
    customer.faults.clear()
    customer.office.delegated |= {READ_USERS, READ_MEMBERS}
    customer.office.is_key_known = customer.is_api_on = True
    customer.office.clock_ahead = timedelta()
    customer.admins = customer.group_admins = {ADMIN}
    for one in (ADMIN, *PEOPLE):
        customer.change(one, suspended=False)
    customer.remove(PEOPLE[0])
    newcomer = customer.add(f"newcomer@{DOMAIN}")
    customer.put_group(STAFF, ADMIN, *PEOPLE[1:], newcomer.email)


HARMLESS = {Mishap.GAP, Mishap.SAME_TOKEN}
ONLY_OF_LISTS = {Mishap.RATE, Mishap.USER_RATE, Mishap.QUOTA, Mishap.DAY}
ANSWERS = [what for what in Mishap if what not in {*HARMLESS, Mishap.NOBODY, Mishap.SILENCE}]
AT_GOOGLE: dict[str, Mischief] = {
    **{f"{what} at the token": (FAILED, let(what, "token")) for what in ANSWERS if what not in ONLY_OF_LISTS},
    **{f"{what} on the first page": (FAILED, let(what, page=1)) for what in ANSWERS},
    **{f"{what} in the middle": (FAILED, let(what, page=2)) for what in ANSWERS},
    "nobody on the first page": (HELD, let(Mishap.NOBODY, page=1)),
    "nobody on the second page, and no other": (HELD, let(Mishap.NOBODY, page=2)),
    "silence": (FAILED, let(Mishap.SILENCE, page=2)),
    "pages in a circle": (FAILED, let(Mishap.SAME_TOKEN, page=2)),
    "an empty page that is not the last": (UNCHANGED, lambda g: g.let(Mishap.GAP, page=2, times=2)),
    "a delegation withdrawn": (FAILED, lambda g: g.customer.office.withdraw()),
    "a scope withdrawn": (FAILED, lambda g: g.customer.office.delegated.clear()),
    "an API switched off": (FAILED, lambda g: setattr(g.customer, "is_api_on", False)),
    "a key deleted": (FAILED, lambda g: setattr(g.customer.office, "is_key_known", False)),
    "a clock that is off": (FAILED, lambda g: setattr(g.customer.office, "clock_ahead", timedelta(hours=2))),
    "a subject suspended": (FAILED, lambda g: g.customer.change(ADMIN, suspended=True)),
    "a subject no longer an administrator": (FAILED, lambda g: g.customer.admins.clear()),
    "everybody suspended but one": (HELD, lambda g: [g.customer.change(one, suspended=True) for one in PEOPLE]),
}
IN_A_GOOGLE_GROUP: dict[str, Mischief] = {
    **{f"{what} in the middle of a group": (FAILED, let(what, "members", page=2)) for what in ANSWERS},
    "nobody in the middle of a group, and no more": (HELD, let(Mishap.NOBODY, "members", page=2)),
    "a group that is gone": (FAILED, lambda g: g.customer.remove_group(STAFF)),
    "an empty group": (HELD, lambda g: g.customer.put_group(STAFF)),
    "a group half empty": (HELD, lambda g: g.customer.put_group(STAFF, *PEOPLE[:30])),
    "a group of strangers": (HELD, lambda g: g.customer.put_group(STAFF, "eve@elsewhere.example")),
    "groups that may not be read": (FAILED, lambda g: setattr(g.customer, "group_admins", set())),
    "a scope for groups withdrawn": (FAILED, lambda g: g.customer.office.delegated.discard(READ_MEMBERS)),
}


@pytest.mark.parametrize("name", [*AT_GOOGLE, *IN_A_GOOGLE_GROUP])
def test_whatever_goes_wrong_at_google_changes_nobody(
    google: Google, acme: Msp, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    groups = [STAFF] if name in IN_A_GOOGLE_GROUP else []
    expected, mischief = (AT_GOOGLE | IN_A_GOOGLE_GROUP)[name]
    assert synced(acme, google.directory(groups=groups)).figures == Figures(created=60)
    before = seen(acme)
    mischief(google)
    if name == "silence":
        monkeypatch.setattr(google_api, "SILENCE", 0.1)
    check(acme, google.directory(groups=groups), expected, before)
    monkeypatch.setattr(google_api, "SILENCE", 30)
    good_again(google)
    check_repaired(acme, google.directory(groups=groups), before)


def test_whoever_is_suspended_and_let_in_again_is_active_again(google: Google, acme: Msp) -> None:
    synced(acme, google.directory())
    google.customer.change(PEOPLE[0], suspended=True)
    assert synced(acme, google.directory()).figures == Figures(deactivated=1, unchanged=59)
    google.customer.change(PEOPLE[0], suspended=False)
    assert synced(acme, google.directory()).figures == Figures(reactivated=1, unchanged=59)

"""Connecting accounts with directories, and ending that."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.services import account_status, connections, log, privacy, schedule, undo
from bot.services.connections import Connected, Connection
from bot.services.directories.base import Options
from bot.services.directories.failures import TenantUnclear, UnknownTenant
from bot.services.errors import (
    AccountClosed,
    BadDomain,
    BadEmail,
    BadGroup,
    BadTenant,
    CannotUndo,
    DirectoryTaken,
    GroupBothWays,
    NotConnected,
    NothingConnected,
    ReadsDirectory,
    Refusal,
    SeveralConnected,
)
from db.models import CONNECTION, EPOCH, HELD_MEMBER, LEDGER, SYNC_RUN, HoldState, Kind, Source, Status
from tests.integration.services.conftest import Msp
from tests.tenants import tenant_of

TENANT = "2f1f4a2c-6d0b-4f6e-9a53-0b9b6e2d8c11"
EVERYBODY = Options()
GROUP, OTHER = "6a0c1e5e-3b1f-4a4d-8c77-53c9a1f0f001", "6a0c1e5e-3b1f-4a4d-8c77-53c9a1f0f002"


def connect(
    msp: Msp, account: str = "Acme", target: str = "acme.example", options: Options = EVERYBODY, **more: Any
) -> Connected:
    by: dict[str, Any] = {"identify": tenant_of, "actor": "t", "clock": msp.clock} | more
    source = by.pop("source", Source.M365)
    return connections.connect(msp.session, msp.workspace, msp.account(account), source, target, options=options, **by)


def google(msp: Msp, account: str = "Acme", target: str = "acme.example", **more: Any) -> Connected:
    return connect(msp, account, target, **{"source": Source.GOOGLE, "subject": "Admin@acme.example"} | more)


def disconnect(msp: Msp, account: str = "Acme", actor: str = "t") -> Connected:
    return connections.disconnect(msp.session, msp.workspace, msp.account(account), actor=actor, clock=msp.clock)


def found(msp: Msp, account: str = "Acme") -> Connection:
    return connections.find(msp.session, msp.workspace, msp.account(account))


def review(msp: Msp) -> None:
    msp.session.execute(update(CONNECTION).values(reviewed=True, failures=3, next_at=None))
    msp.session.commit()


def hold(msp: Msp, state: HoldState = HoldState.WAITING) -> None:
    """Let a sync of Acme wait for an admin, with one member."""
    acme = msp.account("Acme").id
    run = {"workspace_id": msp.workspace.id, "account_id": acme, "actor": "t", "started_at": EPOCH, "hold": state}
    msp.session.execute(insert(SYNC_RUN).values(**run))
    last = msp.session.execute(select(SYNC_RUN.c.id).order_by(SYNC_RUN.c.id.desc()).limit(1)).scalar_one()
    msp.session.execute(insert(HELD_MEMBER).values(run_id=last, external_id="1", email="ann@acme.test"))
    msp.session.commit()


def holds(msp: Msp) -> Sequence[tuple[Any, ...]]:
    r = SYNC_RUN.c
    return [tuple(row) for row in msp.session.execute(select(r.hold, r.settled_by, r.settled_at).order_by(r.id))]


def members(msp: Msp) -> int:
    return len(msp.session.execute(select(HELD_MEMBER)).all())


def test_a_connection_is_found_as_it_was_made_and_due_at_the_phase_of_the_account(msp: Msp) -> None:
    options = Options((OTHER.upper(), GROUP, GROUP), ("7" + GROUP[1:],), licensed_only=True, guests=True)
    done = connect(msp, target=f" {TENANT.upper()} ", options=options)
    acme = msp.account("Acme")
    assert (done.kind, done.before, done.outdated) == (Kind.CONNECT, None, 0)
    assert (
        done.connection
        == found(msp)
        == Connection(
            acme,
            Source.M365,
            TENANT,
            TENANT,
            None,
            Options((GROUP, OTHER), ("7" + GROUP[1:],), True, True),
            reviewed=False,
            next_at=schedule.next_daily(acme.id, msp.clock()),
            failures=0,
        )
    )
    assert connections.everyone(msp.session, msp.workspace) == [done.connection]


def test_a_google_domain_is_read_as_an_administrator(msp: Msp) -> None:
    made = google(
        msp, target="ACME.example", options=Options(("Staff@acme.example",), ("bots@acme.example",))
    ).connection
    assert (made.source, made.target, made.subject) == (Source.GOOGLE, "acme.example", "Admin@acme.example")
    assert made.options == Options(("staff@acme.example",), ("bots@acme.example",))
    assert found(msp) == made


@pytest.mark.parametrize(
    "tenant",
    [
        "common",
        "organizations",
        "Consumers",
        "9188040D-6c67-4c5b-b112-36a304b66dad",
        "",
        "acme",
        "https://acme.example",
        "ann@acme.example",
        "acme..example",
        "-acme.example",
        "10.0.0.1",
        TENANT[:-1],
        "a\nb.example",
        "acmeſ.example",  # which a regular expression without regard to case takes for an s
        "a" * 300 + ".example",
    ],
)
def test_a_tenant_is_a_guid_or_a_domain_and_that_of_one_client(msp: Msp, tenant: str) -> None:
    with pytest.raises(BadTenant):
        connect(msp, target=tenant)


@pytest.mark.parametrize(
    ("refusal", "more"),
    [
        (BadDomain, {"target": TENANT}),
        (BadDomain, {"target": "acme"}),
        (BadEmail, {"subject": "admin"}),
        (BadEmail, {"subject": None}),
        (BadEmail, {"options": Options((GROUP,))}),
        (GroupBothWays, {"options": Options(("a@acme.example",), ("A@acme.example",))}),
    ],
)
def test_a_domain_of_google_needs_a_domain_an_administrator_and_addresses(
    msp: Msp, refusal: type[Exception], more: dict[str, Any]
) -> None:
    with pytest.raises(refusal):
        google(msp, **more)


def test_a_group_of_microsoft_is_named_by_its_id(msp: Msp) -> None:
    for options in (Options(("Staff",)), Options((), ("staff@acme.example",))):
        with pytest.raises(BadGroup):
            connect(msp, options=options)


def test_one_directory_is_for_one_account_and_the_other_one_is_named(msp: Msp) -> None:
    connect(msp)
    with pytest.raises(DirectoryTaken, match=r"acme\.example is the directory of Acme already"):
        connect(msp, "Blue", "ACME.example")
    google(msp, "Blue")  # of that name Google has one too
    disconnect(msp, "Blue")
    disconnect(msp)
    assert connect(msp, "Blue").change is not None


TENANTS = {"acme.example": TENANT, "acme.onmicrosoft.com": TENANT, "blue.example": TENANT[:-1] + "2"}
"""By their domains."""


def identify(domain: str) -> str:
    if domain not in TENANTS:
        raise UnknownTenant(tenant=domain)
    return TENANTS[domain]


def unasked(domain: str) -> str:
    raise AssertionError(domain)


def unclear(domain: str) -> str:
    raise TenantUnclear(host="login.microsoftonline.com", domain=domain)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("acme.example", TENANT),
        (TENANT, "acme.example"),
        ("acme.example", "ACME.onmicrosoft.com"),
        (TENANT, TENANT.upper()),
    ],
)
def test_a_tenant_is_one_by_whatever_name(msp: Msp, mine: str, theirs: str) -> None:
    made = connect(msp, target=mine, identify=identify).connection
    assert (made.target, made.key, found(msp)) == (mine, TENANT, made)
    with pytest.raises(DirectoryTaken, match=rf"{theirs.lower()} is the directory of Acme already"):
        connect(msp, "Blue", theirs, identify=identify)
    assert connect(msp, "Blue", "blue.example", identify=identify).change is not None


def test_the_same_tenant_by_another_name_is_the_same_connection(msp: Msp) -> None:
    connect(msp, identify=identify)
    review(msp)
    hold(msp)
    again = connect(msp, target=TENANT, identify=identify)
    assert (again.change, again.connection.target, members(msp)) == (None, "acme.example", 1)
    other = connect(msp, target=TENANT, options=Options(guests=True), identify=identify)
    assert (other.change is None, found(msp).target) == (False, TENANT)


def test_an_id_and_a_domain_of_google_need_no_answer_of_microsofts(msp: Msp) -> None:
    connect(msp, target=TENANT, identify=unasked)
    google(msp, "Blue", identify=unasked)


@pytest.mark.parametrize("refusal", [TenantUnclear, UnknownTenant])
def test_where_microsoft_names_no_tenant_nothing_is_changed(msp: Msp, refusal: type[Refusal]) -> None:
    before = connect(msp, target=TENANT).connection
    with pytest.raises(refusal):
        connect(msp, target="other.example", identify=unclear if refusal is TenantUnclear else identify)
    assert found(msp) == before


def test_a_domain_of_everybodys_is_no_tenant(msp: Msp) -> None:
    with pytest.raises(BadTenant, match=r"outlook\.example"):
        connect(msp, target="outlook.example", identify=lambda domain: connections.NO_TENANT[0])


def test_connecting_again_with_the_same_values_changes_nothing(msp: Msp) -> None:
    options = Options((GROUP, OTHER))
    connect(msp, options=options)
    review(msp)
    hold(msp)
    before = found(msp)
    msp.clock.advance(days=3)
    again = connect(msp, target="Acme.Example", options=Options((OTHER, GROUP)))
    assert (again.change, again.connection) == (None, before)
    assert (found(msp), members(msp)) == (before, 1)


@pytest.mark.parametrize(
    "more",
    [{"options": Options((GROUP,))}, {"options": Options(guests=True)}, {"target": "other.example"}],
)
def test_what_another_connection_would_do_nobody_has_reviewed(msp: Msp, more: dict[str, Any]) -> None:
    before = connect(msp)
    review(msp)
    hold(msp)
    msp.clock.advance(days=3)
    done = connect(msp, **more)
    assert done.change != before.change
    assert (done.connection.reviewed, done.connection.failures) == (False, 0)
    assert done.connection.next_at == schedule.next_daily(msp.account("Acme").id, msp.clock())
    assert done.before is not None
    assert (done.before.target, done.outdated, members(msp)) == ("acme.example", 1, 0)
    assert found(msp) == done.connection


def test_another_administrator_reads_the_same(msp: Msp) -> None:
    google(msp)
    review(msp)
    hold(msp)
    done = google(msp, subject="boss@acme.example")
    assert done.change is not None
    assert (found(msp).subject, found(msp).reviewed, done.outdated) == ("boss@acme.example", True, 0)


def test_a_closed_account_is_not_connected(msp: Msp) -> None:
    def set_status(status: Status, **more: Any) -> None:
        account_status.set_status(
            msp.session, msp.workspace, msp.account("Acme"), status, actor="t", clock=msp.clock, **more
        )

    set_status(Status.CLOSED)
    with pytest.raises(AccountClosed):
        connect(msp)
    msp.clock.advance(days=1)
    set_status(Status.ACTIVE)
    connect(msp)
    set_status(Status.CLOSED)
    assert disconnect(msp).change is not None


def test_disconnecting_leaves_the_users_as_they_are_and_settles_what_waits(msp: Msp) -> None:
    connect(msp)
    hold(msp, HoldState.CONFIRMED)
    hold(msp)
    before = msp.statuses()
    rows = len(msp.session.execute(select(LEDGER)).all())
    msp.clock.advance(hours=1)
    done = disconnect(msp, actor="U1")
    assert (done.kind, done.connection.target, done.outdated) == (Kind.DISCONNECT, "acme.example", 1)
    assert msp.statuses() == before
    assert len(msp.session.execute(select(LEDGER)).all()) == rows
    assert holds(msp) == [(HoldState.CONFIRMED, None, None), (HoldState.OUTDATED, None, None)]
    assert members(msp) == 1
    with pytest.raises(NotConnected):
        found(msp)
    with pytest.raises(NotConnected):
        disconnect(msp)
    msp.verify()


def test_the_only_connection_needs_no_name(msp: Msp) -> None:
    with pytest.raises(NothingConnected):
        connections.only(msp.session, msp.workspace)
    made = connect(msp, "Blue").connection
    assert connections.only(msp.session, msp.workspace) == made
    google(msp)
    with pytest.raises(SeveralConnected, match="Acme, Blue"):
        connections.only(msp.session, msp.workspace)


def test_both_are_in_the_log_of_their_account_and_cannot_be_undone(msp: Msp) -> None:
    connect(msp)
    google(msp, "Blue", "blue.example")
    disconnect(msp)
    lines = log.read(msp.session, msp.workspace, limit=3)
    assert [(line.kind, line.accounts, line.source, line.reason, line.people) for line in lines] == [
        (Kind.DISCONNECT, ("Acme",), "m365 acme.example", None, 0),
        (Kind.CONNECT, ("Blue",), "google blue.example", None, 0),
        (Kind.CONNECT, ("Acme",), "m365 acme.example", None, 0),
    ]
    of_blue = log.read(msp.session, msp.workspace, account=msp.account("Blue"))
    assert [line.kind for line in of_blue].count(Kind.CONNECT) == 1
    for line in lines:
        with pytest.raises(CannotUndo):
            undo.undo(msp.session, msp.workspace, change=str(line.change), actor="t", clock=msp.clock)


def test_who_reads_a_directory_is_not_forgotten(msp: Msp) -> None:
    google(msp)

    def forget() -> int | None:
        return privacy.forget(msp.session, msp.workspace, "ADMIN@acme.example", actor="t", clock=msp.clock).change

    with pytest.raises(ReadsDirectory, match=r"ADMIN@acme\.example is the administrator .* of Acme is read"):
        forget()
    google(msp, subject="boss@acme.example")
    assert forget() is None
    rows = msp.session.execute(select(CONNECTION)).all()
    assert "admin@" not in repr(rows).lower()

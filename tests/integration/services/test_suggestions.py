"""Who is suggested of those that the store holds."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.services import (
    attention,
    connections,
    deny_list,
    digest_content,
    digest_rows,
    digests,
    privacy,
    suggestions,
    sync,
)
from bot.services.billing import ledger
from bot.services.directories.base import Absentee, Member, Options, Outside, Pool, Progress
from bot.services.recipients import Recipient
from bot.services.suggestions import Why
from bot.services.warnings import standing, watch
from bot.services.warnings.watch import PeriodEnds
from db.models import DIRECTORY_NOTE, Source, WarningKind
from tests.integration.services.conftest import Msp


def found(msp: Msp, account: str | None = None) -> dict[tuple[str, str], tuple[Why, ...]]:
    only = msp.account(account) if account else None
    lines = suggestions.listed(msp.session, msp.workspace, msp.clock(), only)
    return {(line.account, line.email): line.why for line in lines}


class Given:
    """A directory that was read already."""

    def __init__(self, members: Sequence[Member], absent: Sequence[Absentee] = ()) -> None:
        self.pool = Pool(tuple(members), tuple(absent))

    def read(self, progress: Progress) -> Pool:
        return self.pool


STAFF = [Member(f"id-{number}", f"person{number}@acme.test", licensed=True) for number in range(3)]
SPARE = Member("id-9", "Spare@acme.test", licensed=False)
BLOCKED = Absentee("id-10", "Ann@acme.test", Outside.DISABLED)
NOTED = {("Acme", "Spare@acme.test"): (Why.UNLICENSED,), ("Acme", "ann@acme.test"): (Why.DISABLED,)}


def synced(msp: Msp, members: Sequence[Member], absent: Sequence[Absentee] = (), *, preview: bool = False) -> str:
    msp.clock.advance(minutes=1)
    return sync.sync(
        msp.session,
        msp.workspace,
        msp.account("Acme"),
        Given(members, absent),
        actor="t",
        clock=msp.clock,
        preview=preview,
        progress=lambda pages, users: None,
    ).outcome.value


def test_whom_the_directory_gives_no_licence_or_has_blocked_is_suggested_after_a_sync(msp: Msp) -> None:
    assert synced(msp, [*STAFF, SPARE], [BLOCKED], preview=True) == "preview"
    assert found(msp) == {}
    assert synced(msp, [*STAFF, SPARE], [BLOCKED]) == "applied"
    assert found(msp) == NOTED, "Ann was added by hand: no sync switches her off"
    assert synced(msp, [*STAFF, SPARE], [BLOCKED]) == "unchanged"
    assert found(msp) == NOTED
    assert synced(msp, [*STAFF, SPARE._replace(licensed=True)]) == "unchanged"
    assert found(msp) == {}


def test_where_most_have_no_licence_that_says_nothing(msp: Msp) -> None:
    without = [one._replace(licensed=False) for one in STAFF]
    assert synced(msp, [*without, SPARE], [BLOCKED]) == "applied"
    assert set(found(msp)) == {("Acme", "ann@acme.test")}


def test_another_directory_or_none_knows_nothing_of_what_was_noted(msp: Msp) -> None:
    def connect(domain: str) -> None:
        at = (msp.session, msp.workspace, msp.account("Acme"), Source.GOOGLE, domain)
        connections.connect(*at, subject="admin@acme.test", options=Options(), identify=str, actor="t", clock=msp.clock)

    connect("acme.test")
    synced(msp, [*STAFF, SPARE], [BLOCKED])
    connect("acme.test")
    assert found(msp) == NOTED, "connected so already"
    connect("acme.example")
    assert found(msp) == {}
    synced(msp, [*STAFF, SPARE], [BLOCKED])
    connections.disconnect(msp.session, msp.workspace, msp.account("Acme"), actor="t", clock=msp.clock)
    assert found(msp) == {}


def test_somebody_who_is_forgotten_leaves_no_note(msp: Msp) -> None:
    synced(msp, [*STAFF, SPARE], [BLOCKED])
    for account in ("Acme", "Blue"):
        msp.deactivate("ann@acme.test", account=msp.account(account))
    privacy.forget(msp.session, msp.workspace, "ANN@acme.test", actor="t", clock=msp.clock)
    assert list(msp.session.execute(select(DIRECTORY_NOTE.c.email_key)).scalars()) == ["spare@acme.test"]


def test_only_who_is_active_and_not_denied_is_suggested(msp: Msp) -> None:
    msp.users("Acme,info@acme.test,active,2026-09-10", "Acme,scanner@acme.test,inactive,2026-09-10")
    assert found(msp) == {("Acme", "info@acme.test"): (Why.ROLE,)}
    deny_list.add(msp.session, msp.workspace, msp.account("Acme"), ["info@acme.test"], actor="t", clock=msp.clock)
    assert found(msp) == {}


def test_who_is_counted_twice_is_suggested_where_both_accounts_count(msp: Msp) -> None:
    assert found(msp) == {}, "a trial counts nobody"
    msp.accounts("Blue,active,2026-11-01")
    assert found(msp) == {("Acme", "ann@acme.test"): (Why.REPEATED,), ("Blue", "ann@acme.test"): (Why.REPEATED,)}
    assert found(msp, "Blue") == {("Blue", "ann@acme.test"): (Why.REPEATED,)}


def test_an_account_on_trial_is_looked_at_where_it_is_asked_about(msp: Msp) -> None:
    msp.users("Blue,info@acme.test,active,2026-09-10", "Blue,bob@acme.test,active,2026-09-10")
    assert found(msp) == {}, "nobody of it is counted"
    assert found(msp, "Blue") == {("Blue", "info@acme.test"): (Why.ROLE,)}


@pytest.mark.parametrize("names", [(), ("Acme",), ("Acme", "Blue"), ("Blue",), ("Cyan",), ("Dove",)])
def test_all_that_tell_of_them_tell_of_the_same(msp: Msp, names: tuple[str, ...]) -> None:
    msp.accounts("Blue,active,2026-11-01", "Cyan,trial,2026-09-01", "Dove,closed,2026-09-01")
    msp.users(
        *(f"{name},info@{name.lower()}.test,active,2026-09-10" for name in ("Acme", "Blue", "Cyan", "Dove")),
        "Acme,scanner@acme.test,active,2026-09-10",
        "Blue,room1@blue.test,active,2026-09-10",
        "Cyan,ann@acme.test,active,2026-09-10",
    )
    deny_list.add(msp.session, msp.workspace, msp.account("Blue"), ["room1@blue.test"], actor="t", clock=msp.clock)
    listed = suggestions.listed(msp.session, msp.workspace, msp.clock())
    assert [(one.account, one.email) for one in listed] == [
        ("Acme", "ann@acme.test"),
        ("Acme", "info@acme.test"),
        ("Acme", "scanner@acme.test"),
        ("Blue", "ann@acme.test"),
        ("Blue", "info@blue.test"),
    ]
    some = [msp.account(name) for name in names]
    msp.clock.now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    to = Recipient("C0BILLING1", "#billing")
    wanted = digests.check(msp.workspace, to, "day", accounts=some)
    digests.add(msp.session, msp.workspace, wanted, actor="t", clock=msp.clock)
    more: dict[str, Any] = {"threshold": 3, "accounts": some, "actor": "t", "clock": msp.clock}
    standing.add(msp.session, msp.workspace, WarningKind.PERIOD_END, to, **more)
    msp.clock.advance(minutes=1)
    [digest] = digest_rows.listed(msp.session, msp.workspace)
    with ledger.locked(msp.session, msp.workspace) as last:
        [warned] = watch.look(msp.session, msp.workspace, last, msp.clock())
    assert isinstance(warned.what, PeriodEnds)
    of_digest = digest_content.content(msp.session, msp.workspace, digest, msp.clock()).attention
    of_home = attention.attention(msp.session, msp.workspace, msp.clock())
    assert of_home.suggestions == tuple(listed)
    expected = tuple(one for one in listed if not names or one.account in names)
    assert of_digest.suggestions == warned.what.people == expected
    if len(names) == 1 and expected:
        assert tuple(suggestions.listed(msp.session, msp.workspace, msp.clock(), *some)) == expected


def test_a_closed_account_suggests_nobody(msp: Msp) -> None:
    msp.users("Acme,info@acme.test,active,2026-09-10")
    msp.accounts("Acme,closed,2026-11-01")
    assert found(msp) == {}


def test_suggesting_changes_nothing(msp: Msp) -> None:
    msp.users("Acme,info@acme.test,active,2026-09-10")
    before = msp.statuses()
    found(msp)
    assert msp.statuses() == before
    assert not msp.session.new
    assert not msp.session.dirty
    msp.verify()

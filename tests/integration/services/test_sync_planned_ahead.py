"""What happens between the moment when a sync is planned and the one when it is carried out."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from bot.services import account_status, deny_list, log, privacy, sync
from bot.services.errors import AccountClosed, TraceLeft
from bot.services.sync import Ahead
from bot.services.sync_plan import Figures
from db.models import Kind, Status, SyncOutcome
from tests.integration.services.conftest import Msp
from tests.integration.services.test_sync import ANN, BOB, DAN, crowd, synced


@pytest.fixture
def between(msp: Msp, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Msp], Any]], list[Ahead]]:
    """Has something happen once the next sync is planned; gives what was planned, again and again."""

    def happens(what: Callable[[Msp], Any]) -> list[Ahead]:
        planned: list[Ahead] = []
        plan = sync.look_ahead

        def planned_then(*args: Any) -> Ahead:
            ahead = plan(*args)
            planned.append(ahead)
            if len(planned) == 1:
                with Session(msp.session.get_bind(), expire_on_commit=False) as other:
                    what(Msp(other, msp.workspace, msp.clock, msp.folder))
            return ahead

        monkeypatch.setattr(sync, "look_ahead", planned_then)
        return planned

    return happens


Between = Callable[[Callable[[Msp], Any]], list[Ahead]]


def denies(other: Msp) -> None:
    deny_list.add(
        other.session, other.workspace, other.account("Acme"), ["bob@acme.test"], actor="u", clock=other.clock
    )


def test_a_hand_that_comes_between_is_overridden(msp: Msp, between: Between) -> None:
    synced(msp, ANN, BOB)
    planned = between(lambda other: other.deactivate("bob@acme.test"))
    done = synced(msp, ANN, BOB)
    assert len(planned) == 2
    assert (done.outcome, done.figures) == (SyncOutcome.APPLIED, Figures(reactivated=1, unchanged=1))
    assert msp.statuses() == {"ann": "active", "bob": "active", "cid": "inactive"}
    msp.verify()


def test_somebody_denied_meanwhile_is_not_activated(msp: Msp, between: Between) -> None:
    synced(msp, ANN, BOB)
    between(denies)
    done = synced(msp, ANN, BOB, DAN)
    assert done.figures == Figures(created=1, denied=1, unchanged=1)
    assert msp.statuses() == {"ann": "active", "bob": "inactive", "cid": "inactive", "dan": "active"}
    msp.verify()


def test_an_account_that_is_closed_meanwhile_is_not_synced(msp: Msp, between: Between) -> None:
    between(
        lambda other: account_status.set_status(
            other.session, other.workspace, other.account("Acme"), Status.CLOSED, actor="u", clock=other.clock
        )
    )
    with pytest.raises(AccountClosed):
        synced(msp, DAN)
    assert "dan" not in msp.statuses()


def test_an_account_whose_planned_end_comes_meanwhile_is_not_synced(msp: Msp, between: Between) -> None:
    at = msp.clock() + timedelta(minutes=1)
    account_status.set_status(
        msp.session, msp.workspace, msp.account("Acme"), Status.CLOSED, at=at, actor="u", clock=msp.clock
    )
    planned = between(lambda other: other.clock.advance(minutes=2))
    with pytest.raises(AccountClosed):
        synced(msp, DAN)
    assert len(planned) == 1
    assert "dan" not in msp.statuses()


def test_somebody_forgotten_meanwhile_is_a_stranger(msp: Msp, between: Between) -> None:
    synced(msp, ANN, BOB)
    msp.deactivate("bob@acme.test")

    def forgets(other: Msp) -> None:
        with suppress(TraceLeft):  # on SQLite, since what was planned is still being read
            privacy.forget(other.session, other.workspace, "bob@acme.test", actor="u", clock=other.clock)

    planned = between(forgets)
    done = synced(msp, ANN, BOB)
    assert len(planned) == 2
    assert done.figures == Figures(created=1, unchanged=1)
    msp.verify()


def test_a_sync_of_another_account_changes_nothing_of_the_plan(msp: Msp, between: Between) -> None:
    planned = between(lambda other: synced(other, ANN, DAN, account="Blue"))
    assert synced(msp, ANN, BOB, DAN).figures == Figures(created=1, unchanged=2)
    assert len(planned) == 2, "one of each account"
    msp.verify()


@pytest.mark.parametrize("name", ["Dan", "Daniel"], ids=["turns", "renames"])
def test_another_sync_of_the_account_is_seen(msp: Msp, between: Between, name: str) -> None:
    """As if nothing kept them apart."""
    synced(msp, ANN, BOB, DAN)
    members = [ANN, BOB, DAN._replace(name=name)] if name != "Dan" else [ANN, BOB]
    planned = between(lambda other: synced(other, *members))
    done = synced(msp, ANN, BOB, DAN)
    assert len(planned) == 3, "one of the other, two of this one"
    assert done.change
    assert done.figures == Figures(reactivated=int(name == "Dan"), unchanged=2 + (name != "Dan"))
    msp.verify()


def test_a_clock_behind_the_last_change_does_not_hide_it(msp: Msp) -> None:
    synced(msp, ANN, BOB)
    msp.clock.advance(minutes=4)
    msp.deactivate("bob@acme.test")
    msp.clock.advance(minutes=-4)  # another machine's, which is behind
    assert synced(msp, ANN, BOB).figures == Figures(reactivated=1, unchanged=1)
    assert msp.statuses()["bob"] == "active"
    msp.verify()


def test_the_log_of_an_account_has_syncs_that_turned_nobody(msp: Msp) -> None:
    synced(msp, ANN, BOB, *crowd(2))
    synced(msp, ANN, BOB._replace(name="Robert"), *crowd(2))
    line, *_ = log.read(msp.session, msp.workspace, account=msp.account("Acme"))
    assert (line.kind, line.people, line.accounts) == (Kind.SYNC, 0, ("Acme",))

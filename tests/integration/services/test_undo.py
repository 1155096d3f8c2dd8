"""Taking back: domain.md, Undo and Retraction."""

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.services import deny_list, undo
from bot.services.changes import Change
from bot.services.errors import (
    AlreadyTakenBack,
    CannotUndo,
    Contradicted,
    NotAnImport,
    NothingToUndo,
    UndoImport,
    UndoNeedsForce,
    UndoPointless,
    UnknownChange,
)
from db.models import LEDGER
from tests.integration.services.conftest import Msp


def take_back(msp: Msp, change: int | str | None = None, actor: str = "t", **more: Any) -> Change:
    named = None if change is None else str(change)
    return undo.undo(msp.session, msp.workspace, change=named, actor=actor, clock=msp.clock, **more)


def retract(msp: Msp, change: int | str | None) -> Change:
    return undo.retract(msp.session, msp.workspace, str(change), actor="t", clock=msp.clock)


def deny(msp: Msp, *patterns: str, force: bool = False) -> Change:
    account = msp.account("Acme")
    return deny_list.add(msp.session, msp.workspace, account, patterns, force=force, actor="t", clock=msp.clock)


def allow(msp: Msp, *patterns: str) -> Change:
    return deny_list.remove(msp.session, msp.workspace, msp.account("Acme"), patterns, actor="t", clock=msp.clock)


def test_undo_writes_rows_at_the_present_instant_and_no_peak_is_lowered(msp: Msp) -> None:
    activated = msp.activate("cid@acme.test")
    msp.clock.advance(hours=1)
    done = take_back(msp)
    assert (done.takes_back, [person.email for person in done.changed]) == (activated.id, ["cid@acme.test"])
    rows = select(LEDGER.c.at).where(LEDGER.c.change_id == done.id)
    assert msp.session.execute(rows).scalars().all() == [msp.clock()]
    assert (msp.report().peak, msp.report().current) == (3, 2)
    msp.verify()


def test_undo_takes_ones_own_latest_that_is_not_taken_back(msp: Msp) -> None:
    first = msp.deactivate("bob@acme.test", actor="one")
    msp.activate("cid@acme.test", actor="two")
    assert take_back(msp, actor="one").takes_back == first.id
    with pytest.raises(NothingToUndo):
        take_back(msp, actor="one")  # its undo is no change that could be undone
    with pytest.raises(NothingToUndo):
        take_back(msp, actor="three")


def test_a_named_change_is_undone_by_anybody_once(msp: Msp) -> None:
    change = msp.deactivate("bob@acme.test", actor="one")
    done = take_back(msp, f" #{change.id} ", actor="two")
    with pytest.raises(AlreadyTakenBack) as refused:
        take_back(msp, change.id)
    assert refused.value.fields == {"change": str(change.id), "by": str(done.id)}


def test_an_undo_or_a_retraction_is_not_undone(msp: Msp) -> None:
    done = take_back(msp, msp.deactivate("bob@acme.test").id)
    retraction = retract(msp, msp.users("Acme,cid@acme.test,active,").change)
    for change in (done.id, retraction.id):
        with pytest.raises(CannotUndo):
            take_back(msp, change)


def test_an_import_is_retracted_not_undone_and_the_other_way_round(msp: Msp) -> None:
    with pytest.raises(UndoImport):
        take_back(msp)
    change = msp.deactivate("bob@acme.test")
    with pytest.raises(NotAnImport):
        retract(msp, change.id)


@pytest.mark.parametrize("asked", ["0", "99", "x", "", "1 2", "٣", "1" * 50])
def test_a_change_that_is_none_is_unknown(msp: Msp, asked: str) -> None:
    with pytest.raises(UnknownChange):
        take_back(msp, asked)
    with pytest.raises(UnknownChange):
        retract(msp, asked)


def test_whoever_changed_since_is_left(msp: Msp) -> None:
    change = msp.deactivate("ann@acme.test", "bob@acme.test", account=msp.account("Acme"))
    msp.activate("bob@acme.test")
    done = take_back(msp, change.id)
    assert [person.email for person in done.left] == ["bob@acme.test"]
    assert msp.statuses() == {"ann": "active", "bob": "active", "cid": "inactive"}


def test_whoever_was_denied_meanwhile_is_left(msp: Msp) -> None:
    change = msp.deactivate("ann@acme.test", "bob@acme.test", account=msp.account("Acme"))
    deny(msp, "bob@acme.test")
    assert [person.email for person in take_back(msp, change.id).left] == ["bob@acme.test"]


def test_a_request_that_is_delivered_twice_undoes_once(msp: Msp) -> None:
    msp.deactivate("bob@acme.test")
    msp.deactivate("ann@acme.test", account=msp.account("Blue"))
    first = take_back(msp, request="r")
    assert take_back(msp, request="r").id == first.id
    assert (msp.statuses()["bob"], msp.statuses("Blue")["ann"]) == ("inactive", "active")


def test_undoing_an_entry_restores_whom_it_deactivated(msp: Msp) -> None:
    msp.synced("bob@acme.test")
    change = deny(msp, "bob@acme.test", "x@acme.test")
    done = take_back(msp)
    assert done.removed == ("bob@acme.test", "x@acme.test")
    assert msp.statuses()["bob"] == "active"
    assert deny_list.listed(msp.session, msp.workspace, msp.account("Acme")) == []
    assert change.id == done.takes_back


def test_undoing_an_entry_leaves_those_whom_another_entry_denies(msp: Msp) -> None:
    msp.synced("bob@acme.test")
    change = deny(msp, "bob@acme.test")
    deny(msp, "*@acme.test")
    assert [person.email for person in take_back(msp, change.id).left] == ["bob@acme.test"]
    assert msp.statuses()["bob"] == "inactive"


def test_undoing_a_removal_denies_again(msp: Msp) -> None:
    msp.synced("bob@acme.test")
    deny(msp, "bob@acme.test")
    change = allow(msp, "bob@acme.test")
    msp.activate("bob@acme.test")
    done = take_back(msp, change.id)
    assert (done.patterns, [person.email for person in done.changed]) == (("bob@acme.test",), ["bob@acme.test"])
    assert msp.statuses()["bob"] == "inactive"


def test_undoing_a_removal_that_would_deactivate_many_is_refused_and_says_how(msp: Msp) -> None:
    emails = [f"p{number}@many.test" for number in range(12)]
    change = allow_all(msp, emails)
    with pytest.raises(UndoNeedsForce, match="12 of 14 active users of Acme"):
        take_back(msp, change.id)
    assert deny_list.listed(msp.session, msp.workspace, msp.account("Acme")) == []


def allow_all(msp: Msp, emails: list[str]) -> Change:
    """A domain was denied before anybody of it came, and is allowed again once they are there."""
    deny(msp, "*@many.test")
    change = allow(msp, "*@many.test")
    msp.users(*(f"Acme,{email},active," for email in emails))
    msp.synced(*emails)
    return change


def test_undoing_a_removal_does_not_double_an_entry_that_came_again(msp: Msp) -> None:
    deny(msp, "x@acme.test")
    change = allow(msp, "x@acme.test")
    deny(msp, "x@acme.test")
    with pytest.raises(UndoPointless):
        take_back(msp, change.id)
    assert len(deny_list.listed(msp.session, msp.workspace, msp.account("Acme"))) == 1


def test_a_retracted_import_leaves_no_figure_behind(msp: Msp) -> None:
    before = msp.report(), msp.statuses()
    change = msp.users("Acme,cid@acme.test,active,2026-10-28", "Acme,new@acme.test,active,2026-10-29").change
    assert msp.report().peak == 4
    done = retract(msp, change)
    assert {person.email for person in done.changed} == {"cid@acme.test", "new@acme.test"}
    assert (msp.report(), msp.statuses()) == before
    assert msp.session.execute(select(func.count()).where(LEDGER.c.change_id == change)).scalar_one() == 2
    msp.verify()


def test_a_retraction_brings_back_what_the_import_had_replaced(msp: Msp) -> None:
    change = msp.users("Acme,bob@acme.test,inactive,2026-09-10").change
    assert msp.statuses()["bob"] == "inactive"
    retract(msp, change)
    assert msp.statuses()["bob"] == "active"
    assert msp.report().peak == 2


def test_an_import_is_not_retracted_twice(msp: Msp) -> None:
    change = msp.users("Acme,cid@acme.test,active,").change
    retract(msp, change)
    with pytest.raises(AlreadyTakenBack):
        retract(msp, change)


def test_an_import_is_not_retracted_under_later_rows_of_the_same_people(msp: Msp) -> None:
    change = msp.users("Acme,cid@acme.test,active,", "Acme,new@acme.test,active,").change
    msp.deactivate("new@acme.test")
    with pytest.raises(Contradicted) as refused:
        retract(msp, change)
    assert refused.value.fields["names"] == ["new@acme.test"]


def test_an_import_is_retracted_once_what_rested_on_it_was_retracted(msp: Msp) -> None:
    first = msp.users("Acme,new@acme.test,active,").change
    msp.clock.advance(hours=1)
    second = msp.users("Acme,new@acme.test,inactive,").change
    with pytest.raises(Contradicted):
        retract(msp, first)
    retract(msp, second)
    retract(msp, first)
    assert "new" not in msp.statuses()


def test_accounts_are_not_retracted_under_their_users(msp: Msp) -> None:
    change = msp.accounts("New,active,2026-10-01", "Blue,active,2026-10-01").change
    msp.users("New,n@new.test,active,2026-10-02", "Blue,b@blue.test,active,2026-10-02")
    with pytest.raises(Contradicted) as refused:
        retract(msp, change)
    assert refused.value.fields["names"] == ["New"]  # Blue had a status before
    assert msp.report().peak == 5


def test_a_conversion_is_retracted_though_its_account_has_users_and_they_leave_the_bill(msp: Msp) -> None:
    change = msp.accounts("Blue,active,2026-10-01").change
    assert msp.report().peak == 3
    msp.users("Blue,b@blue.test,active,2026-10-02")
    retract(msp, change)
    assert msp.report().peak == 2
    msp.verify()


def test_so_many_names_stand_in_a_refusal_and_no_more(msp: Msp) -> None:
    change = msp.users(*(f"Acme,u{n}@acme.test,active," for n in range(8))).change
    msp.deactivate(*(f"u{n}@acme.test" for n in range(8)))
    with pytest.raises(Contradicted) as refused:
        retract(msp, change)
    assert len(refused.value.fields["names"]) == 6
    assert refused.value.fields["names"][-1] == "…"

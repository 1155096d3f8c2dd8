"""People set active or inactive by hand: domain.md, The hand."""

import pytest
from sqlalchemy import func, select

from bot.services import deny_list, undo
from bot.services.changes import Unconfirmed
from bot.services.errors import (
    AmbiguousPerson,
    BadEmail,
    ClockBehind,
    Denied,
    UnknownPeople,
    UnknownPerson,
    UnknownPersonInAccount,
)
from db.models import CHANGE, LEDGER, USER, WORKSPACE
from tests.integration.services.conftest import Msp


def rows(msp: Msp) -> int:
    msp.session.rollback()
    return int(msp.session.execute(select(func.count()).select_from(LEDGER)).scalar_one())


def test_deactivating_lowers_the_next_bill_and_not_this_one(msp: Msp) -> None:
    change = msp.deactivate("bob@acme.test")
    assert change.effect is not None
    assert (change.effect.before.peak, change.effect.after.peak) == (2, 2)
    assert (change.effect.before.current, change.effect.after.current) == (2, 1)
    assert msp.report().peak == 2
    msp.clock.advance(days=5)
    assert msp.report().peak == 1
    msp.verify()


def test_activating_raises_this_bill_for_as_short_as_it_lasts(msp: Msp) -> None:
    msp.activate("cid@acme.test")
    msp.deactivate("cid@acme.test")
    assert (msp.report().peak, msp.report().current) == (3, 2)


def test_one_unknown_address_refuses_the_whole_command(msp: Msp) -> None:
    before = rows(msp)
    with pytest.raises(UnknownPeople) as refused:
        msp.deactivate("bob@acme.test", "x@acme.test", "y@acme.test")
    assert refused.value.fields["emails"] == ["x@acme.test", "y@acme.test"]
    with pytest.raises(UnknownPerson):
        msp.activate("x@acme.test")
    with pytest.raises(BadEmail):
        msp.activate("cid@acme.test", "x")
    with pytest.raises(UnknownPersonInAccount):
        msp.deactivate("bob@acme.test", account=msp.account("Blue"))
    assert rows(msp) == before
    assert msp.statuses()["bob"] == "active"


def test_a_person_in_two_accounts_needs_one_named(msp: Msp) -> None:
    with pytest.raises(AmbiguousPerson) as refused:
        msp.deactivate("ann@acme.test")
    assert refused.value.fields["accounts"] == ["Acme", "Blue"]
    msp.deactivate("ann@acme.test", account=msp.account("Blue"))
    assert (msp.statuses("Acme")["ann"], msp.statuses("Blue")["ann"]) == ("active", "inactive")


def test_addresses_are_compared_without_case_and_spaces_and_shown_as_given(msp: Msp) -> None:
    msp.users("Acme,Ünï@Acme.test,active,")
    change = msp.deactivate("  U\u0308NI\u0308@acme.TEST ")
    assert [person.email for person in change.changed] == ["Ünï@Acme.test"]


def test_people_come_in_the_order_of_accounts_and_addresses_or_of_the_command(msp: Msp) -> None:
    change = msp.deactivate("cid@acme.test", "bob@acme.test")
    assert [person.email for person in change.changed] == ["bob@acme.test"]
    assert [person.email for person in change.unchanged] == ["cid@acme.test"]


def test_whoever_a_sync_brought_comes_back_with_the_next_one_unless_denied(msp: Msp) -> None:
    msp.synced("bob@acme.test")
    assert [person.email for person in msp.deactivate("bob@acme.test").comes_back] == ["bob@acme.test"]
    msp.activate("bob@acme.test")
    deny_list.add(msp.session, msp.workspace, msp.account("Acme"), ["zoe@acme.test"], actor="t", clock=msp.clock)
    assert len(msp.deactivate("bob@acme.test").comes_back) == 1


def test_whoever_is_denied_is_not_activated_and_nobody_with_them(msp: Msp) -> None:
    msp.deactivate("bob@acme.test")
    deny_list.add(msp.session, msp.workspace, msp.account("Acme"), ["cid@acme.test"], actor="t", clock=msp.clock)
    with pytest.raises(Denied):
        msp.activate("bob@acme.test", "cid@acme.test")
    assert msp.statuses()["bob"] == "inactive"


def test_more_than_may_change_unasked_tells_what_would_come_of_it_and_writes_nothing(msp: Msp) -> None:
    before = rows(msp)
    with pytest.raises(Unconfirmed) as asked:
        msp.deactivate("bob@acme.test", "cid@acme.test", unasked=0)
    would = asked.value.change
    assert rows(msp) == before
    done = msp.deactivate("bob@acme.test", "cid@acme.test", unasked=1)
    assert (would.changed, would.unchanged, would.effect) == (done.changed, done.unchanged, done.effect)


def test_a_request_that_is_delivered_twice_is_done_once(msp: Msp) -> None:
    first = msp.deactivate("bob@acme.test", request="r1")
    msp.activate("bob@acme.test")
    again = msp.deactivate("bob@acme.test", request="r1")
    assert (again.id, again.changed) == (first.id, first.changed)
    assert msp.statuses()["bob"] == "active"


def test_instants_never_run_backwards_even_where_the_clock_does(msp: Msp) -> None:
    msp.deactivate("bob@acme.test")
    msp.clock.advance(minutes=-4)
    msp.activate("bob@acme.test")
    msp.deactivate("bob@acme.test")
    instants = msp.session.execute(select(CHANGE.c.recorded_at).order_by(CHANGE.c.id)).scalars().all()
    assert instants == sorted(set(instants))
    assert msp.session.execute(select(WORKSPACE.c.last_instant)).scalar_one() == instants[-1]
    msp.verify()


def test_a_clock_that_is_more_than_five_minutes_behind_is_refused(msp: Msp) -> None:
    msp.clock.advance(minutes=-5, seconds=-1)
    with pytest.raises(ClockBehind):
        msp.deactivate("bob@acme.test")
    msp.clock.advance(seconds=2)
    msp.deactivate("bob@acme.test")


def test_all_people_of_one_command_change_at_one_instant(msp: Msp) -> None:
    msp.users(*(f"Acme,u{n}@acme.test,active," for n in range(30)))
    change = msp.deactivate(*(f"u{n}@acme.test" for n in range(30)))
    instants = select(LEDGER.c.at).where(LEDGER.c.change_id == change.id).distinct()
    assert len(msp.session.execute(instants).all()) == 1


def test_nothing_in_the_ledger_is_ever_updated_or_deleted(msp: Msp) -> None:
    before = set(msp.session.execute(select(LEDGER)).all())
    msp.deactivate("bob@acme.test")
    msp.activate("bob@acme.test", "cid@acme.test")
    assert before < set(msp.session.execute(select(LEDGER)).all())


def test_a_user_whose_only_import_was_retracted_is_nobody(msp: Msp) -> None:
    change = msp.users("Acme,new@acme.test,active,").change
    undo.retract(msp.session, msp.workspace, str(change), actor="t", clock=msp.clock)
    with pytest.raises(UnknownPerson):
        msp.deactivate("new@acme.test")
    assert "new" not in msp.statuses()
    assert msp.session.execute(select(USER.c.id).where(USER.c.email_key == "new@acme.test")).first()

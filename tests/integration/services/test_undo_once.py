"""An undo that is asked about, that is not spent in vain, and that says what it took back."""

from datetime import timedelta
from typing import Any

import pytest

from bot.services import deny_list, undo, users, workspaces
from bot.services.changes import Change, Unconfirmed
from bot.services.errors import CannotUndo, CannotUndoSuggestion, UndoBlocked
from db.models import Kind
from tests.integration.services.conftest import Msp


def take_back(msp: Msp, change: Any = None, **more: Any) -> Change:
    return undo.undo(msp.session, msp.workspace, change=change and str(change), actor="t", clock=msp.clock, **more)


def deny(msp: Msp, *patterns: str) -> Change:
    return deny_list.add(msp.session, msp.workspace, msp.account("Acme"), patterns, actor="t", clock=msp.clock)


def test_what_was_done_before_an_instant_is_asked_about_and_not_undone(msp: Msp) -> None:
    msp.clock.advance(minutes=1)
    change = msp.deactivate("bob@acme.test")
    later = msp.clock() + timedelta(hours=1)
    with pytest.raises(Unconfirmed) as question:
        take_back(msp, unasked_since=later)
    asked = question.value.change
    assert (asked.takes_back, [person.email for person in asked.changed]) == (change.id, ["bob@acme.test"])
    assert asked.undone is not None
    assert (asked.undone.kind, asked.undone.actor, asked.undone.at) == (Kind.DEACTIVATE, "t", msp.clock())
    assert msp.statuses()["bob"] == "inactive"
    assert take_back(msp, unasked_since=msp.clock()).takes_back == change.id


def test_an_undo_that_would_undo_nothing_is_refused_and_can_be_repeated_later(msp: Msp) -> None:
    change = msp.deactivate("bob@acme.test")
    entry = deny(msp, "*@acme.test")
    with pytest.raises(UndoBlocked) as refused:
        take_back(msp, change.id)
    assert refused.value.fields == {"change": str(change.id), "names": ["bob@acme.test"], "by": [str(entry.id)]}
    take_back(msp, entry.id)
    assert [person.email for person in take_back(msp, change.id).changed] == ["bob@acme.test"]


def test_a_refusal_names_the_latest_that_can_be_undone(msp: Msp) -> None:
    change = msp.deactivate("bob@acme.test")
    _, settings = workspaces.change(msp.session, msp.workspace, actor="t", clock=msp.clock, locale="fr")
    with pytest.raises(CannotUndoSuggestion) as refused:
        take_back(msp)
    assert refused.value.fields == {
        "change": str(settings),
        "kind": Kind.SET,
        "latest": str(change.id),
        "latest_kind": Kind.DEACTIVATE,
    }
    take_back(msp, change.id)
    with pytest.raises(CannotUndo) as bare:
        take_back(msp)
    assert type(bare.value) is CannotUndo


def test_people_are_set_inactive_and_kept_out_in_one_change_that_one_undo_takes_back(msp: Msp) -> None:
    msp.users("Blue,bea@blue.test,active,2026-10-01")
    msp.synced("bob@acme.test", "bea@blue.test")
    emails = ["bob@acme.test", "bea@blue.test", "cid@acme.test"]
    done = users.deactivate(msp.session, msp.workspace, emails, deny=True, actor="t", clock=msp.clock, request="r")
    assert (done.patterns, done.comes_back, done.account) == (("bea@blue.test", "bob@acme.test"), (), None)
    again = users.deactivate(msp.session, msp.workspace, emails, deny=True, actor="t", clock=msp.clock, request="r")
    assert again == done
    back = take_back(msp, done.id)
    assert (set(back.removed), len(back.changed), back.account) == (set(done.patterns), 2, None)
    assert deny_list.listed(msp.session, msp.workspace, msp.account("Acme")) == []
    msp.verify()


def test_only_those_whom_a_sync_would_bring_back_are_kept_out(msp: Msp) -> None:
    msp.synced("bob@acme.test")
    done = users.deactivate(
        msp.session,
        msp.workspace,
        ["ann@acme.test", "bob@acme.test"],
        account=msp.account("Acme"),
        deny=True,
        actor="t",
        clock=msp.clock,
    )
    assert (done.patterns, done.account) == (("bob@acme.test",), "Acme")


def test_an_entry_where_no_sync_ever_was_says_so(msp: Msp) -> None:
    assert deny(msp, "x@acme.test").unsynced
    msp.synced("bob@acme.test")
    assert not deny(msp, "y@acme.test").unsynced

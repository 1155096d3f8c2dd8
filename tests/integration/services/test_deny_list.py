"""Deny lists: domain.md, Deny list."""

import pytest

from bot.services import deny_list
from bot.services.changes import Change
from bot.services.errors import BadPattern, DenyNeedsForce, UnknownDenyEntry
from bot.services.imports.deny_list import import_deny_list
from tests.integration.services.conftest import Msp


def add(msp: Msp, *patterns: str, account: str = "Acme", force: bool = False) -> Change:
    return deny_list.add(
        msp.session, msp.workspace, msp.account(account), patterns, force=force, actor="t", clock=msp.clock
    )


def remove(msp: Msp, *patterns: str) -> Change:
    return deny_list.remove(msp.session, msp.workspace, msp.account("Acme"), patterns, actor="t", clock=msp.clock)


def listed(msp: Msp) -> list[str]:
    return [line.pattern for line in deny_list.listed(msp.session, msp.workspace, msp.account("Acme"))]


def test_an_entry_acts_at_once_on_whom_a_sync_brought_and_leaves_the_others(msp: Msp) -> None:
    msp.synced("bob@acme.test")
    change = add(msp, "*@acme.test")
    assert [person.email for person in change.changed] == ["bob@acme.test"]
    assert [person.email for person in change.left] == ["ann@acme.test"]
    assert msp.statuses() == {"ann": "active", "bob": "inactive", "cid": "inactive"}
    msp.verify()


def test_the_peak_stands_when_an_entry_deactivates(msp: Msp) -> None:
    msp.synced("ann@acme.test", "bob@acme.test")
    change = add(msp, "*@acme.test")
    assert change.effect is not None
    assert (change.effect.after.peak, change.effect.after.current) == (2, 0)


def test_one_bad_pattern_refuses_all(msp: Msp) -> None:
    with pytest.raises(BadPattern):
        add(msp, "a@b.test", "nope")
    assert listed(msp) == []


def test_entries_come_once_in_the_order_of_patterns(msp: Msp) -> None:
    change = add(msp, "B@x.test", "a@x.test", " b@X.test ")
    assert len(change.patterns) == 2
    assert [pattern.lower() for pattern in listed(msp)] == ["a@x.test", "b@x.test"]
    assert add(msp, "A@x.test", "c@x.test").known == ("a@x.test",)


def test_an_unknown_entry_refuses_the_whole_removal(msp: Msp) -> None:
    add(msp, "a@x.test")
    with pytest.raises(UnknownDenyEntry):
        remove(msp, "a@x.test", "b@x.test")
    assert listed(msp) == ["a@x.test"]
    assert remove(msp, "A@X.test").removed == ("a@x.test",)
    add(msp, "a@x.test")  # and it may come again
    assert listed(msp) == ["a@x.test"]


def test_an_entry_may_deactivate_a_fifth_of_the_account_unasked(msp: Msp) -> None:
    msp.accounts("Big,active,2026-09-01")
    emails = [f"u{n}@big.test" for n in range(55)]
    msp.users(*(f"Big,{email},active,2026-09-02" for email in emails))
    msp.synced(*emails[:12])
    with pytest.raises(DenyNeedsForce) as refused:
        add(msp, *emails[:12], account="Big")
    assert (refused.value.fields["deactivated"], refused.value.fields["active"]) == (12, 55)
    assert len(add(msp, *emails[:11], account="Big").changed) == 11
    assert len(add(msp, *emails[11:], account="Big", force=True).changed) == 1


def test_a_file_replaces_a_list_in_one_change(msp: Msp) -> None:
    add(msp, "old@x.test", "both@x.test")
    path = msp.file("email", "both@x.test", "new@x.test")
    change = import_deny_list(
        msp.session, msp.workspace, msp.account("Acme"), path, replace=True, actor="t", clock=msp.clock
    )
    assert (change.patterns, change.removed, change.known) == (("new@x.test",), ("old@x.test",), ("both@x.test",))
    assert listed(msp) == ["both@x.test", "new@x.test"]


def test_a_list_of_many_thousands_is_taken_and_emptied(msp: Msp) -> None:
    lines = [f"u{n}@x.test" for n in range(12_000)]
    for file, change in ((["email", *lines], 12_000), (["email", "one@x.test"], 1)):
        done = import_deny_list(
            msp.session, msp.workspace, msp.account("Acme"), msp.file(*file), replace=True, actor="t", clock=msp.clock
        )
        assert len(done.patterns) == change
    assert listed(msp) == ["one@x.test"]

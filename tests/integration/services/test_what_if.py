"""What if: the effect of doing it, and nothing done."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import account_status, deny_list, what_if
from bot.services.errors import AmbiguousPerson, Denied, NotYetAnAccount, UnknownPersonAmong
from bot.services.what_if import Supposed
from db.models import Status
from tests.e2e.conftest import dump
from tests.integration.services.conftest import Msp


def people(msp: Msp, deed: what_if.Deed, *emails: str, account: str | None = None) -> Supposed:
    only = msp.account(account) if account else None
    return what_if.people(msp.session, msp.workspace, deed, emails, account=only, clock=msp.clock)


def status(msp: Msp, deed: what_if.Deed, account: str) -> Supposed:
    return what_if.status(msp.session, msp.workspace, deed, msp.account(account), clock=msp.clock)


def counts(found: Supposed) -> tuple[int, ...]:
    return found.effect.before.peak, found.effect.after.peak, found.effect.before.current, found.effect.after.current


def test_deactivating_lowers_the_next_bill_only(msp: Msp) -> None:
    found = people(msp, "deactivate", "bob@acme.test")
    assert counts(found) == (2, 2, 2, 1)
    assert (found.without.peak, found.having.peak) == (2, 2)
    assert [person.email for person in found.change.changed] == ["bob@acme.test"]


def test_activating_raises_both_bills(msp: Msp) -> None:
    found = people(msp, "activate", "cid@acme.test")
    assert counts(found) == (2, 3, 2, 3)
    assert (found.without.estimate, found.having.estimate) == (2, 3)


def test_converting_a_trial_and_closing_an_account(msp: Msp) -> None:
    assert counts(status(msp, "convert", "Blue")) == (2, 3, 2, 3)
    assert counts(status(msp, "close", "Acme")) == (2, 2, 2, 0)


def test_a_plan_for_the_same_account_is_not_counted_twice(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-11-25")
    found = status(msp, "convert", "Blue")
    assert counts(found) == (2, 3, 2, 3)
    assert (found.without.peak, found.having.peak) == (3, 3)
    assert (found.without.estimate, found.having.estimate) == (3, 3)


def test_what_is_so_already_changes_nothing(msp: Msp) -> None:
    assert people(msp, "activate", "bob@acme.test").change.id is None
    found = status(msp, "convert", "Acme")
    assert found.change.id is None
    assert counts(found) == (2, 2, 2, 2)


def test_nothing_whatever_is_kept_of_it(msp: Msp) -> None:
    msp.report()
    before = dump(msp.session.get_bind())  # type: ignore[arg-type]
    people(msp, "deactivate", "bob@acme.test")
    people(msp, "activate", "cid@acme.test")
    status(msp, "convert", "Blue")
    status(msp, "close", "Acme")
    assert dump(msp.session.get_bind()) == before  # type: ignore[arg-type]
    assert msp.statuses() == {"ann": "active", "bob": "active", "cid": "inactive"}


def test_it_is_refused_as_doing_it_would_be(msp: Msp) -> None:
    with pytest.raises(UnknownPersonAmong):
        people(msp, "deactivate", "bob@acme.test", "nobody@x.test")
    with pytest.raises(AmbiguousPerson):
        people(msp, "deactivate", "ann@acme.test")
    msp.synced("cid@acme.test")
    deny_list.add(msp.session, msp.workspace, msp.account("Acme"), ["cid@acme.test"], actor="t", clock=msp.clock)
    with pytest.raises(Denied):
        people(msp, "activate", "cid@acme.test")
    msp.accounts("Later,active,2026-12-24")
    with pytest.raises(NotYetAnAccount):
        status(msp, "close", "Later")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["deactivate", "activate", "convert", "close"]), st.booleans()), max_size=6))
def test_it_says_what_doing_it_then_does(msp: Msp, deeds: list[tuple[what_if.Deed, bool]]) -> None:
    for deed, first in deeds:
        account = msp.account("Acme" if first else "Blue")
        if deed in ("convert", "close"):
            expected = status(msp, deed, account.name)
            wanted = Status.ACTIVE if deed == "convert" else Status.CLOSED
            done = account_status.set_status(msp.session, msp.workspace, account, wanted, actor="t", clock=msp.clock)
        else:
            expected = people(msp, deed, "ann@acme.test", account=account.name)
            run = msp.deactivate if deed == "deactivate" else msp.activate
            done = run("ann@acme.test", account=account)
        assert expected.effect == done.effect
        assert expected.change.changed == done.changed
        assert (expected.change.id is None) == (done.id is None)
        assert expected.having.close == done.effect.after.current  # type: ignore[union-attr]

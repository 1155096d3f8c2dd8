"""Who is suggested of those that the store holds."""

from bot.services import deny_list, suggestions
from bot.services.suggestions import Why
from tests.integration.services.conftest import Msp


def found(msp: Msp, account: str | None = None) -> dict[tuple[str, str], tuple[Why, ...]]:
    only = msp.account(account) if account else None
    lines = suggestions.listed(msp.session, msp.workspace, msp.clock(), only)
    return {(line.account, line.email): line.why for line in lines}


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

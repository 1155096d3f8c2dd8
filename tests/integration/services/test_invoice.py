"""The distributor's invoice beside a statement: what agrees, what explains a difference, what is refused."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.services import invoice, pricing, privacy, reconciliation, workspaces
from bot.services.billing.reconcile import Reason
from bot.services.errors import (
    BadAmount,
    BadCount,
    DoubledColumn,
    Faults,
    FuturePeriod,
    MissingColumns,
    NegativeAmount,
    NoPrice,
    NothingToReconcile,
    OtherCurrency,
    PeriodRuns,
    Refusal,
    UnknownReconciliation,
)
from bot.services.reconciliation import Reconciliation
from db.models import RECONCILIATION, STATEMENT
from tests.integration.services.conftest import Msp

HEADER = "Name,Domain,Active Users,Status"


def checked(msp: Msp, period: str = "last", **given: Any) -> Reconciliation:
    return invoice.check(msp.session, msp.workspace, period, actor="t", clock=msp.clock, **given)


def of_list(msp: Msp, *lines: str, header: str = HEADER) -> Reconciliation:
    return checked(msp, listed=msp.file(header, *lines))


def priced(msp: Msp, price: str) -> None:
    wanted = pricing.wanted(msp.workspace, price=price, currency="EUR")
    msp.workspace, _ = workspaces.change(msp.session, msp.workspace, actor="t", clock=msp.clock, prices=wanted)


def reasons(found: Reconciliation) -> list[tuple[Reason, int | None]]:
    return [(one.reason, one.revision) for one in found.explanations]


@pytest.fixture
def apart(msp: Msp) -> Msp:
    """Acme had four users until the 5th of October, then two; Blue, billed from the 10th on, has one."""
    msp.accounts("Blue,active,2026-10-10")
    msp.users(
        *(f"Acme,{name}@acme.test,active,2026-10-01" for name in ("dan", "eve")),
        *(f"Acme,{name}@acme.test,inactive,2026-10-05" for name in ("dan", "eve")),
    )
    return msp


def test_the_count_of_the_statement_agrees_and_is_kept_with_it(apart: Msp) -> None:
    found = checked(apart, count=4)
    assert found.agreed
    assert (found.theirs, found.explanations, found.moves) == (4, (), ())
    assert reconciliation.read(apart.session, apart.workspace, found.id) == found
    assert reconciliation.latest(apart.session, found.statement) == found


def test_a_count_is_explained_by_what_else_comes_to_it(apart: Msp) -> None:
    assert reasons(checked(apart, count=5)) == [(Reason.SUM, None), (Reason.TRIALS, None)]
    assert reasons(checked(apart, count=3)) == [(Reason.END, None)]
    assert reasons(checked(apart, count=2)) == [(Reason.BEFORE, None)]
    assert not checked(apart, count=2).agreed


def test_a_count_is_explained_by_the_changes_that_moved_it_by_as_much_with_their_people(apart: Msp) -> None:
    (left, came) = checked(apart, count=6).moves
    assert [(one.account, one.by, one.at.day) for one in (left, came)] == [("Acme", -2, 4), ("Acme", 2, 30)]
    assert [email for _, email, _ in left.people] == ["dan@acme.test", "eve@acme.test"]
    assert [one.id for one in left.changes] == [4]


def test_an_older_revision_explains_what_was_billed_before_a_change(apart: Msp) -> None:
    checked(apart, count=4)
    apart.users("Acme,late@acme.test,active,2026-10-01")
    found = checked(apart, count=4)
    assert (found.statement.revision, found.agreed) == (2, False)
    assert (Reason.REVISION, 1) in reasons(found)
    assert reconciliation.latest(apart.session, found.statement) == found


def test_an_amount_is_compared_at_the_price_of_the_statement(apart: Msp) -> None:
    priced(apart, "4.50")
    assert checked(apart, amount="18,00 €").agreed
    priced(apart, "6")
    assert checked(apart, amount="18.00").agreed
    found = checked(apart, amount="22.50")
    assert (found.agreed, found.theirs, str(found.expected)) == (False, 5, "18.00")
    assert reasons(found) == [(Reason.SUM, None), (Reason.TRIALS, None)]
    odd = checked(apart, amount="20")
    assert (odd.agreed, odd.theirs, odd.explanations) == (False, None, ())


def test_a_list_agrees_client_by_client_in_either_language(msp: Msp) -> None:
    assert of_list(msp, "acme ,,2,active", "Blue,,1,Trial expired").agreed
    french = of_list(msp, "1;ACME;Actif", "7;Blue;Essai", header="Utilisateurs actifs;Nom;Statut")
    assert [(one.name, one.difference) for one in french.differing] == [("Acme", -1)]


def test_of_a_list_each_client_that_differs_is_named_with_why(apart: Msp) -> None:
    found = of_list(apart, "Blue,,1,active", "Zed,,3,active")
    assert [(one.name, one.difference, one.reasons) for one in found.differing] == [
        ("Acme", -4, (Reason.MISSING,)),
        ("Zed", 3, (Reason.UNKNOWN,)),
        ("Blue", 1, (Reason.TRIAL_HERE, Reason.OWN_PEAK, Reason.END)),
    ]


def test_people_who_are_forgotten_are_not_named_any_more(apart: Msp) -> None:
    found = checked(apart, count=6)
    privacy.forget(apart.session, apart.workspace, "dan@acme.test", actor="t", clock=apart.clock)
    again = reconciliation.read(apart.session, apart.workspace, found.id)
    assert [email for _, email, _ in again.moves[0].people] == ["eve@acme.test", None]
    assert "dan@" not in apart.session.execute(select(RECONCILIATION.c.verdict)).scalar_one()


def test_whoever_a_list_names_among_its_clients_is_forgotten_there_too(msp: Msp) -> None:
    found = of_list(msp, "Acme,,2,Active", "Cid@acme.test,,1,Active")
    assert [one.name for one in found.differing] == ["Cid@acme.test"]
    done = privacy.forget(msp.session, msp.workspace, "cid@acme.test", actor="t", clock=msp.clock)
    assert done.texts == 1
    again = reconciliation.read(msp.session, msp.workspace, found.id)
    assert [(one.name, one.listed) for one in again.accounts] == [("Acme", 2), ("–", 1)]
    assert again.theirs == 3
    assert "cid" not in msp.session.execute(select(RECONCILIATION.c.verdict)).scalar_one().lower()


def test_asked_twice_it_is_kept_once(msp: Msp) -> None:
    first = checked(msp, count=2, request="R1")
    assert checked(msp, count=2, request="R1") == first
    assert checked(msp, count=2, request="R2").id != first.id


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({}, NothingToReconcile),
        ({"count": 1, "amount": "2"}, NothingToReconcile),
        ({"count": -1}, BadCount),
        ({"amount": "2"}, NoPrice),
        ({"count": 2, "period": "current"}, PeriodRuns),
        ({"count": 2, "period": "2031-01"}, FuturePeriod),
    ],
)
def test_what_cannot_be_compared_is_refused(msp: Msp, given: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        checked(msp, **given)
    assert msp.session.execute(select(RECONCILIATION.c.id)).all() == []


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [("much", BadAmount), ("-5", NegativeAmount), ("5 USD", OtherCurrency), ("£5", OtherCurrency)],
)
def test_what_is_no_amount_in_the_currency_is_refused(msp: Msp, amount: str, refusal: type[Refusal]) -> None:
    priced(msp, "4")
    with pytest.raises(refusal):
        checked(msp, amount=amount)
    assert msp.session.execute(select(STATEMENT.c.id)).all() == []


def test_every_bad_line_of_a_list_is_named(msp: Msp) -> None:
    with pytest.raises(Faults) as raised:
        of_list(
            msp, "Acme,,2,active", "ACME,,2,active", "Blue,,two,active", "Cyan,,-2,active", "Dun,,2,maybe", ",,2,trial"
        )
    found = {fault.fields["line"]: type(fault.fields["fault"]).__name__ for fault in raised.value.faults}
    assert found == {3: "ContradictsLine", 4: "BadCount", 5: "BadCount", 6: "BadStatus", 7: "BadName"}
    for header, refusal in (("Name,Status", MissingColumns), ("Name,Nom,Active Users,Status", DoubledColumn)):
        with pytest.raises(refusal):
            of_list(msp, header=header)
    assert msp.session.execute(select(STATEMENT.c.id)).all() == []


def test_one_of_another_workspace_or_none_is_not_shown(msp: Msp) -> None:
    with pytest.raises(UnknownReconciliation):
        reconciliation.read(msp.session, msp.workspace, 1)

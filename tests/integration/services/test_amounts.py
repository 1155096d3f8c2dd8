"""Prices that are set, and the money of a period."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.services import accounts, log, pricing, undo, workspaces
from bot.services.billing import amounts, counted, course, peaks, statements
from bot.services.billing.amounts import Amounts
from bot.services.errors import (
    AlreadyTakenBack,
    BadAmount,
    CannotUndoSuggestion,
    CurrencyAlone,
    Faults,
    MissingFile,
    NoCurrency,
    NoFirstTier,
    NoPrice,
    OtherCurrency,
    PricesSetSince,
    Refusal,
    ResaleInOtherCurrency,
)
from tests.integration.services.conftest import Msp


def set_prices(msp: Msp, **asked: Any) -> None:
    wanted = pricing.wanted(msp.workspace, **asked)
    msp.workspace, _ = workspaces.change(msp.session, msp.workspace, actor="t", clock=msp.clock, prices=wanted)


def money(msp: Msp, at: datetime | None = None) -> Amounts:
    found = amounts.of_report(msp.session, msp.report(at))
    assert found
    return found


def tiers(msp: Msp, *lines: str) -> str:
    return str(msp.file(*lines, name="tiers.csv"))


def test_without_a_price_there_is_no_money(msp: Msp) -> None:
    assert amounts.of_report(msp.session, msp.report()) is None


def test_a_client_costs_its_share_and_brings_it_at_its_own_resale_price_or_that_of_all(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-11-01")
    set_prices(msp, price="4.50", currency="eur")
    assert money(msp).brings is None
    set_prices(msp, resale="7,25")
    set_prices(msp, resale="9", account=msp.account("Blue"))
    found = money(msp)
    assert (found.seats, found.total, found.brings) == (3, Decimal("13.50"), Decimal("23.50"))
    assert [(one.share, one.cost, one.brings) for one in found.accounts.values()] == [
        (2, Decimal("9.00"), Decimal("14.50")),
        (1, Decimal("4.50"), Decimal("9.00")),
    ]
    set_prices(msp, resale="none", account=msp.account("Blue"))
    assert money(msp).brings == Decimal("21.75")
    set_prices(msp, price="none", resale="none")
    assert amounts.of_report(msp.session, msp.report()) is None


def test_the_shares_are_those_at_the_peak_whatever_came_after(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-11-01")
    set_prices(msp, price="5", currency="EUR")
    msp.deactivate("ann@acme.test", account=msp.account("Acme"))
    msp.clock.advance(days=1)
    msp.accounts("Cyan,active,")
    msp.users(
        "Cyan,new@cyan.test,active,", "Blue,new@blue.test,active,2026-11-12", "Blue,new@blue.test,inactive,2026-11-13"
    )
    report = msp.report()
    assert (report.peak, report.sum_of_account_peaks) == (4, 5)
    shares = {one.name: money(msp).accounts[one.id].share for one in report.accounts if one.id in money(msp).accounts}
    assert shares == {"Acme": 2, "Blue": 2}
    assert money(msp).total == 20


def test_a_report_on_one_account_has_the_price_that_the_whole_bill_has(msp: Msp) -> None:
    path = tiers(msp, "prix;des", "4;3", "5,00 €;1")
    msp.accounts("Blue,active,2026-11-01")
    set_prices(msp, price=path, currency="EUR")
    blue = msp.account("Blue")
    report = peaks.report(msp.session, msp.workspace, msp.report().period, msp.clock(), blue.id)
    found = amounts.of_report(msp.session, report)
    assert found
    assert report.peak == 1
    assert (found.seats, found.accounts[blue.id].cost) == (3, 4)


def test_shares_are_the_people_counted_of_each_account(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-11-01")
    for at in (msp.clock(), msp.clock() - timedelta(days=40)):
        period = msp.report(at).period
        people = counted.people_counted(msp.session, msp.workspace, at)
        by_name = {msp.account(name).id: sum(one.account == name for one in people) for name in ("Acme", "Blue")}
        assert amounts.shares(msp.session, msp.workspace, period, at) == {id_: n for id_, n in by_name.items() if n}


class TestStatement:
    """A statement keeps the prices that it was frozen with."""

    def stated(self, msp: Msp, revision: int | None = None) -> Amounts | None:
        found = statements.statement(msp.session, msp.workspace, "2026-09", msp.clock, revision)
        return amounts.of_statement(msp.session, found)

    def test_the_prices_of_then_hold_whatever_is_set_later_also_in_its_report(self, msp: Msp) -> None:
        set_prices(msp, price="4.50", currency="EUR", resale="7")
        set_prices(msp, resale="9", account=msp.account("Acme"))
        first = self.stated(msp)
        assert first
        assert (first.total, first.brings) == (9, 18)
        set_prices(msp, price="5", currency="EUR", resale="8")
        set_prices(msp, resale="none", account=msp.account("Acme"))
        assert self.stated(msp) == first == money(msp, msp.clock() - timedelta(days=40))
        assert (money(msp).total, money(msp).brings) == (10, 16)

    def test_a_revision_has_other_counts_and_no_other_prices(self, msp: Msp) -> None:
        set_prices(msp, price="4.50", currency="EUR", resale="7")
        first = self.stated(msp)
        set_prices(msp, price="none", resale="none")
        msp.accounts("Blue,active,2026-10-02")
        assert self.stated(msp, 1) == first
        found = self.stated(msp, 2)
        assert found
        assert (found.seats, found.total, found.price) == (3, Decimal("13.50"), first and first.price)
        assert found.brings == 21

    def test_without_a_price_of_then_it_goes_by_that_of_now(self, msp: Msp) -> None:
        assert self.stated(msp) is None
        set_prices(msp, price="5", currency="EUR")
        found = self.stated(msp)
        assert found == money(msp, msp.clock() - timedelta(days=40))
        assert found
        assert found.total == 10
        msp.users("Acme,dan@acme.test,active,2026-10-01")
        set_prices(msp, price="6", currency="EUR")
        assert [self.stated(msp, number).total for number in (1, 2)] == [12, 15]  # type: ignore[union-attr]

    def test_a_resale_price_in_another_currency_is_not_that_of_then(self, msp: Msp) -> None:
        set_prices(msp, price="4.50", currency="EUR")
        self.stated(msp)
        set_prices(msp, price="5", currency="USD", resale="8")
        msp.accounts("Blue,active,2026-10-02", "New,active,2026-10-02")
        found = self.stated(msp)
        assert found
        assert (found.price.currency, found.seats, found.brings) == ("EUR", 3, None)


def test_the_log_tells_what_was_set_and_of_whom(msp: Msp) -> None:
    set_prices(msp, price=tiers(msp, "from,price", "1,5", "100,4.125"), currency="EUR")
    set_prices(msp, resale="9", account=msp.account("Acme"))
    set_prices(msp, resale="none", account=msp.account("Acme"))
    lines = log.read(msp.session, msp.workspace, limit=3)
    assert [(line.reason, line.accounts) for line in lines] == [
        ("--resale none", ("Acme",)),
        ("--resale 9.00", ("Acme",)),
        ("--price 1:5.00,100:4.125 --currency EUR", ()),
    ]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"price": "4"}, NoCurrency),
        ({"currency": "EUR"}, CurrencyAlone),
        ({"resale": "4"}, NoPrice),
        ({"resale": "4", "currency": "EUR"}, CurrencyAlone),
        ({"price": "none"}, NoPrice),
        ({"price": "four", "currency": "EUR"}, BadAmount),
        ({"price": "4 USD", "currency": "EUR"}, OtherCurrency),
        ({"price": "no/such.csv", "currency": "EUR"}, MissingFile),
    ],
)
def test_what_makes_no_price_is_refused(msp: Msp, asked: dict[str, str], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        set_prices(msp, **asked)
    assert workspaces.find(msp.session).price is None


def test_resale_prices_keep_the_currency_until_they_are_taken_away(msp: Msp) -> None:
    set_prices(msp, price="4", currency="EUR", resale="6")
    with pytest.raises(OtherCurrency):
        set_prices(msp, resale="$6")
    set_prices(msp, resale="7", account=msp.account("Acme"))
    for resale in ("none", None):
        with pytest.raises(ResaleInOtherCurrency):
            set_prices(msp, price="4", currency="USD")
        set_prices(msp, resale="none", account=None if resale else msp.account("Acme"))
    set_prices(msp, price="4", currency="USD")
    assert msp.workspace.currency == "USD"


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        (("from,price", "1,5", "x,4", "0,3", "1,4"), {3: "BadTierStart", 4: "BadTierStart", 5: "ContradictsLine"}),
        (("from,price", "1,-5", "100,$4"), {2: "NegativeAmount", 3: "OtherCurrency"}),
    ],
)
def test_every_bad_line_of_a_price_list_is_named(msp: Msp, lines: tuple[str, ...], faults: dict[int, str]) -> None:
    with pytest.raises(Faults) as raised:
        set_prices(msp, price=tiers(msp, *lines), currency="EUR")
    found = {fault.fields["line"]: type(fault.fields["fault"]).__name__ for fault in raised.value.faults}
    assert found == faults


def test_a_price_list_has_a_price_for_the_first_user(msp: Msp, tmp_path: Path) -> None:
    with pytest.raises(NoFirstTier):
        set_prices(msp, price=tiers(msp, "from,price", "100,4"), currency="EUR")


class TestCourse:
    """Where the running period is going. It began on the 27th of October, today is the 24th of November."""

    def ahead(self, msp: Msp, account: str | None = None) -> course.Course:
        id_ = msp.account(account).id if account else None
        period = msp.workspace.calendar.holding(msp.clock())
        found = course.ahead(msp.session, peaks.report(msp.session, msp.workspace, period, msp.clock(), id_))
        assert found
        return found

    def test_a_rise_of_the_last_days_goes_on_and_is_more_than_what_is_sure(self, msp: Msp) -> None:
        msp.users(*(f"Acme,u{day}@acme.test,active,2026-11-{day:02}" for day in range(1, 25)))
        assert self.ahead(msp) == course.Course(26, 26, 2)
        assert self.ahead(msp).estimate == 28
        assert self.ahead(msp, "Acme").estimate == 28
        assert self.ahead(msp, "Blue").estimate == 0

    def test_what_is_planned_for_the_period_comes_though_nothing_changes(self, msp: Msp) -> None:
        msp.accounts("Blue,active,2026-11-25", "Acme,closed,2026-11-26")
        assert self.ahead(msp) == course.Course(3, 1, 0)
        assert self.ahead(msp, "Acme") == course.Course(2, 0, 0)
        assert msp.report().peak == 2

    def test_what_is_planned_for_later_does_not(self, msp: Msp) -> None:
        msp.accounts("Blue,active,2026-11-27")
        assert self.ahead(msp).peak == 2

    def test_a_period_that_is_over_goes_nowhere(self, msp: Msp) -> None:
        assert course.ahead(msp.session, msp.report(msp.clock() - timedelta(days=40))) is None


def test_prices_are_taken_back_each_to_what_it_was(msp: Msp, tmp_path: Path) -> None:
    tiers = tmp_path / "tiers.csv"
    tiers.write_text("from,price\n1,5.00\n100,4.50\n")
    acme = accounts.find(msp.session, msp.workspace, "Acme")
    steps: list[dict[str, Any]] = [
        {"price": str(tiers), "currency": "EUR"},
        {"resale": "7"},
        {"price": "4", "currency": "EUR", "resale": "6"},
        {"resale": "9", "account": acme},
        {"price": "none"},
    ]
    seen = [prices_now(msp)]
    for step in steps:
        set_prices(msp, **step)
        seen.append(prices_now(msp))
    made = [str(line.change) for line in log.read(msp.session, msp.workspace, limit=5)][::-1]
    with pytest.raises(PricesSetSince, match=made[4]):
        take_back(msp, made[2])
    assert prices_now(msp) == seen[5]
    for number in range(5, 0, -1):
        take_back(msp, made[number - 1])
        assert prices_now(msp) == seen[number - 1]
    with pytest.raises(AlreadyTakenBack):
        take_back(msp, made[0])


def test_settings_are_not_taken_back_and_prices_set_with_them_neither(msp: Msp) -> None:
    set_prices(msp, price="4", currency="EUR")
    wanted = pricing.wanted(msp.workspace, price="5")
    msp.workspace, _ = workspaces.change(
        msp.session, msp.workspace, actor="t", clock=msp.clock, billing_day=3, correct=True, prices=wanted
    )
    latest, first = [str(line.change) for line in log.read(msp.session, msp.workspace, limit=2)]
    with pytest.raises(CannotUndoSuggestion, match=first):
        take_back(msp, latest)


def prices_now(msp: Msp) -> tuple[Any, ...]:
    found = workspaces.by_id(msp.session, msp.workspace.id)
    return found.price, found.resale, pricing.resales(msp.session, msp.workspace)


def take_back(msp: Msp, change: str) -> None:
    undo.undo(msp.session, msp.workspace, change=change, actor="t", clock=msp.clock)

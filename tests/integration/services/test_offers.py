"""Offers: what a button stands for."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from bot.services import offers, sweeping
from bot.services.errors import OfferGone
from bot.services.workspaces import Workspace
from db.models import OFFER
from tests.conftest import NOW


def make(session: Session, workspace: Workspace, request: str = "1.2.secret") -> list[str]:
    ids = [offers.key_of(request, number) for number in range(2)]
    offers.keep(session, workspace, dict(zip(ids, ["undo", "help"], strict=True)), actor="U1", now=NOW)
    return ids


def test_an_offer_holds_its_command(session: Session, workspace: Workspace) -> None:
    found = [offers.find(session, workspace, offer, actor="U1", now=NOW) for offer in make(session, workspace)]
    assert found == ["undo", "help"]


def test_the_same_request_makes_the_same_offers_and_another_makes_others(
    session: Session, workspace: Workspace
) -> None:
    assert make(session, workspace) == make(session, workspace)
    assert not {*make(session, workspace)} & {*make(session, workspace, "another")}


@pytest.mark.parametrize(("actor", "later"), [("U2", timedelta()), ("U1", timedelta(days=2))])
def test_an_offer_is_for_whoever_asked_and_for_a_day(
    session: Session, workspace: Workspace, actor: str, later: timedelta
) -> None:
    [offer, _] = make(session, workspace)
    with pytest.raises(OfferGone):
        offers.find(session, workspace, offer, actor=actor, now=NOW + later)


def test_an_unknown_offer_is_gone(session: Session, workspace: Workspace) -> None:
    with pytest.raises(OfferGone):
        offers.find(session, workspace, "unknown", actor="U1", now=NOW)


def test_old_offers_go_with_one_of_eight_new_ones(session: Session, workspace: Workspace) -> None:
    make(session, workspace)
    keys = [f"new {number}" for number in range(1_000)]
    due, other = [key for key in keys if sweeping.is_due(key)], next(key for key in keys if not sweeping.is_due(key))
    assert 100 < len(due) < 150
    offers.keep(session, workspace, {other: "help"}, actor="U2", now=NOW + timedelta(days=2))
    assert session.execute(select(func.count()).select_from(OFFER)).scalar_one() == 3
    offers.keep(session, workspace, {due[0]: "help"}, actor="U2", now=NOW + timedelta(days=2))
    assert set(session.execute(select(OFFER.c.id)).scalars()) == {other, due[0]}


def test_what_is_offered_to_anybody_is_good_for_weeks_and_is_swept_no_sooner(
    session: Session, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "EVERY", 1)
    offers.keep(session, workspace, {"long": "report"}, actor=offers.ANYBODY, now=NOW)
    until = NOW + offers.GOOD_FOR_ALL
    for later in (NOW + timedelta(days=2), until):
        offers.keep(session, workspace, {"another": "log"}, actor="U1", now=later)
        assert offers.find(session, workspace, "long", actor="U2", now=later) == "report"
    over = until + timedelta(microseconds=1)
    with pytest.raises(OfferGone):
        offers.find(session, workspace, "long", actor="U2", now=over)
    offers.keep(session, workspace, {"a third": "log"}, actor="U1", now=over)
    assert "long" not in session.execute(select(OFFER.c.id)).scalars().all()

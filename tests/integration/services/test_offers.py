"""Offers: what a button stands for."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from bot.services import offers
from bot.services.errors import OfferGone
from bot.services.workspaces import Workspace
from tests.conftest import NOW


def make(session: Session, workspace: Workspace, request: str = "1.2.secret") -> list[str]:
    return offers.make(session, workspace, ["undo", "help"], actor="U1", now=NOW, request=request)


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


def test_a_withdrawn_or_unknown_offer_is_gone(session: Session, workspace: Workspace) -> None:
    [offer, _] = make(session, workspace)
    offers.withdraw(session, workspace, offer, actor="U1")
    for gone in (offer, "unknown"):
        with pytest.raises(OfferGone):
            offers.find(session, workspace, gone, actor="U1", now=NOW)


def test_nobody_withdraws_somebody_elses_offer(session: Session, workspace: Workspace) -> None:
    [offer, _] = make(session, workspace)
    offers.withdraw(session, workspace, offer, actor="U2")
    assert offers.find(session, workspace, offer, actor="U1", now=NOW) == "undo"

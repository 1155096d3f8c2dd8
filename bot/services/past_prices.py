"""Prices as they were before a change, by the words that every change of prices left in the log."""

from decimal import Decimal

from sqlalchemy import exists, select
from sqlmodel import Session

from bot.services import accounts, pricing
from bot.services.errors import PricesSetSince
from bot.services.pricing import CURRENCY, PRICE, RESALE, Wanted
from bot.services.workspaces import Workspace
from db import models
from db.models import CHANGE, Kind

NONE = "none"


def take_back(session: Session, workspace: Workspace, old: models.Change) -> None:
    """Set what a change of prices set to what it was before, within a transaction. Raises PricesSetSince, and as
    `pricing.write`."""
    c, later = CHANGE.c, CHANGE.alias()
    stands = ~exists().where(later.c.takes_back == c.id)
    set_ = (c.workspace_id == workspace.id, c.kind == Kind.SET, c.reason.is_not(None), c.id != old.id)
    rows = session.execute(select(c.id, c.reason, c.account_id).where(*set_, stands).order_by(c.id)).all()
    changes = [(row.id, pricing.spoken(row.reason), row.account_id) for row in rows]
    said = pricing.spoken(old.reason)
    priced = [(id_, words) for id_, words, _ in changes if PRICE in words and PRICE in said]
    resold = [(id_, words) for id_, words, at in changes if RESALE in words and RESALE in said and at == old.account_id]
    assert old.id is not None
    if since := {id_ for id_, _ in (*priced, *resold) if id_ > old.id}:
        raise PricesSetSince(change=str(old.id), by=[str(id_) for id_ in sorted(since, reverse=True)])
    price, resale = (found[-1][1] if found else {} for found in (priced, resold))
    row = session.get_one(models.Workspace, workspace.id)
    currency = price.get(CURRENCY) or row.currency
    assert currency
    wanted = Wanted(
        currency,
        pricing.read_listed(price.get(PRICE, NONE), currency),
        Decimal(resale[RESALE]) if resale.get(RESALE, NONE) != NONE else None,
        accounts.by_id(session, workspace, old.account_id) if old.account_id else None,
        sets_price=PRICE in said,
        sets_resale=RESALE in said,
    )
    pricing.write(session, row, wanted)

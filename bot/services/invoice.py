"""The check of an invoice: what it has beside what a statement says, and what may explain a difference."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from bot.clock import Clock
from bot.services import names, reconciliation
from bot.services.billing import counted, freezing, ledger, peaks, prices, reconcile, rollups, statements
from bot.services.billing.prices import Price
from bot.services.billing.reconcile import Candidate, Listed, Move, Own, Reason
from bot.services.billing.rollups import Slice
from bot.services.billing.statements import Statement
from bot.services.errors import BadCount, NoPrice, NothingToReconcile
from bot.services.imports import customers
from bot.services.reconciliation import Reconciliation
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, MICROSECOND, to_micros

MOST_USERS = 1_000_000_000
WIDEST = 10
"""An amount is taken for the bill of so many times as many users as were counted, at most."""


def check(
    session: Session,
    workspace: Workspace,
    asked: str | None,
    *,
    count: int | None = None,
    amount: str | None = None,
    listed: Path | None = None,
    actor: str,
    clock: Clock,
    request: str | None = None,
) -> Reconciliation:
    """Compare what an invoice has with the statement of a period in the words of `Calendar.parse`, without any of the
    last one that is over, and keep what came of it.

    Raises NothingToReconcile unless one thing is given, BadCount, NoPrice for an amount where there is none, and as
    `statements.statement`, `prices.parse` and `customers.read`.
    """
    if sum(one is not None for one in (count, amount, listed)) != 1:
        raise NothingToReconcile()
    if count is not None and not 0 <= count < MOST_USERS:
        raise BadCount(value=str(count))
    if request is not None:
        request = f"{workspace.id} {request}"
        if (before := reconciliation.kept(session, workspace, request)) is not None:
            return before
    clients = customers.read(listed) if listed else None
    price = None if amount is None else price_of(session, workspace, asked, clock)
    given = prices.parse(amount, price.currency) if amount is not None and price else None
    statement = statements.statement(session, workspace, asked, clock)
    part = slice_of(session, statement, clock)
    if clients is not None:
        verdict = of_list(session, statement, part, clients)
    elif given is not None and price is not None:
        verdict = of_amount(session, statement, part, given, price, clock)
    else:
        assert count is not None
        verdict = {"count": count, "theirs": count, **of_count(session, statement, part, count, clock)}
    id_ = reconciliation.keep(session, statement, verdict, actor, clock, request)
    return reconciliation.read(session, workspace, id_)


def slice_of(session: Session, statement: Statement, clock: Clock) -> Slice:
    """What the ledger says of the period of a statement."""
    workspace, period = statement.workspace, statement.period
    peaks.refresh(session, workspace, clock())
    opening = rollups.stored_counts(session, workspace, workspace.calendar.before(period))
    return rollups.read_slice(session, workspace, period.start, period.end, opening)


def of_count(session: Session, statement: Statement, part: Slice, theirs: int, clock: Clock) -> dict[str, Any]:
    """What explains a number of users that is not the peak."""
    by = theirs - statement.peak
    if not by:
        return {}
    workspace = statement.workspace
    before, _ = peaks.peak(session, workspace, workspace.calendar.before(statement.period), clock())
    candidates = [
        *(
            Candidate(Reason.REVISION, one.peak, one.number)
            for one in statement.revisions
            if one.number != statement.revision
        ),
        Candidate(Reason.SUM, statement.sum_of_account_peaks),
        Candidate(Reason.TRIALS, reconcile.with_trials(part)),
        Candidate(Reason.END, reconcile.at_end(part)),
        Candidate(Reason.BEFORE, before),
    ]
    found = reconcile.moves(part, {line.id: by for line in statement.lines}, statement.peak_at)
    alone = {one.at for one in found}
    together = reconcile.moves_together(part.totals, by, statement.peak_at)
    found += [one for one in together if one.at not in alone]
    explanations = reconcile.explaining(candidates, theirs)
    return {
        "explanations": [[one.reason, one.count, one.revision] for one in explanations],
        "moves": stored(reconcile.later_first(found, statement.peak_at)),
    }


def price_of(session: Session, workspace: Workspace, asked: str | None, clock: Clock) -> Price:
    """The price of a period's statement, frozen or not. Raises NoPrice before any period is frozen for it, and as
    `Calendar.parse`."""
    period = workspace.calendar.parse(asked or "last", clock())
    row = freezing.row_of(session, workspace, freezing.month_of(period))
    price = prices.load(row.price) if row is not None and row.price else workspace.price
    if price is None:
        raise NoPrice()
    return price


def of_amount(
    session: Session, statement: Statement, part: Slice, given: Decimal, price: Price, clock: Clock
) -> dict[str, Any]:
    """What is to be said of an amount, at a price."""
    seats = statement.peak if price.amount(statement.peak) == given else None
    if seats is None:
        seats = reconcile.seats_of(price, given, WIDEST * max(statement.peak, 100))
    return {
        "amount": f"{given:f}",
        "theirs": seats,
        "expected": f"{price.amount(statement.peak):f}",
        "currency": price.currency,
        **({} if seats is None else of_count(session, statement, part, seats, clock)),
    }


def of_list(session: Session, statement: Statement, part: Slice, clients: Sequence[Listed]) -> dict[str, Any]:
    """What differs between the clients of a list and those of a statement."""
    found = reconcile.compared(own(session, statement, part), clients)
    wanted = {one.id: one.difference for one in found if one.id is not None and not one.agrees}
    return {
        "customers": len(clients),
        "theirs": sum(one.billed for one in clients),
        "accounts": [[one.id, one.name, one.share, one.listed, list(one.reasons)] for one in found],
        "moves": stored(reconcile.moves(part, wanted, statement.peak_at)),
    }


def own(session: Session, statement: Statement, part: Slice) -> list[Own]:
    """The clients of a statement, and those that have no status by its end."""
    workspace, at = statement.workspace, statement.peak_at or statement.period.end - MICROSECOND
    status = counted.statuses_at(session, workspace, at, ledger.retracted(session, workspace))
    lines, ends = {line.id: line for line in statement.lines}, reconcile.ends(part)
    a = ACCOUNT.c
    rows = session.execute(select(a.id, a.name, a.name_key, a.domain).where(a.workspace_id == workspace.id))
    return [
        Own(
            row.id,
            row.name,
            row.name_key,
            names.key(row.domain) if row.domain else None,
            lines[row.id].share if row.id in lines else 0,
            lines[row.id].peak if row.id in lines else 0,
            ends.get(row.id, 0),
            status.get(row.id),
        )
        for row in rows
    ]


def stored(found: Sequence[Move]) -> list[list[int | None]]:
    return [[one.account, to_micros(one.at), one.by] for one in found]

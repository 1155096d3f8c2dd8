"""Invoices that are compared with statements: what differs, what explains it, and the evidence; kept with the
statement."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import names
from bot.services.billing import ledger, statements
from bot.services.billing.reconcile import Candidate, Compared, Move, Reason
from bot.services.billing.statements import Statement
from bot.services.changes import Made
from bot.services.errors import UnknownReconciliation
from bot.services.workspaces import Workspace
from db.bulk import batched
from db.models import (
    ACCOUNT,
    CHANGE,
    LEDGER,
    RECONCILIATION,
    STATEMENT,
    USER,
    Status,
    from_micros,
)


@dataclass(frozen=True, slots=True)
class Given:
    """What the invoice has: a number of users, an amount, or so many clients of a list."""

    count: int | None = None
    amount: Decimal | None = None
    customers: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of a client's count (of all clients together without one) that may explain a difference: from an instant
    (UTC) on so many more, or fewer; the changes that did it and the people, of whom the forgotten have no address."""

    account: str | None
    at: datetime
    by: int
    changes: tuple[Made, ...]
    people: tuple[tuple[str, str | None, str | None], ...]
    """Of each the client, the address and the name."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """An invoice beside a statement. `theirs` is the number of users that it bills, None where its amount is that of no
    number; `expected` is the amount by the statement, in `currency`."""

    id: int
    statement: Statement
    at: datetime
    actor: str
    given: Given
    theirs: int | None
    expected: Decimal | None
    currency: str | None
    explanations: tuple[Candidate, ...]
    accounts: tuple[Compared, ...]
    moves: tuple[Moved, ...]

    @property
    def agreed(self) -> bool:
        """Whether nothing differs."""
        if self.given.amount is not None:
            return self.given.amount == self.expected
        return self.theirs == self.statement.peak and all(one.agrees for one in self.accounts)

    @property
    def differing(self) -> list[Compared]:
        """The clients of the list that are billed otherwise, the largest differences first."""
        return sorted((one for one in self.accounts if not one.agrees), key=lambda one: -abs(one.difference))


def keep(
    session: Session, statement: Statement, verdict: Mapping[str, Any], actor: str, clock: Clock, request: str | None
) -> int:
    """Keep a verdict; one of the same request is there already where two are at it."""
    r = RECONCILIATION.c
    with ledger.locked(session, statement.workspace) as last:
        if request is not None:
            before: int | None = session.execute(select(r.id).where(r.request == request)).scalar_one_or_none()
            if before is not None:
                return before
        values = {
            "workspace_id": statement.workspace.id,
            "statement_id": statement.id,
            "at": max(clock(), last),
            "actor": actor,
            "verdict": json.dumps(verdict),
            "request": request,
        }
        id_: int = session.execute(insert(RECONCILIATION).values(values).returning(r.id)).scalar_one()
    return id_


def kept(session: Session, workspace: Workspace, request: str) -> Reconciliation | None:
    """What a request came to, if it was carried out before."""
    r = RECONCILIATION.c
    found = session.execute(select(r.id).where(r.request == request)).scalar_one_or_none()
    return None if found is None else read(session, workspace, found)


def read(session: Session, workspace: Workspace, id_: int) -> Reconciliation:
    """A reconciliation as it was kept, with the people as they are named now. Raises UnknownReconciliation."""
    r = RECONCILIATION.c
    row = session.execute(select(RECONCILIATION).where(r.id == id_, r.workspace_id == workspace.id)).one_or_none()
    if row is None:
        raise UnknownReconciliation()
    head = session.execute(select(STATEMENT).where(STATEMENT.c.id == row.statement_id)).one()
    kept = json.loads(row.verdict)
    amount, expected = (None if kept.get(key) is None else Decimal(kept[key]) for key in ("amount", "expected"))
    return Reconciliation(
        row.id,
        statements.read(session, workspace, head),
        row.at,
        row.actor,
        Given(kept.get("count"), amount, kept.get("customers")),
        kept["theirs"],
        expected,
        kept.get("currency"),
        tuple(Candidate(Reason(reason), count, number) for reason, count, number in kept.get("explanations", ())),
        tuple(
            Compared(id_, name, share, listed, tuple(map(Reason, reasons)))
            for id_, name, share, listed, reasons in kept.get("accounts", ())
        ),
        moved(session, workspace, [Move(account, from_micros(at), by) for account, at, by in kept.get("moves", ())]),
    )


def forget(session: Session, workspace: Workspace, held: re.Pattern[str]) -> int:
    """Blank the names of clients on lists in which, as keys, the pattern finds a trace of a person; gives of how many
    checks."""
    r = RECONCILIATION.c
    forgotten = 0
    for id_, verdict in session.execute(select(r.id, r.verdict).where(r.workspace_id == workspace.id)).all():
        kept = json.loads(verdict)
        clients = [
            [account, "–" if held.search(names.key(name)) else name, *rest]
            for account, name, *rest in kept.get("accounts", ())
        ]
        if clients != kept.get("accounts", []):
            text = json.dumps(kept | {"accounts": clients})
            session.execute(update(RECONCILIATION).where(r.id == id_).values(verdict=text))
            forgotten += 1
    return forgotten


def latest(session: Session, statement: Statement) -> Reconciliation | None:
    """The last one with a revision of a statement; None where its invoice was not checked."""
    r = RECONCILIATION.c
    query = select(r.id).where(r.statement_id == statement.id).order_by(r.id.desc()).limit(1)
    found = session.execute(query).scalar_one_or_none()
    return None if found is None else read(session, statement.workspace, found)


def moved(session: Session, workspace: Workspace, moves: Sequence[Move]) -> tuple[Moved, ...]:
    """Moves with the changes and the people behind them."""
    if not moves:
        return ()
    c, u, a, h = LEDGER.c, USER.c, ACCOUNT.c, CHANGE.c
    rows: list[Row[Any]] = []
    for some in batched(sorted({one.at for one in moves})):
        query = (
            select(c.at, c.account_id, c.user_id, c.status, a.name.label("account"), u.email, u.name)
            .add_columns(h.id, h.kind, h.actor, h.recorded_at)
            .join_from(LEDGER, ACCOUNT, a.id == c.account_id)
            .join(CHANGE, h.id == c.change_id)
            .join(USER, u.id == c.user_id, isouter=True)
            .where(c.workspace_id == workspace.id, c.at.in_(some))
            .where(ledger.counts(c.change_id, ledger.retracted(session, workspace)))
        )
        rows += session.execute(query)
    named = {row.account_id: row.account for row in rows}
    found = []
    for one in moves:
        mine = [row for row in rows if row.at == one.at and one.account in (None, row.account_id)]
        wanted = Status.ACTIVE if one.by > 0 else Status.INACTIVE
        people = sorted(
            ((row.account, row.email, row.name) for row in mine if row.user_id is not None and row.status == wanted),
            key=lambda person: (names.sorting(person[0]), person[1] is None, names.sorting(person[1] or "")),
        )
        changes = {row.id: Made(row.id, row.kind, row.actor, row.recorded_at) for row in mine}
        account = None if one.account is None else named.get(one.account, "–")
        found.append(Moved(account, one.at, one.by, tuple(changes[id_] for id_ in sorted(changes)), tuple(people)))
    return tuple(found)

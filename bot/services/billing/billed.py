"""Who was billed by a statement. No list of people is kept with it: the ledger is only ever added to, so that it can be
read as it was then (domain.md, History and Privacy)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from bot.services import names
from bot.services.billing import ledger
from bot.services.billing.statements import Line, Statement
from db.models import CHANGE, LEDGER, USER, Kind, Status

AT_ONCE = 5_000
"""So many people are read at once, or those of one account: of what is printed nothing has to stay."""


@dataclass(frozen=True, slots=True)
class Billed:
    """A person who was counted at the MSP's peak, numbered within the account; whoever was forgotten since has no
    address and comes last. `id` is the user's."""

    account: str
    number: int
    email: str | None
    name: str | None
    id: int


def people(session: Session, statement: Statement, account: int | None = None) -> Iterator[Billed]:
    """Who was billed by a revision, as many of each account as its share: by account and address."""
    gone = retracted_by(session, statement)
    lines = [line for line in statement.lines if line.share and account in (None, line.id)]
    for some in in_parts(lines):
        found = {id_: list(rows) for id_, rows in groupby(active(session, statement, some, gone), lambda row: row[0])}
        for line in some:
            rows = sorted(found[line.id], key=lambda row: (row.email is None, names.sorting(row.email or ""), row.id))
            for number, row in enumerate(rows, 1):
                yield Billed(line.name, number, row.email, row.name, row.id)


def in_parts(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines in order, so many together as have few people. Pure."""
    part: list[Line] = []
    for line in lines:
        if part and sum(one.share for one in part) + line.share > AT_ONCE:
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def active(session: Session, statement: Statement, lines: Sequence[Line], gone: Sequence[int]) -> Sequence[Row[Any]]:
    """The users of some accounts who were active at the peak as far as the statement knows, by account."""
    u, c = USER.c, LEDGER.c
    status = (
        select(c.status)
        .where(c.user_id == u.id, c.at <= statement.peak_at, c.change_id <= statement.ledger_to)
        .where(ledger.counts(c.change_id, gone))
        .order_by(c.at.desc(), c.change_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(u.account_id, u.email, u.name, u.id)
    of_lines = u.account_id.in_([line.id for line in lines])
    return session.execute(query.where(of_lines, status == Status.ACTIVE).order_by(u.account_id)).all()


def retracted_by(session: Session, statement: Statement) -> list[int]:
    """The changes that were retracted when the statement was made."""
    c = CHANGE.c
    query = select(c.takes_back).where(c.workspace_id == statement.workspace.id, c.kind == Kind.RETRACT)
    return [change for change in session.execute(query.where(c.id <= statement.ledger_to)).scalars() if change]

"""The staging table of an import of users: every line of the file, checked, ready for set operations."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy import Column as SQLColumn
from sqlalchemy.schema import CreateTable
from sqlmodel import Session

from bot.services import names
from bot.services.billing import ledger
from bot.services.errors import (
    ContradictsLine,
    FutureInstant,
    Refusal,
    UnknownAccountInFile,
)
from bot.services.imports import csv_file
from bot.services.imports.csv_file import Column, FaultList, Progress
from bot.services.workspaces import Workspace
from db.bulk import insert_rows
from db.models import ACCOUNT, LEDGER, Status, to_micros

COLUMNS = (
    Column("account", ("compte", "client", "customer")),
    Column("email", ("courriel", "e_mail", "mail", "adresse", "address", "adresse_e_mail")),
    Column("status", ("statut", "etat")),
    Column("at", ("date", "depuis", "le", "since"), required=False),
    Column("name", ("nom", "full_name", "nom_complet"), required=False),
    Column("external_id", ("id", "identifiant", "id_externe"), required=False),
)
ALLOWED = (Status.ACTIVE, Status.INACTIVE)

STAGED = Table(
    "staged_user",
    MetaData(),
    SQLColumn("line", Integer),
    SQLColumn("account_id", Integer),
    SQLColumn("email_key", String),
    SQLColumn("email", String),
    SQLColumn("name", String),
    SQLColumn("external_id", String),
    SQLColumn("status", String),
    SQLColumn("at", BigInteger),
    prefixes=["TEMPORARY"],
)
"""The file's lines; `at` is null for the instant of the import."""


def stage(
    session: Session,
    workspace: Workspace,
    path: Path,
    instant: datetime,
    progress: Progress | None,
    faults: FaultList,
) -> int:
    """Check every line and fill the staging table; gives how many good lines there were, the others go to `faults`."""
    c, row = ACCOUNT.c, LEDGER.c
    # An account whose import was retracted is none: nobody would ever see the people in it.
    status = exists().where(
        row.account_id == c.id,
        row.user_id.is_(None),
        ledger.counts(row.change_id, ledger.retracted(session, workspace)),
    )
    known = session.execute(select(c.name_key, c.id).where(c.workspace_id == workspace.id, status))
    accounts = {key: id_ for key, id_ in known}  # noqa: C416 - dict() would not take rows for pairs
    session.execute(CreateTable(STAGED))
    counted = 0

    def rows() -> Iterator[tuple[Any, ...]]:
        nonlocal counted
        parse_instant = lru_cache(10_000)(lambda text: past_instant(text, workspace, instant))
        parse_status = lru_cache(64)(lambda text: csv_file.status(text, ALLOWED).value)
        account_of = lru_cache(10_000)(lambda text: accounts.get(names.key(text)))
        for number, cells in csv_file.read(path, COLUMNS, progress):
            try:
                if isinstance(cells, Refusal):
                    raise cells
                account, email, status, at, name, external_id = cells
                account_id = account_of(account)
                if account_id is None:
                    raise UnknownAccountInFile(asked=names.printable(account.strip()))
                email = names.check_email(email)
                row = (
                    number,
                    account_id,
                    names.key(email),
                    email,
                    names.check_name(name) if name and not name.isspace() else None,
                    names.check_name(external_id) if external_id and not external_id.isspace() else None,
                    parse_status(status),
                    parse_instant(at),
                )
            except Refusal as fault:
                faults.add(number, fault)
            else:
                counted += 1
                yield row

    insert_rows(session, STAGED.name, [column.name for column in STAGED.columns], rows())
    return counted


def past_instant(text: str, workspace: Workspace, now: datetime) -> int | None:
    """A cell's instant in microseconds, None for an empty one. Raises FutureInstant, and as `csv_file.instant`."""
    text = text.strip()
    if not text:
        return None
    found = csv_file.instant(text, workspace.calendar.zone)
    if found > now:
        raise FutureInstant(value=names.printable(text))
    return to_micros(found)


def check_contradictions(session: Session, faults: FaultList) -> None:
    """Find where one user has two statuses at one instant, or an id or an address that goes with two."""
    s = STAGED.c
    found = {
        **contradictions(session, [s.account_id, s.external_id], s.email_key),
        **contradictions(session, [s.account_id, s.email_key], s.external_id),
        **contradictions(session, [s.account_id, s.email_key, func.coalesce(s.at, -1)], s.status),
    }
    for line, other in found.items():
        faults.add(line, ContradictsLine(other=other))


def contradictions(session: Session, same: list[Any], differs: Any) -> dict[int, int]:
    """Lines that agree with an earlier one in some columns and not in another, each with the first such line."""
    s = STAGED.c
    filled = and_(*(column.is_not(None) for column in [*same, differs]))
    groups = select(literal(1)).where(filled).group_by(*same).having(func.min(differs) != func.max(differs))
    if session.execute(groups.limit(1)).first() is None:  # quicker than asking each line
        return {}
    lines = (
        select(
            s.line,
            differs.label("value"),
            func.first_value(differs).over(partition_by=same, order_by=s.line).label("first_value"),
            func.first_value(s.line).over(partition_by=same, order_by=s.line).label("first_line"),
        )
        .where(filled)
        .subquery()
    )
    bad = select(lines.c.line, lines.c.first_line).where(lines.c.value != lines.c.first_value)
    return {line: other for line, other in session.execute(bad)}  # noqa: C416 - dict() would not take rows for pairs

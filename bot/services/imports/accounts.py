"""Import of client accounts and their statuses."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, names, requests
from bot.services.billing import ledger, peaks
from bot.services.errors import ContradictsLine, Refusal
from bot.services.imports import csv_file
from bot.services.imports.csv_file import Column, FaultList, Progress
from bot.services.imports.outcome import AccountOutcome, Outcome, Preview, kept, repeated
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, LEDGER, Cause, Kind, Status

COLUMNS = (
    Column("account", ("compte", "client", "customer", "name", "nom")),
    Column("status", ("statut", "etat")),
    Column("at", ("date", "depuis", "le", "since"), required=False),
    Column("domain", ("domaine",), required=False),
    Column("trial_ends", ("fin_essai", "fin_d_essai", "fin_de_l_essai"), required=False),
)
ALLOWED = (Status.TRIAL, Status.ACTIVE, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file; `at` is None for the instant of the import."""

    number: int
    key: str
    name: str
    status: Status
    at: datetime | None
    domain: str | None
    trial_ends: datetime | None


def import_accounts(
    session: Session,
    workspace: Workspace,
    path: Path,
    *,
    actor: str,
    clock: Clock,
    dry_run: bool = False,
    progress: Progress | None = None,
    request: str | None = None,
) -> Outcome:
    """Record the statuses of accounts from a file, all or nothing; accounts not known yet are made.

    Raises Faults with every bad line, and what `csv_file.read` raises.
    """
    lines = parse(workspace, path, progress)
    try:
        with ledger.writing(session, workspace, clock) as instant:
            if before := requests.answered(session, workspace, request):
                return repeated(before)
            bill = peaks.bill(session, workspace, instant)
            known = create_missing(session, workspace, lines)
            updated = update_details(session, workspace, known, lines)
            rows = new_rows(session, workspace, known, lines, instant)
            change = None
            if rows or updated:
                change = ledger.begin_change(session, workspace, Kind.IMPORT_ACCOUNTS, actor, instant, source=path.name)
            if rows:
                session.execute(insert(LEDGER), [row | {"change_id": change} for row in rows])
                ledger.outdate(session, workspace, min(row["at"] for row in rows))
            by_id = dict(known.values())
            counted = Counter(by_id[row["account_id"]] for row in rows)
            outcome = Outcome(
                None if dry_run else change,
                dry_run,
                len(lines),
                tuple(counted),
                tuple(AccountOutcome(name, 0, 0, 0, count) for name, count in ordered(counted)),
                changes.effect_since(bill, session, workspace, instant),
                updated=updated,
            )
            if dry_run:
                raise Preview(outcome)
            return kept(session, workspace, request, instant, Kind.IMPORT_ACCOUNTS, outcome)
    except Preview as preview:
        return preview.outcome


def ordered(counted: dict[str, int]) -> list[tuple[str, int]]:
    """Accounts with their numbers of rows, in the order of names."""
    return sorted(counted.items(), key=lambda item: names.sorting(item[0]))


def parse(workspace: Workspace, path: Path, progress: Progress | None) -> list[Line]:
    """The lines of the file. Raises Faults."""
    faults = FaultList()
    lines: list[Line] = []
    first: dict[tuple[str, datetime | None], Line] = {}
    details: dict[tuple[str, str], tuple[int, object]] = {}
    zone = workspace.calendar.zone
    for number, cells in csv_file.read(path, COLUMNS, progress):
        try:
            line = parse_line(number, cells, zone)
            before = first.setdefault((line.key, line.at), line)
            if before.status != line.status:
                raise ContradictsLine(other=before.number)
            for detail, value in (("domain", line.domain), ("trial_ends", line.trial_ends)):
                other, said = details.setdefault((line.key, detail), (number, value)) if value else (number, value)
                if said != value:
                    raise ContradictsLine(other=other)
            lines.append(line)
        except Refusal as fault:
            faults.add(number, fault)
    faults.check()
    return lines


def parse_line(number: int, cells: tuple[str, ...] | Refusal, zone: ZoneInfo) -> Line:
    if isinstance(cells, Refusal):
        raise cells
    name, status, at, domain, trial_ends = (cell.strip() for cell in cells)
    name = names.check_name(name)
    return Line(
        number,
        names.key(name),
        name,
        csv_file.status(status, ALLOWED),
        csv_file.instant(at, zone) if at else None,
        names.check_name(domain) if domain else None,
        csv_file.instant(trial_ends, zone) if trial_ends else None,
    )


def create_missing(session: Session, workspace: Workspace, lines: list[Line]) -> dict[str, tuple[int, str]]:
    """Make the accounts that are not known yet; gives id and name of all by key."""
    c = ACCOUNT.c
    known = {key for (key,) in session.execute(select(c.name_key).where(c.workspace_id == workspace.id))}
    new = {line.key: line.name for line in reversed(lines) if line.key not in known}
    if new:
        rows = [{"workspace_id": workspace.id, "name": name, "name_key": key} for key, name in sorted(new.items())]
        session.execute(insert(ACCOUNT), rows)
    stored = session.execute(select(c.name_key, c.id, c.name).where(c.workspace_id == workspace.id))
    return {key: (id_, name) for key, id_, name in stored}


def update_details(session: Session, workspace: Workspace, known: dict[str, tuple[int, str]], lines: list[Line]) -> int:
    """Domain and end of trial, where the file gives others; gives how many accounts have a new one."""
    a = ACCOUNT.c
    stored = session.execute(select(a.id, a.domain, a.trial_ends).where(a.workspace_id == workspace.id))
    before = {row.id: {"domain": row.domain, "trial_ends": row.trial_ends} for row in stored}
    updated = set()
    for detail in ("domain", "trial_ends"):
        given = {known[line.key][0]: value for line in lines if (value := getattr(line, detail)) is not None}
        new = [{"account": id_, "to": value} for id_, value in given.items() if before[id_][detail] != value]
        if new:
            statement = update(ACCOUNT).where(a.id == bindparam("account")).values({detail: bindparam("to")})
            session.connection().execute(statement, new)
            updated |= {row["account"] for row in new}
    return len(updated)


def new_rows(
    session: Session, workspace: Workspace, known: dict[str, tuple[int, str]], lines: list[Line], instant: datetime
) -> list[dict[str, Any]]:
    """Ledger rows for what does not stand already: a line with `at` unless that status was recorded for that instant,
    one without where the account's present status differs."""
    c = LEDGER.c
    stands = {
        (account, at): status
        for account, at, status in session.execute(
            select(c.account_id, c.at, c.status)
            .where(c.workspace_id == workspace.id, c.user_id.is_(None))
            .where(ledger.counts(c.change_id, ledger.retracted(session, workspace)))
            .order_by(c.change_id)
        )
    }
    rows: dict[tuple[int, datetime], Status] = {}
    for line in lines:
        account = known[line.key][0]
        if line.at is not None and stands.get((account, line.at)) != line.status:
            stands[account, line.at] = line.status
            rows[account, line.at] = line.status
    present: dict[int, Status] = {}
    for (account, at), status in sorted(stands.items(), key=lambda item: item[0][1]):
        if at <= instant:
            present[account] = status
    for line in lines:
        account = known[line.key][0]
        if line.at is None and present.get(account) != line.status:
            rows[account, instant] = line.status
    return [
        {
            "workspace_id": workspace.id,
            "account_id": account,
            "user_id": None,
            "status": status,
            "at": at,
            "cause": Cause.IMPORT,
        }
        for (account, at), status in rows.items()
    ]

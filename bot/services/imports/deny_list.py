"""Import of a deny list: a CSV file with an entry a line, as usecure takes it (A4)."""

from pathlib import Path

from sqlmodel import Session

from bot.clock import Clock
from bot.services import deny_list, names
from bot.services.accounts import Account
from bot.services.changes import Change
from bot.services.errors import Refusal
from bot.services.imports import csv_file
from bot.services.imports.csv_file import Column, FaultList
from bot.services.workspaces import Workspace
from db.models import Kind

COLUMNS = (Column("email", ("courriel", "e_mail", "mail", "pattern", "adresse", "address", "entry", "entree")),)


def import_deny_list(
    session: Session,
    workspace: Workspace,
    account: Account,
    path: Path,
    *,
    replace: bool,
    force: bool = False,
    actor: str,
    clock: Clock,
    request: str | None = None,
    unasked: int | None = None,
) -> Change:
    """Add the file's entries to an account's deny list or, with `replace`, make them the list: all or none.

    Raises Faults with every bad line, what `csv_file.read` raises, and DenyNeedsForce as `deny_list.add`.
    """
    faults = FaultList()
    patterns = []
    for number, cells in csv_file.read(path, COLUMNS):
        try:
            if isinstance(cells, Refusal):
                raise cells
            patterns.append(names.check_pattern(cells[0]))
        except Refusal as fault:
            faults.add(number, fault)
    faults.check()
    return deny_list.add(
        session,
        workspace,
        account,
        patterns,
        force=force,
        actor=actor,
        clock=clock,
        kind=Kind.DENY_IMPORT,
        replace=replace,
        source=path.name,
        request=request,
        unasked=unasked,
    )

"""Reading usecure's customer list: a CSV file with a client a line (domain.md, Who is who)."""

import re
from pathlib import Path

from bot.services import names
from bot.services.billing.reconcile import Listed
from bot.services.errors import BadCount, ContradictsLine, Refusal
from bot.services.imports import csv_file
from bot.services.imports.csv_file import Column, FaultList
from db.models import Status

COLUMNS = (
    Column("name", ("nom", "client", "customer", "customer_name", "nom_du_client", "account", "compte", "company")),
    Column("active_users", ("utilisateurs_actifs", "active", "actifs", "users", "utilisateurs")),
    Column("status", ("statut", "etat")),
    Column("domain", ("domaine",), required=False),
)
TRIALS = ("trial_expired", "expired_trial", "free_trial", "on_trial", "essai_expire", "essai_gratuit", "en_essai")
GONE = ("inactive", "inactif", "closed", "ferme")
ALLOWED = (Status.ACTIVE, Status.TRIAL, Status.CLOSED)
COUNT = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:([ .,'’\u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})?")


def read(path: Path) -> list[Listed]:
    """The clients of a list, in its order. Raises Faults with every bad line, and what `csv_file.read` raises."""
    faults, found, first = FaultList(), list[Listed](), dict[str, int]()
    for number, cells in csv_file.read(path, COLUMNS):
        try:
            if isinstance(cells, Refusal):
                raise cells
            line = parse(*cells[: len(COLUMNS)])
            if first.setdefault(line.key, number) != number:
                raise ContradictsLine(other=first[line.key])
            found.append(line)
        except Refusal as fault:
            faults.add(number, fault)
    faults.check()
    return found


def parse(name: str, users: str, status: str, domain: str) -> Listed:
    """A line of the list. Raises BadName, LongName, BadCount, BadStatus."""
    name = names.check_name(name)
    return Listed(name, names.key(name), names.key(domain) or None, count(users), status_of(status))


def count(text: str) -> int:
    """The number of users that a cell or somebody's words mean. Raises BadCount."""
    if not COUNT.fullmatch(text.strip()):
        raise BadCount(value=names.printable(text))
    return int(re.sub(r"\D", "", text))


def status_of(text: str) -> Status:
    """The status that a cell names; a trial that expired is a trial (domain.md, Billable). Raises BadStatus."""
    folded = csv_file.folded(text)
    if folded in TRIALS:
        return Status.TRIAL
    return Status.CLOSED if folded in GONE else csv_file.status(text, ALLOWED)

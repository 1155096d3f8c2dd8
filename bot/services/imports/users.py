"""Import of people and their statuses: a staging table and set operations, a million lines at a time."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.schema import CreateIndex, DropTable, Index
from sqlmodel import Session

from bot.clock import Clock
from bot.services import changes, limits, names, people, requests
from bot.services.billing import ledger, peaks
from bot.services.errors import (
    AddressTaken,
    Faults,
    MassChange,
)
from bot.services.imports.csv_file import FaultList, Progress
from bot.services.imports.outcome import NAMED, AccountOutcome, Excess, Outcome, Preview, kept, repeated
from bot.services.imports.staging import STAGED, check_contradictions, stage
from bot.services.people import Person
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, CHANGE, DENY_ENTRY, LEDGER, USER, Cause, Kind, Status, to_micros


def import_users(
    session: Session,
    workspace: Workspace,
    path: Path,
    *,
    complete: bool = False,
    force: bool = False,
    actor: str,
    clock: Clock,
    dry_run: bool = False,
    progress: Progress | None = None,
    request: str | None = None,
) -> Outcome:
    """Record the statuses of people from a file, all or nothing; people not known yet are made.

    With `complete` the file holds everybody of the accounts it names: whoever is active and not in it becomes inactive,
    within the limits of a sync unless `force`. Raises Faults with every bad line or every account that would change too
    much, and what `csv_file.read` raises.
    """
    try:
        with ledger.writing(session, workspace, clock) as instant:
            if before := requests.answered(session, workspace, request):
                return repeated(before)
            bill = peaks.bill(session, workspace, instant)
            faults = FaultList()
            lines = stage(session, workspace, path, instant, progress, faults)
            check_contradictions(session, faults)
            updated = identify(session, workspace, faults)
            change = ledger.begin_change(session, workspace, Kind.IMPORT_USERS, actor, instant, source=path.name)
            created, renamed = create_missing(session, workspace)
            record(session, workspace, change, instant)
            if complete:
                deactivate_missing(session, workspace, change, instant)
            session.execute(DropTable(STAGED))
            first = session.execute(select(func.min(LEDGER.c.at)).where(LEDGER.c.change_id == change)).scalar_one()
            if first is not None:
                ledger.outdate(session, workspace, first)
            accounts = outcome_of(session, workspace, change, created)
            excesses = excesses_of(session, workspace, change, accounts) if complete and not force else []
            if excesses and not dry_run:
                raise Faults([MassChange(**asdict(excess)) for excess in excesses])
            updated |= renamed
            nothing = first is None and not updated
            if nothing:
                session.execute(delete(CHANGE).where(CHANGE.c.id == change))
            turned = turned_by(session, workspace, change) if complete and dry_run else {}
            outcome = Outcome(
                None if dry_run or nothing else change,
                dry_run,
                lines,
                changed_emails(session, change),
                tuple(account.outcome for account in accounts),
                changes.effect_since(bill, session, workspace, instant),
                updated=len(updated),
                denied=denied_by(session, workspace, change),
                activated=tuple(turned.get(Status.ACTIVE, ())),
                deactivated=tuple(turned.get(Status.INACTIVE, ())),
                excesses=tuple(excesses),
            )
            if dry_run:
                raise Preview(outcome)
            return kept(session, workspace, request, instant, Kind.IMPORT_USERS, outcome)
    except Preview as preview:
        return preview.outcome


def identify(session: Session, workspace: Workspace, faults: FaultList) -> set[int]:
    """Match lines that carry an id with users (domain.md, Identity): the id finds the user, and the address follows.
    Gives the ids of the users whose address or id that changed.

    Raises Faults with those found before and those lines whose address is another user's, unless the file gives that
    one another address too.
    """
    s, u = STAGED.c, USER.c
    if session.execute(select(s.line).where(s.external_id.is_not(None)).limit(1)).first() is None:
        faults.check()
        return set()
    of_id = and_(u.account_id == s.account_id, u.external_id == s.external_id)
    other = USER.alias()
    renamed = (
        select(u.id, s.email, s.email_key, other.c.id.label("owner"), s.line, ACCOUNT.c.name)
        .join_from(STAGED, USER, and_(of_id, u.email_key != s.email_key))
        .join(ACCOUNT, ACCOUNT.c.id == s.account_id)
        .outerjoin(other, and_(other.c.account_id == s.account_id, other.c.email_key == s.email_key))
    )
    moves = session.execute(renamed).all()
    leaving = {row.id for row in moves} | {None}
    for line, email, name in {(row.line, row.email, row.name) for row in moves if row.owner not in leaving}:
        faults.add(line, AddressTaken(email=email, account=name))
    faults.check()
    if moves:
        vacate = update(USER).where(u.id == bindparam("user")).values(email_key=None)  # two may change places
        session.connection().execute(vacate, [{"user": move.id} for move in moves])
        statement = (
            update(USER).where(u.id == bindparam("user")).values(email=bindparam("to"), email_key=bindparam("key"))
        )
        session.connection().execute(statement, [{"user": m.id, "to": m.email, "key": m.email_key} for m in moves])
    # An address without an id, or of a member that was made anew, takes the id of the line.
    given = (
        select(func.max(s.external_id))
        .where(s.account_id == u.account_id, s.email_key == u.email_key, s.external_id.is_not(None))
        .scalar_subquery()
    )
    session.execute(CreateIndex(Index("ix_staged_user_external", s.account_id, s.email_key)))
    another = [u.workspace_id == workspace.id, given.is_not(None), u.external_id.is_distinct_from(given)]
    identified = set(session.execute(select(u.id).where(*another)).scalars())
    if identified:
        session.execute(update(USER).where(*another).values(external_id=given))
    return identified | {move.id for move in moves}


def create_missing(session: Session, workspace: Workspace) -> tuple[dict[int, int], set[int]]:
    """Make the users that are not known yet and give the others the names of the file; gives how many are new, by
    account id, and the ids of those who have another name."""
    s, u = STAGED.c, USER.c
    same = and_(u.account_id == s.account_id, u.email_key == s.email_key)
    new = (
        select(
            literal(workspace.id),
            s.account_id,
            func.min(s.email),
            s.email_key,
            func.max(s.name),
            func.max(s.external_id),
        )
        .where(~exists().where(same))
        .group_by(s.account_id, s.email_key)
        .order_by(s.account_id, s.email_key)
    )
    counted = session.execute(
        select(s.account_id, func.count(s.email_key.distinct())).where(~exists().where(same)).group_by(s.account_id)
    )
    created = {account: count for account, count in counted}  # noqa: C416 - dict() would not take rows for pairs
    columns = ["workspace_id", "account_id", "email", "email_key", "name", "external_id"]
    if len(created):
        session.execute(insert(USER).from_select(columns, new))
    renamed = (
        select(u.id, func.max(s.name))
        .join_from(STAGED, USER, same)
        .where(s.name.is_not(None), func.coalesce(u.name, "") != s.name)
        .group_by(u.id)
    )
    names_ = [{"user": user, "to": name} for user, name in session.execute(renamed)]
    if names_:
        statement = update(USER).where(u.id == bindparam("user")).values(name=bindparam("to"))
        session.connection().execute(statement, names_)
    return created, {row["user"] for row in names_}


def record(session: Session, workspace: Workspace, change: int, instant: datetime) -> None:
    """Write the rows for what does not stand already: first the lines with `at`, unless that status was recorded for
    that instant; then those without, where the user's present status differs."""
    s, u = STAGED.c, USER.c
    gone = ledger.retracted(session, workspace)
    joined = and_(u.account_id == s.account_id, u.email_key == s.email_key)
    at = func.coalesce(s.at, to_micros(instant))
    stands = latest(u.id, gone, at=s.at)
    present = latest(u.id, gone)
    for lines, stored in ((s.at.is_not(None), stands), (s.at.is_(None), present)):
        rows = (
            row_of(workspace, change, u.id, s.account_id, func.min(s.status), func.min(at))
            .join_from(STAGED, USER, joined)
            .where(lines, func.coalesce(stored, "") != s.status)
            .group_by(s.account_id, u.id, s.at)
        )
        session.execute(insert(LEDGER).from_select(ROW, rows))


def deactivate_missing(session: Session, workspace: Workspace, change: int, instant: datetime) -> None:
    """Write inactive for whoever is active in an account that the file names, and not in the file."""
    s, u = STAGED.c, USER.c
    session.execute(CreateIndex(Index("ix_staged_user", s.account_id, s.email_key)))
    listed = exists().where(s.account_id == u.account_id, s.email_key == u.email_key)
    status = latest(u.id, ledger.retracted(session, workspace))
    rows = row_of(workspace, change, u.id, u.account_id, literal("inactive"), literal(to_micros(instant), BigInteger))
    missing = and_(u.account_id.in_(select(s.account_id).distinct()), ~listed, status == Status.ACTIVE)
    session.execute(insert(LEDGER).from_select(ROW, rows.where(missing)))


ROW = ["workspace_id", "account_id", "user_id", "status", "at", "cause", "change_id"]


def row_of(workspace: Workspace, change: int, user: Any, account: Any, status: Any, at: Any) -> Select[Any]:
    """A query for ledger rows of an import."""
    return select(literal(workspace.id), account, user, status, at, literal(Cause.IMPORT.value), literal(change))


def latest(user: ColumnElement[int], gone: list[int], at: ColumnElement[int] | None = None) -> ColumnElement[str]:
    """The status of a user's latest row that counts, or of the one recorded last for an instant; null without one."""
    c = LEDGER.alias().c
    query = select(type_coerce(c.status, String)).where(c.user_id == user, ledger.counts(c.change_id, gone))
    if at is not None:
        query = query.where(type_coerce(c.at, BigInteger) == at)
    return query.order_by(c.at.desc(), c.change_id.desc()).limit(1).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Changed:
    """What an import did to an account, and how many of its users were active before."""

    id: int
    outcome: AccountOutcome


def outcome_of(session: Session, workspace: Workspace, change: int, created: dict[int, int]) -> list[Changed]:
    """What the change did to each account that it touched, in the order of names."""
    c, a = LEDGER.c, ACCOUNT.c
    gone = ledger.retracted(session, workspace)
    touched = (
        select(c.account_id, c.user_id, func.count().label("rows"))
        .where(c.change_id == change)
        .group_by(c.account_id, c.user_id)
        .subquery()
    )
    before, after = latest(touched.c.user_id, [*gone, change]), latest(touched.c.user_id, gone)
    statuses = select(touched, before.label("before"), after.label("after")).subquery()

    def became(status: str) -> ColumnElement[int]:
        turned = and_(statuses.c.after == status, func.coalesce(statuses.c.before, "inactive") != status)
        return func.sum(case((turned, 1), else_=0))

    counted = session.execute(
        select(statuses.c.account_id, a.name, became("active"), became("inactive"), func.sum(statuses.c.rows))
        .join_from(statuses, ACCOUNT, a.id == statuses.c.account_id)
        .group_by(statuses.c.account_id, a.name, a.name_key)
    ).all()
    counted = sorted(counted, key=lambda row: names.sorting(row.name))
    return [
        Changed(id_, AccountOutcome(name, created.get(id_, 0), int(active), int(inactive), int(rows)))
        for id_, name, active, inactive, rows in counted
    ]


def excesses_of(session: Session, workspace: Workspace, change: int, accounts: list[Changed]) -> list[Excess]:
    """The accounts of which a complete list changes more than a sync may do unasked."""
    u = USER.c
    found = []
    status = latest(u.id, [*ledger.retracted(session, workspace), change])
    for account in accounts:
        outcome = account.outcome
        counted = select(func.count(status), func.count(case((status == Status.ACTIVE, 1))))
        known, active = session.execute(counted.select_from(USER).where(u.account_id == account.id)).one()
        if limits.too_many_deactivated(outcome.deactivated, active) or (
            known and limits.too_many_activated(outcome.activated, active)
        ):
            found.append(Excess(outcome.account, outcome.deactivated, active, outcome.activated))
    return found


def turned_by(session: Session, workspace: Workspace, change: int) -> dict[Status, list[Person]]:
    """The first people whom a change turns active and inactive, in the order of account and address."""
    u, c = USER.c, LEDGER.c
    gone = ledger.retracted(session, workspace)
    before, after = latest(u.id, [*gone, change]), latest(u.id, gone)
    touched = select(c.user_id).where(c.change_id == change)
    found = {}
    for status in (Status.ACTIVE, Status.INACTIVE):
        turned = and_(after == status.value, func.coalesce(before, "inactive") != status.value)
        found[status] = people.among(session, workspace, touched, turned, most=NAMED)
    return found


def denied_by(session: Session, workspace: Workspace, change: int) -> tuple[str, ...]:
    """The addresses of those whom a change sets active although their account's deny list means them."""
    u, c, d = USER.c, LEDGER.c, DENY_ENTRY.c
    on_list = and_(d.account_id == u.account_id, d.removed_by.is_(None))
    if session.execute(select(d.id).where(d.removed_by.is_(None)).limit(1)).first() is None:
        return ()
    listed = u.account_id.in_(select(d.account_id).where(d.removed_by.is_(None)))
    touched = exists().where(c.change_id == change, c.user_id == u.id)
    active = latest(u.id, ledger.retracted(session, workspace)) == Status.ACTIVE
    exact = exists().where(on_list, d.pattern_key == u.email_key)
    domain = func.substr(d.pattern_key, 2)
    tail = func.substr(u.email_key, func.length(u.email_key) - func.length(domain) + 1)
    of_domain = exists().where(on_list, func.substr(d.pattern_key, 1, 2) == "*@", tail == domain)
    which = and_(listed, touched, active, or_(exact, of_domain))
    return tuple(person.email or "" for person in people.selected(session, workspace, which))


def changed_emails(session: Session, change: int) -> tuple[str, ...]:
    """The addresses of the users that got a row, each account's in order."""
    u, c = USER.c, LEDGER.c
    touched = select(c.user_id).where(c.change_id == change).distinct()
    query = select(u.email).where(u.id.in_(touched)).order_by(u.account_id, u.email_key)
    return tuple(email for email in session.execute(query).scalars() if email)

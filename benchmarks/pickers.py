"""Pickers of people and accounts while somebody types, among 50,000 people."""

from collections.abc import Iterator
from functools import partial
from random import Random

from sqlalchemy import insert, select
from sqlmodel import Session

from benchmarks.stores import Place
from benchmarks.table import Line, answer, duration, slower
from benchmarks.timing import in_turn, typical
from bot.services import search, workspaces
from bot.services.store import create_store
from bot.services.workspaces import Workspace
from db.models import ACCOUNT, USER

PEOPLE, ACCOUNTS = 50_000, 1_000
FIRST = ("ana", "bob", "zoe", "luc", "emma", "jules", "hugo", "lea", "noah", "liam", "mia", "tom")
LAST = ("lopez", "martin", "dupont", "smith", "jones", "durand", "moreau", "petit", "garcia", "roux")
MOST_TIMES = 20
LONGEST = 0.1
"""Seconds within which a picker is answered."""


def lines(place: Place) -> Iterator[Line]:
    """The lines about pickers: by how an address begins, and by what is in no address at all, the slowest there is."""
    engine = create_store(place.address("pickers"))
    place.engines.append(engine)
    with Session(engine) as session:
        workspace = filled(session)
        u = USER.c
        bare = (
            select(u.id, u.email)
            .where(u.workspace_id == workspace.id, u.email_key >= "ana.l", u.email_key < "ana.m")
            .order_by(u.email_key)
            .limit(search.MOST)
        )
        ours, its = in_turn(25, lambda: search.people(session, workspace, "ana.l"), lambda: session.execute(bare).all())
        yield slower(
            f"picker, {PEOPLE:,} people, how an address begins", ours, its, "a bare indexed prefix query", MOST_TIMES
        )
        for job, typed in (("part of a name", "lopez"), ("what nobody is called", "zzz")):
            took = typical(partial(search.people, session, workspace, typed))
            yield below(f"picker, {PEOPLE:,} people, {job}", took)
        took = typical(lambda: search.found_accounts(session, workspace, "client 9"))
        yield below(f"picker, {ACCOUNTS:,} accounts", took)


def below(job: str, took: float) -> Line:
    """A job that may take a tenth of a second."""
    return Line(job, duration(took), bound=f"below {LONGEST * 1000:.0f} ms", met=answer(took < LONGEST))


def filled(session: Session) -> Workspace:
    """A workspace with so many people in so many accounts."""
    workspace, random = workspaces.create(session, workspaces.check("Pickers")), Random(7)  # noqa: S311 - the same people in every run
    names = [f"Client {number}" for number in range(ACCOUNTS)]
    rows = [{"workspace_id": workspace.id, "name": name, "name_key": name.lower()} for name in names]
    session.execute(insert(ACCOUNT), rows)
    ids = list(session.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.workspace_id == workspace.id)).scalars())
    people = []
    for number in range(PEOPLE):
        first, last = random.choice(FIRST), random.choice(LAST)
        email, name = f"{first}.{last}{number}@client{number % ACCOUNTS}.example", f"{first.title()} {last.title()}"
        account = ids[number % ACCOUNTS]
        row = {"workspace_id": workspace.id, "account_id": account, "email": email, "email_key": email, "name": name}
        people.append(row)
    session.execute(insert(USER), people)
    session.commit()
    return workspace

"""Closing and revising, killed at any point: done or not done, with the ledger or not at all, and never twice."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from bot.services import closings
from bot.services.billing import freezing, verify
from bot.services.imports.users import import_users
from db.models import ACCOUNT, LEDGER, STATEMENT, STATEMENT_ACCOUNT, WORK
from tests.conftest import Store
from tests.crash_points import Chosen, Operation, crash, points_of, recount, restore, save
from tests.integration.services.conftest import Msp
from tests.integration.services.conftest import msp as filled

msp = filled
THEN = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def later(msp: Msp, store: Store) -> Msp:
    """Three periods are over, and nobody has closed them."""
    msp.clock.now = THEN
    store.close()
    return msp


def closing(msp: Msp) -> Operation:
    def close(engine: Engine) -> None:
        with Session(engine) as session:
            closings.close(session, msp.workspace, msp.clock)

    return close


def importing(msp: Msp) -> Operation:
    path = msp.file("account,email,status,at", "Acme,dan@acme.test,active,2026-10-01", name="late.csv")

    def run(engine: Engine) -> None:
        with Session(engine) as session:
            import_users(session, msp.workspace, path, actor="t", clock=msp.clock)

    return run


def stated(engine: Engine, msp: Msp) -> dict[str, Any]:
    """What people could find: every revision with its lines, what is to be told, and how many rows the ledger has."""
    s, c = STATEMENT.c, STATEMENT_ACCOUNT.c
    with Session(engine) as session:
        lines = (
            select(s.month, s.revision, s.peak, s.peak_at, ACCOUNT.c.name, c.peak, c.peak_at, c.share)
            .join_from(STATEMENT, STATEMENT_ACCOUNT, c.statement_id == s.id)
            .join(ACCOUNT, ACCOUNT.c.id == c.account_id)
        )
        found = {
            "lines": sorted(map(tuple, session.execute(lines)), key=str),
            "told": len(session.execute(select(WORK.c.id).where(WORK.c.name == freezing.TELLING)).all()),
            "rows": len(session.execute(select(LEDGER.c.id)).all()),
        }
        assert verify.differences(session, msp.workspace) == []
    return found


def test_closing_goes_on_where_it_was_killed(store: Store, later: Msp, chosen: Chosen) -> None:
    engine, run = store.engine, closing(later)
    saved = save(engine)
    points = points_of(engine, run)
    after = stated(engine, later)
    assert len({line[0] for line in after["lines"]}) == 3
    for number in chosen(points):
        restore(engine, saved)
        recount(engine)
        crash(engine, run, number)
        half = {line[:2] for line in stated(engine, later)["lines"]}
        assert half <= {line[:2] for line in after["lines"]}
        run(engine)
        assert stated(engine, later) == after, f"after point {number} of {len(points)}: {points[number]}"


def test_a_revision_is_there_with_the_change_that_brought_it_or_neither_is(
    store: Store, later: Msp, chosen: Chosen
) -> None:
    engine, run = store.engine, importing(later)
    closing(later)(engine)
    saved, before = save(engine), stated(engine, later)
    recount(engine)
    points = points_of(engine, run)
    after = stated(engine, later)
    assert (before["told"], after["told"]) == (0, 1)
    assert after["rows"] == before["rows"] + 1
    for number in chosen(points):
        restore(engine, saved)
        recount(engine)
        crash(engine, run, number)
        where = f"after point {number} of {len(points)}: {points[number]}"
        assert stated(engine, later) in (before, after), where
        run(engine)
        assert stated(engine, later) == after, where

"""Whom ids or a change name is read by those, not out of everybody and everything that ever was."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.services import changes, people, requests, undo, users
from bot.services.billing import ledger
from bot.services.imports import users as imported
from bot.services.warnings import facts
from db.models import LEDGER, USER
from tests.integration.services.conftest import Msp

EVERYTHING = re.compile(r"(SCAN|SEARCH) (account_user|ledger)( USING [A-Z ]*INDEX \w+ \(workspace_id=\?\))?")
IDS = range(1, 400)
IN_CHANGE = LEDGER.c.user_id.in_(select(LEDGER.c.user_id).where(LEDGER.c.change_id == 3))


@contextmanager
def plans(msp: Msp) -> Iterator[list[str]]:
    """How SQLite goes about what is read meanwhile."""
    bind: Any = msp.session.get_bind()
    found: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        raw = connection.connection.driver_connection
        found.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    event.listen(bind, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(bind, "before_cursor_execute", explain)


@pytest.mark.parametrize(
    "read",
    [
        lambda msp: people.among(msp.session, msp.workspace, IDS),
        lambda msp: requests.by_ids(msp.session, msp.workspace, IDS),
        lambda msp: users.of_ids(msp.session, msp.workspace, [1, 2]),
        lambda msp: users.find(msp.session, msp.workspace, ["bob@acme.test"]),
        lambda msp: ledger.standings(msp.session, msp.workspace, ledger.of_users(list(IDS))),
        lambda msp: ledger.standings(msp.session, msp.workspace, IN_CHANGE),
        lambda msp: changes.people_of(msp.session, msp.workspace, 3),
        lambda msp: facts.reactivated(msp.session, msp.workspace, None, 3, msp.clock()),
        lambda msp: imported.turned_by(msp.session, msp.workspace, 3),
        lambda msp: undo.contradictions(msp.session, msp.workspace, 3),
    ],
)
def test_what_is_named_is_found_by_that(msp: Msp, read: Callable[[Msp], object]) -> None:
    if msp.session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by how much is there")
    with plans(msp) as found:
        read(msp)
    assert found
    assert [step for step in found if EVERYTHING.fullmatch(step)] == []


def test_what_reads_everybody_would_be_noticed(msp: Msp) -> None:
    if msp.session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by how much is there")
    with plans(msp) as found:
        people.selected(msp.session, msp.workspace, USER.c.id.in_(IDS))
    assert [step for step in found if EVERYTHING.fullmatch(step)]

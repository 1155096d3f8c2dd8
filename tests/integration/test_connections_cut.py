"""Connections that the server has ended, or that nobody used for long, are opened anew before they are used."""

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from sqlalchemy import Engine, text

import db.session
from db.session import open_engine

PID = text("SELECT pg_backend_pid()")


@pytest.fixture
def engine(postgres: Engine) -> Iterator[Engine]:
    """An engine of the test's own, with an empty pool."""
    engine = open_engine(postgres.url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


def test_connections_that_the_server_ended_are_replaced(engine: Engine, postgres: Engine) -> None:
    with engine.connect() as first, engine.connect() as second:
        ended = {first.execute(PID).scalar_one(), second.execute(PID).scalar_one()}
    with postgres.connect() as other:
        for pid in ended:
            assert other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid}).scalar_one()
    with engine.connect() as first, engine.connect() as second:
        assert not ended & {first.execute(PID).scalar_one(), second.execute(PID).scalar_one()}


@pytest.mark.parametrize(("patience", "asked"), [(30, 0), (-1, 1)])
def test_the_server_is_asked_only_after_a_while(
    engine: Engine, patience: int, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.session, "IDLE_SECONDS", patience)
    ping = Mock(wraps=engine.dialect.do_ping)
    monkeypatch.setattr(engine.dialect, "do_ping", ping)
    with engine.connect() as connection:
        before = connection.execute(PID).scalar_one()
    with engine.connect() as connection:
        assert connection.execute(PID).scalar_one() == before
    assert ping.call_count == asked
